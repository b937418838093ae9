//! Makes images of instances.
//!
//! Source: *`CreateImage`*: a name that no other image of the account has, 3 to 128 characters.

use crate::context::Context;
use crate::ec2::image::MadeImage;
use crate::ec2::instance::{Instance, State};
use crate::ec2::snapshot::{self, Snapshot};
use crate::ec2::tags;
use crate::ec2::volume::{self, Disk, Volume};
use crate::failure::Failure;
use crate::moment;
use crate::protocol::xml::Xml;
use crate::state::object::{Object, Tags};

/// What it makes, and may tag.
const TAGGED: [&str; 2] = ["image", "snapshot"];

pub(super) fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let instance = context.named::<Instance>("InstanceId")?;
    let name = free_name(context)?;
    context.params.flag("NoReboot")?;
    if !matches!(instance.state, State::Running | State::Stopped) {
        let message = format!("Instance is not in state 'running' or 'stopped' for instance: {}", instance.id);
        return Err(Failure::new("IncorrectState", message));
    }
    context.within_quota::<MadeImage>("images", "AMIQuotaExceeded")?;
    let (tags, snapshot_tags) = (
        tags::specified_among(&context.params, MadeImage::KIND.name, &TAGGED)?,
        tags::specified_among(&context.params, Snapshot::KIND.name, &TAGGED)?,
    );
    let id = context.new_id("ami");
    let image = MadeImage {
        name,
        description: context.params.owned("Description").unwrap_or_default(),
        instance: instance.id.clone(),
        architecture: instance.architecture,
        root_device: instance.root_device,
        disks: disks(context, &instance.id, &id, &snapshot_tags)?,
        created_at: context.now,
        available_at: Some(moment::later(context.now, context.settings.delays.image_available)),
        tags,
        id,
    };
    let mut xml = Xml::new();
    xml.text("imageId", &image.id);
    context.add(image);
    Ok(xml)
}

fn free_name(context: &Context<'_>) -> Result<String, Failure> {
    let name = context.params.required("Name")?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"()[] ./-'@_".contains(&byte);
    if !(3..=128).contains(&name.len()) || !name.bytes().all(fits) {
        let message =
            "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/' and '_'";
        return Err(Failure::new("InvalidAMIName.Malformed", message));
    }
    let made = context.all::<MadeImage>().find(|image| image.name == name).map(|image| image.id.clone());
    let own = |image: &crate::image::Image| image.name == name && image.owner == context.place.account;
    let known = || context.images().find(|(_, image)| own(image)).map(|(id, _)| id);
    match made.or_else(known) {
        Some(other) => {
            let message = format!("AMI name {name} is already in use by AMI {other}");
            Err(Failure::new("InvalidAMIName.Duplicate", message))
        }
        None => Ok(name.to_owned()),
    }
}

/// The volumes of the instance, each with a snapshot, as the request changes them.
fn disks(context: &mut Context<'_>, instance: &str, image: &str, tags: &Tags) -> Result<Vec<Disk>, Failure> {
    let volumes: Vec<Volume> = volume::of_instance(context, instance).into_iter().cloned().collect();
    let mut disks = Vec::new();
    for volume in volumes {
        let description = format!("Created by CreateImage({instance}) for {image}");
        let snapshot = snapshot::of_volume(context, &volume.id, &volume.performance, volume.kms_key.clone(), description, tags.clone());
        disks.extend(volume.as_disk(Some(snapshot.id.clone())));
        context.add(snapshot);
    }
    volume::disks(context, &context.params, &disks)
}
