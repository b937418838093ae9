//! The disk that an instance boots from. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVolume.html>

use std::collections::BTreeMap;

use aws_sdk_ec2::{
    Client,
    types::{EbsInstanceBlockDeviceSpecification, InstanceBlockDeviceMappingSpecification, Reservation, Volume},
};
use blogstack_core::{
    Id,
    provider::{Cx, ErrorKind, ProviderError, Result},
};

use super::{Instance, PATIENCE, RootVolume, values::of_word};
use crate::{
    call,
    ec2::{
        described, filter,
        volume::modification::{self, Performance},
    },
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
    modification::settled(client, volume, limit).await.map_err(of_field)?;
    let current = read(client, std::slice::from_ref(volume)).await?.remove(volume);
    if current.as_ref().is_none_or(|current| performance(wanted).differs(&performance(current))) {
        modification::modify("ec2:ModifyVolume", client, volume, &performance(wanted), limit).await.map_err(of_field)?;
    }
    match wanted.delete_on_termination {
        Some(on) if current.and_then(|current| current.delete_on_termination) != Some(on) => delete_with(client, id, on).await,
        _ => Ok(()),
    }
}

fn of_field(error: ProviderError) -> ProviderError {
    error.field("root_volume")
}

fn performance(volume: &RootVolume) -> Performance {
    let RootVolume { volume_size: size, volume_type, iops, throughput, .. } = *volume;
    Performance { size, volume_type, iops, throughput }
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
