//! Values that many kinds share.

use std::{fmt, net::Ipv4Addr, str::FromStr};

use blogstack_core::{Data, DecodeError, Expr, Input, IntoInput, Plain, Printable, Public, Value, shape::Shape, value};
use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

mod decimal;
mod dns_name;
mod ipv6;

pub use self::{decimal::Decimal, dns_name::DnsName, ipv6::Ipv6Cidr};

/// A range of IPv4 addresses, as in `10.0.0.0/16`. Host bits are cleared, as AWS does.
///
/// ```
/// use blogstack_aws::Cidr;
///
/// let network: Cidr = "10.0.0.0/16".parse()?;
/// assert_eq!(network.slot(24, 3), Ok("10.0.3.0/24".parse()?));
/// assert!(network.slot(24, 256).is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cidr(Ipv4Net);

impl Cidr {
    /// All addresses.
    pub const ANYWHERE: Self = Self(Ipv4Net::new_assert(Ipv4Addr::UNSPECIFIED, 0));

    /// The length of the prefix, 0 to 32.
    pub fn prefix(self) -> u8 {
        self.0.prefix_len()
    }

    /// The first address.
    pub fn first(self) -> Ipv4Addr {
        self.0.network()
    }

    /// The mask of its prefix: `255.255.0.0`.
    pub fn netmask(self) -> Ipv4Addr {
        self.0.netmask()
    }

    /// Whether the whole of `other` lies in this range.
    pub fn contains(self, other: Self) -> bool {
        self.0.contains(&other.0)
    }

    /// Whether some address lies in both ranges.
    pub fn overlaps(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }

    pub(crate) fn net(self) -> Ipv4Net {
        self.0
    }

    /// The slot number `index`, from 0, when the range is divided into slots with this prefix.
    ///
    /// # Errors
    /// A sentence, when there is no such slot.
    pub fn slot(self, prefix: u8, index: u32) -> Result<Self, String> {
        if !(self.prefix()..=32).contains(&prefix) {
            return Err(format!("{self} cannot be divided into ranges of /{prefix}"));
        }
        let size = 1_u64 << (32 - prefix);
        let offset = u64::from(index) * size;
        if offset >= 1 << (32 - self.prefix()) {
            return Err(format!("{self} has no room for range number {} of /{prefix}", index + 1));
        }
        let first = u32::try_from(u64::from(u32::from(self.first())) + offset).map_err(|error| error.to_string())?;
        Ipv4Net::new(Ipv4Addr::from(first), prefix).map(Self).map_err(|error| error.to_string())
    }
}

impl FromStr for Cidr {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("`{text}` is not a range of IPv4 addresses, which looks like `10.0.0.0/16`");
        text.parse::<Ipv4Net>().map(|net| Self(net.trunc())).map_err(|_| bad())
    }
}

impl TryFrom<String> for Cidr {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Cidr> for String {
    fn from(cidr: Cidr) -> Self {
        cidr.to_string()
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl Data for Cidr {
    const SHAPE: Shape = Shape::Range;

    fn encode(&self) -> value::Value {
        value::Value::text(self.to_string())
    }

    fn decode(value: &value::Value) -> Result<Self, DecodeError> {
        value.as_text().and_then(|text| text.parse().ok()).ok_or_else(|| DecodeError::new("a range of IPv4 addresses", value))
    }
}

impl Plain for Cidr {}
impl Public for Cidr {}

impl Printable for Cidr {
    fn print(&self) -> Expr {
        Expr::Literal(self.encode())
    }
}

impl IntoInput<Cidr> for &str {
    fn into_input(self) -> Input<Cidr> {
        Input::from_expr(match self.parse::<Cidr>() {
            Ok(cidr) => Expr::Literal(cidr.encode()),
            Err(message) => Expr::Invalid(message),
        })
    }
}

/// The partition of a region, as ARNs name it. <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>
pub(crate) fn partition(region: &str) -> &'static str {
    match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// AWS's word for a variant: the same as in records.
pub(crate) fn word<T: Data>(value: &T) -> String {
    value.encode().as_text().unwrap_or_default().to_owned()
}

/// The variant for AWS's word.
pub(crate) fn of_word<T: Data>(word: &str) -> Option<T> {
    T::decode(&value::Value::text(word)).ok()
}

/// A number of the SDK that is never negative.
pub(crate) fn count(number: Option<i32>) -> Option<u32> {
    number.and_then(|number| u32::try_from(number).ok())
}

/// A number for the SDK.
pub(crate) fn number(count: Option<u32>) -> Option<i32> {
    count.and_then(|count| i32::try_from(count).ok())
}

/// The Amazon Resource Name of an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Value)]
pub struct Arn(pub String);

impl Arn {
    /// The account in it: its fifth part. <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
    pub fn account(&self) -> Option<&str> {
        let account = self.0.split(':').nth(4)?;
        (self.0.starts_with("arn:") && account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())).then_some(account)
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cidr(text: &str) -> Cidr {
        text.parse().expect("a range")
    }

    #[test]
    fn slots_are_of_one_size_and_end_with_the_range() {
        let network = cidr("10.0.0.0/22");
        assert_eq!(network.slot(24, 0), Ok(cidr("10.0.0.0/24")));
        assert_eq!(network.slot(24, 3), Ok(cidr("10.0.3.0/24")));
        assert_eq!(network.slot(24, 4), Err("10.0.0.0/22 has no room for range number 5 of /24".into()));
        assert_eq!(network.slot(20, 0), Err("10.0.0.0/22 cannot be divided into ranges of /20".into()));
        assert_eq!(Cidr::ANYWHERE.slot(32, u32::MAX), Ok(cidr("255.255.255.255/32")));
    }

    #[test]
    fn host_bits_are_cleared() {
        assert_eq!(cidr("10.0.0.7/16"), cidr("10.0.0.0/16"));
        assert_eq!("10.0.0.0".parse::<Cidr>(), Err("`10.0.0.0` is not a range of IPv4 addresses, which looks like `10.0.0.0/16`".into()));
    }
}
