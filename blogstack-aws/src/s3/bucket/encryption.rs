//! How new objects are encrypted. <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html>

use aws_sdk_s3::{
    Client,
    types::{
        BlockedEncryptionTypes, EncryptionType, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
    },
};
use blogstack_core::{Block, Set, Value, provider::Result};

use super::parts::absent;
use crate::{
    call,
    s3::built,
    values::{of_word, word},
};

/// How new objects are encrypted.
///
/// ```
/// use blogstack_aws::s3::{Encryption, SseAlgorithm};
///
/// let key = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
/// let encryption = Encryption::new(SseAlgorithm::Kms).kms_master_key_id(key).bucket_key_enabled(true);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct Encryption {
    /// Whose keys encrypt.
    pub sse_algorithm: SseAlgorithm,
    /// The ARN of the key of KMS; that of AWS for S3, when it is empty.
    #[field(default = "")]
    pub kms_master_key_id: String,
    /// Whether KMS is asked once for many objects.
    #[field(default = false)]
    pub bucket_key_enabled: bool,
    /// Ways of encrypting that are refused; as they are, when it is not set.
    pub blocked_encryption_types: Option<Set<BlockedEncryption>>,
}

/// Whose keys encrypt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum SseAlgorithm {
    /// Keys of S3.
    #[value(rename = "AES256")]
    Aes256,
    /// Keys of KMS.
    #[value(rename = "aws:kms")]
    Kms,
    /// Keys of KMS, in two layers.
    #[value(rename = "aws:kms:dsse")]
    KmsDsse,
}

/// A way of encrypting that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Value)]
pub enum BlockedEncryption {
    /// None is.
    #[value(rename = "NONE")]
    None,
    /// With keys that clients send along.
    #[value(rename = "SSE-C")]
    SseC,
}

/// What is wrong with it.
pub(super) fn problem(wanted: &Encryption) -> Option<String> {
    let keyless = wanted.sse_algorithm == SseAlgorithm::Aes256 && !wanted.kms_master_key_id.is_empty();
    keyless.then(|| "keys of S3 are not keys of KMS: `kms_master_key_id` needs another `sse_algorithm`".to_owned())
}

pub(super) async fn read(client: &Client, bucket: &str) -> Result<Option<Encryption>> {
    Ok(rule(client, bucket).await?.and_then(of_sdk))
}

async fn rule(client: &Client, bucket: &str) -> Result<Option<ServerSideEncryptionRule>> {
    let request = client.get_bucket_encryption().bucket(bucket);
    let answer = absent(call::read("s3:GetBucketEncryption", || request.clone().send()).await)?;
    Ok(answer.and_then(|answer| answer.server_side_encryption_configuration).and_then(|all| all.rules.into_iter().next()))
}

fn of_sdk(rule: ServerSideEncryptionRule) -> Option<Encryption> {
    let default = rule.apply_server_side_encryption_by_default?;
    let blocked = rule.blocked_encryption_types.and_then(|blocked| blocked.encryption_type);
    Some(Encryption {
        sse_algorithm: of_word(default.sse_algorithm.as_str())?,
        kms_master_key_id: default.kms_master_key_id.unwrap_or_default(),
        bucket_key_enabled: rule.bucket_key_enabled.unwrap_or_default(),
        blocked_encryption_types: blocked.map(|all| all.iter().filter_map(|one| of_word(one.as_str())).collect()),
    })
}

/// A call that does not name the blocked ways would unblock them: what is not declared is carried along.
pub(super) async fn write(client: &Client, bucket: &str, wanted: &Encryption) -> Result<()> {
    let operation = "s3:PutBucketEncryption";
    let blocked = match &wanted.blocked_encryption_types {
        Some(blocked) => Some(blocked.iter().map(|one| EncryptionType::from(word(one).as_str())).collect()),
        None => rule(client, bucket).await?.and_then(|rule| rule.blocked_encryption_types).and_then(|blocked| blocked.encryption_type),
    };
    let key = (!wanted.kms_master_key_id.is_empty()).then(|| wanted.kms_master_key_id.clone());
    let default = ServerSideEncryptionByDefault::builder().sse_algorithm(word(&wanted.sse_algorithm).as_str().into());
    let rule = ServerSideEncryptionRule::builder()
        .apply_server_side_encryption_by_default(built(operation, default.set_kms_master_key_id(key).build())?)
        .bucket_key_enabled(wanted.bucket_key_enabled)
        .set_blocked_encryption_types(blocked.map(|all| BlockedEncryptionTypes::builder().set_encryption_type(Some(all)).build()))
        .build();
    let configuration = built(operation, ServerSideEncryptionConfiguration::builder().rules(rule).build())?;
    let request = client.put_bucket_encryption().bucket(bucket).server_side_encryption_configuration(configuration);
    call::change(operation, || request.clone().send()).await.map(drop)
}

/// Back to keys of S3.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketEncryption.html>
pub(super) async fn clear(client: &Client, bucket: &str) -> Result<()> {
    let request = client.delete_bucket_encryption().bucket(bucket);
    call::change("s3:DeleteBucketEncryption", || request.clone().send()).await.map(drop)
}
