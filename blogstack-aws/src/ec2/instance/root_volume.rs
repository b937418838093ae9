//! The disk that an instance boots from. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVolume.html>

use std::{collections::BTreeMap, time::Duration};

use aws_sdk_ec2::{
    Client,
    types::{
        EbsInstanceBlockDeviceSpecification, InstanceBlockDeviceMappingSpecification, Reservation, Volume, VolumeModificationState as Phase,
    },
};
use blogstack_core::{
    Id,
    provider::{Cx, ErrorKind, ProviderError, Result},
};

use super::{
    Instance, PATIENCE, RootVolume,
    values::{of_word, word},
};
use crate::{
    call,
    ec2::{described, filter},
    wait,
};

/// The id of the volume on the root device.
pub(super) fn id_of(item: &aws_sdk_ec2::types::Instance) -> Option<String> {
    let root = item.root_device_name()?;
    let mapping = item.block_device_mappings().iter().find(|mapping| mapping.device_name() == Some(root))?;
    mapping.ebs()?.volume_id().map(ToOwned::to_owned)
}

/// Volumes by id.
pub(super) async fn read(client: &Client, ids: &[String]) -> Result<BTreeMap<String, RootVolume>> {
    let mut all = BTreeMap::new();
    for batch in ids.chunks(described::BATCH) {
        let filters = vec![filter("volume-id", batch)];
        let volumes = call::pages(|token| async {
            let request = client.describe_volumes().set_filters(Some(filters.clone())).max_results(500).set_next_token(token);
            let page = call::read("ec2:DescribeVolumes", || request.clone().send()).await?;
            Ok((page.volumes, page.next_token))
        });
        all.extend(volumes.await?.into_iter().filter_map(|volume| Some((volume.volume_id.clone()?, of_sdk(&volume)))));
    }
    Ok(all)
}

fn of_sdk(volume: &Volume) -> RootVolume {
    let number = |number: Option<i32>| number.and_then(|number| u32::try_from(number).ok());
    RootVolume {
        volume_size: number(volume.size),
        volume_type: volume.volume_type().and_then(|kind| of_word(kind.as_str())),
        iops: number(volume.iops),
        throughput: number(volume.throughput),
        encrypted: volume.encrypted,
        kms_key_id: volume.kms_key_id.clone(),
        delete_on_termination: volume.attachments().first().and_then(|attachment| attachment.delete_on_termination),
    }
}

/// Changes what differs, and waits until the volume has it.
pub(super) async fn change(client: &Client, cx: &Cx<'_>, id: &Id<Instance>, current: &Instance, wanted: &RootVolume) -> Result<()> {
    let Some(volume) = &current.root_volume_id else {
        let error = ProviderError::new(ErrorKind::Rejected, "ec2:ModifyVolume", format!("`{id}` has no volume on its root device"));
        return Err(error.field("root_volume"));
    };
    let limit = cx.timeout.unwrap_or(PATIENCE);
    // One that was begun before an interruption may still be going on.
    unchanging(client, volume, limit).await?;
    let current = read(client, std::slice::from_ref(volume)).await?.remove(volume);
    if current.as_ref().is_none_or(|current| differs(current, wanted)) {
        modify(client, volume, wanted, limit).await?;
        unchanging(client, volume, limit).await?;
    }
    match wanted.delete_on_termination {
        Some(on) if current.and_then(|current| current.delete_on_termination) != Some(on) => delete_with(client, id, on).await,
        _ => Ok(()),
    }
}

/// What is unset is not wanted otherwise.
fn differs(current: &RootVolume, wanted: &RootVolume) -> bool {
    let number = |current: Option<u32>, wanted: Option<u32>| wanted.is_some() && wanted != current;
    number(current.volume_size, wanted.volume_size)
        || number(current.iops, wanted.iops)
        || number(current.throughput, wanted.throughput)
        || (wanted.volume_type.is_some() && wanted.volume_type != current.volume_type)
}

/// Sent once: sent again, it would be one change too many, and AWS takes one in six hours. One that is still optimizing is waited
/// for.
async fn modify(client: &Client, volume: &str, wanted: &RootVolume, limit: Duration) -> Result<()> {
    let number = |number: Option<u32>| number.and_then(|number| i32::try_from(number).ok());
    let request = client
        .modify_volume()
        .volume_id(volume)
        .set_size(number(wanted.volume_size))
        .set_volume_type(wanted.volume_type.as_ref().map(|kind| word(kind).as_str().into()))
        .set_iops(number(wanted.iops))
        .set_throughput(number(wanted.throughput));
    let mut pause = wait::Pause::up_to(limit);
    loop {
        match call::create("ec2:ModifyVolume", || request.clone().send()).await {
            Err(error) if error.is_code("IncorrectModificationState") && pause.next().await => {}
            answer => return answer.map(drop).map_err(|error| error.field("root_volume")),
        }
    }
}

/// Waits until the volume has what it was last changed to. It may go on optimizing for hours, which harms nobody.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumesModifications.html>
async fn unchanging(client: &Client, volume: &str, limit: Duration) -> Result<()> {
    let operation = "ec2:DescribeVolumesModifications";
    let asked = || async move {
        let request = client.describe_volumes_modifications().filters(filter("volume-id", [volume]));
        let found = call::read(operation, || request.clone().send()).await?.volumes_modifications.unwrap_or_default();
        match found.iter().find(|one| one.modification_state() == Some(&Phase::Failed)) {
            _ if found.iter().any(|one| one.modification_state() == Some(&Phase::Modifying)) => Ok(None),
            Some(failed) => {
                let message = format!("changing `{volume}` failed: {}", failed.status_message().unwrap_or("no reason is given"));
                Err(ProviderError::new(ErrorKind::Rejected, operation, message).field("root_volume"))
            }
            None => Ok(Some(())),
        }
    };
    wait::until(operation, &format!("`{volume}` is changed"), limit, asked).await
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html>
async fn delete_with(client: &Client, id: &Id<Instance>, on: bool) -> Result<()> {
    let request = client.describe_instances().filters(filter("instance-id", [id.as_str()]));
    let answer = call::read("ec2:DescribeInstances", || request.clone().send()).await?;
    let mut instances = answer.reservations().iter().flat_map(Reservation::instances);
    let device = instances.find_map(|instance| instance.root_device_name());
    let disk = EbsInstanceBlockDeviceSpecification::builder().delete_on_termination(on).build();
    let mapping = InstanceBlockDeviceMappingSpecification::builder().set_device_name(device.map(ToOwned::to_owned)).ebs(disk).build();
    let request = client.modify_instance_attribute().instance_id(id.as_str()).block_device_mappings(mapping);
    call::change("ec2:ModifyInstanceAttribute", || request.clone().send()).await.map(drop)
}
