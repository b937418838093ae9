//! How volumes are listed.
//!
//! Source: *`DescribeVolumes`*.

use crate::context::Context;
use crate::ec2::listing::{Listing, PAGES};
use crate::ec2::volume::{Attachment, Volume, attachment};
use crate::failure::Failure;
use crate::moment;
use crate::protocol::xml::Xml;

const LISTING: Listing<Volume> = Listing {
    ids: "VolumeId",
    filters: &[
        "attachment.attach-time",
        "attachment.delete-on-termination",
        "attachment.device",
        "attachment.instance-id",
        "attachment.status",
        "availability-zone",
        "create-time",
        "encrypted",
        "size",
        "snapshot-id",
        "status",
        "volume-id",
        "volume-type",
    ],
    field,
    pages: PAGES,
};

pub(super) fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    LISTING.answer(context, "volumeSet", write)
}

fn field(_: &Context<'_>, volume: &Volume, name: &str) -> Vec<String> {
    if let Some(part) = name.strip_prefix("attachment.") {
        return volume.attachment.iter().map(|attachment| attachment_field(attachment, part)).collect();
    }
    vec![match name {
        "availability-zone" => volume.zone.clone(),
        "create-time" => moment::date(volume.created_at),
        "encrypted" => volume.encrypted.to_string(),
        "size" => volume.performance.size.to_string(),
        "snapshot-id" => volume.snapshot.clone().unwrap_or_default(),
        "status" => volume.status().to_owned(),
        "volume-id" => volume.id.clone(),
        _ => volume.performance.volume_type.clone(),
    }]
}

fn attachment_field(attachment: &Attachment, part: &str) -> String {
    match part {
        "attach-time" => moment::date(attachment.attached_at),
        "delete-on-termination" => attachment.delete_on_termination.to_string(),
        "device" => attachment.device.clone(),
        "instance-id" => attachment.instance.clone(),
        _ => attachment.state.clone(),
    }
}

pub(super) fn write(xml: &mut Xml, _: &Context<'_>, volume: &Volume) {
    let performance = &volume.performance;
    xml.text("volumeId", &volume.id).text("size", performance.size);
    xml.text("snapshotId", volume.snapshot.as_deref().unwrap_or_default()).text("availabilityZone", &volume.zone);
    xml.text("status", volume.status()).text("createTime", moment::date(volume.created_at));
    xml.items("attachmentSet", &volume.attachment, |xml, attachment| attachment::write(xml, &volume.id, attachment));
    xml.tags(&volume.tags).text("volumeType", &performance.volume_type);
    xml.maybe("iops", performance.iops).maybe("throughput", performance.throughput);
    xml.text("encrypted", volume.encrypted).maybe("kmsKeyId", volume.kms_key.as_ref()).text("multiAttachEnabled", false);
}
