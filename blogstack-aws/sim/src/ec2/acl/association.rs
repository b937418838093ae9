//! Which ACL a subnet has.
//!
//! Source: *`ReplaceNetworkAclAssociation`*, *`NetworkAclAssociation`*.

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::acl::NetworkAcl;
use crate::ec2::subnet::Subnet;
use crate::failure::Failure;
use crate::protocol::xml::Xml;

/// What a subnet was given last; one that was never given any has its VPC's default ACL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Association {
    id: String,
    acl: String,
}

/// The id of a subnet's association. That of the first one follows from the subnet's.
pub(super) fn id_of(subnet: &Subnet) -> String {
    match &subnet.network_acl {
        Some(association) => association.id.clone(),
        None => subnet.id.replacen("subnet-", "aclassoc-", 1),
    }
}

/// The subnets that have an ACL.
pub(super) fn of_acl<'a>(context: &'a Context<'_>, acl: &NetworkAcl) -> impl Iterator<Item = &'a Subnet> {
    let (id, is_default) = (acl.id.clone(), acl.is_default);
    let has = move |subnet: &&Subnet| subnet.network_acl.as_ref().map_or(is_default, |association| association.acl == id);
    context.of::<Subnet>(&acl.vpc).filter(has)
}

pub(super) fn replace(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let wanted = context.params.required("AssociationId")?;
    let subnet = context.all::<Subnet>().find(|subnet| id_of(subnet) == wanted).map(|subnet| (subnet.id.clone(), subnet.vpc.clone()));
    let missing = || Failure::new("InvalidAssociationID.NotFound", format!("The association ID '{wanted}' does not exist"));
    let (subnet, vpc) = subnet.ok_or_else(missing)?;
    let acl = context.named::<NetworkAcl>("NetworkAclId")?;
    if acl.vpc != vpc {
        return Err(Failure::value(format!("network acl {} and subnet {subnet} belong to different networks", acl.id)));
    }
    let id = context.new_id("aclassoc");
    // No caller named the subnet, so no consistency window hides it.
    if let Some(subnet) = context.region.subnets.change(&subnet) {
        subnet.network_acl = Some(Association { id: id.clone(), acl: acl.id });
    }
    let mut xml = Xml::new();
    xml.text("newAssociationId", id);
    Ok(xml)
}
