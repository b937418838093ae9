//! Reads attributes of instances, one a call.
//!
//! Source: *`DescribeInstanceAttribute`*, *`GetInstanceUefiData`* (no instance here has any).

use std::fmt::Display;

use crate::context::Context;
use crate::ec2::instance::{Instance, State};
use crate::ec2::{group, interface, volume};
use crate::failure::Failure;
use crate::protocol::xml::Xml;

pub(super) fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let instance = context.named::<Instance>("InstanceId")?;
    let attribute = context.params.required("Attribute")?;
    if instance.state == State::Terminated {
        let message = format!("The instance ID '{}' does not exist", instance.id);
        return Err(Failure::new("InvalidInstanceID.NotFound", message));
    }
    let mut xml = Xml::new();
    xml.text("instanceId", &instance.id);
    write(&mut xml, context, &instance, attribute)?;
    Ok(xml)
}

pub(super) fn uefi_data(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let instance = context.named::<Instance>("InstanceId")?;
    let mut xml = Xml::new();
    xml.text("instanceId", &instance.id);
    Ok(xml)
}

fn write(xml: &mut Xml, context: &Context<'_>, instance: &Instance, attribute: &str) -> Result<(), Failure> {
    let primary = interface::of_instance(context, &instance.id).into_iter().next();
    match attribute {
        "instanceType" => value(xml, attribute, Some(&instance.instance_type)),
        "userData" => value(xml, attribute, instance.user_data.as_ref()),
        "disableApiTermination" => value(xml, attribute, Some(instance.disable_api_termination)),
        "disableApiStop" => value(xml, attribute, Some(instance.disable_api_stop)),
        "instanceInitiatedShutdownBehavior" => value(xml, attribute, Some(&instance.shutdown_behavior)),
        "rootDeviceName" => value(xml, attribute, Some(&instance.root_device)),
        "ebsOptimized" => value(xml, attribute, Some(instance.ebs_optimized)),
        "enaSupport" => value(xml, attribute, Some(true)),
        "sourceDestCheck" => value(xml, attribute, primary.map(|interface| interface.source_dest_check)),
        "kernel" | "ramdisk" | "sriovNetSupport" => value(xml, attribute, None::<bool>),
        "productCodes" => no_codes(xml),
        "groupSet" => group::write_names(xml, attribute, context, primary.map_or(&[], |interface| interface.groups.as_slice())),
        "blockDeviceMapping" => volume::write_mappings(xml, context, &instance.id),
        "enclaveOptions" => enclave(xml),
        other => return Err(Failure::invalid(other, "attribute", "Unknown attribute.")),
    }
    Ok(())
}

fn value(xml: &mut Xml, name: &str, value: Option<impl Display>) {
    xml.nest(name, |xml| {
        xml.maybe("value", value);
    });
}

fn enclave(xml: &mut Xml) {
    xml.nest("enclaveOptions", |xml| {
        xml.text("enabled", false);
    });
}

fn no_codes(xml: &mut Xml) {
    xml.items("productCodes", None::<()>, |_, ()| ());
}
