//! CPU credits of burstable instances.
//!
//! Source: *`ModifyInstanceCreditSpecification`* (which succeeds with failures inside), *`DescribeInstanceCreditSpecifications`*.

use crate::context::Context;
use crate::ec2::instance::listing::LISTING;
use crate::ec2::instance::{Instance, type_name};
use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::xml::Xml;

pub(super) fn modify(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let requests = context.params.groups("InstanceCreditSpecification");
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for request in &requests {
        let id = request.required("InstanceId")?.to_owned();
        match modify_one(context, &id, request) {
            Ok(()) => done.push(id),
            Err(failure) => failed.push((id, failure)),
        }
    }
    let mut xml = Xml::new();
    xml.items("successfulInstanceCreditSpecificationSet", done, |xml, id| {
        xml.text("instanceId", id);
    });
    xml.items("unsuccessfulInstanceCreditSpecificationSet", failed, |xml, (id, failure)| {
        xml.text("instanceId", id).nest("error", |xml| {
            xml.text("code", &failure.code).text("message", &failure.message);
        });
    });
    Ok(xml)
}

fn modify_one(context: &mut Context<'_>, id: &str, request: &Params) -> Result<(), Failure> {
    let credits = request.required("CpuCredits")?;
    if !["standard", "unlimited"].contains(&credits) {
        return Err(Failure::invalid(credits, "cpuCredits", "Expecting standard or unlimited"));
    }
    let instance = context.find::<Instance>(id)?;
    if type_name::default_credits(&instance.instance_type).is_none() {
        let message = format!("The instance '{id}' is not of a burstable type.");
        return Err(Failure::new("InstanceCreditSpecification.NotSupported", message));
    }
    if !["pending", "running", "stopped", "stopping"].contains(&instance.state_name()) {
        return Err(Failure::new("IncorrectInstanceState", format!("The instance '{id}' is not in a valid state.")));
    }
    context.change::<Instance>(id)?.credits = Some(credits.to_owned());
    Ok(())
}

pub(super) fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let mut page = LISTING.read(context)?;
    page.entries.retain(|instance| instance.credits.is_some());
    let mut xml = Xml::new();
    xml.items("instanceCreditSpecificationSet", page.entries, |xml, instance| {
        xml.text("instanceId", &instance.id).maybe("cpuCredits", instance.credits.as_ref());
    });
    xml.maybe("nextToken", page.next);
    Ok(xml)
}
