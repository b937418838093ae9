//! Tags of a bucket. A call replaces all of them: those that are not the program's are carried along.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html>

use aws_sdk_s3::{Client, types::Tagging};
use blogstack_core::{Id, Tags, provider::Result};

use super::{Bucket, parts::absent};
use crate::{
    call,
    s3::{built, of_sdk, to_sdk},
};

/// All tags, ours among them.
pub(super) async fn read(client: &Client, bucket: &str) -> Result<Tags> {
    let request = client.get_bucket_tagging().bucket(bucket);
    let answer = absent(call::read("s3:GetBucketTagging", || request.clone().send()).await)?;
    Ok(answer.map(|answer| of_sdk(answer.tag_set)).unwrap_or_default())
}

/// Sets tags and removes others. Those of AWS itself stay without being named.
pub(super) async fn change(client: &Client, bucket: &Id<Bucket>, set: Tags, removed: &[String]) -> Result<()> {
    let mut all = read(client, bucket.as_str()).await?;
    all.retain(|key, _| !removed.contains(key) && !key.starts_with("aws:"));
    all.extend(set);
    if all.is_empty() {
        let request = client.delete_bucket_tagging().bucket(bucket.as_str());
        return call::change("s3:DeleteBucketTagging", || request.clone().send()).await.map(drop);
    }
    let operation = "s3:PutBucketTagging";
    let tagging = built(operation, Tagging::builder().set_tag_set(Some(to_sdk(&all))).build())?;
    let request = client.put_bucket_tagging().bucket(bucket.as_str()).tagging(tagging);
    call::change(operation, || request.clone().send()).await.map(drop)
}
