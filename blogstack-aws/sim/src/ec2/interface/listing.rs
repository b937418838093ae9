//! How network interfaces are listed.

use std::net::Ipv4Addr;

use crate::context::Context;
use crate::ec2::group;
use crate::ec2::interface::{Attachment, Interface, address_of};
use crate::ec2::listing::{Listing, PAGES};
use crate::failure::Failure;
use crate::moment;
use crate::protocol::xml::Xml;

const LISTING: Listing<Interface> = Listing {
    ids: "NetworkInterfaceId",
    filters: &[
        "addresses.private-ip-address",
        "association.allocation-id",
        "association.association-id",
        "association.public-ip",
        "attachment.attachment-id",
        "attachment.delete-on-termination",
        "attachment.device-index",
        "attachment.instance-id",
        "attachment.instance-owner-id",
        "attachment.status",
        "availability-zone",
        "description",
        "group-id",
        "group-name",
        "interface-type",
        "mac-address",
        "network-interface-id",
        "owner-id",
        "private-ip-address",
        "requester-managed",
        "source-dest-check",
        "status",
        "subnet-id",
        "vpc-id",
    ],
    field,
    pages: PAGES,
};

pub(super) fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    LISTING.answer(context, "networkInterfaceSet", write)
}

fn field(context: &Context<'_>, interface: &Interface, name: &str) -> Vec<String> {
    if let Some(name) = name.strip_prefix("attachment.") {
        return interface.attachment.iter().map(|attachment| attachment_field(context, attachment, name)).collect();
    }
    if let Some(name) = name.strip_prefix("association.") {
        return association_field(context, interface, name).into_iter().collect();
    }
    vec![match name {
        "addresses.private-ip-address" => return interface.addresses().map(|address| address.to_string()).collect(),
        "availability-zone" => interface.zone.clone(),
        "description" => interface.description.clone(),
        "group-id" => return interface.groups.clone(),
        "group-name" => return interface.groups.iter().map(|id| group::name_of(context, id)).collect(),
        "interface-type" => interface.kind.clone(),
        "mac-address" => interface.mac().to_owned(),
        "network-interface-id" => interface.id.clone(),
        "owner-id" => context.place.account.clone(),
        "private-ip-address" => interface.private_address.to_string(),
        "requester-managed" => interface.is_managed().to_string(),
        "source-dest-check" => interface.source_dest_check.to_string(),
        "status" => interface.status().to_owned(),
        "subnet-id" => interface.subnet.clone(),
        _ => interface.vpc.clone(),
    }]
}

fn attachment_field(context: &Context<'_>, attachment: &Attachment, name: &str) -> String {
    match name {
        "attachment-id" => attachment.id.clone(),
        "delete-on-termination" => attachment.delete_on_termination.to_string(),
        "device-index" => attachment.device_index.to_string(),
        "instance-id" => attachment.instance.clone(),
        "instance-owner-id" => context.place.account.clone(),
        _ => "attached".to_owned(),
    }
}

fn association_field(context: &Context<'_>, interface: &Interface, name: &str) -> Option<String> {
    let address = address_of(context, interface, None);
    match name {
        "allocation-id" => address.map(|address| address.id.clone()),
        "association-id" => address.and_then(|address| Some(address.association.as_ref()?.id.clone())),
        _ => address.map(|address| address.public_ip).or(interface.public_address).map(|address| address.to_string()),
    }
}

fn write(xml: &mut Xml, context: &Context<'_>, interface: &Interface) {
    let managed = interface.is_managed();
    xml.text("networkInterfaceId", &interface.id).text("subnetId", &interface.subnet).text("vpcId", &interface.vpc);
    xml.text("availabilityZone", &interface.zone).text("description", &interface.description);
    xml.text("ownerId", &context.place.account).text("requesterManaged", managed).text("status", interface.status());
    xml.text("macAddress", interface.mac()).text("privateIpAddress", interface.private_address);
    xml.text("privateDnsName", private_name(context, interface.private_address));
    xml.text("sourceDestCheck", interface.source_dest_check);
    group::write_names(xml, "groupSet", context, &interface.groups);
    if let Some(attachment) = &interface.attachment {
        xml.nest("attachment", |xml| write_attachment(xml, context, attachment));
    }
    write_association(xml, context, interface, interface.private_address, true);
    xml.items("ipv6AddressesSet", None::<()>, |_, ()| ());
    write_addresses(xml, context, interface, true);
    xml.text("interfaceType", &interface.kind).tags(&interface.tags);
}

fn write_attachment(xml: &mut Xml, context: &Context<'_>, attachment: &Attachment) {
    xml.text("attachmentId", &attachment.id).text("instanceId", &attachment.instance);
    xml.text("instanceOwnerId", &context.place.account).text("deviceIndex", attachment.device_index);
    xml.text("status", "attached").text("attachTime", moment::date(attachment.attached_at));
    xml.text("deleteOnTermination", attachment.delete_on_termination).text("networkCardIndex", 0);
}

/// Writes the private addresses, each with its public one.
pub(crate) fn write_addresses(xml: &mut Xml, context: &Context<'_>, interface: &Interface, with_ids: bool) {
    xml.items("privateIpAddressesSet", interface.addresses(), |xml, address| {
        xml.text("privateIpAddress", address).text("privateDnsName", private_name(context, address));
        xml.text("primary", address == interface.private_address);
        write_association(xml, context, interface, address, with_ids);
    });
}

/// Writes the public address that stands for a private one, if any; the listing of instances leaves its ids out.
pub(crate) fn write_association(xml: &mut Xml, context: &Context<'_>, interface: &Interface, private: Ipv4Addr, with_ids: bool) {
    let elastic = address_of(context, interface, Some(private));
    let automatic = interface.public_address.filter(|_| private == interface.private_address);
    let Some(public) = elastic.map(|address| address.public_ip).or(automatic) else { return };
    xml.nest("association", |xml| {
        xml.text("publicIp", public).text("publicDnsName", public_name(context, public));
        xml.text("ipOwnerId", elastic.map_or("amazon", |_| &context.place.account));
        if let Some(address) = elastic.filter(|_| with_ids) {
            xml.text("allocationId", &address.id);
            xml.maybe("associationId", address.association.as_ref().map(|association| &association.id));
        }
    });
}

/// *DNS attributes for your VPC*: `ip-10-0-1-5.eu-west-1.compute.internal`.
pub(crate) fn private_name(context: &Context<'_>, address: Ipv4Addr) -> String {
    let dashed = address.to_string().replace('.', "-");
    match context.place.region.as_str() {
        "us-east-1" => format!("ip-{dashed}.ec2.internal"),
        region => format!("ip-{dashed}.{region}.compute.internal"),
    }
}

/// *DNS attributes for your VPC*: `ec2-52-1-2-3.eu-west-1.compute.amazonaws.com`.
pub(crate) fn public_name(context: &Context<'_>, address: Ipv4Addr) -> String {
    let dashed = address.to_string().replace('.', "-");
    match context.place.region.as_str() {
        "us-east-1" => format!("ec2-{dashed}.compute-1.amazonaws.com"),
        region => format!("ec2-{dashed}.{region}.compute.amazonaws.com"),
    }
}
