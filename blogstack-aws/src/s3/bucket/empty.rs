//! Deleting everything in a bucket. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/empty-bucket.html>

use aws_sdk_s3::{
    Client,
    types::{Delete, ObjectIdentifier},
};
use blogstack_core::{
    Id,
    provider::{ErrorKind, ProviderError, Result},
};

use super::Bucket;
use crate::{call, s3::built};

/// Deletes every version and every marker, a thousand at a time. The first page is asked for again and again, because what was
/// listed is gone.
pub(super) async fn of_everything(client: &Client, bucket: &Id<Bucket>) -> Result<()> {
    loop {
        let request = client.list_object_versions().bucket(bucket.as_str());
        let page = call::read("s3:ListObjectVersions", || request.clone().send()).await?;
        let versions = page.versions.into_iter().flatten().map(|version| (version.key, version.version_id));
        let markers = page.delete_markers.into_iter().flatten().map(|marker| (marker.key, marker.version_id));
        let objects: Vec<_> = versions.chain(markers).filter_map(|(key, version)| Some((key?, version))).collect();
        if objects.is_empty() {
            return Ok(());
        }
        delete(client, bucket, objects).await?;
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html>
async fn delete(client: &Client, bucket: &Id<Bucket>, objects: Vec<(String, Option<String>)>) -> Result<()> {
    let operation = "s3:DeleteObjects";
    let one = |(key, version)| built(operation, ObjectIdentifier::builder().key(key).set_version_id(version).build());
    let objects = objects.into_iter().map(one).collect::<Result<Vec<_>>>()?;
    let delete = built(operation, Delete::builder().set_objects(Some(objects)).quiet(true).build())?;
    let request = client.delete_objects().bucket(bucket.as_str()).delete(delete);
    let answer = call::read(operation, || request.clone().send()).await?;
    match answer.errors.into_iter().flatten().next() {
        None => Ok(()),
        Some(error) => {
            let (key, message) = (error.key.unwrap_or_default(), error.message.unwrap_or_default());
            let failed = ProviderError::new(ErrorKind::Rejected, operation, format!("deleting `{key}`: {message}"));
            Err(ProviderError { code: error.code, ..failed })
        }
    }
}
