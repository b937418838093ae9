//! Makes volumes.
//!
//! Source: *`CreateVolume`*: of a size, of a snapshot, or both; one of an encrypted snapshot is encrypted.

use crate::context::Context;
use crate::ec2::volume::{Disk, Phase, Volume, disk, listing};
use crate::ec2::{snapshot, tags, token, zone};
use crate::failure::Failure;
use crate::moment;
use crate::protocol::xml::Xml;
use crate::state::object::{Object, Tags};

pub(super) fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    if let Some(known) = token::used(context, "CreateVolume")? {
        let volume = context.find::<Volume>(known.first().map_or("", String::as_str))?;
        return Ok(answer(context, volume));
    }
    let (params, region) = (context.params.clone(), &context.place.region);
    params.known_as_false("MultiAttachEnabled");
    let zone = match params.text("AvailabilityZoneId") {
        Some(id) => zone::with_id(region, id)?,
        None => zone::existing(region, params.required("AvailabilityZone")?)?,
    };
    let source = params.text("SnapshotId").map(|id| snapshot::usable(context, id)).transpose()?;
    let size = params.number::<u32>("Size")?.or(source.as_ref().map(|source| source.size));
    let size = size.ok_or_else(|| Failure::new("MissingParameter", "The request must contain the parameter size/snapshot"))?;
    if let Some(source) = source.as_ref().filter(|source| size < source.size) {
        let message = format!("Volume of size {size}GB is smaller than snapshot '{}', expect size >= {}GB", source.id, source.size);
        return Err(Failure::value(message));
    }
    context.within_quota::<Volume>("volumes", "VolumeLimitExceeded")?;
    let disk = disk::of_params(context, "", &params, size, "gp2", source)?;
    let tags = tags::specified(&params, Volume::KIND.name)?;
    let mut volume = of_disk(context, &disk, &zone.name, tags);
    let ends_at = moment::later(context.now, context.settings.delays.volume_available);
    (volume.phase, volume.phase_ends_at) = (Phase::Creating, Some(ends_at));
    token::remember(context, "CreateVolume", vec![volume.id.clone()]);
    let xml = answer(context, &volume);
    context.add(volume);
    Ok(xml)
}

/// A volume that nothing uses yet.
pub(super) fn of_disk(context: &mut Context<'_>, disk: &Disk, zone: &str, tags: Tags) -> Volume {
    Volume {
        id: context.new_id("vol"),
        zone: zone.to_owned(),
        performance: disk.performance.clone(),
        encrypted: disk.encrypted,
        kms_key: disk.kms_key.clone(),
        snapshot: disk.snapshot.clone(),
        attachment: None,
        modification: None,
        phase: Phase::Usable,
        phase_ends_at: None,
        created_at: context.now,
        tags,
    }
}

fn answer(context: &Context<'_>, volume: &Volume) -> Xml {
    let mut xml = Xml::new();
    listing::write(&mut xml, context, volume);
    xml
}
