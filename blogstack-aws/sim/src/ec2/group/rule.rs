//! Security group rules: one object for each protocol, port range and peer.
//!
//! Source: *`SecurityGroupRule`*, *Security group rules*.

use std::fmt;

use ipnet::{Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::failure::Failure;
use crate::state::object::{Kind, Object, Tags};

/// A security group rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) group: String,
    pub(crate) egress: bool,
    #[serde(flatten)]
    pub(crate) traffic: Traffic,
    pub(crate) peer: Peer,
    pub(crate) description: Option<String>,
    pub(crate) tags: Tags,
}

/// What a rule lets through: ports, or ICMP type and code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Traffic {
    /// `tcp`, `udp`, `icmp`, `icmpv6`, `-1` for all, or another protocol's number.
    pub(crate) protocol: String,
    pub(crate) from_port: Option<i32>,
    pub(crate) to_port: Option<i32>,
}

/// Where traffic comes from or goes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Peer {
    CidrIpv4(Ipv4Net),
    CidrIpv6(Ipv6Net),
    PrefixList(String),
    Group(String),
}

impl Object for Rule {
    const KIND: Kind = Kind {
        name: "security-group-rule",
        prefix: "sgr",
        missing: "InvalidSecurityGroupRuleId.NotFound",
        malformed: Some("InvalidSecurityGroupRuleId.Malformed"),
        sentence: "The security group rule ID '{}' does not exist",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [Some(&self.group), None]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }
}

impl Rule {
    /// A rule for all traffic from or to a peer.
    pub(crate) fn all(group: &str, egress: bool, peer: Peer) -> Self {
        let traffic = Traffic { protocol: "-1".to_owned(), from_port: None, to_port: None };
        Self { id: String::new(), group: group.to_owned(), egress, traffic, peer, description: None, tags: Tags::new() }
    }

    /// Whether two rules let the same through; their ids, descriptions and tags do not matter.
    pub(crate) fn is_same(&self, other: &Rule) -> bool {
        self.group == other.group && self.egress == other.egress && self.traffic == other.traffic && self.peer == other.peer
    }

    /// The rule that a group has and that is the same as this one.
    pub(crate) fn twin<'a>(&self, context: &'a Context<'_>) -> Option<&'a Rule> {
        context.of::<Rule>(&self.group).find(|other| self.is_same(other) && self.id != other.id)
    }

    pub(crate) fn arn(&self, context: &Context<'_>) -> String {
        format!("arn:aws:ec2:{}:{}:security-group-rule/{}", context.place.region, context.place.account, self.id)
    }
}

impl Peer {
    /// Every IPv4 address.
    pub(crate) fn everywhere() -> Self {
        Self::CidrIpv4(Ipv4Net::default())
    }

    /// What AWS calls a rule for such a peer, and the peer itself, with its article. A rule keeps its sort.
    pub(crate) fn sort(&self) -> (&'static str, &'static str) {
        match self {
            Peer::CidrIpv4(_) => ("IPv4 CIDR", "an IPv4 CIDR"),
            Peer::CidrIpv6(_) => ("IPv6 CIDR", "an IPv6 CIDR"),
            Peer::PrefixList(_) => ("prefix list", "a prefix list id"),
            Peer::Group(_) => ("referenced group", "a referenced group id"),
        }
    }

    /// Rules count against the limit by address family; prefix lists and groups count for both.
    pub(crate) fn family(&self) -> [bool; 2] {
        match self {
            Peer::CidrIpv4(_) => [true, false],
            Peer::CidrIpv6(_) => [false, true],
            Peer::PrefixList(_) | Peer::Group(_) => [true, true],
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Peer::CidrIpv4(block) => block.fmt(formatter),
            Peer::CidrIpv6(block) => block.fmt(formatter),
            Peer::PrefixList(id) | Peer::Group(id) => id.fmt(formatter),
        }
    }
}

/// Stores a new rule and gives it its id.
pub(crate) fn create(context: &mut Context<'_>, rule: Rule) -> Rule {
    let rule = Rule { id: context.new_id("sgr"), ..rule };
    context.add(rule.clone());
    rule
}

/// What AWS answers to a rule that is already there.
pub(crate) fn duplicate(rule: &Rule) -> Failure {
    let Traffic { protocol, from_port, to_port } = &rule.traffic;
    let protocol = if protocol == "-1" { "ALL".to_owned() } else { protocol.to_uppercase() };
    let ports = match (from_port, to_port) {
        (Some(from), Some(to)) => format!(", from port: {from}, to port: {to}"),
        _ => String::new(),
    };
    let message = format!("the specified rule \"peer: {}, {protocol}{ports}, ALLOW\" already exists", rule.peer);
    Failure::new("InvalidPermission.Duplicate", message)
}
