//! How snapshots are listed.
//!
//! Source: *`DescribeSnapshots`*: those of the account, as nobody shares any here.

use crate::context::Context;
use crate::ec2::listing::{Listing, PAGES};
use crate::ec2::snapshot::Snapshot;
use crate::failure::Failure;
use crate::moment;
use crate::protocol::xml::Xml;

const LISTING: Listing<Snapshot> = Listing {
    ids: "SnapshotId",
    filters: &[
        "description",
        "encrypted",
        "owner-id",
        "progress",
        "snapshot-id",
        "start-time",
        "status",
        "storage-tier",
        "volume-id",
        "volume-size",
    ],
    field,
    pages: PAGES,
};

pub(super) fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let owners = context.params.list("Owner");
    context.params.list("RestorableBy");
    let mut page = LISTING.read(context)?;
    let is_owner = |owner: &String| owner == "self" || *owner == context.place.account;
    page.entries.retain(|_| owners.is_empty() || owners.iter().any(is_owner));
    let mut xml = Xml::new();
    xml.items("snapshotSet", page.entries, |xml, snapshot| write(xml, context, snapshot));
    xml.maybe("nextToken", page.next);
    Ok(xml)
}

fn field(context: &Context<'_>, snapshot: &Snapshot, name: &str) -> Vec<String> {
    vec![match name {
        "description" => snapshot.description.clone(),
        "encrypted" => snapshot.kms_key.is_some().to_string(),
        "owner-id" => context.place.account.clone(),
        "progress" => snapshot.progress().to_owned(),
        "snapshot-id" => snapshot.id.clone(),
        "start-time" => moment::date(snapshot.started_at),
        "status" => snapshot.state().to_owned(),
        "volume-id" => snapshot.volume.clone(),
        "volume-size" => snapshot.size.to_string(),
        _ => "standard".to_owned(),
    }]
}

pub(super) fn write(xml: &mut Xml, context: &Context<'_>, snapshot: &Snapshot) {
    xml.text("snapshotId", &snapshot.id).text("volumeId", &snapshot.volume).text("status", snapshot.state());
    xml.text("startTime", moment::date(snapshot.started_at)).text("progress", snapshot.progress());
    xml.text("ownerId", &context.place.account).text("volumeSize", snapshot.size).text("description", &snapshot.description);
    xml.text("encrypted", snapshot.kms_key.is_some()).maybe("kmsKeyId", snapshot.kms_key.as_ref());
    xml.text("storageTier", "standard").tags(&snapshot.tags);
}

impl Snapshot {
    fn progress(&self) -> &'static str {
        if self.completed_at.is_some() { "0%" } else { "100%" }
    }
}
