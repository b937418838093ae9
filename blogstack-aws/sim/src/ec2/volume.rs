//! Volumes: those that instances are launched with.
//!
//! Source: *`DescribeVolumes`*, *`ModifyVolume`*, *`Volume`*, *Amazon EBS volume types*.

mod disk;
mod listing;
mod modification;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::Operation;
use crate::ec2::volume::modification::Modification;
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object, Tags};

pub(crate) use disk::{Disk, disks};
pub(crate) use modification::mature;

/// A volume.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Volume {
    pub(crate) id: String,
    zone: String,
    #[serde(flatten)]
    performance: Performance,
    encrypted: bool,
    kms_key: Option<String>,
    snapshot: Option<String>,
    attachment: Option<Attachment>,
    modification: Option<Modification>,
    created_at: Moment,
    tags: Tags,
}

/// What a volume can do, all of which can be changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Performance {
    pub(crate) size: u32,
    pub(crate) volume_type: String,
    pub(crate) iops: Option<u32>,
    pub(crate) throughput: Option<u32>,
}

/// How a volume is attached to an instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Attachment {
    instance: String,
    device: String,
    delete_on_termination: bool,
    attached_at: Moment,
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
        self.modification.as_ref().and_then(|modification| modification.next_at)
    }
}

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "DescribeVolumes" => listing::describe,
        "ModifyVolume" => modification::modify,
        "DescribeVolumesModifications" => modification::describe,
        _ => return None,
    })
}

/// The volumes of an instance, by device.
pub(crate) fn of_instance<'a>(context: &'a Context<'_>, instance: &str) -> Vec<&'a Volume> {
    let mut volumes: Vec<&Volume> = context.of::<Volume>(instance).collect();
    volumes.sort_by(|one, other| one.device().cmp(&other.device()));
    volumes
}

/// Makes a volume of a new instance.
pub(crate) fn create(context: &mut Context<'_>, disk: &Disk, instance: &str, zone: &str, tags: &Tags) {
    let attachment = Attachment {
        instance: instance.to_owned(),
        device: disk.device.clone(),
        delete_on_termination: disk.delete_on_termination,
        attached_at: context.now,
    };
    let volume = Volume {
        id: context.new_id("vol"),
        zone: zone.to_owned(),
        performance: disk.performance.clone(),
        encrypted: disk.encrypted,
        kms_key: disk.kms_key.clone(),
        snapshot: disk.snapshot.clone(),
        attachment: Some(attachment),
        modification: None,
        created_at: context.now,
        tags: tags.clone(),
    };
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
            xml.text("volumeId", &volume.id).text("status", "attached");
            xml.text("attachTime", moment::date(attachment.attached_at));
            xml.text("deleteOnTermination", attachment.delete_on_termination);
        });
    });
}

impl Volume {
    fn device(&self) -> Option<&str> {
        self.attachment.as_ref().map(|attachment| attachment.device.as_str())
    }

    fn status(&self) -> &'static str {
        if self.attachment.is_some() { "in-use" } else { "available" }
    }
}
