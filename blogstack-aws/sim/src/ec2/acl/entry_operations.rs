//! Adds, replaces and removes entries, which are known by number and direction.
//!
//! Source: *`CreateNetworkAclEntry`*, *`ReplaceNetworkAclEntry`*, *`DeleteNetworkAclEntry`*.

use crate::context::Context;
use crate::ec2::acl::NetworkAcl;
use crate::ec2::acl::entry::{self, Entry};
use crate::ec2::{Operation, done};
use crate::failure::Failure;
use crate::protocol::xml::Xml;

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateNetworkAclEntry" => create,
        "ReplaceNetworkAclEntry" => replace,
        "DeleteNetworkAclEntry" => delete,
        _ => return None,
    })
}

fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let acl = context.named::<NetworkAcl>("NetworkAclId")?;
    let entry = entry::read(&context.params)?;
    if position(&acl, entry.number, entry.egress).is_some() {
        let message = format!("The network acl entry identified by {} already exists.", entry.number);
        return Err(Failure::new("NetworkAclEntryAlreadyExists", message));
    }
    let used = acl.entries.iter().filter(|other| other.egress == entry.egress).count();
    context.quota("network-acl-entries", used, "NetworkAclEntryLimitExceeded")?;
    let entries = &mut context.change::<NetworkAcl>(&acl.id)?.entries;
    entries.push(entry);
    entries.sort_by_key(|entry| (!entry.egress, entry.number));
    Ok(done())
}

fn replace(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let acl = context.named::<NetworkAcl>("NetworkAclId")?;
    let entry = entry::read(&context.params)?;
    let position = existing(&acl, entry.number, entry.egress)?;
    if let Some(old) = context.change::<NetworkAcl>(&acl.id)?.entries.get_mut(position) {
        *old = entry;
    }
    Ok(done())
}

fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let acl = context.named::<NetworkAcl>("NetworkAclId")?;
    let (number, egress) = entry::key(&context.params)?;
    let position = existing(&acl, number, egress)?;
    context.change::<NetworkAcl>(&acl.id)?.entries.remove(position);
    Ok(done())
}

fn position(acl: &NetworkAcl, number: u16, egress: bool) -> Option<usize> {
    acl.entries.iter().position(|entry: &Entry| (entry.number, entry.egress) == (number, egress))
}

fn existing(acl: &NetworkAcl, number: u16, egress: bool) -> Result<usize, Failure> {
    let message = || format!("The network acl entry identified by {number} does not exist in network acl {}", acl.id);
    position(acl, number, egress).ok_or_else(|| Failure::new("InvalidNetworkAclEntry.NotFound", message()))
}
