//! Entries: what passes, or does not. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkAclEntry.html>

use aws_sdk_ec2::types;
use blogstack_core::{Block, IntoInput, Set, Value};

use super::range::AddressRange;
use crate::ec2::security_group::{Messages, Ports, Traffic};

/// One entry of a network ACL. The entry with the lowest number that fits decides.
///
/// ```
/// use blogstack_aws::ec2::{NetworkAclEntry, Rule};
///
/// let web = NetworkAclEntry::allow(100, Rule::tcp(443), "0.0.0.0/0");
/// let nobody = NetworkAclEntry::deny(50, Rule::all(), "203.0.113.0/24");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Block)]
#[block(max_required = 4)]
pub struct NetworkAclEntry {
    /// Its number, 1 to 32766, by which it is known: no two of a direction have the same. A changed entry with the same number is
    /// replaced in place.
    pub rule_number: u16,
    /// Whether what fits may pass.
    pub rule_action: RuleAction,
    /// What it is about.
    pub traffic: Traffic,
    /// Where that comes from, or goes to.
    pub range: AddressRange,
}

/// What becomes of traffic that an entry fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Value)]
pub enum RuleAction {
    /// It may pass.
    Allow,
    /// It may not.
    Deny,
}

impl NetworkAclEntry {
    /// An entry that lets pass.
    pub fn allow(
        number: impl IntoInput<u16>,
        traffic: impl IntoInput<Traffic>,
        range: impl IntoInput<AddressRange>,
    ) -> NetworkAclEntryArgs {
        Self::new(number, RuleAction::Allow, traffic, range)
    }

    /// An entry that lets nothing pass.
    pub fn deny(number: impl IntoInput<u16>, traffic: impl IntoInput<Traffic>, range: impl IntoInput<AddressRange>) -> NetworkAclEntryArgs {
        Self::new(number, RuleAction::Deny, traffic, range)
    }

    /// The protocol as AWS writes it here: always a number.
    pub(super) fn protocol(&self) -> String {
        match self.traffic {
            Traffic::All => "-1".to_owned(),
            Traffic::Tcp(_) => "6".to_owned(),
            Traffic::Udp(_) => "17".to_owned(),
            Traffic::Icmp(_) => "1".to_owned(),
            Traffic::Icmpv6(_) => "58".to_owned(),
            Traffic::Protocol(number) => number.to_string(),
        }
    }

    pub(super) fn ports(&self) -> Option<types::PortRange> {
        match self.traffic {
            Traffic::Tcp(Ports { from, to }) | Traffic::Udp(Ports { from, to }) => {
                Some(types::PortRange::builder().from(from.into()).to(to.into()).build())
            }
            _ => None,
        }
    }

    pub(super) fn messages(&self) -> Option<types::IcmpTypeCode> {
        let (kind, code) = match self.traffic {
            Traffic::Icmp(messages) | Traffic::Icmpv6(messages) => match messages {
                Messages::All => (-1, -1),
                Messages::Type(kind) => (kind.into(), -1),
                Messages::Code(kind, code) => (kind.into(), code.into()),
            },
            _ => return None,
        };
        Some(types::IcmpTypeCode::builder().r#type(kind).code(code).build())
    }

    pub(super) fn action(&self) -> types::RuleAction {
        match self.rule_action {
            RuleAction::Allow => types::RuleAction::Allow,
            RuleAction::Deny => types::RuleAction::Deny,
        }
    }

    /// The range, if it is one of IPv4, and if it is one of IPv6.
    pub(super) fn ranges(&self) -> (Option<String>, Option<String>) {
        match self.range {
            AddressRange::Cidr(range) => (Some(range.to_string()), None),
            AddressRange::Ipv6Cidr(range) => (None, Some(range.to_string())),
        }
    }
}

/// How AWS makes an ACL: without entries but for those that nobody can change.
pub(super) fn none() -> Set<NetworkAclEntry> {
    Set::from_iter([])
}

/// The entries of a direction, but for AWS's own last ones, which deny everything.
pub(super) fn of_sdk(entries: &[types::NetworkAclEntry], egress: bool) -> Set<NetworkAclEntry> {
    entries.iter().filter(|entry| entry.egress() == Some(egress)).filter_map(one).collect()
}

fn one(entry: &types::NetworkAclEntry) -> Option<NetworkAclEntry> {
    let rule_number = u16::try_from(entry.rule_number()?).ok().filter(|number| *number < 32767)?;
    let (ports, messages) = (entry.port_range(), entry.icmp_type_code());
    let from = ports.and_then(types::PortRange::from).or(messages.and_then(types::IcmpTypeCode::r#type));
    let to = ports.and_then(types::PortRange::to).or(messages.and_then(types::IcmpTypeCode::code));
    let range = entry.cidr_block().and_then(|range| range.parse().ok()).map(AddressRange::Cidr);
    let ipv6 = || entry.ipv6_cidr_block().and_then(|range| range.parse().ok()).map(AddressRange::Ipv6Cidr);
    Some(NetworkAclEntry {
        rule_number,
        rule_action: if entry.rule_action() == Some(&types::RuleAction::Allow) { RuleAction::Allow } else { RuleAction::Deny },
        traffic: Traffic::of_sdk(entry.protocol()?, from, to)?,
        range: range.or_else(ipv6)?,
    })
}
