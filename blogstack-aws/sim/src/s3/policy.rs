//! Policies of buckets: *`GetBucketPolicy`*, *`PutBucketPolicy`*, *`DeleteBucketPolicy`*; *Blocking public access to your Amazon S3
//! storage* for what counts as public.

use serde_json::Value;

use crate::context::Context;
use crate::failure::Failure;
use crate::protocol::reply::{Answer, Whole};
use crate::protocol::request::Request;
use crate::s3::bucket::Bucket;
use crate::s3::part::PUBLIC_ACCESS_BLOCK;

const POLICY: &str = "policy";

pub(super) fn get(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let bucket = super::bucket(context, request)?;
    context.params.text(POLICY);
    let missing = || Failure::new("NoSuchBucketPolicy", "The bucket policy does not exist").status(404);
    let policy = bucket.parts.get(POLICY).ok_or_else(missing)?;
    Ok(Answer::Whole(Whole::bytes(policy.clone().into_bytes()).header("content-type", "application/json")))
}

pub(super) fn put(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let bucket = super::bucket(context, request)?;
    context.params.text(POLICY);
    context.params.text("x-amz-confirm-remove-self-bucket-access");
    let text = context.params.owned("Policy").unwrap_or_default();
    let statements = check(&text, &bucket.name)?;
    let blocks = bucket.parts.get(PUBLIC_ACCESS_BLOCK).is_some_and(|part| part.contains("<BlockPublicPolicy>true<"));
    if blocks && statements.iter().any(is_public) {
        let message = "User is not authorized to perform: s3:PutBucketPolicy because public policies are prevented by the \
                       BlockPublicPolicy setting in S3 Block Public Access.";
        return Err(Failure::new("AccessDenied", message).status(403));
    }
    context.change::<Bucket>(&bucket.name)?.parts.insert(POLICY.to_owned(), text);
    Ok(Answer::Whole(Whole::empty(204)))
}

pub(super) fn delete(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let bucket = super::bucket(context, request)?;
    context.params.text(POLICY);
    context.change::<Bucket>(&bucket.name)?.parts.remove(POLICY);
    Ok(Answer::Whole(Whole::empty(204)))
}

fn malformed(message: &str) -> Failure {
    Failure::new("MalformedPolicy", message)
}

/// The statements of a policy that is right in its form.
fn check(text: &str, bucket: &str) -> Result<Vec<Value>, Failure> {
    let not_json = || malformed("Policies must be valid JSON and the first byte must be '{'");
    let policy: Value = serde_json::from_str(text).map_err(|_| not_json())?;
    let fields = policy.as_object().ok_or_else(not_json)?;
    let statements = match fields.get("Statement") {
        Some(Value::Array(statements)) => statements.clone(),
        Some(one @ Value::Object(_)) => vec![one.clone()],
        _ => return Err(malformed("Missing required field Statement")),
    };
    for statement in &statements {
        for (name, other) in [("Effect", "Effect"), ("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource")] {
            if statement.get(name).or_else(|| statement.get(other)).is_none() {
                return Err(malformed(&format!("Missing required field {name}")));
            }
        }
        let own = format!("arn:aws:s3:::{bucket}");
        let is_own = |resource: &str| resource.strip_prefix(&own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if !texts(&statement["Resource"]).into_iter().all(is_own) {
            return Err(malformed("Policy has invalid resource"));
        }
    }
    Ok(statements)
}

/// One text, or several.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect(),
    }
}

/// Everybody may, and nothing narrows it.
fn is_public(statement: &Value) -> bool {
    let principal = &statement["Principal"];
    let everybody = texts(principal).contains(&"*") || texts(&principal["AWS"]).contains(&"*");
    statement["Effect"] == "Allow" && everybody && statement.get("Condition").is_none()
}
