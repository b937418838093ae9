//! Asks for peering connections.

use std::time::Duration;

use crate::context::Context;
use crate::ec2::peering::{Peering, Side, State, listing};
use crate::ec2::vpc::Vpc;
use crate::ec2::{cidr, tags};
use crate::failure::Failure;
use crate::moment;
use crate::protocol::xml::Xml;
use crate::state::object::{Object, Tags};
use crate::state::region::Stored;

/// *VPC peering connection lifecycle*: a request expires after seven days.
const EXPIRES: Duration = Duration::from_hours(7 * 24);

pub(super) fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let vpc = context.named::<Vpc>("VpcId")?;
    let peer = context.params.required("PeerVpcId")?.to_owned();
    Vpc::KIND.check(&peer)?;
    let mut accepter = Side {
        account: context.params.owned("PeerOwnerId").unwrap_or_else(|| context.place.account.clone()),
        region: context.params.owned("PeerRegion").unwrap_or_else(|| context.place.region.clone()),
        vpc: peer,
        block: None,
        allow_dns: false,
    };
    let requester = Side {
        account: context.place.account.clone(),
        region: context.place.region.clone(),
        vpc: vpc.id,
        block: Some(vpc.cidr_block),
        allow_dns: false,
    };
    let (place, own) = (accepter.place(), requester.place());
    accepter.block = context.at(&place, |there| Vpc::table(there.region).get(&accepter.vpc).map(|vpc| vpc.cidr_block));
    refuse_second(context, &requester, &accepter)?;
    let overlaps = accepter.block.is_none_or(|block| cidr::overlap(block, vpc.cidr_block));
    let peering = Peering {
        id: context.new_id("pcx"),
        hopeless: overlaps || requester.vpc == accepter.vpc,
        requester,
        accepter,
        state: State::InitiatingRequest,
        next_at: Some(moment::later(context.now, context.settings.delays.peering_changed)),
        expires_at: moment::later(context.now, EXPIRES),
        tags: tags::specified(&context.params, Peering::KIND.name)?,
    };
    let mut xml = Xml::new();
    xml.nest("vpcPeeringConnection", |xml| listing::write(xml, context, &peering));
    if place != own && peering.accepter.block.is_some() {
        let copy = Peering { tags: Tags::new(), ..peering.clone() };
        context.at(&place, |there| there.add(copy));
    }
    context.add(peering);
    Ok(xml)
}

/// Two VPCs have one connection, whichever of them asked.
fn refuse_second(context: &Context<'_>, requester: &Side, accepter: &Side) -> Result<(), Failure> {
    let pair = |peering: &&Peering| {
        let (one, other) = (&peering.requester.vpc, &peering.accepter.vpc);
        (one, other) == (&requester.vpc, &accepter.vpc) || (other, one) == (&requester.vpc, &accepter.vpc)
    };
    match context.of::<Peering>(&requester.vpc).filter(|peering| peering.is_live()).find(pair) {
        Some(_) => {
            let message = format!("A VPC peering connection between {} and {} already exists", requester.vpc, accepter.vpc);
            Err(Failure::new("VpcPeeringConnectionAlreadyExists", message))
        }
        None => Ok(()),
    }
}
