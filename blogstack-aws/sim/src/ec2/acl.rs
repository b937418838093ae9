//! Network ACLs and which of them a subnet has.
//!
//! Source: *`CreateNetworkAcl`*, *`DescribeNetworkAcls`*, *`DeleteNetworkAcl`*, *`ReplaceNetworkAclAssociation`* (which makes a new
//! id), *Network ACL basics*: a subnet always has exactly one, its VPC's default one to begin with.

mod association;
mod entry;
mod entry_operations;
mod listing;

use serde::{Deserialize, Serialize};

use self::entry::Entry;
use crate::context::Context;
use crate::ec2::vpc::Vpc;
use crate::ec2::{Operation, done, tags, token};
use crate::failure::Failure;
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object, Tags};

pub(crate) use self::association::Association;

/// A network ACL. Its last entry in each direction, which denies everything, is not stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NetworkAcl {
    id: String,
    pub(crate) vpc: String,
    /// Whether it came with its VPC. The only ones that older worlds have did.
    #[serde(default = "of_old")]
    is_default: bool,
    #[serde(default = "entry::allow_all")]
    entries: Vec<Entry>,
    tags: Tags,
}

fn of_old() -> bool {
    true
}

impl Object for NetworkAcl {
    const KIND: Kind = Kind {
        name: "network-acl",
        prefix: "acl",
        missing: "InvalidNetworkAclID.NotFound",
        malformed: Some("InvalidNetworkAclId.Malformed"),
        sentence: "The networkAcl ID '{}' does not exist",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [Some(&self.vpc), None]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }
}

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateNetworkAcl" => create,
        "DescribeNetworkAcls" => listing::describe,
        "DeleteNetworkAcl" => delete,
        "ReplaceNetworkAclAssociation" => association::replace,
        _ => return entry_operations::operation(name),
    })
}

/// Makes the default ACL of a new VPC, which lets everything pass.
pub(crate) fn create_default(context: &mut Context<'_>, vpc: &str) {
    let id = context.new_id("acl");
    context.add(NetworkAcl { id, vpc: vpc.to_owned(), is_default: true, entries: entry::allow_all(), tags: Tags::new() });
}

/// Removes the default ACL of a VPC that is deleted.
pub(crate) fn remove_default(context: &mut Context<'_>, vpc: &str) {
    let ids: Vec<String> = context.of::<NetworkAcl>(vpc).map(|acl| acl.id.clone()).collect();
    for id in ids {
        context.remove::<NetworkAcl>(&id);
    }
}

/// Whether a VPC has an ACL that did not come with it.
pub(crate) fn has_own(context: &Context<'_>, vpc: &str) -> bool {
    context.of::<NetworkAcl>(vpc).any(|acl| !acl.is_default)
}

/// A new one denies everything.
fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    if let Some(known) = token::used(context, "CreateNetworkAcl")? {
        let acl = context.find::<NetworkAcl>(known.first().map_or("", String::as_str))?;
        return Ok(answer(context, acl));
    }
    let vpc = context.named::<Vpc>("VpcId")?.id;
    let used = context.of::<NetworkAcl>(&vpc).count();
    context.quota("network-acls", used, "NetworkAclLimitExceeded")?;
    let tags = tags::specified(&context.params, NetworkAcl::KIND.name)?;
    let acl = NetworkAcl { id: context.new_id("acl"), vpc, is_default: false, entries: Vec::new(), tags };
    let xml = answer(context, &acl);
    token::remember(context, "CreateNetworkAcl", vec![acl.id.clone()]);
    context.add(acl);
    Ok(xml)
}

fn answer(context: &Context<'_>, acl: &NetworkAcl) -> Xml {
    let mut xml = Xml::new();
    xml.nest("networkAcl", |xml| listing::write(xml, context, acl));
    xml.maybe("clientToken", context.params.text("ClientToken"));
    xml
}

fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let acl = context.named::<NetworkAcl>("NetworkAclId")?;
    if acl.is_default {
        return Err(Failure::value(format!("cannot delete default network ACL {}", acl.id)));
    }
    if association::of_acl(context, &acl).next().is_some() {
        return Err(Failure::dependency(format!("The networkAcl '{}' has dependencies and cannot be deleted.", acl.id)));
    }
    context.remove::<NetworkAcl>(&acl.id);
    Ok(done())
}

#[cfg(test)]
mod tests;
