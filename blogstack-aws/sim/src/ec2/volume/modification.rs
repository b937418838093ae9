//! Changes volumes while they are in use.
//!
//! Source: *`ModifyVolume`*, *`DescribeVolumesModifications`*, *Request Amazon EBS volume modifications*: a volume never shrinks, and takes
//! no other change while it is `modifying` or `optimizing`.

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::listing::{Listing, Page};
use crate::ec2::volume::{Performance, Phase, Volume, disk, wrong_state};
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::xml::Xml;

/// The newest change of a volume.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Modification {
    original: Performance,
    target: Performance,
    /// `modifying`, `optimizing`, `completed`.
    state: String,
    started_at: Moment,
    ended_at: Option<Moment>,
    pub(super) next_at: Option<Moment>,
}

const LISTING: Listing<Volume> = Listing {
    ids: "VolumeId",
    filters: &["modification-state", "original-size", "original-volume-type", "target-size", "target-volume-type", "volume-id"],
    field,
    pages: Some(1..=500),
};

/// Takes a change one step further. The new size and speed are there as soon as it is `optimizing`.
pub(super) fn mature(context: &mut Context<'_>, id: &str) {
    let now = context.now;
    let wait = context.settings.delays.volume_modified;
    let Some(volume) = context.region.volumes.change(id) else { return };
    let Some(modification) = volume.modification.as_mut().filter(|modification| modification.next_at.is_some_and(|at| at <= now)) else {
        return;
    };
    if modification.state == "modifying" {
        volume.performance = modification.target.clone();
        (modification.state, modification.next_at) = ("optimizing".to_owned(), Some(moment::later(now, wait)));
    } else {
        (modification.state, modification.next_at, modification.ended_at) = ("completed".to_owned(), None, Some(now));
    }
}

pub(super) fn modify(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let volume = context.named::<Volume>("VolumeId")?;
    if volume.modification.as_ref().is_some_and(|modification| modification.next_at.is_some()) {
        let message = format!("The volume '{}' has a modification in progress.", volume.id);
        return Err(Failure::new("IncorrectModificationState", message));
    }
    if volume.phase != Phase::Usable {
        return Err(wrong_state(&volume));
    }
    let modification = Modification {
        target: target(context, &volume.performance)?,
        original: volume.performance,
        state: "modifying".to_owned(),
        started_at: context.now,
        ended_at: None,
        next_at: Some(moment::later(context.now, context.settings.delays.volume_modified)),
    };
    let mut xml = Xml::new();
    xml.nest("volumeModification", |xml| write(xml, &volume.id, &modification));
    context.change::<Volume>(&volume.id)?.modification = Some(modification);
    Ok(xml)
}

/// What a volume is to become: what is not said stays, as far as the type allows.
fn target(context: &Context<'_>, old: &Performance) -> Result<Performance, Failure> {
    let params = &context.params;
    let size = params.number::<u32>("Size")?.unwrap_or(old.size);
    if size < old.size {
        return Err(Failure::value(format!("New size cannot be smaller than existing size ({} GiB)", old.size)));
    }
    let volume_type = params.text("VolumeType").unwrap_or(&old.volume_type);
    let stays = volume_type == old.volume_type && volume_type != "gp2";
    let iops = params.number("Iops")?.or(old.iops.filter(|_| stays));
    let throughput = params.number("Throughput")?.or(old.throughput.filter(|_| stays));
    disk::performance(size, volume_type, iops, throughput)
}

pub(super) fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let Page { mut entries, next } = LISTING.read(context)?;
    entries.retain(|volume| volume.modification.is_some());
    let mut xml = Xml::new();
    let modifications = entries.iter().filter_map(|volume| Some((&volume.id, volume.modification.as_ref()?)));
    xml.items("volumeModificationSet", modifications, |xml, (id, modification)| write(xml, id, modification));
    xml.maybe("nextToken", next);
    Ok(xml)
}

fn field(_: &Context<'_>, volume: &Volume, name: &str) -> Vec<String> {
    let Some(modification) = &volume.modification else { return Vec::new() };
    vec![match name {
        "modification-state" => modification.state.clone(),
        "original-size" => modification.original.size.to_string(),
        "original-volume-type" => modification.original.volume_type.clone(),
        "target-size" => modification.target.size.to_string(),
        "target-volume-type" => modification.target.volume_type.clone(),
        _ => volume.id.clone(),
    }]
}

fn write(xml: &mut Xml, id: &str, modification: &Modification) {
    let (target, original) = (&modification.target, &modification.original);
    xml.text("volumeId", id).text("modificationState", &modification.state);
    xml.text("targetSize", target.size).maybe("targetIops", target.iops).text("targetVolumeType", &target.volume_type);
    xml.maybe("targetThroughput", target.throughput).text("targetMultiAttachEnabled", false);
    xml.text("originalSize", original.size).maybe("originalIops", original.iops);
    xml.text("originalVolumeType", &original.volume_type).maybe("originalThroughput", original.throughput);
    let progress = match modification.state.as_str() {
        "modifying" => 0,
        "optimizing" => 50,
        _ => 100,
    };
    xml.text("originalMultiAttachEnabled", false).text("progress", progress);
    xml.text("startTime", moment::date(modification.started_at)).maybe("endTime", modification.ended_at.map(moment::date));
}
