//! Starts, reboots, stops, terminates and watches instances.
//!
//! Source: *`StartInstances`*, *`RebootInstances`* (which leaves no state and ignores what is terminated), *`StopInstances`*,
//! *`TerminateInstances`* (which may be repeated), *`MonitorInstances`*, *Instance lifecycle*: a stopped instance loses its public address, a
//! terminated one is listed for about an hour.

use crate::context::Context;
use crate::ec2::instance::{Impairment, Instance, State, launch};
use crate::ec2::interface::Interface;
use crate::ec2::{done, eip, interface, profile, volume};
use crate::failure::Failure;
use crate::moment;
use crate::protocol::xml::Xml;

/// Lets an instance get where it is on the way to.
pub(crate) fn mature(context: &mut Context<'_>, id: &str) {
    let Some(instance) = context.region.instances.get(id) else { return };
    if instance.next_at.is_none_or(|at| at > context.now) {
        return;
    }
    match instance.state {
        State::Pending => {
            enter(context, id, State::Running);
            launch::give_public_address(context, id);
        }
        State::Stopping => {
            release_public_address(context, id);
            enter(context, id, State::Stopped);
        }
        State::ShuttingDown => {
            let_go(context, id);
            enter(context, id, State::Terminated);
        }
        State::Terminated => context.remove::<Instance>(id),
        State::Running | State::Stopped => {}
    }
}

fn enter(context: &mut Context<'_>, id: &str, state: State) {
    let delays = &context.settings.delays;
    let wait = match state {
        State::Pending => Some(delays.instance_running),
        State::Stopping => Some(delays.instance_stopped),
        State::ShuttingDown => Some(delays.instance_terminated),
        State::Terminated => Some(delays.memory),
        State::Running | State::Stopped => None,
    };
    let next_at = wait.map(|wait| moment::later(context.now, wait));
    if let Some(instance) = context.region.instances.change(id) {
        (instance.state, instance.next_at) = (state, next_at);
    }
}

fn release_public_address(context: &mut Context<'_>, id: &str) {
    let ids: Vec<String> = interface::of_instance(context, id).iter().map(|interface| interface.id.clone()).collect();
    for id in ids {
        if let Some(interface) = context.region.interfaces.change(&id) {
            interface.public_address = None;
        }
    }
}

/// Gives back what a terminated instance had.
fn let_go(context: &mut Context<'_>, id: &str) {
    let interfaces: Vec<Interface> = interface::of_instance(context, id).into_iter().cloned().collect();
    for interface in interfaces {
        eip::association::disassociate_interface(context, &interface.id);
        if interface.attachment.is_some_and(|attachment| attachment.delete_on_termination) {
            context.remove::<Interface>(&interface.id);
        } else if let Some(interface) = context.region.interfaces.change(&interface.id) {
            (interface.attachment, interface.public_address) = (None, None);
        }
    }
    volume::let_go(context, id);
    profile::let_go(context, id);
}

pub(super) fn start(context: &mut Context<'_>) -> Result<Xml, Failure> {
    change_all(context, |context, instance| match instance.state {
        State::Pending | State::Running => Ok(()),
        State::Stopped => {
            let now = context.now;
            let instance = context.change::<Instance>(&instance.id)?;
            (instance.launched_at, instance.state_reason, instance.impaired) = (now, None, None);
            let id = instance.id.clone();
            enter(context, &id, State::Pending);
            Ok(())
        }
        _ => Err(wrong_state(instance, "started")),
    })
}

/// It takes no time here.
pub(super) fn reboot(context: &mut Context<'_>) -> Result<Xml, Failure> {
    for instance in named(context)? {
        match instance.state {
            State::Running if instance.impaired == Some(Impairment::Instance) => {
                context.change::<Instance>(&instance.id)?.impaired = None;
            }
            State::Pending | State::Running | State::ShuttingDown | State::Terminated => {}
            State::Stopping | State::Stopped => return Err(wrong_state(&instance, "rebooted")),
        }
    }
    Ok(done())
}

pub(super) fn stop(context: &mut Context<'_>) -> Result<Xml, Failure> {
    for name in ["Force", "Hibernate", "SkipOsShutdown"] {
        context.params.text(name);
    }
    change_all(context, |context, instance| match instance.state {
        State::Stopping | State::Stopped => Ok(()),
        State::Running if instance.disable_api_stop => Err(protected(instance, "stopped", "disableApiStop")),
        State::Running => {
            begin(context, instance, State::Stopping);
            Ok(())
        }
        _ => Err(wrong_state(instance, "stopped")),
    })
}

pub(super) fn terminate(context: &mut Context<'_>) -> Result<Xml, Failure> {
    for name in ["Force", "SkipOsShutdown"] {
        context.params.text(name);
    }
    change_all(context, |context, instance| match instance.state {
        State::ShuttingDown | State::Terminated => Ok(()),
        _ if instance.disable_api_termination => Err(protected(instance, "terminated", "disableApiTermination")),
        _ => {
            begin(context, instance, State::ShuttingDown);
            Ok(())
        }
    })
}

/// Terminates an instance for whoever launched it: its protection does not count.
pub(crate) fn end(context: &mut Context<'_>, id: &str) {
    let instance = context.region.instances.get(id).cloned();
    if let Some(instance) = instance.filter(|instance| !matches!(instance.state, State::ShuttingDown | State::Terminated)) {
        begin(context, &instance, State::ShuttingDown);
    }
}

fn begin(context: &mut Context<'_>, instance: &Instance, state: State) {
    enter(context, &instance.id, state);
    if let Some(instance) = context.region.instances.change(&instance.id) {
        instance.state_reason = Some("Client.UserInitiatedShutdown".to_owned());
    }
}

fn wrong_state(instance: &Instance, done: &str) -> Failure {
    let message = format!("The instance '{}' is not in a state from which it can be {done}.", instance.id);
    Failure::new("IncorrectInstanceState", message)
}

fn protected(instance: &Instance, done: &str, attribute: &str) -> Failure {
    let message = format!("The instance '{}' may not be {done}. Modify its '{attribute}' instance attribute and try again.", instance.id);
    Failure::new("OperationNotPermitted", message)
}

type Change = fn(&mut Context<'_>, &Instance) -> Result<(), Failure>;

/// Does something to every instance of a request and tells the states before and after.
fn change_all(context: &mut Context<'_>, change: Change) -> Result<Xml, Failure> {
    let instances = named(context)?;
    for instance in &instances {
        change(context, instance)?;
    }
    let after = |instance: &Instance| context.region.instances.get(&instance.id).map_or(instance.state, |instance| instance.state);
    let mut xml = Xml::new();
    xml.items("instancesSet", &instances, |xml, instance| {
        xml.text("instanceId", &instance.id);
        write_state(xml, "currentState", after(instance));
        write_state(xml, "previousState", instance.state);
    });
    Ok(xml)
}

fn named(context: &Context<'_>) -> Result<Vec<Instance>, Failure> {
    let ids = context.params.list("InstanceId");
    if ids.is_empty() {
        return Err(Failure::missing("InstanceId"));
    }
    ids.iter().map(|id| context.find::<Instance>(id).cloned()).collect()
}

/// Writes a state with its code: *`InstanceState`*.
pub(super) fn write_state(xml: &mut Xml, name: &str, state: State) {
    xml.nest(name, |xml| {
        xml.text("code", state.code()).text("name", state.name());
    });
}

pub(super) fn monitor(context: &mut Context<'_>) -> Result<Xml, Failure> {
    set_monitoring(context, true)
}

pub(super) fn unmonitor(context: &mut Context<'_>) -> Result<Xml, Failure> {
    set_monitoring(context, false)
}

fn set_monitoring(context: &mut Context<'_>, on: bool) -> Result<Xml, Failure> {
    let instances = named(context)?;
    for instance in &instances {
        context.change::<Instance>(&instance.id)?.monitoring = on;
    }
    let mut xml = Xml::new();
    xml.items("instancesSet", &instances, |xml, instance| {
        xml.text("instanceId", &instance.id).nest("monitoring", |xml| {
            xml.text("state", if on { "enabled" } else { "disabled" });
        });
    });
    Ok(xml)
}
