//! Snapshots of volumes.
//!
//! Source: *`CreateSnapshot`*, *`DescribeSnapshots`*, *`DeleteSnapshot`*, *`Snapshot`*, *Amazon EBS snapshots*: one of an encrypted volume is
//! encrypted; one that an image uses stays.

mod listing;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::image;
use crate::ec2::volume::{Performance, Volume};
use crate::ec2::{Operation, done, tags};
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object, Tags};

/// A snapshot of a volume.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    pub(crate) id: String,
    volume: String,
    size: u32,
    kms_key: Option<String>,
    description: String,
    started_at: Moment,
    /// When it is completed, while it is pending.
    completed_at: Option<Moment>,
    tags: Tags,
}

/// What a volume begins as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) id: String,
    pub(crate) size: u32,
    /// The key it is encrypted with, if it is.
    pub(crate) kms_key: Option<String>,
}

impl Object for Snapshot {
    const KIND: Kind = Kind {
        name: "snapshot",
        prefix: "snap",
        missing: "InvalidSnapshot.NotFound",
        malformed: Some("InvalidSnapshotID.Malformed"),
        sentence: "The snapshot '{}' does not exist.",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [Some(&self.volume), None]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    fn due(&self) -> Option<Moment> {
        self.completed_at
    }
}

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateSnapshot" => create,
        "DescribeSnapshots" => listing::describe,
        "DeleteSnapshot" => delete,
        _ => return None,
    })
}

/// A pending snapshot is completed.
pub(crate) fn mature(context: &mut Context<'_>, id: &str) {
    let now = context.now;
    if let Some(snapshot) = context.region.snapshots.change(id) {
        snapshot.completed_at = snapshot.completed_at.filter(|at| *at > now);
    }
}

/// What a volume of a snapshot begins as: of one's own, or of an image that was there before.
pub(crate) fn usable(context: &Context<'_>, id: &str) -> Result<Source, Failure> {
    if let Some(source) = image::snapshot(context, id) {
        return Ok(source);
    }
    let snapshot = context.find::<Snapshot>(id)?;
    if snapshot.completed_at.is_some() {
        return Err(Failure::new("IncorrectState", format!("Snapshot is in invalid state - pending: {id}")));
    }
    Ok(Source { id: id.to_owned(), size: snapshot.size, kms_key: snapshot.kms_key.clone() })
}

fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let volume = context.named::<Volume>("VolumeId")?;
    let description = context.params.owned("Description").unwrap_or_default();
    if volume.status() == "creating" {
        return Err(Failure::new("IncorrectState", format!("The volume '{}' is 'creating'.", volume.id)));
    }
    let interval = context.settings.delays.snapshot_interval;
    if context.of::<Snapshot>(&volume.id).any(|other| moment::later(other.started_at, interval) > context.now) {
        let message = "The maximum per volume CreateSnapshot request rate has been exceeded. \
            Use an increasing or variable sleep interval between requests.";
        return Err(Failure::new("SnapshotCreationPerVolumeRateExceeded", message));
    }
    context.within_quota::<Snapshot>("snapshots", "SnapshotLimitExceeded")?;
    let tags = tags::specified(&context.params, Snapshot::KIND.name)?;
    let snapshot = of_volume(context, &volume.id, &volume.performance, volume.kms_key, description, tags);
    let mut xml = Xml::new();
    listing::write(&mut xml, context, &snapshot);
    context.add(snapshot);
    Ok(xml)
}

/// Begins a snapshot.
pub(crate) fn of_volume(
    context: &mut Context<'_>,
    volume: &str,
    performance: &Performance,
    kms_key: Option<String>,
    description: String,
    tags: Tags,
) -> Snapshot {
    Snapshot {
        id: context.new_id("snap"),
        volume: volume.to_owned(),
        size: performance.size,
        kms_key,
        description,
        started_at: context.now,
        completed_at: Some(moment::later(context.now, context.settings.delays.snapshot_completed)),
        tags,
    }
}

fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let snapshot = context.named::<Snapshot>("SnapshotId")?;
    if let Some(image) = image::using(context, &snapshot.id) {
        let message = format!("The snapshot {} is currently in use by {image}", snapshot.id);
        return Err(Failure::new("InvalidSnapshot.InUse", message));
    }
    context.remove::<Snapshot>(&snapshot.id);
    Ok(done())
}

impl Snapshot {
    pub(crate) fn started_at(&self) -> Moment {
        self.started_at
    }

    fn state(&self) -> &'static str {
        if self.completed_at.is_some() { "pending" } else { "completed" }
    }
}

#[cfg(test)]
mod tests;
