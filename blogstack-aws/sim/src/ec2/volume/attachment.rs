//! Attaches volumes to instances and detaches them.
//!
//! Source: *`AttachVolume`*, *`DetachVolume`*, *`VolumeAttachment`* (states), *Error codes for the Amazon EC2 API*.

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::instance::{Instance, State};
use crate::ec2::volume::{Phase, Volume, of_instance, wrong_state};
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::xml::Xml;

/// How a volume is attached to an instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Attachment {
    pub(super) instance: String,
    pub(super) device: String,
    pub(super) delete_on_termination: bool,
    /// `attaching`, `attached`, `detaching`.
    #[serde(default = "attached")]
    pub(super) state: String,
    /// When a state that is on its way to another one gets there.
    #[serde(default)]
    pub(super) next_at: Option<Moment>,
    pub(super) attached_at: Moment,
}

fn attached() -> String {
    "attached".to_owned()
}

/// Lets an attachment get where it is on the way to.
pub(super) fn mature(context: &mut Context<'_>, id: &str) {
    let now = context.now;
    let Some(volume) = context.region.volumes.change(id) else { return };
    let Some(attachment) = volume.attachment.as_mut().filter(|attachment| attachment.next_at.is_some_and(|at| at <= now)) else { return };
    if attachment.state == "detaching" {
        volume.attachment = None;
    } else {
        (attachment.state, attachment.next_at) = (attached(), None);
    }
}

pub(super) fn attach(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let volume = context.named::<Volume>("VolumeId")?;
    let instance = context.named::<Instance>("InstanceId")?;
    let device = context.params.required("Device")?.to_owned();
    check(context, &volume, &instance, &device)?;
    let attachment = Attachment {
        instance: instance.id,
        device,
        delete_on_termination: false,
        state: "attaching".to_owned(),
        next_at: Some(moment::later(context.now, context.settings.delays.volume_attached)),
        attached_at: context.now,
    };
    let mut xml = Xml::new();
    write(&mut xml, &volume.id, &attachment);
    context.change::<Volume>(&volume.id)?.attachment = Some(attachment);
    Ok(xml)
}

fn check(context: &Context<'_>, volume: &Volume, instance: &Instance, device: &str) -> Result<(), Failure> {
    if volume.attachment.is_some() {
        return Err(Failure::new("VolumeInUse", format!("{} is already attached to an instance", volume.id)));
    }
    if volume.phase != Phase::Usable {
        return Err(wrong_state(volume));
    }
    if !matches!(instance.state, State::Running | State::Stopped) {
        let message = format!("Instance '{}' is not 'running' or 'stopped'.", instance.id);
        return Err(Failure::new("IncorrectState", message));
    }
    if volume.zone != instance.zone {
        let message = format!("The volume '{}' is not in the same availability zone as instance '{}'", volume.id, instance.id);
        return Err(Failure::new("InvalidVolume.ZoneMismatch", message));
    }
    if of_instance(context, &instance.id).iter().any(|other| other.device() == Some(device)) {
        let why = format!("Attachment point {device} is already in use");
        return Err(Failure::value(format!("Invalid value '{device}' for unixDevice. {why}")));
    }
    Ok(())
}

pub(super) fn detach(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let volume = context.named::<Volume>("VolumeId")?;
    context.params.flag("Force")?;
    let Some(attachment) = &volume.attachment else {
        let message = format!("Volume '{}' is in the '{}' state.", volume.id, volume.status());
        return Err(Failure::new("IncorrectState", message));
    };
    for (parameter, own) in [("InstanceId", &attachment.instance), ("Device", &attachment.device)] {
        if let Some(other) = context.params.text(parameter).filter(|given| given != own) {
            let message = format!("The volume '{}' is not attached to instance or device '{other}'.", volume.id);
            return Err(Failure::new("InvalidAttachment.NotFound", message));
        }
    }
    let instance = context.region.instances.get(&attachment.instance);
    if instance.is_some_and(|instance| instance.root_device == attachment.device && instance.state != State::Stopped) {
        let message = format!("Unable to detach root volume '{}' from instance '{}'", volume.id, attachment.instance);
        return Err(Failure::new("OperationNotPermitted", message));
    }
    let next_at = moment::later(context.now, context.settings.delays.volume_attached);
    let id = volume.id;
    let attachment = context.change::<Volume>(&id)?.attachment.as_mut().ok_or_else(|| Failure::missing("VolumeId"))?;
    if attachment.state != "detaching" {
        (attachment.state, attachment.next_at) = ("detaching".to_owned(), Some(next_at));
    }
    let mut xml = Xml::new();
    write(&mut xml, &id, attachment);
    Ok(xml)
}

/// Writes how a volume is attached: *`VolumeAttachment`*.
pub(super) fn write(xml: &mut Xml, volume: &str, attachment: &Attachment) {
    xml.text("volumeId", volume).text("instanceId", &attachment.instance).text("device", &attachment.device);
    xml.text("status", &attachment.state).text("attachTime", moment::date(attachment.attached_at));
    xml.text("deleteOnTermination", attachment.delete_on_termination);
}
