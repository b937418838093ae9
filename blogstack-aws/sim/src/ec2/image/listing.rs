//! How machine images are listed.
//!
//! Source: *`DescribeImages`*: unlike elsewhere, ids and pages go together.

use crate::context::Context;
use crate::ec2::filter::Filter;
use crate::ec2::image::{MadeImage, root_disk};
use crate::ec2::listing::{limit, page};
use crate::ec2::volume::Disk;
use crate::failure::Failure;
use crate::image::Image;
use crate::moment;
use crate::protocol::xml::Xml;
use crate::state::object::{Object, Tags};
use crate::state::region::Stored;

const FILTERS: [&str; 18] = [
    "architecture",
    "block-device-mapping.snapshot-id",
    "block-device-mapping.volume-type",
    "creation-date",
    "description",
    "ena-support",
    "hypervisor",
    "image-id",
    "image-type",
    "is-public",
    "name",
    "owner-alias",
    "owner-id",
    "root-device-name",
    "root-device-type",
    "source-instance-id",
    "state",
    "virtualization-type",
];

/// An image, however it came to be there.
struct Entry {
    id: String,
    image: Image,
    state: &'static str,
    disks: Vec<Disk>,
    tags: Tags,
    /// The instance it was made of.
    source: Option<String>,
}

impl Entry {
    fn known((id, image): (String, &Image)) -> Self {
        let disks = vec![root_disk(&id, image)];
        Self { id, image: image.clone(), state: "available", disks, tags: Tags::new(), source: None }
    }

    fn made(context: &Context<'_>, made: &MadeImage) -> Self {
        let image = Image {
            architecture: made.architecture.clone(),
            creation_date: moment::date(made.created_at),
            description: Some(made.description.clone()).filter(|text| !text.is_empty()),
            root_device_name: made.root_device.clone(),
            ..Image::new(made.name.clone(), context.place.account.clone())
        };
        let state = if made.available_at.is_some() { "pending" } else { "available" };
        Self { id: made.id.clone(), image, state, disks: made.disks.clone(), tags: made.tags.clone(), source: Some(made.instance.clone()) }
    }
}

fn entries(context: &Context<'_>) -> Vec<Entry> {
    let made = MadeImage::table(context.region).iter_visible(context.now).map(|made| Entry::made(context, made));
    context.images().map(Entry::known).chain(made).collect()
}

pub(super) fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let mut found = entries(context);
    let ids = context.params.list("ImageId");
    for id in &ids {
        MadeImage::KIND.check(id)?;
        if !found.iter().any(|entry| entry.id == *id) {
            return Err(MadeImage::KIND.not_found(id));
        }
    }
    let owners = context.params.list("Owner");
    for name in ["ExecutableBy", "IncludeDeprecated", "IncludeDisabled"] {
        context.params.has(name);
    }
    let filters = Filter::read(&context.params, &FILTERS)?;
    let limit = limit(context, &(1..=1000), "ImageId", false)?;
    found.retain(|entry| {
        (ids.is_empty() || ids.contains(&entry.id))
            && (owners.is_empty() || owners.iter().any(|owner| is_owner(context, owner, &entry.image)))
            && filters.iter().all(|filter| filter.passes(Some(&entry.tags), |name| field(context, entry, name)))
    });
    found.sort_by(|one, other| one.id.cmp(&other.id));
    let page = page(found, limit, context.params.text("NextToken"), |entry| &entry.id)?;
    let mut xml = Xml::new();
    xml.items("imagesSet", page.entries, |xml, entry| write(xml, context, &entry));
    xml.maybe("nextToken", page.next);
    Ok(xml)
}

fn is_owner(context: &Context<'_>, owner: &str, image: &Image) -> bool {
    owner == image.owner || Some(owner) == image.owner_alias.as_deref() || (owner == "self" && image.owner == context.place.account)
}

fn field(context: &Context<'_>, entry: &Entry, name: &str) -> Vec<String> {
    let image = &entry.image;
    let value = match name {
        "architecture" => &image.architecture,
        "block-device-mapping.snapshot-id" => return entry.disks.iter().filter_map(|disk| disk.snapshot.clone()).collect(),
        "block-device-mapping.volume-type" => return entry.disks.iter().map(|disk| disk.performance.volume_type.clone()).collect(),
        "creation-date" => &image.creation_date,
        "description" => image.description.as_deref().unwrap_or_default(),
        "ena-support" => "true",
        "hypervisor" => "xen",
        "image-id" => &entry.id,
        "image-type" => "machine",
        "is-public" => is_public(context, image),
        "name" => &image.name,
        "owner-alias" => image.owner_alias.as_deref().unwrap_or_default(),
        "owner-id" => &image.owner,
        "root-device-name" => &image.root_device_name,
        "root-device-type" => "ebs",
        "source-instance-id" => entry.source.as_deref().unwrap_or_default(),
        "state" => entry.state,
        _ => "hvm",
    };
    vec![value.to_owned()]
}

fn is_public(context: &Context<'_>, image: &Image) -> &'static str {
    if image.owner == context.place.account { "false" } else { "true" }
}

fn write(xml: &mut Xml, context: &Context<'_>, entry: &Entry) {
    let Entry { id, image, .. } = entry;
    xml.text("imageId", id).text("imageLocation", format!("{}/{}", image.owner, image.name)).text("imageState", entry.state);
    xml.text("imageOwnerId", &image.owner).maybe("imageOwnerAlias", image.owner_alias.as_ref());
    xml.text("creationDate", &image.creation_date).text("isPublic", is_public(context, image));
    xml.text("architecture", &image.architecture).text("imageType", "machine").text("name", &image.name);
    xml.maybe("description", image.description.as_ref()).text("platformDetails", "Linux/UNIX").text("usageOperation", "RunInstances");
    xml.text("rootDeviceType", "ebs").text("rootDeviceName", &image.root_device_name);
    xml.items("blockDeviceMapping", &entry.disks, |xml, disk| {
        xml.text("deviceName", &disk.device).nest("ebs", |xml| {
            xml.maybe("snapshotId", disk.snapshot.as_ref()).text("volumeSize", disk.performance.size);
            xml.text("deleteOnTermination", disk.delete_on_termination).text("volumeType", &disk.performance.volume_type);
            xml.maybe("iops", disk.performance.iops).maybe("throughput", disk.performance.throughput);
            xml.text("encrypted", disk.encrypted);
        });
    });
    xml.text("virtualizationType", "hvm").text("hypervisor", "xen").text("enaSupport", true);
    xml.text("sriovNetSupport", "simple").text("bootMode", "uefi-preferred").text("imdsSupport", "v2.0");
    xml.maybe("sourceInstanceId", entry.source.as_ref()).tags(&entry.tags);
}
