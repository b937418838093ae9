//! What keeps a bucket from being public, and whose its objects are.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html>

use aws_sdk_s3::{
    Client,
    types::{OwnershipControls, OwnershipControlsRule, PublicAccessBlockConfiguration},
};
use blogstack_core::{Value, provider::Result};

use super::parts::absent;
use crate::{
    call,
    s3::built,
    values::{of_word, word},
};

/// What keeps the objects of a bucket from being public.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>
///
/// ```
/// use blogstack_aws::s3::PublicAccessBlock;
///
/// // A policy may open it, ACLs may not.
/// let website = PublicAccessBlock { block_public_policy: false, restrict_public_buckets: false, ..PublicAccessBlock::ALL };
/// ```
#[expect(clippy::struct_excessive_bools, reason = "AWS has these four switches")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub struct PublicAccessBlock {
    /// Whether new ACLs that open it are refused.
    pub block_public_acls: bool,
    /// Whether ACLs that open it count for nothing.
    pub ignore_public_acls: bool,
    /// Whether new policies that open it are refused.
    pub block_public_policy: bool,
    /// Whether policies that open it hold only for the own account and services of AWS.
    pub restrict_public_buckets: bool,
}

impl PublicAccessBlock {
    /// All of it, as every new bucket has it.
    pub const ALL: Self =
        Self { block_public_acls: true, ignore_public_acls: true, block_public_policy: true, restrict_public_buckets: true };
    /// None of it.
    pub const NONE: Self =
        Self { block_public_acls: false, ignore_public_acls: false, block_public_policy: false, restrict_public_buckets: false };
}

/// A bucket without it is open to whatever policies and ACLs say.
pub(super) async fn read_block(client: &Client, bucket: &str) -> Result<Option<PublicAccessBlock>> {
    let request = client.get_public_access_block().bucket(bucket);
    let answer = absent(call::read("s3:GetPublicAccessBlock", || request.clone().send()).await)?;
    let block = answer.and_then(|answer| answer.public_access_block_configuration).map(|block| PublicAccessBlock {
        block_public_acls: block.block_public_acls.unwrap_or_default(),
        ignore_public_acls: block.ignore_public_acls.unwrap_or_default(),
        block_public_policy: block.block_public_policy.unwrap_or_default(),
        restrict_public_buckets: block.restrict_public_buckets.unwrap_or_default(),
    });
    Ok(Some(block.unwrap_or(PublicAccessBlock::NONE)))
}

pub(super) async fn write_block(client: &Client, bucket: &str, wanted: PublicAccessBlock) -> Result<()> {
    let block = PublicAccessBlockConfiguration::builder()
        .block_public_acls(wanted.block_public_acls)
        .ignore_public_acls(wanted.ignore_public_acls)
        .block_public_policy(wanted.block_public_policy)
        .restrict_public_buckets(wanted.restrict_public_buckets)
        .build();
    let request = client.put_public_access_block().bucket(bucket).public_access_block_configuration(block);
    call::change("s3:PutPublicAccessBlock", || request.clone().send()).await.map(drop)
}

/// Who owns objects that other accounts write.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "PascalCase")]
pub enum ObjectOwnership {
    /// The bucket's owner; ACLs count for nothing.
    BucketOwnerEnforced,
    /// The bucket's owner, if the writer says so.
    BucketOwnerPreferred,
    /// Who writes them.
    ObjectWriter,
}

impl ObjectOwnership {
    pub(super) fn to_sdk(self) -> aws_sdk_s3::types::ObjectOwnership {
        word(&self).as_str().into()
    }
}

pub(super) async fn read_ownership(client: &Client, bucket: &str) -> Result<Option<ObjectOwnership>> {
    let request = client.get_bucket_ownership_controls().bucket(bucket);
    let answer = absent(call::read("s3:GetBucketOwnershipControls", || request.clone().send()).await)?;
    let rule = answer.and_then(|answer| answer.ownership_controls).and_then(|controls| controls.rules.into_iter().next());
    Ok(rule.and_then(|rule| of_word(rule.object_ownership.as_str())))
}

pub(super) async fn write_ownership(client: &Client, bucket: &str, wanted: ObjectOwnership) -> Result<()> {
    let operation = "s3:PutBucketOwnershipControls";
    let rule = built(operation, OwnershipControlsRule::builder().object_ownership(wanted.to_sdk()).build())?;
    let controls = built(operation, OwnershipControls::builder().rules(rule).build())?;
    let request = client.put_bucket_ownership_controls().bucket(bucket).ownership_controls(controls);
    call::change(operation, || request.clone().send()).await.map(drop)
}
