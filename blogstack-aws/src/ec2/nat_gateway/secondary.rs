//! The addresses of a NAT gateway besides its first one: elastic ones of a public gateway, plain ones of a private gateway.

use std::{collections::BTreeSet, net::Ipv4Addr};

use aws_sdk_ec2::types::{NatGatewayAddress, NatGatewayAddressStatus as Status};
use blogstack_core::{
    Id, Set,
    provider::{Change, Changes, Cx, Result},
};

use super::{NatGateway, Provider};
use crate::{
    call,
    ec2::{described::Described, eip::Eip, filter},
};

/// The addresses that it has, without those that it loses or never got.
fn held(addresses: &[NatGatewayAddress]) -> impl Iterator<Item = &NatGatewayAddress> {
    let lost = |address: &NatGatewayAddress| matches!(address.status, Some(Status::Disassociating | Status::Unassigning | Status::Failed));
    addresses.iter().filter(move |address| address.is_primary == Some(false) && !lost(address))
}

/// Whether an address besides the first one is coming or going.
pub(super) fn is_moving(address: &NatGatewayAddress) -> bool {
    let moving = [Status::Associating, Status::Assigning, Status::Disassociating, Status::Unassigning];
    address.is_primary == Some(false) && address.status.as_ref().is_some_and(|status| moving.contains(status))
}

fn some<T>(items: impl Iterator<Item = T>) -> Option<Set<T>> {
    let items: Set<T> = items.collect();
    (!items.is_empty()).then_some(items)
}

/// The further elastic addresses.
pub(super) fn allocations(addresses: &[NatGatewayAddress]) -> Option<Set<Id<Eip>>> {
    some(held(addresses).filter_map(|address| address.allocation_id.as_deref().map(Id::new)))
}

/// The further private addresses.
pub(super) fn private_addresses(addresses: &[NatGatewayAddress]) -> Option<Set<Ipv4Addr>> {
    some(held(addresses).filter_map(|address| address.private_ip.as_ref()?.parse().ok()))
}

/// The items as AWS writes them.
pub(super) fn texts<T: ToString>(items: Option<&Set<T>>) -> Option<Vec<String>> {
    Some(items?.iter().map(ToString::to_string).collect())
}

/// What is wanted, if it is to change.
fn wanted<T: ToString>(change: Change<Set<T>>) -> Option<BTreeSet<String>> {
    match change {
        Change::Keep => None,
        Change::Set(items) => Some(items.iter().map(ToString::to_string).collect()),
        Change::Clear => Some(BTreeSet::new()),
    }
}

/// Adds what is missing and takes away what is too much. It takes a while until AWS has done so.
pub(super) async fn update(provider: &Provider, cx: &Cx<'_>, id: &Id<NatGateway>, changes: &Changes<NatGateway>) -> Result<()> {
    if let Some(wanted) = wanted(changes.of(NatGateway::secondary_allocations)?) {
        elastic(provider, cx, id, &wanted).await?;
    }
    if let Some(wanted) = wanted(changes.of(NatGateway::secondary_private_ip_addresses)?) {
        private(provider, cx, id, &wanted).await?;
    }
    Ok(())
}

async fn present(provider: &Provider, cx: &Cx<'_>, id: &Id<NatGateway>) -> Result<Vec<NatGatewayAddress>> {
    let found = provider.describe(&provider.0.ec2(cx.home), vec![filter(Provider::ID_FILTER, [id.as_str()])]).await?;
    Ok(found.into_iter().flat_map(|gateway| gateway.nat_gateway_addresses.unwrap_or_default()).collect())
}

/// These calls are sent once: whether one was carried out that was not answered is read.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateNatGatewayAddress.html>
async fn elastic(provider: &Provider, cx: &Cx<'_>, id: &Id<NatGateway>, wanted: &BTreeSet<String>) -> Result<()> {
    let client = provider.0.ec2(cx.home);
    let present = present(provider, cx, id).await?;
    let surplus = held(&present).filter(|address| address.allocation_id.as_ref().is_none_or(|id| !wanted.contains(id)));
    let surplus: Vec<String> = surplus.filter_map(|address| address.association_id.clone()).collect();
    let has = |allocation: &String| held(&present).any(|address| address.allocation_id.as_ref() == Some(allocation));
    let lacking: Vec<String> = wanted.iter().filter(|allocation| !has(allocation)).cloned().collect();
    if !surplus.is_empty() {
        let request = client.disassociate_nat_gateway_address().nat_gateway_id(id.as_str()).set_association_ids(Some(surplus));
        call::create("ec2:DisassociateNatGatewayAddress", || request.clone().send()).await?;
    }
    if !lacking.is_empty() {
        let request = client.associate_nat_gateway_address().nat_gateway_id(id.as_str()).set_allocation_ids(Some(lacking));
        call::create("ec2:AssociateNatGatewayAddress", || request.clone().send()).await?;
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssignPrivateNatGatewayAddress.html>
async fn private(provider: &Provider, cx: &Cx<'_>, id: &Id<NatGateway>, wanted: &BTreeSet<String>) -> Result<()> {
    let client = provider.0.ec2(cx.home);
    let present = present(provider, cx, id).await?;
    let has: BTreeSet<String> = held(&present).filter_map(|address| address.private_ip.clone()).collect();
    let (surplus, lacking): (Vec<String>, Vec<String>) =
        (has.difference(wanted).cloned().collect(), wanted.difference(&has).cloned().collect());
    if !surplus.is_empty() {
        let request = client.unassign_private_nat_gateway_address().nat_gateway_id(id.as_str()).set_private_ip_addresses(Some(surplus));
        call::create("ec2:UnassignPrivateNatGatewayAddress", || request.clone().send()).await?;
    }
    if !lacking.is_empty() {
        let request = client.assign_private_nat_gateway_address().nat_gateway_id(id.as_str()).set_private_ip_addresses(Some(lacking));
        call::create("ec2:AssignPrivateNatGatewayAddress", || request.clone().send()).await?;
    }
    Ok(())
}
