//! Who may do what with a bucket. <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html>

use std::str::FromStr;

use aws_sdk_s3::Client;
use blogstack_core::{Expr, Input, IntoInput, Output, Value, provider::Result};
use serde_json::Value as Json;

use super::parts::absent;
use crate::call;

/// A policy as JSON, in one form for all that mean the same: keys in order, a text for a list of one, lists of actions,
/// resources and principals in order.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>
#[derive(Debug, Clone, PartialEq, Eq, Value)]
pub struct BucketPolicy(String);

impl BucketPolicy {
    /// The JSON.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is no JSON stays as it is: AWS says what is wrong with it.
    fn of(text: &str) -> Self {
        Self(text.parse::<Self>().map_or_else(|_| text.to_owned(), |policy| policy.0))
    }
}

impl FromStr for BucketPolicy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match serde_json::from_str(text) {
            Ok(policy @ Json::Object(_)) => Ok(Self(plain(policy).to_string())),
            Ok(_) => Err("this is not a policy, which is a JSON object with a `Statement`".into()),
            Err(error) => Err(format!("this is not a policy, which is a JSON object: {error}")),
        }
    }
}

/// The same meaning in one form.
fn plain(value: Json) -> Json {
    match value {
        Json::Object(fields) => {
            let mut fields: Vec<(String, Json)> = fields.into_iter().map(|(key, value)| (key, plain(value))).collect();
            fields.sort_by(|one, other| one.0.cmp(&other.0));
            fields.into_iter().collect::<serde_json::Map<_, _>>().into()
        }
        Json::Array(items) => {
            let mut items: Vec<Json> = items.into_iter().map(plain).collect();
            if items.iter().all(Json::is_string) {
                items.sort_by(|one, other| one.as_str().cmp(&other.as_str()));
                items.dedup();
            }
            if items.len() == 1 { items.remove(0) } else { items.into() }
        }
        other => other,
    }
}

impl IntoInput<BucketPolicy> for &str {
    fn into_input(self) -> Input<BucketPolicy> {
        match self.parse::<BucketPolicy>() {
            Ok(policy) => policy.into_input(),
            Err(message) => Input::from_expr(Expr::Invalid(message)),
        }
    }
}

impl IntoInput<BucketPolicy> for String {
    fn into_input(self) -> Input<BucketPolicy> {
        self.as_str().into_input()
    }
}

impl IntoInput<BucketPolicy> for Json {
    fn into_input(self) -> Input<BucketPolicy> {
        self.to_string().into_input()
    }
}

impl IntoInput<BucketPolicy> for &Output<String> {
    fn into_input(self) -> Input<BucketPolicy> {
        self.map(|text| BucketPolicy::of(&text)).into_input()
    }
}

impl IntoInput<BucketPolicy> for Output<String> {
    fn into_input(self) -> Input<BucketPolicy> {
        (&self).into_input()
    }
}

pub(super) async fn read(client: &Client, bucket: &str) -> Result<Option<BucketPolicy>> {
    let request = client.get_bucket_policy().bucket(bucket);
    let answer = absent(call::read("s3:GetBucketPolicy", || request.clone().send()).await)?;
    Ok(answer.and_then(|answer| answer.policy).map(|text| BucketPolicy::of(&text)))
}

pub(super) async fn write(client: &Client, bucket: &str, wanted: &BucketPolicy) -> Result<()> {
    let request = client.put_bucket_policy().bucket(bucket).policy(wanted.as_str());
    let written = call::change("s3:PutBucketPolicy", || request.clone().send()).await;
    written.map(drop).map_err(|error| match error.code.as_deref() {
        Some("AccessDenied") => {
            error.field("policy").hint("one for everybody needs `.public_access_block(..)` without `block_public_policy`; else permission")
        }
        _ => error.field("policy"),
    })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html>
pub(super) async fn clear(client: &Client, bucket: &str) -> Result<()> {
    let request = client.delete_bucket_policy().bucket(bucket);
    call::change("s3:DeleteBucketPolicy", || request.clone().send()).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::BucketPolicy;

    fn policy(text: &str) -> BucketPolicy {
        text.parse().expect("a policy")
    }

    #[test]
    fn policies_that_mean_the_same_are_alike() {
        let one = policy(r#"{"Version": "2012-10-17", "Statement": [{"Action": ["b", "a"], "Principal": {"AWS": ["*"]}}]}"#);
        assert_eq!(one, policy(r#"{"Statement":{"Principal":{"AWS":"*"},"Action":["a","b"]},"Version":"2012-10-17"}"#));
        assert_ne!(one, policy(r#"{"Statement":{"Principal":{"AWS":"*"},"Action":"a"},"Version":"2012-10-17"}"#));
        assert!("[]".parse::<BucketPolicy>().is_err() && "x".parse::<BucketPolicy>().is_err());
    }
}
