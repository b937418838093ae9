//! Machine images: those that exist in the simulated world, and those that are made of instances.
//!
//! Source: *`CreateImage`*, *`DescribeImages`*, *`DeregisterImage`*, *`ModifyImageAttribute`*, *Create an Amazon EBS-backed AMI*: the instance is
//! rebooted unless the request says otherwise, and does not leave its state for that; each of its volumes gets a snapshot.

mod create;
mod listing;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::snapshot::{Snapshot, Source};
use crate::ec2::volume::{Disk, Performance};
use crate::ec2::{Operation, done};
use crate::failure::Failure;
use crate::image::Image;
use crate::moment::Moment;
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object, Tags};

/// An image that was made of an instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MadeImage {
    id: String,
    name: String,
    description: String,
    instance: String,
    architecture: String,
    root_device: String,
    disks: Vec<Disk>,
    created_at: Moment,
    /// When it is available, while it is pending.
    available_at: Option<Moment>,
    tags: Tags,
}

/// An image as a launch sees it.
pub(crate) struct Bootable {
    pub(crate) architecture: String,
    pub(crate) root_device: String,
    pub(crate) disks: Vec<Disk>,
}

impl Object for MadeImage {
    const KIND: Kind = Kind {
        name: "image",
        prefix: "ami",
        missing: "InvalidAMIID.NotFound",
        malformed: Some("InvalidAMIID.Malformed"),
        sentence: "The image id '[{}]' does not exist",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    fn due(&self) -> Option<Moment> {
        self.available_at
    }
}

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateImage" => create::create,
        "DescribeImages" => listing::describe,
        "ModifyImageAttribute" => modify_attribute,
        "DeregisterImage" => deregister,
        _ => return None,
    })
}

/// A pending image becomes available.
pub(crate) fn mature(context: &mut Context<'_>, id: &str) {
    let now = context.now;
    if let Some(image) = context.region.images.change(id) {
        image.available_at = image.available_at.filter(|at| *at > now);
    }
}

/// The image of an id, when instances can be launched from it.
pub(crate) fn bootable(context: &Context<'_>, id: &str) -> Result<Bootable, Failure> {
    MadeImage::KIND.check(id)?;
    if let Some((id, image)) = context.images().find(|(own, _)| own == id) {
        let disks = vec![root_disk(&id, image)];
        return Ok(Bootable { architecture: image.architecture.clone(), root_device: image.root_device_name.clone(), disks });
    }
    let image = context.find::<MadeImage>(id)?;
    if image.available_at.is_some() {
        return Err(Failure::new("InvalidAMIID.Unavailable", format!("The image ID '{id}' is not available")));
    }
    let MadeImage { architecture, root_device, disks, .. } = image.clone();
    Ok(Bootable { architecture, root_device, disks })
}

/// The disk of an image that was there before.
fn root_disk(id: &str, image: &Image) -> Disk {
    let performance = Performance { size: image.root_volume_size, volume_type: "gp3".to_owned(), iops: Some(3000), throughput: Some(125) };
    Disk {
        device: image.root_device_name.clone(),
        performance,
        encrypted: false,
        kms_key: None,
        snapshot: Some(snapshot_of(id)),
        delete_on_termination: true,
    }
}

/// The id of the snapshot of an image that was there before.
fn snapshot_of(image: &str) -> String {
    image.replacen("ami-", "snap-", 1)
}

/// The snapshot of an image that was there before, when it has this id.
pub(crate) fn snapshot(context: &Context<'_>, id: &str) -> Option<Source> {
    let (_, image) = context.images().find(|(image, _)| snapshot_of(image) == id)?;
    Some(Source { id: id.to_owned(), size: image.root_volume_size, kms_key: None })
}

/// The image that a snapshot is of.
pub(crate) fn using<'a>(context: &'a Context<'_>, snapshot: &str) -> Option<&'a str> {
    let uses = |image: &&MadeImage| image.disks.iter().any(|disk| disk.snapshot.as_deref() == Some(snapshot));
    context.all::<MadeImage>().find(uses).map(|image| image.id.as_str())
}

/// *`ModifyImageAttribute`*: the description, which can be changed; launch permissions are not simulated.
fn modify_attribute(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let image = context.named::<MadeImage>("ImageId")?;
    let params = context.params.clone();
    let value = match params.text("Attribute") {
        None | Some("description") => params.text("Description.Value").or(params.text("Value")),
        Some(other) => return Err(Failure::new("UnsupportedOperation", format!("Changing {other} of an image is not simulated."))),
    };
    let value = value.ok_or_else(|| Failure::combination("No attributes specified."))?;
    value.clone_into(&mut context.change::<MadeImage>(&image.id)?.description);
    Ok(done())
}

/// *`DeregisterImage`*: instances that run are left alone, and so are the snapshots unless the request wants them deleted.
fn deregister(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let image = context.named::<MadeImage>("ImageId")?;
    let with_snapshots = context.params.flag("DeleteAssociatedSnapshots")?.unwrap_or(false);
    context.remove::<MadeImage>(&image.id);
    let mut xml = done();
    if with_snapshots {
        let snapshots: Vec<String> = image.disks.into_iter().filter_map(|disk| disk.snapshot).collect();
        let deleted: Vec<_> = snapshots.into_iter().map(|id| (delete_snapshot(context, &id), id)).collect();
        xml.items("deleteSnapshotResultSet", deleted, |xml, (code, id)| {
            xml.text("snapshotId", id).text("returnCode", code);
        });
    }
    Ok(xml)
}

fn delete_snapshot(context: &mut Context<'_>, id: &str) -> &'static str {
    if using(context, id).is_some() || context.region.snapshots.get(id).is_none() {
        return "skipped";
    }
    context.remove::<Snapshot>(id);
    "success"
}

#[cfg(test)]
mod tests;
