//! Accepts, rejects, changes and deletes peering connections.

use crate::context::Context;
use crate::ec2::done;
use crate::ec2::peering::{Peering, Side, State, listing};
use crate::failure::Failure;
use crate::moment;
use crate::protocol::xml::Xml;

fn transition(peering: &Peering, to: &str) -> Failure {
    let message = format!("Invalid state transition for {}, attempted to transition from {} to {to}", peering.id, peering.state.name());
    Failure::new("InvalidStateTransition", message)
}

/// Only the accepter's side answers a request, in its own account and region.
fn to_answer(context: &Context<'_>, verb: &str, to: &str) -> Result<Peering, Failure> {
    let peering = context.named::<Peering>("VpcPeeringConnectionId")?;
    if peering.accepter.place() != *context.place {
        let message = format!("User {} cannot {verb} peering {}", context.place.account, peering.id);
        return Err(Failure::new("OperationNotPermitted", message));
    }
    match peering.state {
        State::PendingAcceptance => Ok(peering),
        _ => Err(transition(&peering, to)),
    }
}

pub(super) fn accept(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let peering = to_answer(context, "accept", "active")?;
    let next_at = Some(moment::later(context.now, context.settings.delays.peering_changed));
    Peering::change(context, &peering.id, |both| (both.state, both.next_at) = (State::Provisioning, next_at));
    let peering = context.named::<Peering>("VpcPeeringConnectionId")?;
    let mut xml = Xml::new();
    xml.nest("vpcPeeringConnection", |xml| listing::write(xml, context, &peering));
    Ok(xml)
}

pub(super) fn reject(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let peering = to_answer(context, "reject", "rejected")?;
    let next_at = Some(moment::later(context.now, context.settings.delays.memory));
    Peering::change(context, &peering.id, |both| (both.state, both.next_at) = (State::Rejected, next_at));
    Ok(done())
}

/// Either side may end it.
pub(super) fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let peering = context.named::<Peering>("VpcPeeringConnectionId")?;
    if matches!(peering.state, State::Deleted | State::Failed | State::Rejected | State::Expired) {
        return Err(transition(&peering, "deleting"));
    }
    if peering.state != State::Deleting {
        let next_at = Some(moment::later(context.now, context.settings.delays.peering_changed));
        Peering::change(context, &peering.id, |both| (both.state, both.next_at) = (State::Deleting, next_at));
    }
    Ok(done())
}

/// Each side sets its own options, and only of an active connection.
pub(super) fn modify(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let peering = context.named::<Peering>("VpcPeeringConnectionId")?;
    if peering.state != State::Active {
        let message = format!("Peering {} is not active. Peering options can be added only to active peerings.", peering.id);
        return Err(Failure::new("OperationNotPermitted", message));
    }
    let mut xml = Xml::new();
    let sides = [
        ("RequesterPeeringConnectionOptions", "requesterPeeringConnectionOptions", peering.requester.clone(), true),
        ("AccepterPeeringConnectionOptions", "accepterPeeringConnectionOptions", peering.accepter.clone(), false),
    ];
    for (parameter, element, side, of_requester) in sides {
        let Some(options) = context.params.group(parameter) else { continue };
        options.known_as_false("AllowEgressFromLocalClassicLinkToRemoteVpc");
        options.known_as_false("AllowEgressFromLocalVpcToRemoteClassicLink");
        if side.place() != *context.place {
            let message = format!("User {} cannot modify peering options for VPC {}", context.place.account, side.vpc);
            return Err(Failure::new("OperationNotPermitted", message));
        }
        let allow = options.flag("AllowDnsResolutionFromRemoteVpc")?.unwrap_or(side.allow_dns);
        let own = move |both: &mut Peering| side_of(both, of_requester).allow_dns = allow;
        Peering::change(context, &peering.id, own);
        xml.nest(element, |xml| listing::write_options(xml, allow));
    }
    Ok(xml)
}

fn side_of(peering: &mut Peering, of_requester: bool) -> &mut Side {
    if of_requester { &mut peering.requester } else { &mut peering.accepter }
}
