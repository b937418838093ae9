//! Launches instances.
//!
//! Source: *`RunInstances`*; *Ensuring idempotency in Amazon EC2 API requests*: a token whose instance is terminated is refused.

use crate::context::Context;
use crate::ec2::eip;
use crate::ec2::instance::launch_request::{self, Request};
use crate::ec2::instance::{Instance, State, listing};
use crate::ec2::interface::{self, Attachment, Wanted};
use crate::ec2::{profile, token, volume};
use crate::failure::Failure;
use crate::moment;
use crate::params::Params;
use crate::protocol::xml::Xml;
use crate::state::object::Object;

pub(super) fn run(context: &mut Context<'_>) -> Result<Xml, Failure> {
    if let Some(known) = token::used(context, "RunInstances")? {
        return replay(context, &known);
    }
    let ids = from_params(context, &context.params.clone())?;
    token::remember(context, "RunInstances", ids.clone());
    Ok(answer(context, &ids))
}

/// Launches instances as a request with these parameters does, its launch template included. Whoever launches without a request of
/// its own, such as a group of instances, makes the parameters up.
pub(crate) fn from_params(context: &mut Context<'_>, params: &Params) -> Result<Vec<String>, Failure> {
    let (params, origin) = launch_request::with_template(context, params)?;
    let request = launch_request::read(context, &params, origin)?;
    let live = context.all::<Instance>().filter(|instance| instance.is_live()).count();
    context.quota("instances", live.saturating_add(request.count).saturating_sub(1), "InstanceLimitExceeded")?;
    let reservation = context.new_id("r");
    let mut ids = Vec::new();
    for index in 0..request.count {
        ids.push(launch(context, &params, &request, &reservation, index)?);
    }
    Ok(ids)
}

fn replay(context: &Context<'_>, ids: &[String]) -> Result<Xml, Failure> {
    let gone = |id: &&String| context.region.instances.get(id).is_none_or(|instance| instance.state == State::Terminated);
    match ids.iter().find(gone) {
        Some(id) => {
            let message = format!("The instance '{id}' of this idempotent request has been terminated.");
            Err(Failure::new("IdempotentInstanceTerminated", message))
        }
        None => Ok(answer(context, ids)),
    }
}

fn answer(context: &Context<'_>, ids: &[String]) -> Xml {
    let instances: Vec<&Instance> = ids.iter().filter_map(|id| context.region.instances.get(id)).collect();
    let mut xml = Xml::new();
    listing::write_reservation(&mut xml, context, &instances);
    xml
}

fn launch(context: &mut Context<'_>, params: &Params, request: &Request, reservation: &str, index: usize) -> Result<String, Failure> {
    let mut instance = described(context, params, request)?;
    (instance.reservation, instance.launch_index) = (reservation.to_owned(), index);
    let id = instance.id.clone();
    attach_interface(context, request, &id)?;
    for disk in &request.disks {
        volume::create(context, disk, &id, &request.subnet.zone, &request.volume_tags);
    }
    if let Some(name) = &request.profile {
        profile::add(context, &id, name, true);
    }
    context.add(instance);
    Ok(id)
}

fn described(context: &mut Context<'_>, params: &Params, request: &Request) -> Result<Instance, Failure> {
    Ok(Instance {
        id: context.new_id("i"),
        reservation: String::new(),
        launch_index: 0,
        client_token: params.owned("ClientToken").unwrap_or_default(),
        image: request.image_id.clone(),
        architecture: request.image.architecture.clone(),
        instance_type: request.instance_type.clone(),
        key_name: params.owned("KeyName"),
        vpc: request.subnet.vpc.clone(),
        subnet: request.subnet.id.clone(),
        zone: request.subnet.zone.clone(),
        tenancy: params.owned("Placement.Tenancy").unwrap_or_else(|| "default".to_owned()),
        placement_group: params.owned("Placement.GroupName"),
        user_data: request.user_data.clone(),
        disable_api_termination: params.flag("DisableApiTermination")?.unwrap_or(false),
        disable_api_stop: params.flag("DisableApiStop")?.unwrap_or(false),
        shutdown_behavior: request.shutdown_behavior.clone(),
        ebs_optimized: params.flag("EbsOptimized")?.unwrap_or(false),
        monitoring: params.flag("Monitoring.Enabled")?.unwrap_or(false),
        credits: request.credits.clone(),
        metadata: request.metadata.clone(),
        root_device: request.image.root_device.clone(),
        state: State::Pending,
        state_reason: None,
        impaired: None,
        next_at: Some(moment::later(context.now, context.settings.delays.instance_running)),
        launched_at: context.now,
        tags: request.instance_tags.clone(),
    })
}

fn attach_interface(context: &mut Context<'_>, request: &Request, instance: &str) -> Result<(), Failure> {
    let specification = &request.interface;
    let wanted = Wanted {
        private_address: specification.private_address.clone(),
        groups: specification.groups.clone(),
        description: specification.description.clone(),
        kind: "interface",
        auto_public: specification.public,
        tags: specification.tags.clone(),
    };
    let interface = interface::create(context, &request.subnet, wanted)?;
    let attachment = Attachment {
        id: context.new_id("eni-attach"),
        instance: instance.to_owned(),
        device_index: 0,
        delete_on_termination: specification.delete_on_termination,
        attached_at: context.now,
    };
    interface::part(context, &interface.id)?.attachment = Some(attachment);
    Ok(())
}

/// Gives a running instance the public address that it was launched for: *Amazon EC2 instance IP addressing*.
pub(super) fn give_public_address(context: &mut Context<'_>, instance: &str) {
    let Some(interface) = interface::of_instance(context, instance).first().map(|interface| (*interface).clone()) else { return };
    if !interface.auto_public || interface::public_address(context, &interface).is_some() {
        return;
    }
    let public = eip::new_public_address(context);
    if let Some(interface) = context.region.interfaces.change(&interface.id) {
        interface.public_address = Some(public);
    }
}
