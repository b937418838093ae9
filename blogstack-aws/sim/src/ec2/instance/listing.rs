//! How instances are listed: by reservation, page by page of instances.
//!
//! Source: *`DescribeInstances`*, *`Instance`*.

use crate::context::Context;
use crate::ec2::instance::{Instance, State, lifecycle, metadata};
use crate::ec2::interface::listing::{private_name, public_name, write_addresses, write_association};
use crate::ec2::interface::{self, Interface};
use crate::ec2::listing::{Listing, PAGES};
use crate::ec2::{group, profile, volume};
use crate::failure::Failure;
use crate::moment;
use crate::protocol::xml::Xml;

pub(super) const LISTING: Listing<Instance> = Listing {
    ids: "InstanceId",
    filters: &[
        "architecture",
        "availability-zone",
        "block-device-mapping.volume-id",
        "client-token",
        "dns-name",
        "group-id",
        "group-name",
        "hypervisor",
        "iam-instance-profile.arn",
        "image-id",
        "instance-id",
        "instance-state-code",
        "instance-state-name",
        "instance-type",
        "instance.group-id",
        "instance.group-name",
        "ip-address",
        "key-name",
        "launch-index",
        "launch-time",
        "metadata-options.http-tokens",
        "monitoring-state",
        "network-interface.network-interface-id",
        "network-interface.subnet-id",
        "owner-id",
        "placement-group-name",
        "private-dns-name",
        "private-ip-address",
        "reservation-id",
        "root-device-name",
        "root-device-type",
        "source-dest-check",
        "subnet-id",
        "tenancy",
        "virtualization-type",
        "vpc-id",
    ],
    field,
    pages: PAGES,
};

pub(super) fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let page = LISTING.read(context)?;
    let mut reservations: Vec<Vec<&Instance>> = Vec::new();
    for instance in page.entries {
        let same = |others: &&mut Vec<&Instance>| others.iter().any(|other| other.reservation == instance.reservation);
        match reservations.iter_mut().find(same) {
            Some(others) => others.push(instance),
            None => reservations.push(vec![instance]),
        }
    }
    let mut xml = Xml::new();
    xml.items("reservationSet", reservations, |xml, instances| write_reservation(xml, context, &instances));
    xml.maybe("nextToken", page.next);
    Ok(xml)
}

/// Writes the instances of one reservation.
pub(super) fn write_reservation(xml: &mut Xml, context: &Context<'_>, instances: &[&Instance]) {
    xml.maybe("reservationId", instances.first().map(|instance| &instance.reservation));
    xml.text("ownerId", &context.place.account);
    xml.items("groupSet", None::<()>, |_, ()| ());
    xml.items("instancesSet", instances, |xml, instance| write(xml, context, instance));
}

fn field(context: &Context<'_>, instance: &Instance, name: &str) -> Vec<String> {
    let interfaces = interface::of_instance(context, &instance.id);
    let primary = interfaces.first();
    let groups = || interfaces.iter().flat_map(|interface| &interface.groups);
    let of_primary = |value: fn(&Context<'_>, &Interface) -> Option<String>| primary.and_then(|primary| value(context, primary));
    let one = match name {
        "block-device-mapping.volume-id" => {
            return volume::of_instance(context, &instance.id).iter().map(|volume| volume.id.clone()).collect();
        }
        "group-id" | "instance.group-id" => return groups().cloned().collect(),
        "group-name" | "instance.group-name" => return groups().map(|id| group::name_of(context, id)).collect(),
        "network-interface.network-interface-id" => return interfaces.iter().map(|interface| interface.id.clone()).collect(),
        "network-interface.subnet-id" => return interfaces.iter().map(|interface| interface.subnet.clone()).collect(),
        "dns-name" => of_primary(|context, primary| public_address(context, primary).map(|address| public_name(context, address))),
        "ip-address" => of_primary(|context, primary| public_address(context, primary).map(|address| address.to_string())),
        "private-dns-name" => of_primary(|context, primary| Some(private_name(context, primary.private_address))),
        "private-ip-address" => of_primary(|_, primary| Some(primary.private_address.to_string())),
        "source-dest-check" => of_primary(|_, primary| Some(primary.source_dest_check.to_string())),
        "iam-instance-profile.arn" => profile::arn_of(context, &instance.id),
        "subnet-id" => Some(instance.subnet.clone()).filter(|_| instance.state != State::Terminated),
        "vpc-id" => Some(instance.vpc.clone()).filter(|_| instance.state != State::Terminated),
        other => own_field(context, instance, other),
    };
    one.into_iter().collect()
}

fn own_field(context: &Context<'_>, instance: &Instance, name: &str) -> Option<String> {
    Some(match name {
        "architecture" => instance.architecture.clone(),
        "availability-zone" => instance.zone.clone(),
        "client-token" => instance.client_token.clone(),
        "hypervisor" => "xen".to_owned(),
        "image-id" => instance.image.clone(),
        "instance-id" => instance.id.clone(),
        "instance-state-code" => instance.state.code().to_string(),
        "instance-state-name" => instance.state.name().to_owned(),
        "instance-type" => instance.instance_type.clone(),
        "key-name" => return instance.key_name.clone(),
        "launch-index" => instance.launch_index.to_string(),
        "launch-time" => moment::date(instance.launched_at),
        "metadata-options.http-tokens" => instance.metadata.http_tokens.clone(),
        "monitoring-state" => monitoring(instance).to_owned(),
        "owner-id" => context.place.account.clone(),
        "placement-group-name" => return instance.placement_group.clone(),
        "reservation-id" => instance.reservation.clone(),
        "root-device-name" => instance.root_device.clone(),
        "root-device-type" => "ebs".to_owned(),
        "tenancy" => instance.tenancy.clone(),
        _ => "hvm".to_owned(),
    })
}

fn public_address(context: &Context<'_>, interface: &Interface) -> Option<std::net::Ipv4Addr> {
    interface::public_address(context, interface)
}

fn monitoring(instance: &Instance) -> &'static str {
    if instance.monitoring { "enabled" } else { "disabled" }
}

fn write(xml: &mut Xml, context: &Context<'_>, instance: &Instance) {
    xml.text("instanceId", &instance.id).text("imageId", &instance.image);
    lifecycle::write_state(xml, "instanceState", instance.state);
    let interfaces = interface::of_instance(context, &instance.id);
    write_addresses_of(xml, context, interfaces.first().copied());
    xml.maybe("keyName", instance.key_name.as_ref()).text("amiLaunchIndex", instance.launch_index);
    xml.items("productCodes", None::<()>, |_, ()| ());
    xml.text("instanceType", &instance.instance_type).text("launchTime", moment::date(instance.launched_at));
    write_placement(xml, instance);
    if instance.state != State::Terminated {
        xml.text("subnetId", &instance.subnet).text("vpcId", &instance.vpc);
    }
    write_reason(xml, instance);
    xml.text("architecture", &instance.architecture).text("rootDeviceType", "ebs").text("rootDeviceName", &instance.root_device);
    volume::write_mappings(xml, context, &instance.id);
    xml.text("virtualizationType", "hvm").text("hypervisor", "xen").text("clientToken", &instance.client_token);
    xml.text("ebsOptimized", instance.ebs_optimized).text("enaSupport", true);
    profile::write_of(xml, context, &instance.id);
    xml.tags(&instance.tags);
    write_interfaces(xml, context, &interfaces);
    xml.nest("metadataOptions", |xml| metadata::write(xml, &instance.metadata));
    xml.text("platformDetails", "Linux/UNIX").text("usageOperation", "RunInstances");
}

fn write_placement(xml: &mut Xml, instance: &Instance) {
    xml.nest("placement", |xml| {
        xml.text("availabilityZone", &instance.zone).text("tenancy", &instance.tenancy);
        xml.text("groupName", instance.placement_group.as_deref().unwrap_or_default());
    });
    xml.nest("monitoring", |xml| {
        xml.text("state", monitoring(instance));
    });
}

fn write_reason(xml: &mut Xml, instance: &Instance) {
    xml.text("reason", instance.state_reason.as_ref().map_or("", |_| "User initiated"));
    if let Some(code) = &instance.state_reason {
        xml.nest("stateReason", |xml| {
            xml.text("code", code).text("message", format!("{code}: User initiated shutdown"));
        });
    }
}

fn write_addresses_of(xml: &mut Xml, context: &Context<'_>, primary: Option<&Interface>) {
    let Some(primary) = primary else {
        xml.text("privateDnsName", "").text("dnsName", "");
        return;
    };
    let public = interface::public_address(context, primary);
    xml.text("privateDnsName", private_name(context, primary.private_address));
    xml.text("dnsName", public.map(|address| public_name(context, address)).unwrap_or_default());
    xml.text("privateIpAddress", primary.private_address).maybe("ipAddress", public);
    xml.text("sourceDestCheck", primary.source_dest_check);
    group::write_names(xml, "groupSet", context, &primary.groups);
}

fn write_interfaces(xml: &mut Xml, context: &Context<'_>, interfaces: &[&Interface]) {
    xml.items("networkInterfaceSet", interfaces, |xml, interface| {
        xml.text("networkInterfaceId", &interface.id).text("subnetId", &interface.subnet).text("vpcId", &interface.vpc);
        xml.text("description", &interface.description).text("ownerId", &context.place.account);
        xml.text("status", interface.status()).text("macAddress", interface.mac());
        xml.text("privateIpAddress", interface.private_address).text("sourceDestCheck", interface.source_dest_check);
        group::write_names(xml, "groupSet", context, &interface.groups);
        if let Some(attachment) = &interface.attachment {
            xml.nest("attachment", |xml| {
                xml.text("attachmentId", &attachment.id).text("deviceIndex", attachment.device_index);
                xml.text("status", "attached").text("attachTime", moment::date(attachment.attached_at));
                xml.text("deleteOnTermination", attachment.delete_on_termination).text("networkCardIndex", 0);
            });
        }
        write_association(xml, context, interface, interface.private_address, false);
        write_addresses(xml, context, interface, false);
        xml.text("interfaceType", &interface.kind);
    });
}
