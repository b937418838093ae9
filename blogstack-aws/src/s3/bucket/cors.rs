//! Which pages of other origins may use a bucket. <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html>

use aws_sdk_s3::{
    Client,
    types::{self, CorsConfiguration},
};
use blogstack_core::{Block, Set, Value, provider::Result};

use super::parts::absent;
use crate::{
    call,
    s3::built,
    values::{of_word, word},
};

/// What pages of some origins may do.
///
/// ```
/// use blogstack_aws::s3::{CorsMethod, CorsRule};
///
/// let editor = CorsRule::new(["https://edit.example.com"], [CorsMethod::Get, CorsMethod::Put]).allowed_headers(["*"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct CorsRule {
    /// The origins, each with one `*` at most.
    pub allowed_origins: Vec<String>,
    /// What they may do.
    pub allowed_methods: Set<CorsMethod>,
    /// Headers that they may send, each with one `*` at most.
    #[field(default = Vec::new())]
    pub allowed_headers: Vec<String>,
    /// Headers that they may read.
    #[field(default = Vec::new())]
    pub expose_headers: Vec<String>,
    /// For how many seconds browsers remember the answer; 0: as they do by themselves.
    #[field(default = 0)]
    pub max_age_seconds: u32,
}

/// A method of HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Value)]
#[value(rename_all = "UPPERCASE")]
pub enum CorsMethod {
    /// Reading.
    Get,
    /// Writing.
    Put,
    /// Asking what is there.
    Head,
    /// Uploading by a form.
    Post,
    /// Deleting.
    Delete,
}

pub(super) async fn read(client: &Client, bucket: &str) -> Result<Option<Vec<CorsRule>>> {
    let request = client.get_bucket_cors().bucket(bucket);
    let answer = absent(call::read("s3:GetBucketCors", || request.clone().send()).await)?;
    Ok(answer.and_then(|answer| answer.cors_rules).map(|rules| rules.into_iter().map(of_sdk).collect()))
}

fn of_sdk(rule: types::CorsRule) -> CorsRule {
    CorsRule {
        allowed_origins: rule.allowed_origins,
        allowed_methods: rule.allowed_methods.iter().filter_map(|method| of_word(method)).collect(),
        allowed_headers: rule.allowed_headers.unwrap_or_default(),
        expose_headers: rule.expose_headers.unwrap_or_default(),
        max_age_seconds: rule.max_age_seconds.and_then(|seconds| u32::try_from(seconds).ok()).unwrap_or_default(),
    }
}

fn to_sdk(operation: &'static str, rule: &CorsRule) -> Result<types::CorsRule> {
    let some = |texts: &Vec<String>| (!texts.is_empty()).then(|| texts.clone());
    let age = i32::try_from(rule.max_age_seconds).ok().filter(|seconds| *seconds > 0);
    let sdk = types::CorsRule::builder()
        .set_allowed_origins(Some(rule.allowed_origins.clone()))
        .set_allowed_methods(Some(rule.allowed_methods.iter().map(word).collect()))
        .set_allowed_headers(some(&rule.allowed_headers))
        .set_expose_headers(some(&rule.expose_headers))
        .set_max_age_seconds(age);
    built(operation, sdk.build())
}

pub(super) async fn write(client: &Client, bucket: &str, wanted: &[CorsRule]) -> Result<()> {
    let operation = "s3:PutBucketCors";
    if wanted.is_empty() {
        return clear(client, bucket).await;
    }
    let rules = wanted.iter().map(|rule| to_sdk(operation, rule)).collect::<Result<Vec<_>>>()?;
    let configuration = built(operation, CorsConfiguration::builder().set_cors_rules(Some(rules)).build())?;
    let request = client.put_bucket_cors().bucket(bucket).cors_configuration(configuration);
    call::change(operation, || request.clone().send()).await.map(drop)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketCors.html>
pub(super) async fn clear(client: &Client, bucket: &str) -> Result<()> {
    let request = client.delete_bucket_cors().bucket(bucket);
    call::change("s3:DeleteBucketCors", || request.clone().send()).await.map(drop)
}
