//! *`DescribeSecret`*, *`ListSecrets`*, *`GetResourcePolicy`*.

use serde_json::{Value, json};

use crate::context::Context;
use crate::ec2::listing;
use crate::failure::Failure;
use crate::moment;
use crate::params::Params;
use crate::protocol::reply::Answer;
use crate::secretsmanager::Secret;
use crate::secretsmanager::secret::{STAGES, invalid, meant, with};
use crate::validation;

/// Also one that is to be deleted, which has a date.
pub(super) fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let arn = with(context, validation::required(&context.params, "SecretId")?, true)?;
    let secret = context.find::<Secret>(&arn)?;
    let mut told = told(secret);
    told["VersionIdsToStages"] = stages(secret);
    Ok(Answer::Json(told))
}

fn stages(secret: &Secret) -> Value {
    let pairs = secret.versions.iter().zip(STAGES);
    pairs.map(|(version, stage)| (version.token.clone(), json!([stage]))).collect::<serde_json::Map<_, _>>().into()
}

fn told(secret: &Secret) -> Value {
    let tags: Vec<Value> = secret.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    let mut told = json!({
        "ARN": secret.arn,
        "Name": secret.name,
        "CreatedDate": moment::unix_seconds(secret.created_at),
        "LastChangedDate": moment::unix_seconds(secret.changed_at),
        "Tags": tags,
    });
    let texts = [("Description", &secret.description), ("KmsKeyId", &secret.kms_key_id)];
    for (name, text) in texts {
        if let Some(text) = text {
            told[name] = text.clone().into();
        }
    }
    if let Some(at) = secret.deleted_at {
        told["DeletedDate"] = moment::unix_seconds(at).into();
    }
    told
}

/// Those that are to be deleted are told on demand.
pub(super) fn list(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let planned = context.params.flag("IncludePlannedDeletion")?.unwrap_or(false);
    let filters = context.params.groups("Filters");
    let known = |filter: &Params| {
        let key = filter.text("Key").unwrap_or_default();
        ["name", "description", "tag-key", "tag-value", "all"].contains(&key)
    };
    if !filters.iter().all(known) {
        return Err(invalid("This filter is not simulated."));
    }
    let passes = |secret: &&Secret| (planned || secret.deleted_at.is_none()) && filters.iter().all(|filter| fits(filter, secret));
    let found: Vec<&Secret> = context.region.secrets.iter_visible(context.now).filter(passes).collect();
    let limit = validation::number(&context.params, "MaxResults", &(1..=100))?.unwrap_or(100);
    let invalid_token = |_| Failure::new("InvalidNextTokenException", "The NextToken value is invalid.");
    let page = listing::page(found, limit, context.params.text("NextToken"), |secret| &secret.arn).map_err(invalid_token)?;
    let written = page.entries.iter().map(|secret| {
        let mut told = told(secret);
        told["SecretVersionsToStages"] = stages(secret);
        told
    });
    let mut answer = json!({ "SecretList": written.collect::<Vec<Value>>() });
    if let Some(next) = page.next {
        answer["NextToken"] = next.into();
    }
    Ok(Answer::Json(answer))
}

/// A filter's values are beginnings; one with an exclamation mark says what must not be.
fn fits(filter: &Params, secret: &Secret) -> bool {
    let key = filter.text("Key").unwrap_or_default().to_owned();
    let mut held: Vec<&str> = Vec::new();
    if ["name", "all"].contains(&key.as_str()) {
        held.push(&secret.name);
    }
    if ["description", "all"].contains(&key.as_str()) {
        held.extend(secret.description.as_deref());
    }
    if ["tag-key", "all"].contains(&key.as_str()) {
        held.extend(secret.tags.keys().map(String::as_str));
    }
    if ["tag-value", "all"].contains(&key.as_str()) {
        held.extend(secret.tags.values().map(String::as_str));
    }
    filter.list("Values").iter().any(|value| match value.strip_prefix('!') {
        Some(value) => !held.iter().any(|held| held.starts_with(value)),
        None => held.iter().any(|held| held.starts_with(value.as_str())),
    })
}

/// There is none: resource policies are not modelled, but Terraform asks for them.
pub(super) fn policy(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let arn = meant(context, &context.params)?;
    Ok(Answer::Json(json!({ "ARN": arn, "Name": context.find::<Secret>(&arn)?.name })))
}
