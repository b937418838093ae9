//! The status checks of instances: *`DescribeInstanceStatus`*: only running ones, unless all are asked for.

use crate::context::Context;
use crate::ec2::filter::Filter;
use crate::ec2::instance::{Impairment, Instance, State, lifecycle};
use crate::ec2::listing::{limit, page};
use crate::failure::Failure;
use crate::protocol::xml::Xml;

const FILTERS: [&str; 6] = [
    "availability-zone",
    "instance-state-code",
    "instance-state-name",
    "instance-status.status",
    "system-status.status",
    "instance-status.reachability",
];

pub(super) fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let ids = context.params.list("InstanceId");
    let all = context.params.flag("IncludeAllInstances")?.unwrap_or(false);
    let filters = Filter::read(&context.params, &FILTERS)?;
    let limit = limit(context, &(5..=1000), "InstanceId", !ids.is_empty())?;
    ids.iter().try_for_each(|id| context.find::<Instance>(id).map(drop))?;
    let wanted = |instance: &&Instance| {
        (ids.is_empty() || ids.contains(&instance.id))
            && (all || instance.state == State::Running)
            && filters.iter().all(|filter| filter.passes(None, |name| field(instance, name)))
    };
    let found = context.region.instances.iter_visible(context.now).filter(wanted).collect();
    let page = page(found, limit, context.params.text("NextToken"), |instance: &&Instance| &instance.id)?;
    let mut xml = Xml::new();
    xml.items("instanceStatusSet", page.entries, write);
    xml.maybe("nextToken", page.next);
    Ok(xml)
}

/// What the check of a name says: where the machine beneath an instance fails, the instance does.
fn status(instance: &Instance, check: &str) -> &'static str {
    match instance.impaired {
        _ if !instance.is_running() => "not-applicable",
        Some(Impairment::System) => "impaired",
        Some(Impairment::Instance) if check.starts_with("instance") => "impaired",
        _ => "ok",
    }
}

fn field(instance: &Instance, name: &str) -> Vec<String> {
    vec![match name {
        "availability-zone" => instance.zone.clone(),
        "instance-state-code" => instance.state.code().to_string(),
        "instance-state-name" => instance.state.name().to_owned(),
        "instance-status.reachability" => reachability(status(instance, name)).to_owned(),
        check => status(instance, check).to_owned(),
    }]
}

fn write(xml: &mut Xml, instance: &Instance) {
    xml.text("instanceId", &instance.id).text("availabilityZone", &instance.zone);
    lifecycle::write_state(xml, "instanceState", instance.state);
    for name in ["instanceStatus", "systemStatus"] {
        let status = status(instance, name);
        xml.nest(name, |xml| {
            xml.text("status", status);
            let details = if instance.is_running() { vec![reachability(status)] } else { Vec::new() };
            xml.items("details", details, |xml, reachability| {
                xml.text("name", "reachability").text("status", reachability);
            });
        });
    }
}

/// What there is to check about an instance and the machine beneath it: whether they are reached.
fn reachability(status: &str) -> &'static str {
    if status == "impaired" { "failed" } else { "passed" }
}
