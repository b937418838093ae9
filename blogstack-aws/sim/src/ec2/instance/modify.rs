//! Changes attributes of instances, one a call; some need a stopped instance.
//!
//! Source: *`ModifyInstanceAttribute`*.

use crate::context::Context;
use crate::ec2::instance::{Instance, State, launch_request, type_name};
use crate::ec2::interface::{self, Interface};
use crate::ec2::{done, volume};
use crate::failure::Failure;
use crate::protocol::xml::Xml;

/// The attributes that a call may change.
const ATTRIBUTES: [&str; 9] = [
    "InstanceType",
    "UserData",
    "DisableApiTermination",
    "DisableApiStop",
    "InstanceInitiatedShutdownBehavior",
    "EbsOptimized",
    "SourceDestCheck",
    "GroupId",
    "BlockDeviceMapping",
];

/// Those for which the instance must be stopped.
const WHILE_STOPPED: [&str; 3] = ["InstanceType", "UserData", "EbsOptimized"];

pub(super) fn modify(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let instance = context.named::<Instance>("InstanceId")?;
    let (attribute, value) = sent(context)?;
    let stopped = instance.state == State::Stopped;
    if WHILE_STOPPED.contains(&attribute) && !stopped {
        let message = format!("The instance '{}' is not in the 'stopped' state.", instance.id);
        return Err(Failure::new("IncorrectInstanceState", message));
    }
    if matches!(instance.state, State::ShuttingDown | State::Terminated) {
        let message = format!("The instance '{}' is not in a valid state for this operation.", instance.id);
        return Err(Failure::new("IncorrectInstanceState", message));
    }
    match attribute {
        "SourceDestCheck" => {
            let on = flag(attribute, value.as_deref())?;
            only_interface(context, &instance)?.source_dest_check = on;
        }
        "GroupId" => set_groups(context, &instance)?,
        "BlockDeviceMapping" => volume::set_delete_on_termination(context, &instance.id)?,
        _ => set(context.change::<Instance>(&instance.id)?, attribute, value.as_deref())?,
    }
    Ok(done())
}

/// The one attribute that a request changes, with its value if it has just one.
fn sent(context: &Context<'_>) -> Result<(&'static str, Option<String>), Failure> {
    let params = &context.params;
    if let Some(attribute) = params.text("Attribute") {
        let known = ATTRIBUTES.into_iter().find(|name| name.eq_ignore_ascii_case(attribute));
        let known = known.ok_or_else(|| Failure::invalid(attribute, "attribute", "Unknown attribute."))?;
        return Ok((known, params.owned("Value")));
    }
    let sent: Vec<&'static str> = ATTRIBUTES.into_iter().filter(|name| params.has(name)).collect();
    match sent.as_slice() {
        [only] => Ok((only, params.owned(&format!("{only}.Value")).or_else(|| params.owned(only)))),
        [] => Err(Failure::combination("No attributes specified.")),
        several => Err(Failure::combination(format!("Fields for multiple attribute types specified: {}", several.join(", ")))),
    }
}

fn set(instance: &mut Instance, attribute: &str, value: Option<&str>) -> Result<(), Failure> {
    match attribute {
        "InstanceType" => {
            let name = value.unwrap_or_default();
            type_name::check(name)?;
            type_name::check_architecture(name, &instance.architecture)?;
            name.clone_into(&mut instance.instance_type);
            instance.credits = type_name::default_credits(name).map(str::to_owned);
        }
        "UserData" => instance.user_data = launch_request::user_data(value)?,
        "InstanceInitiatedShutdownBehavior" => instance.shutdown_behavior = launch_request::shutdown_behavior(value)?,
        "DisableApiTermination" => instance.disable_api_termination = flag(attribute, value)?,
        "DisableApiStop" => instance.disable_api_stop = flag(attribute, value)?,
        _ => instance.ebs_optimized = flag(attribute, value)?,
    }
    Ok(())
}

fn flag(attribute: &str, value: Option<&str>) -> Result<bool, Failure> {
    let value = value.unwrap_or_default();
    value.parse().map_err(|_| Failure::invalid(value, attribute, "Expecting true or false"))
}

fn set_groups(context: &mut Context<'_>, instance: &Instance) -> Result<(), Failure> {
    let groups = context.params.list("GroupId");
    let groups = interface::checked_groups(context, &instance.vpc, groups)?;
    only_interface(context, instance)?.groups = groups;
    Ok(())
}

/// The interface of an instance that has one.
fn only_interface<'a>(context: &'a mut Context<'_>, instance: &Instance) -> Result<&'a mut Interface, Failure> {
    let interfaces = interface::of_instance(context, &instance.id);
    if let [only] = interfaces.as_slice() {
        let id = only.id.clone();
        return interface::part(context, &id);
    }
    let message = format!(
        "There are multiple interfaces attached to instance '{}'. Please specify an interface ID for the operation instead.",
        instance.id
    );
    Err(Failure::new("InvalidInstanceID", message))
}
