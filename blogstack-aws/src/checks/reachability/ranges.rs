//! Sets of numbers: addresses of both families, and services.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use ipnet::{IpSubnets, Ipv4Net, Ipv4Subnets, Ipv6Net, Ipv6Subnets};

use crate::ec2::{Messages, Ports, Traffic};

/// All numbers from the first to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::checks) struct Range {
    pub(in crate::checks) first: u128,
    pub(in crate::checks) last: u128,
}

impl Range {
    pub(in crate::checks) fn contains(self, number: u128) -> bool {
        (self.first..=self.last).contains(&number)
    }

    pub(in crate::checks) fn and(self, other: Self) -> Option<Self> {
        let both = Self { first: self.first.max(other.first), last: self.last.min(other.last) };
        (both.first <= both.last).then_some(both)
    }

    /// What of this lies below and above the other one.
    pub(in crate::checks) fn around(self, other: Self) -> impl Iterator<Item = Self> {
        let below = (self.first < other.first).then(|| Self { last: self.last.min(other.first.saturating_sub(1)), ..self });
        let above = (self.last > other.last).then(|| Self { first: self.first.max(other.last.saturating_add(1)), ..self });
        below.into_iter().chain(above)
    }
}

/// A set of numbers.
///
/// An IPv4 address is the number of its IPv6-mapped form, `::ffff:192.0.2.1`, which is never on a wire: so both families have one axis.
/// A service is its protocol's number and, in the lower 16 bits, its port, or the type and code of a control message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::checks) struct Ranges(Vec<Range>);

/// The numbers of IPv4 addresses.
const MAPPED: Range = Range { first: 0xffff_0000_0000, last: 0xffff_ffff_ffff };

/// Ranges in which nobody on the internet has an address: <https://www.iana.org/assignments/iana-ipv4-special-registry>.
const NOT_GLOBAL: [(Ipv4Addr, u8); 8] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

impl Ranges {
    /// The addresses of both families.
    pub(in crate::checks) fn everywhere() -> Self {
        Self(vec![Range { first: 0, last: u128::MAX }])
    }

    /// All IPv4 addresses.
    pub(in crate::checks) fn ipv4() -> Self {
        Self(vec![MAPPED])
    }

    /// The IPv4 addresses of the internet.
    pub(in crate::checks) fn internet() -> Self {
        NOT_GLOBAL.iter().fold(Self::ipv4(), |left, (first, prefix)| left.minus(&Ipv4Net::new_assert(*first, *prefix).into()))
    }

    /// The IPv6 addresses of the internet.
    pub(in crate::checks) fn internet_ipv6() -> Self {
        Ipv6Net::new_assert(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3).into()
    }

    /// All services.
    pub(in crate::checks) fn services() -> Self {
        Self::between(0, number(u8::MAX, u16::MAX))
    }

    pub(in crate::checks) fn between(first: u128, last: u128) -> Self {
        Self(vec![Range { first, last }])
    }

    pub(in crate::checks) fn iter(&self) -> impl Iterator<Item = Range> + '_ {
        self.0.iter().copied()
    }

    /// How many numbers there are.
    pub(in crate::checks) fn size(&self) -> u128 {
        self.iter().fold(0, |sum, range| sum.saturating_add((range.last - range.first).saturating_add(1)))
    }

    pub(in crate::checks) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[cfg(test)]
    fn contains(&self, number: u128) -> bool {
        self.0.iter().any(|range| range.contains(number))
    }

    pub(in crate::checks) fn and(&self, other: &Self) -> Self {
        Self(self.iter().flat_map(|one| other.iter().filter_map(move |two| one.and(two))).collect())
    }

    pub(in crate::checks) fn or(&self, other: &Self) -> Self {
        Self(self.iter().chain(other.minus(self).iter()).collect())
    }

    pub(in crate::checks) fn minus(&self, other: &Self) -> Self {
        let without = |left: Vec<Range>, hole: Range| {
            left.into_iter().flat_map(|range| range.around(hole).filter(move |part| range.and(*part).is_some())).collect()
        };
        Self(other.iter().fold(self.0.clone(), without))
    }
}

/// A service as a number.
pub(in crate::checks) fn number(protocol: u8, rest: u16) -> u128 {
    u128::from(protocol) << 16 | u128::from(rest)
}

/// An address as a number.
pub(in crate::checks) fn address(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().into(),
        IpAddr::V6(address) => address.into(),
    }
}

impl From<Ipv4Net> for Ranges {
    fn from(net: Ipv4Net) -> Self {
        Self::between(address(net.network().into()), address(net.broadcast().into()))
    }
}

impl From<Ipv6Net> for Ranges {
    fn from(net: Ipv6Net) -> Self {
        Self::between(net.network().into(), net.broadcast().into()).minus(&Self::ipv4())
    }
}

impl From<Ipv4Addr> for Ranges {
    fn from(one: Ipv4Addr) -> Self {
        Ipv4Net::from(one).into()
    }
}

impl From<Traffic> for Ranges {
    fn from(traffic: Traffic) -> Self {
        let ports = |protocol, Ports { from, to }| Self::between(number(protocol, from), number(protocol, to));
        let messages = |protocol, messages| match messages {
            Messages::All => ports(protocol, (0..=u16::MAX).into()),
            Messages::Type(kind) => ports(protocol, (u16::from(kind) << 8..=u16::from(kind) << 8 | 0xff).into()),
            Messages::Code(kind, code) => ports(protocol, (u16::from(kind) << 8 | u16::from(code)).into()),
        };
        match traffic {
            Traffic::All => Self::services(),
            Traffic::Tcp(these) => ports(6, these),
            Traffic::Udp(these) => ports(17, these),
            Traffic::Icmp(these) => messages(1, these),
            Traffic::Icmpv6(these) => messages(58, these),
            Traffic::Protocol(protocol) => ports(protocol, (0..=u16::MAX).into()),
        }
    }
}

/// A range of addresses, in the fewest networks.
pub(in crate::checks) struct Addresses(pub(in crate::checks) Range);

impl fmt::Display for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Range { first, last } = self.0;
        let (first, last) = (Ipv6Addr::from(first), Ipv6Addr::from(last));
        let nets = match (first.to_ipv4_mapped(), last.to_ipv4_mapped()) {
            (Some(first), Some(last)) => IpSubnets::from(Ipv4Subnets::new(first, last, 0)),
            _ => IpSubnets::from(Ipv6Subnets::new(first, last, 0)),
        };
        let (mut shown, mut more) = (String::new(), 0);
        for (at, net) in nets.enumerate() {
            let text = if net.prefix_len() == net.max_prefix_len() { net.addr().to_string() } else { net.to_string() };
            if at == 0 { shown = text } else { more += 1 }
        }
        if more == 0 { f.write_str(&shown) } else { write!(f, "{first}-{last}", first = plain(first), last = plain(last)) }
    }
}

fn plain(address: Ipv6Addr) -> IpAddr {
    address.to_canonical()
}

/// A range of services, as rules write them.
pub(in crate::checks) struct Services(pub(in crate::checks) Range);

impl fmt::Display for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |number: u128| (u8::try_from(number >> 16).unwrap_or(u8::MAX), (number & 0xffff) as u16);
        let ((protocol, from), (last, to)) = (part(self.0.first), part(self.0.last));
        let whole = (from, to) == (0, u16::MAX);
        let ports = Ports { from, to };
        match protocol {
            _ if protocol != last => {
                f.write_str(if whole && (protocol, last) == (0, u8::MAX) { "everything" } else { "several protocols" })
            }
            6 if whole => f.write_str("tcp"),
            17 if whole => f.write_str("udp"),
            6 => write!(f, "tcp {ports}"),
            17 => write!(f, "udp {ports}"),
            1 => f.write_str("icmp"),
            58 => f.write_str("icmpv6"),
            other => write!(f, "protocol {other}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> Ranges {
        text.parse::<Ipv4Net>().expect("a range").into()
    }

    #[test]
    fn halves_are_the_whole() {
        let halves = net("0.0.0.0/1").or(&net("128.0.0.0/1"));
        assert!(Ranges::ipv4().minus(&halves).is_empty());
        assert!(Ranges::ipv4().minus(&net("0.0.0.0/1")).contains(address(Ipv4Addr::new(128, 0, 0, 0).into())));
    }

    #[test]
    fn the_internet_has_no_private_addresses() {
        let has = |a, b, c, d| Ranges::internet().contains(address(Ipv4Addr::new(a, b, c, d).into()));
        assert_eq!([has(9, 255, 255, 255), has(10, 0, 0, 0), has(11, 0, 0, 0), has(224, 0, 0, 0)], [true, false, true, false]);
    }

    #[test]
    fn everything_of_ipv6_is_nothing_of_ipv4() {
        let all = Ranges::from("::/0".parse::<Ipv6Net>().expect("a range"));
        assert!(all.and(&Ranges::ipv4()).is_empty());
        assert!(all.contains(1 << 100));
    }

    #[test]
    fn ranges_are_shown_as_people_write_them() {
        let shown = |ranges: Ranges| ranges.iter().map(|range| Addresses(range).to_string()).collect::<Vec<_>>();
        assert_eq!(shown(net("10.0.0.0/8")), ["10.0.0.0/8"]);
        assert_eq!(shown(Ranges::internet())[0], "1.0.0.0-9.255.255.255");
        let service = |traffic: Traffic| Ranges::from(traffic).iter().map(|range| Services(range).to_string()).collect::<String>();
        assert_eq!([service(Traffic::All), service(Traffic::Tcp(22.into()))], ["everything", "tcp 22"]);
    }
}
