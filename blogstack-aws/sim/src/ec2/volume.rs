//! Volumes: those that instances are launched with, and those that are made by themselves.
//!
//! Source: *`CreateVolume`*, *`DescribeVolumes`*, *`ModifyVolume`*, *`DeleteVolume`*, *`Volume`*, *Amazon EBS volume types*,
//! *Volume lifecycle*.

mod attachment;
mod create;
mod disk;
mod listing;
mod modification;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::volume::attachment::Attachment;
use crate::ec2::volume::modification::Modification;
use crate::ec2::{Operation, done};
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object, Tags};

pub(crate) use disk::{Disk, disks};

/// A volume.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Volume {
    pub(crate) id: String,
    zone: String,
    #[serde(flatten)]
    pub(crate) performance: Performance,
    pub(crate) encrypted: bool,
    pub(crate) kms_key: Option<String>,
    snapshot: Option<String>,
    attachment: Option<Attachment>,
    modification: Option<Modification>,
    #[serde(default)]
    phase: Phase,
    /// When it leaves a phase that ends by itself.
    #[serde(default)]
    phase_ends_at: Option<Moment>,
    created_at: Moment,
    tags: Tags,
}

/// Where a volume is in its life; whether it is in use is told by its attachment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Phase {
    Creating,
    #[default]
    Usable,
    Deleting,
}

/// What a volume can do, all of which can be changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Performance {
    pub(crate) size: u32,
    pub(crate) volume_type: String,
    pub(crate) iops: Option<u32>,
    pub(crate) throughput: Option<u32>,
}

impl Object for Volume {
    const KIND: Kind = Kind {
        name: "volume",
        prefix: "vol",
        missing: "InvalidVolume.NotFound",
        malformed: Some("InvalidVolumeID.Malformed"),
        sentence: "The volume '{}' does not exist.",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [self.attachment.as_ref().map(|attachment| attachment.instance.as_str()), None]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    fn due(&self) -> Option<Moment> {
        let modified = self.modification.as_ref().and_then(|modification| modification.next_at);
        let attached = self.attachment.as_ref().and_then(|attachment| attachment.next_at);
        [modified, attached, self.phase_ends_at].into_iter().flatten().min()
    }
}

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateVolume" => create::create,
        "DescribeVolumes" => listing::describe,
        "DeleteVolume" => delete,
        "AttachVolume" => attachment::attach,
        "DetachVolume" => attachment::detach,
        "ModifyVolume" => modification::modify,
        "DescribeVolumesModifications" => modification::describe,
        _ => return None,
    })
}

/// Lets a volume get where it is on the way to.
pub(crate) fn mature(context: &mut Context<'_>, id: &str) {
    let now = context.now;
    modification::mature(context, id);
    attachment::mature(context, id);
    let Some(volume) = context.region.volumes.get(id) else { return };
    if volume.phase_ends_at.is_none_or(|at| at > now) {
        return;
    }
    if volume.phase == Phase::Deleting {
        context.remove::<Volume>(id);
    } else if let Some(volume) = context.region.volumes.change(id) {
        (volume.phase, volume.phase_ends_at) = (Phase::Usable, None);
    }
}

/// The volumes of an instance, by device.
pub(crate) fn of_instance<'a>(context: &'a Context<'_>, instance: &str) -> Vec<&'a Volume> {
    let mut volumes: Vec<&Volume> = context.of::<Volume>(instance).collect();
    volumes.sort_by(|one, other| one.device().cmp(&other.device()));
    volumes
}

/// Makes a volume of a new instance.
pub(crate) fn create(context: &mut Context<'_>, disk: &Disk, instance: &str, zone: &str, tags: &Tags) {
    let mut volume = create::of_disk(context, disk, zone, tags.clone());
    volume.attachment = Some(Attachment {
        instance: instance.to_owned(),
        device: disk.device.clone(),
        delete_on_termination: disk.delete_on_termination,
        state: "attached".to_owned(),
        next_at: None,
        attached_at: context.now,
    });
    context.add(volume);
}

/// Deletes or detaches the volumes of a terminated instance.
pub(crate) fn let_go(context: &mut Context<'_>, instance: &str) {
    let volumes: Vec<Volume> = of_instance(context, instance).into_iter().cloned().collect();
    for volume in volumes {
        if volume.attachment.is_some_and(|attachment| attachment.delete_on_termination) {
            context.remove::<Volume>(&volume.id);
        } else if let Some(volume) = context.region.volumes.change(&volume.id) {
            volume.attachment = None;
        }
    }
}

fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let volume = context.named::<Volume>("VolumeId")?;
    if let Some(attachment) = &volume.attachment {
        let message = format!("Volume {} is currently attached to {}", volume.id, attachment.instance);
        return Err(Failure::new("VolumeInUse", message));
    }
    if volume.phase == Phase::Creating {
        return Err(wrong_state(&volume));
    }
    let ends_at = moment::later(context.now, context.settings.delays.volume_deleted);
    let volume = context.change::<Volume>(&volume.id)?;
    (volume.phase, volume.phase_ends_at) = (Phase::Deleting, Some(volume.phase_ends_at.unwrap_or(ends_at)));
    Ok(done())
}

fn wrong_state(volume: &Volume) -> Failure {
    Failure::new("IncorrectState", format!("The volume '{}' is '{}'.", volume.id, volume.status()))
}

/// Sets whether an instance's volumes go with it: *`ModifyInstanceAttribute`*, `BlockDeviceMapping`.
pub(crate) fn set_delete_on_termination(context: &mut Context<'_>, instance: &str) -> Result<(), Failure> {
    for mapping in context.params.groups("BlockDeviceMapping") {
        let device = mapping.required("DeviceName")?;
        let on = mapping.flag("Ebs.DeleteOnTermination")?.unwrap_or(true);
        mapping.text("Ebs.VolumeId");
        let found = of_instance(context, instance).into_iter().find(|volume| volume.device() == Some(device));
        let Some(id) = found.map(|volume| volume.id.clone()) else {
            let message = format!("No device is currently mapped at {device}");
            return Err(Failure::new("InvalidInstanceAttributeValue", message));
        };
        if let Some(attachment) = &mut context.change::<Volume>(&id)?.attachment {
            attachment.delete_on_termination = on;
        }
    }
    Ok(())
}

/// Writes the volumes of an instance: *`InstanceBlockDeviceMapping`*.
pub(crate) fn write_mappings(xml: &mut Xml, context: &Context<'_>, instance: &str) {
    let volumes = of_instance(context, instance);
    xml.items("blockDeviceMapping", volumes, |xml, volume| {
        let Some(attachment) = &volume.attachment else { return };
        xml.text("deviceName", &attachment.device).nest("ebs", |xml| {
            xml.text("volumeId", &volume.id).text("status", &attachment.state);
            xml.text("attachTime", moment::date(attachment.attached_at));
            xml.text("deleteOnTermination", attachment.delete_on_termination);
        });
    });
}

impl Volume {
    /// The disk of an image that is made of its instance.
    pub(crate) fn as_disk(&self, snapshot: Option<String>) -> Option<Disk> {
        let attachment = self.attachment.as_ref()?;
        Some(Disk {
            device: attachment.device.clone(),
            performance: self.performance.clone(),
            encrypted: self.encrypted,
            kms_key: self.kms_key.clone(),
            snapshot,
            delete_on_termination: attachment.delete_on_termination,
        })
    }

    fn device(&self) -> Option<&str> {
        self.attachment.as_ref().map(|attachment| attachment.device.as_str())
    }

    pub(crate) fn status(&self) -> &'static str {
        match self.phase {
            Phase::Creating => "creating",
            Phase::Deleting => "deleting",
            Phase::Usable if self.attachment.is_some() => "in-use",
            Phase::Usable => "available",
        }
    }
}

#[cfg(test)]
mod tests;
