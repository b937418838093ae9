//! What a rule lets through: a protocol and its ports. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html>

use std::{fmt, ops::RangeInclusive, str::FromStr};

use blogstack_core::{Data, DecodeError, IntoInput, Plain, Public, Value, shape::Shape, value};

use super::{
    peer::Peer,
    rule::{Rule, RuleArgs},
};

/// Which way traffic goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum Direction {
    /// In.
    Ingress,
    /// Out.
    Egress,
}

/// What a rule lets through. It becomes a [`Rule`] with [`Traffic::from`] or [`Traffic::to`].
///
/// In plans and state it is text: `tcp 80`, `udp 5000-5100`, `icmp 8`, `protocol 50`, `all`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Traffic {
    /// Everything.
    All,
    /// TCP to these ports.
    Tcp(Ports),
    /// UDP to these ports.
    Udp(Ports),
    /// Control messages of IPv4.
    Icmp(Messages),
    /// Control messages of IPv6.
    Icmpv6(Messages),
    /// Another protocol, by its number.
    Protocol(u8),
}

/// A range of ports, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ports {
    /// The first one.
    pub from: u16,
    /// The last one.
    pub to: u16,
}

/// Control messages, all or those of one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Messages {
    /// All.
    All,
    /// Of this type, whatever their code.
    Type(u8),
    /// Of this type and code.
    Code(u8, u8),
}

impl From<RangeInclusive<u16>> for Ports {
    fn from(range: RangeInclusive<u16>) -> Self {
        Self { from: *range.start(), to: *range.end() }
    }
}

impl From<u16> for Ports {
    fn from(port: u16) -> Self {
        Self { from: port, to: port }
    }
}

impl Traffic {
    /// A rule that lets it in from somewhere: a range, a group, or an output that yields one.
    pub fn from(self, peer: impl IntoInput<Peer>) -> RuleArgs {
        Rule::new(self, peer)
    }

    /// A rule that lets it out to somewhere.
    pub fn to(self, peer: impl IntoInput<Peer>) -> RuleArgs {
        Rule::new(self, peer)
    }

    /// A rule that lets it in from members of the group itself.
    pub fn from_itself(self) -> RuleArgs {
        Rule::new(self, Peer::Itself)
    }

    /// A rule that lets it out to members of the group itself.
    pub fn to_itself(self) -> RuleArgs {
        Rule::new(self, Peer::Itself)
    }

    /// AWS's words: protocol, first and last port, or type and code.
    pub(in crate::ec2) fn to_sdk(self) -> (String, Option<i32>, Option<i32>) {
        let ports = |name: &str, ports: Ports| (name.to_owned(), Some(ports.from.into()), Some(ports.to.into()));
        let messages = |name: &str, messages: Messages| match messages {
            Messages::All => (name.to_owned(), Some(-1), Some(-1)),
            Messages::Type(kind) => (name.to_owned(), Some(kind.into()), Some(-1)),
            Messages::Code(kind, code) => (name.to_owned(), Some(kind.into()), Some(code.into())),
        };
        match self {
            Self::All => ("-1".to_owned(), None, None),
            Self::Tcp(range) => ports("tcp", range),
            Self::Udp(range) => ports("udp", range),
            Self::Icmp(these) => messages("icmp", these),
            Self::Icmpv6(these) => messages("icmpv6", these),
            Self::Protocol(number) => (number.to_string(), None, None),
        }
    }

    /// The one form of what AWS may write with names or numbers. `None` for what AWS does not document.
    pub(in crate::ec2) fn of_sdk(protocol: &str, from: Option<i32>, to: Option<i32>) -> Option<Self> {
        let port = |port: Option<i32>, open: u16| port.filter(|port| *port >= 0).map_or(Some(open), |port| u16::try_from(port).ok());
        let ports = || Some(Ports { from: port(from, 0)?, to: port(to, u16::MAX)? });
        let number = |number: Option<i32>| number.and_then(|number| u8::try_from(number).ok());
        let messages = match (number(from), number(to)) {
            (None, _) => Messages::All,
            (Some(kind), None) => Messages::Type(kind),
            (Some(kind), Some(code)) => Messages::Code(kind, code),
        };
        Some(match protocol {
            "-1" => Self::All,
            "tcp" | "6" => Self::Tcp(ports()?),
            "udp" | "17" => Self::Udp(ports()?),
            "icmp" | "1" => Self::Icmp(messages),
            "icmpv6" | "58" => Self::Icmpv6(messages),
            other => Self::Protocol(other.parse().ok()?),
        })
    }
}

impl fmt::Display for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Tcp(ports) => write!(f, "tcp {ports}"),
            Self::Udp(ports) => write!(f, "udp {ports}"),
            Self::Icmp(messages) => write!(f, "icmp{messages}"),
            Self::Icmpv6(messages) => write!(f, "icmpv6{messages}"),
            Self::Protocol(number) => write!(f, "protocol {number}"),
        }
    }
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to { write!(f, "{}", self.from) } else { write!(f, "{}-{}", self.from, self.to) }
    }
}

impl fmt::Display for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => Ok(()),
            Self::Type(kind) => write!(f, " {kind}"),
            Self::Code(kind, code) => write!(f, " {kind}/{code}"),
        }
    }
}

impl FromStr for Traffic {
    type Err = ();

    /// Reads what is displayed.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (protocol, rest) = text.split_once(' ').unwrap_or((text, ""));
        let (from, to) = rest.split_once(['-', '/']).unwrap_or((rest, if protocol.starts_with("icmp") { "" } else { rest }));
        let number = |text: &str| if text.is_empty() { Ok(None) } else { text.parse::<i32>().map(Some).map_err(drop) };
        let protocol = match protocol {
            "all" => "-1",
            "protocol" => rest,
            other => other,
        };
        Self::of_sdk(protocol, number(from)?, number(to)?).ok_or(())
    }
}

impl Data for Traffic {
    const SHAPE: Shape = Shape::Text;

    fn encode(&self) -> value::Value {
        value::Value::text(self.to_string())
    }

    fn decode(value: &value::Value) -> Result<Self, DecodeError> {
        value.as_text().and_then(|text| text.parse().ok()).ok_or_else(|| DecodeError::new("traffic, as in `tcp 80`", value))
    }
}

impl Plain for Traffic {}
impl Public for Traffic {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let all = [
            Rule::all(),
            Rule::tcp(80),
            Rule::tcp_range(8000..=8100),
            Rule::udp(53),
            Rule::icmp(),
            Rule::icmp_type(8),
            Traffic::Icmp(Messages::Code(3, 4)),
            Traffic::Icmpv6(Messages::All),
            Rule::protocol(50),
        ];
        let texts: Vec<String> = all.iter().map(ToString::to_string).collect();
        let expected = ["all", "tcp 80", "tcp 8000-8100", "udp 53", "icmp", "icmp 8", "icmp 3/4", "icmpv6", "protocol 50"];
        assert_eq!(texts, expected);
        for (traffic, text) in all.into_iter().zip(texts) {
            assert_eq!(text.parse(), Ok(traffic), "{text}");
            let (protocol, from, to) = traffic.to_sdk();
            assert_eq!(Traffic::of_sdk(&protocol, from, to), Some(traffic), "{text}");
        }
        assert_eq!("tcp eighty".parse::<Traffic>(), Err(()));
    }

    #[test]
    fn numbers_of_named_protocols_are_their_names() {
        assert_eq!(Traffic::of_sdk("6", Some(80), Some(80)), Some(Rule::tcp(80)));
        assert_eq!(Rule::protocol(6), Rule::tcp_range(0..=u16::MAX));
        assert_eq!(Rule::protocol(1), Rule::icmp());
    }
}
