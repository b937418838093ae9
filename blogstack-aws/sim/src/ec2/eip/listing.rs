//! How elastic IP addresses are listed: all at once, *`DescribeAddresses`* has no pages; *`DescribeAddressesAttribute`* has.

use crate::context::Context;
use crate::ec2::eip::{Address, by_address};
use crate::ec2::interface::Interface;
use crate::ec2::listing::Listing;
use crate::failure::Failure;
use crate::protocol::xml::Xml;

const LISTING: Listing<Address> = Listing {
    ids: "AllocationId",
    filters: &[
        "allocation-id",
        "association-id",
        "domain",
        "instance-id",
        "network-border-group",
        "network-interface-id",
        "network-interface-owner-id",
        "private-ip-address",
        "public-ip",
    ],
    field,
    pages: None,
};

pub(super) fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let addresses = context.params.list("PublicIp");
    addresses.iter().try_for_each(|address| by_address(context, address).map(drop))?;
    let mut page = LISTING.read(context)?;
    page.entries.retain(|address| addresses.is_empty() || addresses.contains(&address.public_ip.to_string()));
    let mut xml = Xml::new();
    xml.items("addressesSet", page.entries, |xml, address| write(xml, context, address));
    Ok(xml)
}

/// The names that addresses are resolved to: *Use reverse DNS for email applications*. Nobody can set one here.
const ATTRIBUTES: Listing<Address> = Listing { filters: &[], pages: Some(1..=1000), ..LISTING };

pub(super) fn describe_attribute(context: &mut Context<'_>) -> Result<Xml, Failure> {
    if let Some(other) = context.params.text("Attribute").filter(|attribute| *attribute != "domain-name") {
        return Err(Failure::invalid(other, "attribute", "Expecting domain-name."));
    }
    ATTRIBUTES.answer(context, "addressSet", |xml, _, address| {
        xml.text("publicIp", address.public_ip).text("allocationId", &address.id);
    })
}

fn interface_of<'a>(context: &'a Context<'_>, address: &Address) -> Option<&'a Interface> {
    context.region.interfaces.get(&address.association.as_ref()?.interface)
}

fn field(context: &Context<'_>, address: &Address, name: &str) -> Vec<String> {
    let association = address.association.as_ref();
    let value = match name {
        "allocation-id" => Some(address.id.clone()),
        "association-id" => association.map(|association| association.id.clone()),
        "domain" => Some("vpc".to_owned()),
        "instance-id" => interface_of(context, address).and_then(|interface| Some(interface.instance()?.to_owned())),
        "network-border-group" => Some(context.place.region.clone()),
        "network-interface-id" => association.map(|association| association.interface.clone()),
        "network-interface-owner-id" => association.map(|_| context.place.account.clone()),
        "private-ip-address" => association.map(|association| association.private_address.to_string()),
        _ => Some(address.public_ip.to_string()),
    };
    value.into_iter().collect()
}

fn write(xml: &mut Xml, context: &Context<'_>, address: &Address) {
    xml.text("publicIp", address.public_ip).text("allocationId", &address.id).text("domain", "vpc");
    if let Some(association) = &address.association {
        xml.text("associationId", &association.id).text("networkInterfaceId", &association.interface);
        xml.text("networkInterfaceOwnerId", &context.place.account).text("privateIpAddress", association.private_address);
        xml.maybe("instanceId", interface_of(context, address).and_then(Interface::instance));
    }
    xml.tags(&address.tags).text("publicIpv4Pool", "amazon").text("networkBorderGroup", &context.place.region);
}
