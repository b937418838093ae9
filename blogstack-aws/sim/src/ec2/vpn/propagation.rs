//! Route propagation: a table takes the routes that a VPN gateway knows.
//!
//! Source: *`EnableVgwRoutePropagation`*, *`DisableVgwRoutePropagation`*.

use crate::context::Context;
use crate::ec2::table::RouteTable;
use crate::ec2::vpn::gateway;
use crate::ec2::{Operation, done};
use crate::failure::Failure;
use crate::protocol::xml::Xml;

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "EnableVgwRoutePropagation" => enable,
        "DisableVgwRoutePropagation" => disable,
        _ => return None,
    })
}

fn enable(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let table = context.named::<RouteTable>("RouteTableId")?;
    let gateway = gateway::live(context, context.params.required("GatewayId")?)?;
    if !gateway.is_attached_to(&table.vpc) {
        let message = format!("resource {} is not attached to network {}", gateway.id, table.vpc);
        return Err(Failure::new("Gateway.NotAttached", message));
    }
    context.change::<RouteTable>(&table.id)?.propagating.insert(gateway.id);
    Ok(done())
}

fn disable(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let table = context.named::<RouteTable>("RouteTableId")?;
    let gateway = gateway::live(context, context.params.required("GatewayId")?)?;
    context.change::<RouteTable>(&table.id)?.propagating.remove(&gateway.id);
    Ok(done())
}
