//! Brings the entries of an ACL from what they are to what they should be, number by number.

use aws_sdk_ec2::Client;
use blogstack_core::{
    Id, Set,
    provider::{ErrorKind, Result},
};

use super::{NetworkAcl, entry::NetworkAclEntry};
use crate::call::{self, done_unless};

/// The calls on one ACL's entries in one direction.
pub(super) struct Entries<'a> {
    pub(super) client: &'a Client,
    pub(super) id: &'a Id<NetworkAcl>,
    pub(super) egress: bool,
}

impl Entries<'_> {
    /// An entry with a number that is there is replaced, so that nothing is open or closed in between. New ones come before old
    /// ones go; a full ACL needs room first.
    pub(super) async fn bring(&self, current: &Set<NetworkAclEntry>, wanted: &Set<NetworkAclEntry>) -> Result<()> {
        let has = |entries: &Set<NetworkAclEntry>, number| entries.iter().any(|entry| entry.rule_number == number);
        let differing = wanted.iter().filter(|entry| !current.iter().any(|there| there == *entry));
        let (changed, added): (Vec<_>, Vec<_>) = differing.partition(|entry| has(current, entry.rule_number));
        let removed: Vec<u16> = current.iter().map(|entry| entry.rule_number).filter(|number| !has(wanted, *number)).collect();
        for entry in changed {
            if !self.replace(entry).await? {
                self.create(entry).await?;
            }
        }
        match self.add(&added).await {
            Err(error) if error.kind == ErrorKind::Quota && !removed.is_empty() => {
                self.remove(&removed).await?;
                self.add(&added).await
            }
            answer => {
                answer?;
                self.remove(&removed).await
            }
        }
    }

    /// One that is there already, as after a call whose answer was lost, is made what it should be.
    async fn add(&self, entries: &[&NetworkAclEntry]) -> Result<()> {
        for entry in entries {
            if !self.create(entry).await? {
                self.replace(entry).await?;
            }
        }
        Ok(())
    }

    async fn remove(&self, numbers: &[u16]) -> Result<()> {
        for number in numbers {
            self.delete(*number).await?;
        }
        Ok(())
    }

    /// Whether it was made: not if one with its number is there.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html>
    async fn create(&self, entry: &NetworkAclEntry) -> Result<bool> {
        let (range, ipv6) = entry.ranges();
        let request = self.client.create_network_acl_entry().network_acl_id(self.id.as_str()).egress(self.egress);
        let request = request.rule_number(entry.rule_number.into()).rule_action(entry.action()).protocol(entry.protocol());
        let request = request.set_cidr_block(range).set_ipv6_cidr_block(ipv6);
        let request = request.set_port_range(entry.ports()).set_icmp_type_code(entry.messages());
        let unless = "NetworkAclEntryAlreadyExists";
        call::change("ec2:CreateNetworkAclEntry", || done_unless(unless, request.clone().send())).await
    }

    /// Whether it was replaced: not if none with its number is there.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclEntry.html>
    async fn replace(&self, entry: &NetworkAclEntry) -> Result<bool> {
        let (range, ipv6) = entry.ranges();
        let request = self.client.replace_network_acl_entry().network_acl_id(self.id.as_str()).egress(self.egress);
        let request = request.rule_number(entry.rule_number.into()).rule_action(entry.action()).protocol(entry.protocol());
        let request = request.set_cidr_block(range).set_ipv6_cidr_block(ipv6);
        let request = request.set_port_range(entry.ports()).set_icmp_type_code(entry.messages());
        let unless = "InvalidNetworkAclEntry.NotFound";
        call::change("ec2:ReplaceNetworkAclEntry", || done_unless(unless, request.clone().send())).await
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkAclEntry.html>
    async fn delete(&self, number: u16) -> Result<()> {
        let request = self.client.delete_network_acl_entry().network_acl_id(self.id.as_str()).egress(self.egress);
        let request = request.rule_number(number.into());
        call::gone_is_fine(call::read("ec2:DeleteNetworkAclEntry", || request.clone().send()).await)
    }
}
