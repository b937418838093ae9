//! What is wrong with the entries of a direction.
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html>

use std::collections::BTreeSet;

use blogstack_core::Set;

use super::{entry::NetworkAclEntry, range::AddressRange};
use crate::ec2::security_group::{Traffic, check::bad_traffic};

/// The first problem that AWS would have with them.
pub(super) fn problem(entries: &Set<NetworkAclEntry>) -> Option<String> {
    let mut numbers = BTreeSet::new();
    entries.iter().find_map(|entry| {
        let number = entry.rule_number;
        if !(1..=32766).contains(&number) {
            return Some(format!("an entry has the number {number}, which is not between 1 and 32766"));
        }
        if !numbers.insert(number) {
            return Some(format!("two entries have the number {number}"));
        }
        let ipv4 = matches!(entry.range, AddressRange::Cidr(_));
        let wrong_family = match entry.traffic {
            Traffic::Icmp(_) if !ipv4 => Some("control messages of IPv4 do not come from IPv6 addresses".to_owned()),
            Traffic::Icmpv6(_) if ipv4 => Some("control messages of IPv6 do not come from IPv4 addresses".to_owned()),
            other => bad_traffic(other),
        };
        wrong_family.map(|message| format!("the entry {number}: {message}"))
    })
}
