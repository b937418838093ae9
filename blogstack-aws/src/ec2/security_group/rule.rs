//! Rules: what may pass, from or to where. <https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html>

use std::ops::RangeInclusive;

use aws_sdk_ec2::types::{IpPermission, IpRange, Ipv6Range, PrefixListId, UserIdGroupPair};
use blogstack_core::{Block, Id, Set};

use super::{
    SecurityGroup,
    peer::Peer,
    traffic::{Messages, Traffic},
};
use crate::values::Cidr;

/// One rule of a security group.
///
/// ```
/// use blogstack_aws::ec2::Rule;
///
/// let web = Rule::tcp(80).from("0.0.0.0/0");
/// let cluster = Rule::tcp_range(7000..=7010).from_itself().description("gossip");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Block)]
pub struct Rule {
    /// What it lets through.
    pub traffic: Traffic,
    /// Where that comes from, or goes to.
    pub peer: Peer,
    /// What the rule is for.
    #[field(default = "")]
    pub description: String,
}

impl Rule {
    /// TCP to a port.
    pub fn tcp(port: u16) -> Traffic {
        Traffic::Tcp(port.into())
    }

    /// TCP to a range of ports.
    pub fn tcp_range(ports: RangeInclusive<u16>) -> Traffic {
        Traffic::Tcp(ports.into())
    }

    /// UDP to a port.
    pub fn udp(port: u16) -> Traffic {
        Traffic::Udp(port.into())
    }

    /// UDP to a range of ports.
    pub fn udp_range(ports: RangeInclusive<u16>) -> Traffic {
        Traffic::Udp(ports.into())
    }

    /// All control messages of IPv4.
    pub fn icmp() -> Traffic {
        Traffic::Icmp(Messages::All)
    }

    /// The control messages of one type: 8 is what `ping` sends.
    pub fn icmp_type(kind: u8) -> Traffic {
        Traffic::Icmp(Messages::Type(kind))
    }

    /// Everything that a protocol with this number carries.
    pub fn protocol(number: u8) -> Traffic {
        Traffic::of_sdk(&number.to_string(), None, None).unwrap_or(Traffic::Protocol(number))
    }

    /// Everything.
    pub fn all() -> Traffic {
        Traffic::All
    }

    /// What makes it one rule and not another; a description does not.
    pub(super) fn key(&self) -> (Traffic, &Peer) {
        (self.traffic, &self.peer)
    }
}

/// Nothing may pass: how AWS makes a group's `ingress`.
pub(super) fn none() -> Set<Rule> {
    Set::from_iter([])
}

/// Everything may pass: how AWS makes a group's `egress`.
pub(super) fn everywhere() -> Set<Rule> {
    let rule = Rule { traffic: Traffic::All, peer: Peer::Range(Cidr::ANYWHERE), description: String::new() };
    [rule].into_iter().collect()
}

/// One permission for each rule.
pub(in crate::ec2) fn to_sdk(rules: &[Rule], own: &Id<SecurityGroup>) -> Vec<IpPermission> {
    rules.iter().map(|rule| permission(rule, own)).collect()
}

fn permission(rule: &Rule, own: &Id<SecurityGroup>) -> IpPermission {
    let (protocol, from, to) = rule.traffic.to_sdk();
    let permission = IpPermission::builder().ip_protocol(protocol).set_from_port(from).set_to_port(to);
    // A description is removed by leaving it out.
    let description = Some(rule.description.clone()).filter(|text| !text.is_empty());
    let group = |id: &Id<SecurityGroup>| UserIdGroupPair::builder().group_id(id.as_str()).set_description(description.clone()).build();
    let permission = match &rule.peer {
        Peer::Range(range) => permission.ip_ranges(IpRange::builder().cidr_ip(range.to_string()).set_description(description).build()),
        Peer::Ipv6Range(range) => {
            permission.ipv6_ranges(Ipv6Range::builder().cidr_ipv6(range.to_string()).set_description(description).build())
        }
        Peer::PrefixList(id) => permission.prefix_list_ids(PrefixListId::builder().prefix_list_id(id).set_description(description).build()),
        Peer::Group(id) => permission.user_id_group_pairs(group(id)),
        Peer::Itself => permission.user_id_group_pairs(group(own)),
    };
    permission.build()
}

/// The rules in a listing: AWS joins those for the same traffic.
pub(super) fn of_sdk(permissions: Option<Vec<IpPermission>>, own: &Id<SecurityGroup>) -> Set<Rule> {
    permissions.into_iter().flatten().flat_map(|permission| rules(&permission, own)).collect()
}

fn rules(permission: &IpPermission, own: &Id<SecurityGroup>) -> Vec<Rule> {
    let protocol = permission.ip_protocol().unwrap_or_default();
    let Some(traffic) = Traffic::of_sdk(protocol, permission.from_port, permission.to_port) else { return Vec::new() };
    let rule = |peer: Option<Peer>, description: Option<&str>| {
        Some(Rule { traffic, peer: peer?, description: description.unwrap_or_default().to_owned() })
    };
    let group = |id: &str| if id == own.as_str() { Peer::Itself } else { Peer::Group(Id::new(id)) };
    let ranges = permission
        .ip_ranges()
        .iter()
        .map(|range| rule(range.cidr_ip().and_then(|text| text.parse().ok()).map(Peer::Range), range.description()));
    let ipv6 = permission
        .ipv6_ranges()
        .iter()
        .map(|range| rule(range.cidr_ipv6().and_then(|text| text.parse().ok()).map(Peer::Ipv6Range), range.description()));
    let lists = permission
        .prefix_list_ids()
        .iter()
        .map(|list| rule(list.prefix_list_id().map(|id| Peer::PrefixList(id.to_owned())), list.description()));
    let groups = permission.user_id_group_pairs().iter().map(|pair| rule(pair.group_id().map(group), pair.description()));
    ranges.chain(ipv6).chain(lists).chain(groups).flatten().collect()
}
