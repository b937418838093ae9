//! Ranges of IPv6 addresses.

use std::{fmt, str::FromStr};

use blogstack_core::{Data, DecodeError, Expr, Plain, Printable, Public, shape::Shape, value};
use ipnet::Ipv6Net;

/// A range of IPv6 addresses, as in `2001:db8::/32`. Host bits are cleared, as AWS does.
///
/// ```
/// use blogstack_aws::Ipv6Cidr;
///
/// let range: Ipv6Cidr = "2001:db8::1/32".parse()?;
/// assert_eq!(range.to_string(), "2001:db8::/32");
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ipv6Cidr(Ipv6Net);

impl Ipv6Cidr {
    pub(crate) fn net(self) -> Ipv6Net {
        self.0
    }
}

impl FromStr for Ipv6Cidr {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("`{text}` is not a range of IPv6 addresses, which looks like `2001:db8::/32`");
        text.parse::<Ipv6Net>().map(|net| Self(net.trunc())).map_err(|_| bad())
    }
}

impl fmt::Display for Ipv6Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl Data for Ipv6Cidr {
    const SHAPE: Shape = Shape::Range;

    fn encode(&self) -> value::Value {
        value::Value::text(self.to_string())
    }

    fn decode(value: &value::Value) -> Result<Self, DecodeError> {
        value.as_text().and_then(|text| text.parse().ok()).ok_or_else(|| DecodeError::new("a range of IPv6 addresses", value))
    }
}

impl Plain for Ipv6Cidr {}
impl Public for Ipv6Cidr {}

impl Printable for Ipv6Cidr {
    fn print(&self) -> Expr {
        Expr::Literal(self.encode())
    }
}
