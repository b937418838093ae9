//! NAT gateways.
//!
//! Source: *`CreateNatGateway`*, *`DeleteNatGateway`*, *`NatGateway`* (states, failure codes), *NAT gateways*: a deleted one stays
//! listed for about an hour.

mod address;
mod create;
mod listing;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::nat::address::NatAddress;
use crate::ec2::{Operation, eip, interface::Interface};
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object, Tags};

/// A NAT gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NatGateway {
    pub(crate) id: String,
    pub(crate) vpc: String,
    pub(crate) subnet: String,
    connectivity_type: String,
    interface: Option<String>,
    addresses: Vec<NatAddress>,
    state: State,
    /// Why it fails or has failed: code and message.
    failure: Option<(String, String)>,
    /// When a state that is on its way to another one gets there, or when a gateway that is gone is forgotten.
    next_at: Option<Moment>,
    created_at: Moment,
    deleted_at: Option<Moment>,
    tags: Tags,
}

/// The state of a NAT gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Pending,
    Available,
    Failed,
    Deleting,
    Deleted,
}

impl Object for NatGateway {
    const KIND: Kind = Kind {
        name: "natgateway",
        prefix: "nat",
        missing: "NatGatewayNotFound",
        malformed: Some("NatGatewayMalformed"),
        sentence: "The Nat Gateway {} was not found",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [Some(&self.vpc), Some(&self.subnet)]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    fn due(&self) -> Option<Moment> {
        let addresses = self.addresses.iter().filter_map(|address| address.settled_at);
        addresses.chain(self.next_at).min()
    }

    fn is_live(&self) -> bool {
        self.state != State::Deleted
    }
}

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateNatGateway" => create::create,
        "DescribeNatGateways" => listing::describe,
        "DeleteNatGateway" => delete,
        "AssociateNatGatewayAddress" => address::associate,
        "DisassociateNatGatewayAddress" => address::disassociate,
        "AssignPrivateNatGatewayAddress" => address::assign,
        "UnassignPrivateNatGatewayAddress" => address::unassign,
        _ => return None,
    })
}

/// Lets a NAT gateway's state, or one of its addresses, get where it is on the way to.
pub(crate) fn mature(context: &mut Context<'_>, id: &str) {
    address::settle(context, id);
    let now = context.now;
    let Some(nat) = context.region.nat_gateways.get(id) else { return };
    if nat.next_at.is_none_or(|at| at > now) {
        return;
    }
    match nat.state {
        State::Pending if nat.failure.is_some() => enter(context, id, State::Failed),
        State::Pending => enter(context, id, State::Available),
        State::Deleting => {
            let_go(context, id);
            enter(context, id, State::Deleted);
        }
        State::Failed | State::Deleted | State::Available => context.remove::<NatGateway>(id),
    }
}

/// Whether a VPC has a NAT gateway that is not gone.
pub(crate) fn is_in(context: &Context<'_>, vpc: &str) -> bool {
    context.of::<NatGateway>(vpc).any(|nat| !matches!(nat.state, State::Failed | State::Deleted))
}

fn enter(context: &mut Context<'_>, id: &str, state: State) {
    let now = context.now;
    let forgotten_at = moment::later(now, context.settings.delays.memory);
    let Some(nat) = context.region.nat_gateways.change(id) else { return };
    nat.state = state;
    nat.next_at = (state != State::Available).then_some(forgotten_at);
    if state == State::Deleted {
        nat.deleted_at = Some(now);
    }
}

/// Gives back the interface and the elastic addresses.
fn let_go(context: &mut Context<'_>, id: &str) {
    let interface = context.region.nat_gateways.change(id).and_then(|nat| nat.interface.take());
    if let Some(interface) = interface {
        eip::association::disassociate_interface(context, &interface);
        context.remove::<Interface>(&interface);
    }
}

fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let nat = context.named::<NatGateway>("NatGatewayId")?;
    if nat.state == State::Deleted {
        return Err(NatGateway::KIND.not_found(&nat.id));
    }
    if nat.state != State::Deleting {
        let next_at = moment::later(context.now, context.settings.delays.nat_gateway_deleted);
        let nat = context.change::<NatGateway>(&nat.id)?;
        (nat.state, nat.next_at) = (State::Deleting, Some(next_at));
    }
    let mut xml = Xml::new();
    xml.text("natGatewayId", &nat.id);
    Ok(xml)
}

impl NatGateway {
    /// Whether a route may lead to it.
    pub(crate) fn is_usable(&self) -> bool {
        matches!(self.state, State::Pending | State::Available)
    }
}

impl State {
    fn name(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Available => "available",
            State::Failed => "failed",
            State::Deleting => "deleting",
            State::Deleted => "deleted",
        }
    }
}

#[cfg(test)]
mod tests;
