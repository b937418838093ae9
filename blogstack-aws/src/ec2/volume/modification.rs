//! Changes of what a volume can do. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVolume.html>

use std::time::Duration;

use aws_sdk_ec2::{Client, types::VolumeModificationState as Phase};
use blogstack_core::provider::{ErrorKind, ProviderError, Result};

use crate::{
    call,
    ec2::{
        filter,
        instance::{VolumeType, word},
    },
    wait,
};

/// What a volume can do. What is unset is not wanted otherwise.
pub(in crate::ec2) struct Performance {
    /// Its size in GiB.
    pub(in crate::ec2) size: Option<u32>,
    /// What it is made of.
    pub(in crate::ec2) volume_type: Option<VolumeType>,
    /// Operations a second.
    pub(in crate::ec2) iops: Option<u32>,
    /// MiB a second.
    pub(in crate::ec2) throughput: Option<u32>,
}

impl Performance {
    /// Whether something is wanted that is not so now.
    pub(in crate::ec2) fn differs(&self, now: &Self) -> bool {
        let number = |wanted: Option<u32>, now: Option<u32>| wanted.is_some() && wanted != now;
        number(self.size, now.size)
            || number(self.iops, now.iops)
            || number(self.throughput, now.throughput)
            || (self.volume_type.is_some() && self.volume_type != now.volume_type)
    }
}

/// Changes a volume and waits until it has what is wanted. Sent once: sent again, it would be one change too many, and AWS takes a few
/// a day. One that is still optimizing is waited for.
pub(in crate::ec2) async fn modify(
    operation: &'static str,
    client: &Client,
    volume: &str,
    wanted: &Performance,
    limit: Duration,
) -> Result<()> {
    let number = |number: Option<u32>| number.and_then(|number| i32::try_from(number).ok());
    let request = client
        .modify_volume()
        .volume_id(volume)
        .set_size(number(wanted.size))
        .set_volume_type(wanted.volume_type.as_ref().map(|kind| word(kind).as_str().into()))
        .set_iops(number(wanted.iops))
        .set_throughput(number(wanted.throughput));
    let mut pause = wait::Pause::up_to(limit);
    loop {
        match call::create(operation, || request.clone().send()).await {
            Err(error) if error.is_code("IncorrectModificationState") && pause.next().await => {}
            answer => {
                answer?;
                return settled(client, volume, limit).await;
            }
        }
    }
}

/// Waits until a volume has what it was last changed to. It may go on optimizing for hours, which harms nobody.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumesModifications.html>
pub(in crate::ec2) async fn settled(client: &Client, volume: &str, limit: Duration) -> Result<()> {
    let operation = "ec2:DescribeVolumesModifications";
    let asked = || async move {
        let request = client.describe_volumes_modifications().filters(filter("volume-id", [volume]));
        let found = call::read(operation, || request.clone().send()).await?.volumes_modifications.unwrap_or_default();
        match found.iter().find(|one| one.modification_state() == Some(&Phase::Failed)) {
            _ if found.iter().any(|one| one.modification_state() == Some(&Phase::Modifying)) => Ok(None),
            Some(failed) => {
                let message = format!("changing `{volume}` failed: {}", failed.status_message().unwrap_or("no reason is given"));
                Err(ProviderError::new(ErrorKind::Rejected, operation, message))
            }
            None => Ok(Some(())),
        }
    };
    wait::until(operation, &format!("`{volume}` is changed"), limit, asked).await
}
