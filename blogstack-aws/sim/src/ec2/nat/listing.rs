//! How NAT gateways are listed.
//!
//! Source: *`DescribeNatGateways`*.

use crate::context::Context;
use crate::ec2::listing::{Listing, PAGES};
use crate::ec2::nat::{NatAddress, NatGateway};
use crate::failure::Failure;
use crate::moment;
use crate::protocol::xml::Xml;

const LISTING: Listing<NatGateway> =
    Listing { ids: "NatGatewayId", filters: &["connectivity-type", "nat-gateway-id", "state", "subnet-id", "vpc-id"], field, pages: PAGES };

pub(super) fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    LISTING.answer(context, "natGatewaySet", write)
}

fn field(_: &Context<'_>, nat: &NatGateway, name: &str) -> Vec<String> {
    vec![match name {
        "connectivity-type" => nat.connectivity_type.clone(),
        "nat-gateway-id" => nat.id.clone(),
        "state" => nat.state.name().to_owned(),
        "subnet-id" => nat.subnet.clone(),
        _ => nat.vpc.clone(),
    }]
}

pub(super) fn write(xml: &mut Xml, _: &Context<'_>, nat: &NatGateway) {
    xml.text("natGatewayId", &nat.id).text("subnetId", &nat.subnet).text("vpcId", &nat.vpc);
    xml.text("state", nat.state.name()).text("connectivityType", &nat.connectivity_type).text("availabilityMode", "zonal");
    if let Some((code, message)) = nat.failure.as_ref().filter(|_| nat.state == super::State::Failed) {
        xml.text("failureCode", code).text("failureMessage", message);
    }
    xml.text("createTime", moment::date(nat.created_at)).maybe("deleteTime", nat.deleted_at.map(moment::date));
    xml.items("natGatewayAddressSet", &nat.addresses, |xml, address| write_address(xml, nat, address));
    xml.tags(&nat.tags);
}

pub(super) fn write_address(xml: &mut Xml, nat: &NatGateway, address: &NatAddress) {
    xml.maybe("allocationId", address.allocation.as_ref()).maybe("associationId", address.association.as_ref());
    xml.maybe("networkInterfaceId", nat.interface.as_ref()).maybe("privateIp", address.private);
    xml.maybe("publicIp", address.public).text("isPrimary", address.primary).text("status", &address.status);
}
