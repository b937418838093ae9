//! VPC peering connections, within an account and a region or across them.
//!
//! Source: *`CreateVpcPeeringConnection`*, *`AcceptVpcPeeringConnection`*, *`ModifyVpcPeeringConnectionOptions`*,
//! *`DeleteVpcPeeringConnection`*, *VPC peering connection lifecycle*. Both sides see a connection, each with its own tags: where they are
//! apart, each has a copy.

mod create;
mod listing;
mod operations;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::Operation;
use crate::moment::{self, Moment};
use crate::state::object::{Kind, Object, Tags};
use crate::state::world::Place;

/// A peering connection, as one of its sides sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Peering {
    id: String,
    requester: Side,
    accepter: Side,
    state: State,
    /// Whether the request cannot be accepted: there is no such VPC, or the ranges overlap.
    hopeless: bool,
    /// When a state ends by itself.
    next_at: Option<Moment>,
    expires_at: Moment,
    tags: Tags,
}

/// One of the two VPCs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Side {
    account: String,
    region: String,
    vpc: String,
    block: Option<Ipv4Net>,
    /// Whether names of this VPC resolve to private addresses in the other one.
    allow_dns: bool,
}

/// The state of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    InitiatingRequest,
    PendingAcceptance,
    Provisioning,
    Active,
    Deleting,
    Deleted,
    Rejected,
    Failed,
    Expired,
}

impl Object for Peering {
    const KIND: Kind = Kind {
        name: "vpc-peering-connection",
        prefix: "pcx",
        missing: "InvalidVpcPeeringConnectionID.NotFound",
        malformed: Some("InvalidVpcPeeringConnectionId.Malformed"),
        sentence: "The vpcPeeringConnection ID '{}' does not exist",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [Some(&self.requester.vpc), Some(&self.accepter.vpc)]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    fn due(&self) -> Option<Moment> {
        self.next_at
    }

    fn is_live(&self) -> bool {
        !matches!(self.state, State::Deleted | State::Rejected | State::Failed | State::Expired)
    }
}

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateVpcPeeringConnection" => create::create,
        "DescribeVpcPeeringConnections" => listing::describe,
        "AcceptVpcPeeringConnection" => operations::accept,
        "RejectVpcPeeringConnection" => operations::reject,
        "ModifyVpcPeeringConnectionOptions" => operations::modify,
        "DeleteVpcPeeringConnection" => operations::delete,
        _ => return None,
    })
}

/// Lets a connection's state get where it is on the way to. Each side's copy does so by itself.
pub(crate) fn mature(context: &mut Context<'_>, id: &str) {
    let now = context.now;
    let forgotten_at = Some(moment::later(now, context.settings.delays.memory));
    let Some(peering) = context.region.peerings.get(id) else { return };
    if peering.next_at.is_none_or(|at| at > now) {
        return;
    }
    let (state, next_at) = match peering.state {
        State::InitiatingRequest if peering.hopeless => (State::Failed, forgotten_at),
        State::InitiatingRequest => (State::PendingAcceptance, Some(peering.expires_at)),
        State::PendingAcceptance => (State::Expired, forgotten_at),
        State::Provisioning => (State::Active, None),
        State::Deleting => (State::Deleted, forgotten_at),
        _ => return context.remove::<Peering>(id),
    };
    if let Some(peering) = context.region.peerings.change(id) {
        (peering.state, peering.next_at) = (state, next_at);
    }
}

/// Whether a VPC has a peering connection that is not over.
pub(crate) fn is_in(context: &Context<'_>, vpc: &str) -> bool {
    context.of::<Peering>(vpc).any(Object::is_live)
}

impl Peering {
    /// Whether it is between this VPC and another one.
    pub(crate) fn joins(&self, vpc: &str) -> bool {
        self.requester.vpc == vpc || self.accepter.vpc == vpc
    }

    /// Whether it takes traffic.
    pub(crate) fn is_active(&self) -> bool {
        self.state == State::Active
    }

    /// Changes the connection for both sides.
    fn change(context: &mut Context<'_>, id: &str, change: impl Fn(&mut Peering)) {
        let Some(peering) = context.region.peerings.get(id) else { return };
        let places = [peering.requester.place(), peering.accepter.place()];
        let mut done: Vec<Place> = Vec::new();
        for place in places {
            if done.contains(&place) {
                continue;
            }
            context.at(&place, |there| there.region.peerings.change(id).map(&change));
            done.push(place);
        }
    }
}

impl Side {
    fn place(&self) -> Place {
        Place { account: self.account.clone(), region: self.region.clone() }
    }
}

impl State {
    fn name(self) -> &'static str {
        match self {
            State::InitiatingRequest => "initiating-request",
            State::PendingAcceptance => "pending-acceptance",
            State::Provisioning => "provisioning",
            State::Active => "active",
            State::Deleting => "deleting",
            State::Deleted => "deleted",
            State::Rejected => "rejected",
            State::Failed => "failed",
            State::Expired => "expired",
        }
    }
}

#[cfg(test)]
mod tests;
