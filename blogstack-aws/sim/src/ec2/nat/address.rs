//! The addresses of NAT gateways beside the primary one.
//!
//! Source: *`AssociateNatGatewayAddress`*, *`DisassociateNatGatewayAddress`*, *`AssignPrivateNatGatewayAddress`*,
//! *`UnassignPrivateNatGatewayAddress`*, *`NatGatewayAddress`* (status).

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::nat::{NatGateway, State, create, listing};
use crate::ec2::subnet::{self, Subnet};
use crate::ec2::{eip, interface};
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::xml::Xml;

/// An address of a NAT gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct NatAddress {
    pub(super) allocation: Option<String>,
    pub(super) association: Option<String>,
    pub(super) private: Option<Ipv4Addr>,
    pub(super) public: Option<Ipv4Addr>,
    pub(super) primary: bool,
    pub(super) status: String,
    /// When it gets where it is on the way to.
    pub(super) settled_at: Option<Moment>,
}

impl NatAddress {
    pub(super) fn new(primary: bool, status: &str) -> Self {
        let status = status.to_owned();
        Self { allocation: None, association: None, private: None, public: None, primary, status, settled_at: None }
    }

    fn is_leaving(&self) -> bool {
        ["disassociating", "unassigning"].contains(&self.status.as_str())
    }
}

/// When an address that is taken now is in use: the primary one together with its gateway.
pub(super) fn settled_at(context: &Context<'_>, primary: bool) -> Moment {
    let delays = &context.settings.delays;
    moment::later(context.now, if primary { delays.nat_gateway_available } else { delays.nat_gateway_address })
}

/// Lets addresses get where they are on the way to.
pub(super) fn settle(context: &mut Context<'_>, id: &str) {
    let now = context.now;
    let Some(nat) = context.region.nat_gateways.change(id) else { return };
    let due = |address: &NatAddress| address.settled_at.is_some_and(|at| at <= now);
    let (leaving, staying): (Vec<_>, Vec<_>) = nat.addresses.drain(..).partition(|address| due(address) && address.is_leaving());
    nat.addresses = staying;
    for address in nat.addresses.iter_mut().filter(|address| due(address)) {
        (address.status, address.settled_at) = ("succeeded".to_owned(), None);
    }
    let interface = nat.interface.clone().unwrap_or_default();
    for address in leaving {
        give_back(context, &interface, &address);
    }
}

fn give_back(context: &mut Context<'_>, interface: &str, address: &NatAddress) {
    if let Some(allocation) = &address.allocation {
        eip::association::detach(context, allocation);
    }
    if let Some(interface) = context.region.interfaces.change(interface) {
        interface.secondary_addresses.retain(|own| Some(*own) != address.private);
    }
}

pub(super) fn associate(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let nat = available(context, "public")?;
    let allocations = context.params.list("AllocationId");
    if allocations.is_empty() {
        return Err(Failure::missing("AllocationId"));
    }
    let wanted = context.params.list("PrivateIpAddress");
    let mut taken = Vec::new();
    for (index, allocation) in allocations.iter().enumerate() {
        create::check_free(context, allocation)?;
        taken.push(add(context, &nat, wanted.get(index), Some(allocation))?);
    }
    Ok(answer(&nat, &taken))
}

pub(super) fn assign(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let nat = available(context, "private")?;
    let wanted = context.params.list("PrivateIpAddress");
    let count = context.params.number::<usize>("PrivateIpAddressCount")?.unwrap_or(0).min(31).max(wanted.len());
    if count == 0 {
        return Err(Failure::missing("PrivateIpAddress"));
    }
    let mut taken = Vec::new();
    for index in 0..count {
        taken.push(add(context, &nat, wanted.get(index), None)?);
    }
    Ok(answer(&nat, &taken))
}

pub(super) fn disassociate(context: &mut Context<'_>) -> Result<Xml, Failure> {
    context.params.text("MaxDrainDurationSeconds");
    let nat = available(context, "public")?;
    let ids = context.params.list("AssociationId");
    let missing = |id: &str| Failure::new("InvalidAssociationID.NotFound", format!("The association ID '{id}' does not exist"));
    let leaving = leave(context, &nat, &ids, "disassociating", missing, |address| address.association.clone())?;
    Ok(answer(&nat, &leaving))
}

pub(super) fn unassign(context: &mut Context<'_>) -> Result<Xml, Failure> {
    context.params.text("MaxDrainDurationSeconds");
    let nat = available(context, "private")?;
    let wanted = context.params.list("PrivateIpAddress");
    let missing = |address: &str| Failure::new("InvalidAddress.NotFound", format!("Address '{address}' not found."));
    let leaving = leave(context, &nat, &wanted, "unassigning", missing, |address| address.private.map(|private| private.to_string()))?;
    Ok(answer(&nat, &leaving))
}

/// The gateway that a request names, when it is available and of a connectivity type.
fn available(context: &Context<'_>, connectivity: &str) -> Result<NatGateway, Failure> {
    let nat = context.named::<NatGateway>("NatGatewayId")?;
    if nat.state != State::Available {
        let message = format!("The NAT gateway {} is in state {}, it must be available", nat.id, nat.state.name());
        return Err(Failure::new("IncorrectState", message));
    }
    if nat.connectivity_type != connectivity {
        return Err(Failure::new("InvalidParameter", format!("The NAT gateway {} is not {connectivity}", nat.id)));
    }
    Ok(nat)
}

fn add(context: &mut Context<'_>, nat: &NatGateway, wanted: Option<&String>, allocation: Option<&String>) -> Result<NatAddress, Failure> {
    let subnet = context.find::<Subnet>(&nat.subnet)?.clone();
    let private = subnet::free_address(context, &subnet, wanted.map(String::as_str))?;
    let interface = nat.interface.clone().unwrap_or_default();
    interface::part(context, &interface)?.secondary_addresses.push(private);
    let taken = create::take(context, &interface, private, allocation, false)?;
    context.change::<NatGateway>(&nat.id)?.addresses.push(taken.clone());
    Ok(taken)
}

/// Sends addresses on their way out; the primary one stays.
fn leave(
    context: &mut Context<'_>,
    nat: &NatGateway,
    keys: &[String],
    status: &str,
    missing: impl Fn(&str) -> Failure,
    key: impl Fn(&NatAddress) -> Option<String>,
) -> Result<Vec<NatAddress>, Failure> {
    let settled_at = settled_at(context, false);
    let mut leaving = Vec::new();
    for wanted in keys {
        let addresses = &mut context.change::<NatGateway>(&nat.id)?.addresses;
        let address = addresses.iter_mut().find(|address| key(address).as_ref() == Some(wanted)).ok_or_else(|| missing(wanted))?;
        if address.primary {
            return Err(Failure::new("InvalidParameter", "The primary address of a NAT gateway cannot be taken from it"));
        }
        (address.status, address.settled_at) = (status.to_owned(), Some(settled_at));
        leaving.push(address.clone());
    }
    if leaving.is_empty() { Err(Failure::missing("AssociationId")) } else { Ok(leaving) }
}

fn answer(nat: &NatGateway, addresses: &[NatAddress]) -> Xml {
    let mut xml = Xml::new();
    xml.text("natGatewayId", &nat.id);
    xml.items("natGatewayAddressSet", addresses, |xml, address| listing::write_address(xml, nat, address));
    xml
}
