//! How peering connections are listed.
//!
//! Source: *`DescribeVpcPeeringConnections`*, *`VpcPeeringConnectionVpcInfo`*: the accepter's ranges and options are told once there is
//! a connection.

use crate::context::Context;
use crate::ec2::listing::{Listing, PAGES};
use crate::ec2::peering::{Peering, Side, State};
use crate::failure::Failure;
use crate::moment;
use crate::protocol::xml::Xml;

const LISTING: Listing<Peering> = Listing {
    ids: "VpcPeeringConnectionId",
    filters: &[
        "accepter-vpc-info.cidr-block",
        "accepter-vpc-info.owner-id",
        "accepter-vpc-info.vpc-id",
        "expiration-time",
        "requester-vpc-info.cidr-block",
        "requester-vpc-info.owner-id",
        "requester-vpc-info.vpc-id",
        "status-code",
        "status-message",
        "vpc-peering-connection-id",
    ],
    field,
    pages: PAGES,
};

pub(super) fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    LISTING.answer(context, "vpcPeeringConnectionSet", write)
}

fn field(_: &Context<'_>, peering: &Peering, name: &str) -> Vec<String> {
    if let Some(part) = name.strip_prefix("accepter-vpc-info.") {
        return side_field(&peering.accepter, part).into_iter().collect();
    }
    if let Some(part) = name.strip_prefix("requester-vpc-info.") {
        return side_field(&peering.requester, part).into_iter().collect();
    }
    vec![match name {
        "expiration-time" => moment::date(peering.expires_at),
        "status-code" => peering.state.name().to_owned(),
        "status-message" => message(peering),
        _ => peering.id.clone(),
    }]
}

fn side_field(side: &Side, part: &str) -> Option<String> {
    match part {
        "cidr-block" => side.block.map(|block| block.to_string()),
        "owner-id" => Some(side.account.clone()),
        _ => Some(side.vpc.clone()),
    }
}

fn message(peering: &Peering) -> String {
    let Peering { requester, accepter, .. } = peering;
    match peering.state {
        State::InitiatingRequest => format!("Initiating Request to {}", accepter.account),
        State::PendingAcceptance => format!("Pending Acceptance by {}", accepter.account),
        State::Provisioning => "Provisioning".to_owned(),
        State::Active => "Active".to_owned(),
        State::Deleting => "Deleting".to_owned(),
        State::Deleted => format!("Deleted by {}", requester.account),
        State::Rejected => format!("Rejected by {}", accepter.account),
        State::Failed => "Failed due to incorrect VPC-ID, Account-ID, or overlapping CIDR range".to_owned(),
        State::Expired => "Expired".to_owned(),
    }
}

pub(super) fn write(xml: &mut Xml, _: &Context<'_>, peering: &Peering) {
    let is_there = matches!(peering.state, State::Provisioning | State::Active | State::Deleting);
    xml.text("vpcPeeringConnectionId", &peering.id);
    xml.nest("requesterVpcInfo", |xml| write_side(xml, &peering.requester, true));
    xml.nest("accepterVpcInfo", |xml| write_side(xml, &peering.accepter, is_there));
    xml.nest("status", |xml| {
        xml.text("code", peering.state.name()).text("message", message(peering));
    });
    if matches!(peering.state, State::InitiatingRequest | State::PendingAcceptance) {
        xml.text("expirationTime", moment::date(peering.expires_at));
    }
    xml.tags(&peering.tags);
}

fn write_side(xml: &mut Xml, side: &Side, in_full: bool) {
    xml.text("ownerId", &side.account).text("vpcId", &side.vpc).text("region", &side.region);
    if let Some(block) = side.block.filter(|_| in_full) {
        xml.text("cidrBlock", block).items("cidrBlockSet", [block], |xml, block| {
            xml.text("cidrBlock", block);
        });
        xml.nest("peeringOptions", |xml| write_options(xml, side.allow_dns));
    }
}

pub(super) fn write_options(xml: &mut Xml, allow_dns: bool) {
    xml.text("allowEgressFromLocalClassicLinkToRemoteVpc", false).text("allowEgressFromLocalVpcToRemoteClassicLink", false);
    xml.text("allowDnsResolutionFromRemoteVpc", allow_dns);
}
