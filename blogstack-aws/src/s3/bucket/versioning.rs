//! Versions of objects. <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html>

use aws_sdk_s3::{
    Client,
    types::{BucketVersioningStatus, VersioningConfiguration},
};
use blogstack_core::{Value, provider::Result};

use crate::call;

/// Whether older versions of objects are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum Versioning {
    /// They are.
    Enabled,
    /// No new ones are made; those that are there stay.
    Suspended,
}

/// A bucket that never kept versions answers nothing.
pub(super) async fn read(client: &Client, bucket: &str) -> Result<Option<Versioning>> {
    let request = client.get_bucket_versioning().bucket(bucket);
    let answer = call::read("s3:GetBucketVersioning", || request.clone().send()).await?;
    Ok(match answer.status {
        Some(BucketVersioningStatus::Enabled) => Some(Versioning::Enabled),
        Some(BucketVersioningStatus::Suspended) => Some(Versioning::Suspended),
        _ => None,
    })
}

pub(super) async fn write(client: &Client, bucket: &str, wanted: Versioning) -> Result<()> {
    let status = match wanted {
        Versioning::Enabled => BucketVersioningStatus::Enabled,
        Versioning::Suspended => BucketVersioningStatus::Suspended,
    };
    let configuration = VersioningConfiguration::builder().status(status).build();
    let request = client.put_bucket_versioning().bucket(bucket).versioning_configuration(configuration);
    call::change("s3:PutBucketVersioning", || request.clone().send()).await.map(drop)
}
