//! How machine images are listed.
//!
//! Source: *`DescribeImages`*: unlike elsewhere, ids and pages go together.

use crate::context::Context;
use crate::ec2::Operation;
use crate::ec2::filter::Filter;
use crate::ec2::listing::{limit, page};
use crate::failure::Failure;
use crate::image::Image;
use crate::protocol::xml::Xml;
use crate::state::object::Kind;

/// AWS's names for images.
pub(crate) const KIND: Kind = Kind {
    name: "image",
    prefix: "ami",
    missing: "InvalidAMIID.NotFound",
    malformed: Some("InvalidAMIID.Malformed"),
    sentence: "The image id '[{}]' does not exist",
};

const FILTERS: [&str; 16] = [
    "architecture",
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
    "state",
    "virtualization-type",
];

pub(crate) fn operation(name: &str) -> Option<Operation> {
    (name == "DescribeImages").then_some(describe)
}

/// The image of an id, when the caller may see it.
pub(crate) fn find(context: &Context<'_>, id: &str) -> Result<Image, Failure> {
    KIND.check(id)?;
    let found = context.images().find(|(own, _)| own == id);
    found.map(|(_, image)| image.clone()).ok_or_else(|| KIND.not_found(id))
}

fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let ids = context.params.list("ImageId");
    ids.iter().try_for_each(|id| find(context, id).map(drop))?;
    let owners = context.params.list("Owner");
    for name in ["ExecutableBy", "IncludeDeprecated", "IncludeDisabled"] {
        context.params.has(name);
    }
    let filters = Filter::read(&context.params, &FILTERS)?;
    let limit = limit(context, &(1..=1000), "ImageId", false)?;
    let wanted = |(id, image): &(String, &Image)| {
        (ids.is_empty() || ids.contains(id))
            && (owners.is_empty() || owners.iter().any(|owner| is_owner(context, owner, image)))
            && filters.iter().all(|filter| filter.passes(None, |name| field(context, id, image, name)))
    };
    let mut found: Vec<(String, &Image)> = context.images().filter(wanted).collect();
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    let page = page(found, limit, context.params.text("NextToken"), |(id, _)| id)?;
    let mut xml = Xml::new();
    xml.items("imagesSet", page.entries, |xml, (id, image)| write(xml, context, &id, image));
    xml.maybe("nextToken", page.next);
    Ok(xml)
}

fn is_owner(context: &Context<'_>, owner: &str, image: &Image) -> bool {
    owner == image.owner || Some(owner) == image.owner_alias.as_deref() || (owner == "self" && image.owner == context.place.account)
}

fn field(context: &Context<'_>, id: &str, image: &Image, name: &str) -> Vec<String> {
    let value = match name {
        "architecture" => &image.architecture,
        "block-device-mapping.volume-type" => "gp3",
        "creation-date" => &image.creation_date,
        "description" => image.description.as_deref().unwrap_or_default(),
        "ena-support" => "true",
        "hypervisor" => "xen",
        "image-id" => id,
        "image-type" => "machine",
        "is-public" => is_public(context, image),
        "name" => &image.name,
        "owner-alias" => image.owner_alias.as_deref().unwrap_or_default(),
        "owner-id" => &image.owner,
        "root-device-name" => &image.root_device_name,
        "root-device-type" => "ebs",
        "state" => "available",
        _ => "hvm",
    };
    vec![value.to_owned()]
}

fn is_public(context: &Context<'_>, image: &Image) -> &'static str {
    if image.owner == context.place.account { "false" } else { "true" }
}

fn write(xml: &mut Xml, context: &Context<'_>, id: &str, image: &Image) {
    xml.text("imageId", id).text("imageLocation", format!("{}/{}", image.owner, image.name)).text("imageState", "available");
    xml.text("imageOwnerId", &image.owner).maybe("imageOwnerAlias", image.owner_alias.as_ref());
    xml.text("creationDate", &image.creation_date).text("isPublic", is_public(context, image));
    xml.text("architecture", &image.architecture).text("imageType", "machine").text("name", &image.name);
    xml.maybe("description", image.description.as_ref()).text("platformDetails", "Linux/UNIX").text("usageOperation", "RunInstances");
    xml.text("rootDeviceType", "ebs").text("rootDeviceName", &image.root_device_name);
    xml.items("blockDeviceMapping", [image], |xml, image| {
        xml.text("deviceName", &image.root_device_name).nest("ebs", |xml| {
            xml.text("snapshotId", id.replacen("ami-", "snap-", 1)).text("volumeSize", image.root_volume_size);
            xml.text("deleteOnTermination", true).text("volumeType", "gp3").text("iops", 3000).text("throughput", 125);
            xml.text("encrypted", false);
        });
    });
    xml.text("virtualizationType", "hvm").text("hypervisor", "xen").text("enaSupport", true);
    xml.text("sriovNetSupport", "simple").text("bootMode", "uefi-preferred").text("imdsSupport", "v2.0");
    xml.items("tagSet", None::<()>, |_, ()| ());
}

#[cfg(test)]
mod tests {
    use crate::image::Image;
    use crate::testing::{World, values};

    #[tokio::test(start_paused = true)]
    async fn amazon_linux_is_found_by_owner_and_name() {
        let world = World::new();
        let request = [
            ("Owner.1", "137112412989"),
            ("Filter.1.Name", "name"),
            ("Filter.1.Value.1", "al2023-ami-2023.*-x86_64"),
            ("Filter.2.Name", "state"),
            ("Filter.2.Value.1", "available"),
        ];
        let images = world.ok("DescribeImages", &request).await;
        let dates = values(&images, "creationDate");
        assert_eq!(dates.len(), 3);
        let elsewhere = world.in_region("us-east-1").ok("DescribeImages", &request).await;
        assert_ne!(values(&images, "imageId"), values(&elsewhere, "imageId"));
    }

    #[tokio::test(start_paused = true)]
    async fn own_images_belong_to_self() {
        let world = World::with(|builder| builder.image(Image::new("blog", "123456789012")));
        let own = world.ok("DescribeImages", &[("Owner.1", "self")]).await;
        assert_eq!(values(&own, "name"), ["blog"]);
        world.refused("DescribeImages", &[("ImageId.1", "ami-00000000000000000")], "InvalidAMIID.NotFound").await;
        world.refused("DescribeImages", &[("ImageId.1", "nonsense")], "InvalidAMIID.Malformed").await;
    }
}
