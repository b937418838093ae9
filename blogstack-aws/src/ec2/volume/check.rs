//! What can be said of a volume before any call.
//! <https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html>

use std::ops::RangeInclusive;

use blogstack_core::provider::{FieldProblem, Planned};

use super::Volume;
use crate::ec2::instance::{VolumeType, word};

/// Everything that AWS would refuse.
pub(super) fn problems(planned: &Planned<'_, Volume>) -> Vec<FieldProblem> {
    // A type that is not known yet is neither checked nor taken for the default.
    let unknown = planned.is_set(Volume::volume_type) && planned.get(Volume::volume_type).is_none();
    let kind = planned.get(Volume::volume_type).or((!unknown).then_some(VolumeType::Gp2));
    let sized = planned.is_set(Volume::size) || planned.is_set(Volume::snapshot);
    let needs_iops = |kind: &VolumeType| matches!(kind, VolumeType::Io1 | VolumeType::Io2) && !planned.is_set(Volume::iops);
    FieldProblem::among([
        ("size", (!sized).then(|| "a volume has a size, or a snapshot that has one".to_owned())),
        ("size", kind.zip(planned.get(Volume::size)).and_then(|(kind, size)| outside(kind, size, "GiB", Some(sizes(kind))))),
        ("iops", kind.filter(needs_iops).map(|kind| format!("`{}` needs so many operations a second", word(&kind)))),
        ("iops", kind.zip(planned.get(Volume::iops)).and_then(|(kind, iops)| outside(kind, iops, "IOPS", iops_of(kind)))),
        (
            "throughput",
            kind.zip(planned.get(Volume::throughput)).and_then(|(kind, rate)| outside(kind, rate, "MiB/s", throughput_of(kind))),
        ),
        ("kms_key_id", planned.get(Volume::kms_key_id).and_then(|key| bad_key(&key, planned.get(Volume::encrypted)))),
    ])
}

fn outside(kind: VolumeType, value: u32, unit: &str, range: Option<RangeInclusive<u32>>) -> Option<String> {
    let kind = word(&kind);
    match range {
        None => Some(format!("`{kind}` takes none")),
        Some(range) if range.contains(&value) => None,
        Some(range) => Some(format!("`{kind}` takes {} to {} {unit}, not {value}", range.start(), range.end())),
    }
}

fn sizes(kind: VolumeType) -> RangeInclusive<u32> {
    match kind {
        VolumeType::Standard => 1..=1024,
        VolumeType::Gp2 => 1..=16384,
        VolumeType::Gp3 => 1..=65536,
        VolumeType::Io1 => 4..=16384,
        VolumeType::Io2 => 4..=65536,
        VolumeType::St1 | VolumeType::Sc1 => 125..=16384,
    }
}

fn iops_of(kind: VolumeType) -> Option<RangeInclusive<u32>> {
    match kind {
        VolumeType::Gp3 => Some(3000..=80_000),
        VolumeType::Io1 => Some(100..=64_000),
        VolumeType::Io2 => Some(100..=256_000),
        _ => None,
    }
}

fn throughput_of(kind: VolumeType) -> Option<RangeInclusive<u32>> {
    (kind == VolumeType::Gp3).then_some(125..=2000)
}

fn bad_key(key: &str, encrypted: Option<bool>) -> Option<String> {
    if !key.starts_with("arn:") {
        return Some(format!("the key `{key}` is not given by its ARN, which is what AWS answers"));
    }
    (encrypted == Some(false)).then(|| "there is a key, but the volume is not to be encrypted".to_owned())
}
