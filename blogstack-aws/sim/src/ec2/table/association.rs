//! What route tables are for.
//!
//! Source: *`AssociateRouteTable`*, *`DisassociateRouteTable`*, *`ReplaceRouteTableAssociation`* (which makes a new id).

use crate::context::Context;
use crate::ec2::gateway::Gateway;
use crate::ec2::subnet::Subnet;
use crate::ec2::table::{Association, RouteTable, Subject};
use crate::ec2::{done, gateway};
use crate::failure::Failure;
use crate::protocol::xml::Xml;

pub(super) fn associate(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let table = context.named::<RouteTable>("RouteTableId")?;
    let (subject, vpc) = subject(context)?;
    if vpc != table.vpc {
        return Err(other_network(&table, &subject));
    }
    if all(context).any(|(_, association)| association.subject == subject) {
        let message = format!("the specified association for route table {} conflicts with an existing association", table.id);
        return Err(Failure::new("Resource.AlreadyAssociated", message));
    }
    let id = add(context, &table.id, subject)?;
    Ok(answer("associationId", &id))
}

pub(super) fn disassociate(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let (table, association) = named(context)?;
    if association.subject == Subject::Main {
        let message = format!("cannot disassociate the main route table association {}", association.id);
        return Err(Failure::value(message));
    }
    remove(context, &table, &association.id)?;
    Ok(done())
}

pub(super) fn replace(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let (old, association) = named(context)?;
    let table = context.named::<RouteTable>("RouteTableId")?;
    if context.find::<RouteTable>(&old)?.vpc != table.vpc {
        return Err(other_network(&table, &association.subject));
    }
    remove(context, &old, &association.id)?;
    let id = add(context, &table.id, association.subject)?;
    Ok(answer("newAssociationId", &id))
}

/// Ends the association of a subnet that is deleted.
pub(crate) fn forget_subnet(context: &mut Context<'_>, subnet: &str) {
    let subject = Subject::Subnet(subnet.to_owned());
    let found = all(context).find(|(_, association)| association.subject == subject);
    let found = found.map(|(table, association)| (table.id.clone(), association.id.clone()));
    if let Some((table, association)) = found {
        // The table was found a line above.
        let _ = remove(context, &table, &association);
    }
}

/// What a request wants to associate, and the VPC of that.
fn subject(context: &Context<'_>) -> Result<(Subject, String), Failure> {
    match (context.params.has("SubnetId"), context.params.has("GatewayId")) {
        (true, false) => context.named::<Subnet>("SubnetId").map(|subnet| (Subject::Subnet(subnet.id), subnet.vpc)),
        (false, true) => edge(context),
        (false, false) => Err(Failure::missing("SubnetId")),
        (true, true) => Err(Failure::combination("Specify either subnetId or gatewayId, not both.")),
    }
}

fn edge(context: &Context<'_>) -> Result<(Subject, String), Failure> {
    let gateway = context.named::<Gateway>("GatewayId")?;
    match gateway.vpc {
        Some(vpc) if gateway::is_attached(context, &vpc) => Ok((Subject::Gateway(gateway.id), vpc)),
        _ => Err(Failure::new("Gateway.NotAttached", format!("resource {} is not attached to any network", gateway.id))),
    }
}

fn other_network(table: &RouteTable, subject: &Subject) -> Failure {
    let (kind, id) = match subject {
        Subject::Main => ("network", table.vpc.as_str()),
        Subject::Subnet(id) => ("subnet", id.as_str()),
        Subject::Gateway(id) => ("gateway", id.as_str()),
    };
    Failure::value(format!("route table {} and {kind} {id} belong to different networks", table.id))
}

fn all<'a>(context: &'a Context<'_>) -> impl Iterator<Item = (&'a RouteTable, &'a Association)> {
    context.all::<RouteTable>().flat_map(|table| table.associations.iter().map(move |association| (table, association)))
}

/// The association that a request names, and its table's id.
fn named(context: &Context<'_>) -> Result<(String, Association), Failure> {
    let id = context.params.required("AssociationId")?;
    let found = all(context).find(|(_, association)| association.id == id);
    let found = found.map(|(table, association)| (table.id.clone(), association.clone()));
    found.ok_or_else(|| Failure::new("InvalidAssociationID.NotFound", format!("The association ID '{id}' does not exist")))
}

fn add(context: &mut Context<'_>, table: &str, subject: Subject) -> Result<String, Failure> {
    let id = context.new_id("rtbassoc");
    let association = Association { id: id.clone(), subject };
    context.change::<RouteTable>(table)?.associations.push(association);
    Ok(id)
}

fn remove(context: &mut Context<'_>, table: &str, association: &str) -> Result<(), Failure> {
    context.change::<RouteTable>(table)?.associations.retain(|own| own.id != association);
    Ok(())
}

fn answer(name: &str, id: &str) -> Xml {
    let mut xml = Xml::new();
    xml.text(name, id).nest("associationState", |xml| {
        xml.text("state", "associated");
    });
    xml
}
