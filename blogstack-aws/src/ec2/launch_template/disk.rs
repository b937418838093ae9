//! Disks of instances to come.

use aws_sdk_ec2::types::{
    LaunchTemplateBlockDeviceMapping as Response, LaunchTemplateBlockDeviceMappingRequest as Request,
    LaunchTemplateEbsBlockDeviceRequest as Ebs,
};
use blogstack_core::{Block, Id};

use crate::ec2::{
    instance::{VolumeType, of_word, word},
    snapshot::Snapshot,
};

/// A disk of an instance to come. What is unset is as the image has it, or as AWS does.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LaunchTemplateBlockDeviceMappingRequest.html>
///
/// ```
/// use blogstack_aws::ec2::{BlockDevice, VolumeType};
///
/// let data = BlockDevice::new("/dev/xvdf").volume_size(100_u32).volume_type(VolumeType::Gp3).encrypted(true);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct BlockDevice {
    /// Where the instance sees it: `/dev/xvda` is what most images boot from.
    pub device_name: String,
    /// Its size in GiB.
    pub volume_size: Option<u32>,
    /// What it is made of.
    pub volume_type: Option<VolumeType>,
    /// Operations a second: for `gp3`, `io1` and `io2`.
    pub iops: Option<u32>,
    /// MiB a second: for `gp3`.
    pub throughput: Option<u32>,
    /// Whether it is encrypted.
    pub encrypted: Option<bool>,
    /// The key it is encrypted with: its ARN, id or alias.
    pub kms_key_id: Option<String>,
    /// The snapshot it begins as.
    pub snapshot: Option<Id<Snapshot>>,
    /// Whether it is deleted with the instance.
    pub delete_on_termination: Option<bool>,
}

pub(super) fn to_sdk(disk: &BlockDevice) -> Request {
    let number = |number: Option<u32>| number.and_then(|number| i32::try_from(number).ok());
    let ebs = Ebs::builder()
        .set_volume_size(number(disk.volume_size))
        .set_volume_type(disk.volume_type.as_ref().map(|kind| word(kind).as_str().into()))
        .set_iops(number(disk.iops))
        .set_throughput(number(disk.throughput))
        .set_encrypted(disk.encrypted)
        .set_kms_key_id(disk.kms_key_id.clone())
        .set_snapshot_id(disk.snapshot.as_ref().map(|id| id.as_str().to_owned()))
        .set_delete_on_termination(disk.delete_on_termination);
    Request::builder().device_name(&disk.device_name).ebs(ebs.build()).build()
}

/// Disks that are no volumes have no fields.
pub(super) fn of_sdk(mapping: Response) -> Option<BlockDevice> {
    let number = |number: Option<i32>| number.and_then(|number| u32::try_from(number).ok());
    let ebs = mapping.ebs?;
    Some(BlockDevice {
        device_name: mapping.device_name?,
        volume_size: number(ebs.volume_size),
        volume_type: ebs.volume_type.as_ref().and_then(|kind| of_word(kind.as_str())),
        iops: number(ebs.iops),
        throughput: number(ebs.throughput),
        encrypted: ebs.encrypted,
        kms_key_id: ebs.kms_key_id,
        snapshot: ebs.snapshot_id.map(Id::new),
        delete_on_termination: ebs.delete_on_termination,
    })
}
