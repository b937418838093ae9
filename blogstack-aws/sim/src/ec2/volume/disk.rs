//! Reads what disks an instance is launched with, and checks what a volume can be.
//!
//! Source: *`BlockDeviceMapping`*, *`EbsBlockDevice`*, *Amazon EBS volume types*: gp3 has 3000 IOPS and 125 MiB/s to begin with.

use crate::chance;
use crate::context::Context;
use crate::ec2::volume::Performance;
use crate::failure::Failure;
use crate::image::Image;
use crate::params::Params;

/// A disk of an instance to come.
#[derive(Clone, Debug)]
pub(crate) struct Disk {
    pub(super) device: String,
    pub(super) performance: Performance,
    pub(super) encrypted: bool,
    pub(super) kms_key: Option<String>,
    pub(super) snapshot: Option<String>,
    pub(super) delete_on_termination: bool,
}

/// The disks of a launch request: the image's root disk as the request changes it, and what it adds.
pub(crate) fn disks(context: &Context<'_>, params: &Params, image_id: &str, image: &Image) -> Result<Vec<Disk>, Failure> {
    let mappings = params.groups("BlockDeviceMapping");
    let of_root = |mapping: &&Params| mapping.text("DeviceName") == Some(&image.root_device_name);
    let root = mappings.iter().find(of_root).cloned();
    let mut disks = vec![root_disk(context, root.as_ref(), image_id, image)?];
    for mapping in mappings.iter().filter(|mapping| !of_root(mapping)) {
        if mapping.has("NoDevice") || mapping.has("VirtualName") {
            continue;
        }
        disks.push(further_disk(context, mapping)?);
    }
    Ok(disks)
}

fn root_disk(context: &Context<'_>, mapping: Option<&Params>, image_id: &str, image: &Image) -> Result<Disk, Failure> {
    let empty = Params::default();
    let ebs = mapping.and_then(|mapping| mapping.group("Ebs")).unwrap_or(empty);
    let snapshot = image_id.replacen("ami-", "snap-", 1);
    let size = ebs.number::<u32>("VolumeSize")?.unwrap_or(image.root_volume_size);
    if size < image.root_volume_size {
        let expected = image.root_volume_size;
        let message = format!("Volume of size {size}GB is smaller than snapshot '{snapshot}', expect size>= {expected}GB");
        return Err(Failure::new("InvalidBlockDeviceMapping", message));
    }
    disk(context, &image.root_device_name, &ebs, size, "gp3", Some(snapshot))
}

fn further_disk(context: &Context<'_>, mapping: &Params) -> Result<Disk, Failure> {
    let device = mapping.required("DeviceName")?;
    let ebs = mapping.group("Ebs").ok_or_else(|| Failure::missing("Ebs"))?;
    let size = ebs
        .number::<u32>("VolumeSize")?
        .ok_or_else(|| Failure::new("MissingParameter", "The request must contain the parameter size or snapshotId"))?;
    disk(context, device, &ebs, size, "gp2", None)
}

fn disk(
    context: &Context<'_>,
    device: &str,
    ebs: &Params,
    size: u32,
    default_type: &str,
    snapshot: Option<String>,
) -> Result<Disk, Failure> {
    let encrypted = ebs.flag("Encrypted")?.unwrap_or(false);
    let kms_key = ebs.owned("KmsKeyId");
    if kms_key.is_some() && !encrypted {
        let message = "The parameter KmsKeyId requires the parameter Encrypted to be set.";
        return Err(Failure::new("InvalidParameterDependency", message));
    }
    let volume_type = ebs.text("VolumeType").unwrap_or(default_type);
    Ok(Disk {
        device: device.to_owned(),
        performance: performance(size, volume_type, ebs.number("Iops")?, ebs.number("Throughput")?)?,
        encrypted,
        kms_key: encrypted.then(|| key_arn(context, kms_key.as_deref())),
        snapshot,
        delete_on_termination: ebs.flag("DeleteOnTermination")?.unwrap_or(true),
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
