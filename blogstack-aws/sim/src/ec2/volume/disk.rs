//! Reads what disks an instance is launched with, and checks what a volume can be.
//!
//! Source: *`BlockDeviceMapping`*, *`EbsBlockDevice`*, *Amazon EBS volume types*: gp3 has 3000 IOPS and 125 MiB/s to begin with.

use crate::chance;
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::snapshot::{self, Source};
use crate::ec2::volume::Performance;
use crate::failure::Failure;
use crate::params::Params;

/// A disk of an image, or of an instance to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Disk {
    pub(crate) device: String,
    #[serde(flatten)]
    pub(crate) performance: Performance,
    pub(crate) encrypted: bool,
    pub(crate) kms_key: Option<String>,
    pub(crate) snapshot: Option<String>,
    pub(crate) delete_on_termination: bool,
}

/// The disks of a launch request: those of the image as the request changes them, and what it adds.
pub(crate) fn disks(context: &Context<'_>, params: &Params, of_image: &[Disk]) -> Result<Vec<Disk>, Failure> {
    let mappings = params.groups("BlockDeviceMapping");
    let of_device = |device: &str| mappings.iter().find(|mapping| mapping.text("DeviceName") == Some(device));
    let mut disks = Vec::new();
    for disk in of_image {
        match of_device(&disk.device) {
            Some(mapping) if mapping.has("NoDevice") => {}
            mapping => disks.push(changed_disk(context, mapping, disk)?),
        }
    }
    for mapping in &mappings {
        let device = mapping.required("DeviceName")?;
        if !of_image.iter().any(|disk| disk.device == device) && !mapping.has("NoDevice") && !mapping.has("VirtualName") {
            disks.push(further_disk(context, mapping, device)?);
        }
    }
    Ok(disks)
}

/// A disk of the image as a mapping wants it.
fn changed_disk(context: &Context<'_>, mapping: Option<&Params>, own: &Disk) -> Result<Disk, Failure> {
    let Some(ebs) = mapping.and_then(|mapping| mapping.group("Ebs")) else { return Ok(own.clone()) };
    let (snapshot, expected) = (own.snapshot.as_deref().unwrap_or_default(), own.performance.size);
    let size = ebs.number::<u32>("VolumeSize")?.unwrap_or(expected);
    if size < expected {
        let message = format!("Volume of size {size}GB is smaller than snapshot '{snapshot}', expect size>= {expected}GB");
        return Err(Failure::new("InvalidBlockDeviceMapping", message));
    }
    ebs.text("SnapshotId");
    let source = Source { id: snapshot.to_owned(), size: expected, kms_key: own.kms_key.clone() };
    of_params(context, &own.device, &ebs, size, &own.performance.volume_type, Some(source))
}

fn further_disk(context: &Context<'_>, mapping: &Params, device: &str) -> Result<Disk, Failure> {
    let ebs = mapping.group("Ebs").ok_or_else(|| Failure::missing("Ebs"))?;
    let source = ebs.text("SnapshotId").map(|id| snapshot::usable(context, id)).transpose()?;
    let size = ebs.number::<u32>("VolumeSize")?.or(source.as_ref().map(|source| source.size));
    let size = size.ok_or_else(|| Failure::new("MissingParameter", "The request must contain the parameter size or snapshotId"))?;
    of_params(context, device, &ebs, size, "gp2", source)
}

/// The disk that parameters ask for, some of which a volume and a disk of a launch have in common.
pub(super) fn of_params(
    context: &Context<'_>,
    device: &str,
    params: &Params,
    size: u32,
    default_type: &str,
    source: Option<Source>,
) -> Result<Disk, Failure> {
    let source_key = source.as_ref().and_then(|source| source.kms_key.clone());
    let asked = params.flag("Encrypted")?;
    let kms_key = params.owned("KmsKeyId");
    if kms_key.is_some() && asked != Some(true) {
        let message = "The parameter KmsKeyId requires the parameter Encrypted to be set.";
        return Err(Failure::new("InvalidParameterDependency", message));
    }
    let encrypted = asked.unwrap_or(false) || source_key.is_some();
    let key = kms_key.map(|key| key_arn(context, Some(&key))).or(source_key);
    let volume_type = params.text("VolumeType").unwrap_or(default_type);
    Ok(Disk {
        device: device.to_owned(),
        performance: performance(size, volume_type, params.number("Iops")?, params.number("Throughput")?)?,
        encrypted,
        kms_key: encrypted.then(|| key.unwrap_or_else(|| key_arn(context, None))),
        snapshot: source.map(|source| source.id),
        delete_on_termination: params.flag("DeleteOnTermination")?.unwrap_or(true),
    })
}

/// What a volume of a type can do, where something is said and where not.
pub(super) fn performance(size: u32, volume_type: &str, iops: Option<u32>, throughput: Option<u32>) -> Result<Performance, Failure> {
    let sizes = match volume_type {
        "standard" => 1..=1024,
        "gp2" => 1..=16384,
        "gp3" => 1..=65536,
        "io1" | "io2" => 4..=65536,
        "st1" | "sc1" => 125..=16384,
        other => return Err(Failure::invalid(other, "volumeType", "Unknown volume type.")),
    };
    if !sizes.contains(&size) {
        let message = format!("Volume of {size}GiB is invalid; the {volume_type} type allows {} to {} GiB", sizes.start(), sizes.end());
        return Err(Failure::value(message));
    }
    let unsupported = |what: &str| Failure::combination(format!("The parameter {what} is not supported for {volume_type} volumes"));
    let iops = match (volume_type, iops) {
        ("gp3", iops) => Some(checked(iops.unwrap_or(3000), 3000..=80000, "iops")?),
        ("io1" | "io2", Some(iops)) => Some(checked(iops, 100..=256_000, "iops")?),
        ("io1" | "io2", None) => return Err(Failure::missing("iops")),
        (_, Some(_)) => return Err(unsupported("iops")),
        ("gp2", None) => Some(size.saturating_mul(3).clamp(100, 16000)),
        (_, None) => None,
    };
    let throughput = match (volume_type, throughput) {
        ("gp3", throughput) => Some(checked(throughput.unwrap_or(125), 125..=2000, "throughput")?),
        (_, Some(_)) => return Err(unsupported("throughput")),
        (_, None) => None,
    };
    Ok(Performance { size, volume_type: volume_type.to_owned(), iops, throughput })
}

fn checked(value: u32, range: std::ops::RangeInclusive<u32>, name: &str) -> Result<u32, Failure> {
    if range.contains(&value) {
        return Ok(value);
    }
    Err(Failure::invalid(value, name, format!("Expecting {} to {}", range.start(), range.end())))
}

/// The ARN of a KMS key that is given by ARN or id, or of the account's default key for EBS.
fn key_arn(context: &Context<'_>, given: Option<&str>) -> String {
    let (region, account) = (&context.place.region, &context.place.account);
    let id = match given {
        Some(arn) if arn.starts_with("arn:") => return arn.to_owned(),
        Some(alias) if alias.starts_with("alias/") => return format!("arn:aws:kms:{region}:{account}:{alias}"),
        Some(id) => id.to_owned(),
        None => {
            let number = chance::number(context.seed, &[account, region, "kms"]);
            format!("{:08x}-{:04x}-4000-8000-{number:012x}", number >> 32, number & 0xffff).chars().take(36).collect()
        }
    };
    format!("arn:aws:kms:{region}:{account}:key/{id}")
}
