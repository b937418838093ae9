//! How endpoints are listed.
//!
//! Source: *`DescribeVpcEndpoints`*.

use crate::context::Context;
use crate::ec2::endpoint::{Endpoint, Sort, service};
use crate::ec2::group;
use crate::ec2::listing::{Listing, PAGES};
use crate::failure::Failure;
use crate::moment;
use crate::protocol::xml::Xml;

const LISTING: Listing<Endpoint> = Listing {
    ids: "VpcEndpointId",
    filters: &["ip-address-type", "service-name", "vpc-endpoint-id", "vpc-endpoint-state", "vpc-endpoint-type", "vpc-id"],
    field,
    pages: PAGES,
};

pub(super) fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    LISTING.answer(context, "vpcEndpointSet", write)
}

fn field(_: &Context<'_>, endpoint: &Endpoint, name: &str) -> Vec<String> {
    vec![match name {
        "ip-address-type" => "ipv4".to_owned(),
        "service-name" => endpoint.service_name.clone(),
        "vpc-endpoint-id" => endpoint.id.clone(),
        "vpc-endpoint-state" => endpoint.state.name().to_owned(),
        "vpc-endpoint-type" => endpoint.sort.name().to_owned(),
        _ => endpoint.vpc.clone(),
    }]
}

pub(super) fn write(xml: &mut Xml, context: &Context<'_>, endpoint: &Endpoint) {
    xml.text("vpcEndpointId", &endpoint.id).text("vpcEndpointType", endpoint.sort.name()).text("vpcId", &endpoint.vpc);
    xml.text("serviceName", &endpoint.service_name).text("state", endpoint.state.name()).text("policyDocument", &endpoint.policy);
    xml.texts("routeTableIdSet", endpoint.route_tables.iter().map(String::as_str));
    xml.texts("subnetIdSet", endpoint.interfaces.iter().map(|(subnet, _)| subnet.as_str()));
    group::write_names(xml, "groupSet", context, &endpoint.groups);
    xml.text("privateDnsEnabled", endpoint.private_dns).text("requesterManaged", false);
    xml.texts("networkInterfaceIdSet", endpoint.interfaces.iter().map(|(_, interface)| interface.as_str()));
    xml.items("dnsEntrySet", dns_names(context, endpoint), |xml, name| {
        xml.text("dnsName", name).text("hostedZoneId", "Z38GZ743OKFT7T");
    });
    xml.text("creationTimestamp", moment::date(endpoint.created_at)).tags(&endpoint.tags);
    xml.text("ownerId", &context.place.account);
    if endpoint.sort == Sort::Interface {
        xml.text("ipAddressType", "ipv4").nest("dnsOptions", |xml| {
            xml.text("dnsRecordIpType", "ipv4");
        });
    }
}

/// *DNS names for interface endpoints*: its own names and, with private DNS, the service's.
fn dns_names(context: &Context<'_>, endpoint: &Endpoint) -> Vec<String> {
    let region = &context.place.region;
    let Some(service) = service::short(region, &endpoint.service_name, endpoint.sort).filter(|_| endpoint.sort == Sort::Interface) else {
        return Vec::new();
    };
    let digits: String = endpoint.id.chars().rev().take(8).collect();
    let own = format!("{}-{digits}.{service}.{region}.vpce.amazonaws.com", endpoint.id);
    let private = endpoint.private_dns.then(|| format!("{service}.{region}.amazonaws.com"));
    [own].into_iter().chain(private).collect()
}
