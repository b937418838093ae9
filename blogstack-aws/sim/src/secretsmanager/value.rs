//! *`GetSecretValue`*, *`BatchGetSecretValue`*, *`PutSecretValue`*.

use serde_json::{Value as Json, json};

use crate::context::Context;
use crate::failure::Failure;
use crate::moment;
use crate::protocol::reply::Answer;
use crate::secretsmanager::Secret;
use crate::secretsmanager::secret::{STAGES, Value, Version, invalid, live, not_now, with};
use crate::validation;

/// How large a value may be.
const LARGEST: usize = 65536;

/// The version that a request brings, if it brings a value.
pub(super) fn version(context: &mut Context<'_>) -> Result<Option<Version>, Failure> {
    let params = context.params.clone();
    let token = params.owned("ClientRequestToken");
    if token.as_ref().is_some_and(|token| !(32..=64).contains(&token.len())) {
        return Err(invalid("ClientRequestToken must be 32-64 characters long."));
    }
    let value = match (params.owned("SecretString"), params.owned("SecretBinary")) {
        (Some(_), Some(_)) => {
            return Err(invalid("You can't specify both a binary secret value and a string secret value in the same secret."));
        }
        (Some(text), None) => Value::Text(text),
        (None, Some(binary)) => Value::Binary(binary),
        (None, None) => return Ok(None),
    };
    let (Value::Text(content) | Value::Binary(content)) = &value;
    if !(1..=LARGEST).contains(&content.len()) {
        return Err(invalid("A secret value has 1 to 65536 bytes."));
    }
    let token = token.unwrap_or_else(|| format!("{:016x}{:016x}", context.chance("version"), context.chance("version")));
    Ok(Some(Version { token, value, created_at: context.now }))
}

/// Makes a version the current one. One that is there already must be the same.
pub(super) fn stage(secret: &mut Secret, version: Version) -> Result<(), Failure> {
    match secret.versions.iter().find(|held| held.token == version.token) {
        Some(held) if held.value == version.value => return Ok(()),
        Some(_) => {
            let message = format!(
                "You can't use ClientRequestToken {} because that value is already in use for a version of secret {}.",
                version.token, secret.arn
            );
            return Err(Failure::new("ResourceExistsException", message));
        }
        None => {}
    }
    secret.versions.insert(0, version);
    secret.versions.truncate(STAGES.len());
    Ok(())
}

/// A version always becomes the current one; others are not modelled.
pub(super) fn put(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let params = context.params.clone();
    let stages = params.list("VersionStages");
    if stages.iter().any(|stage| stage != STAGES[0]) {
        return Err(invalid("Only the stage AWSCURRENT is simulated."));
    }
    let arn = live(context, &params)?;
    let version = version(context)?.ok_or_else(|| invalid("You must provide either SecretString or SecretBinary."))?;
    let now = context.now;
    let secret = context.change::<Secret>(&arn)?;
    let token = version.token.clone();
    stage(secret, version)?;
    secret.changed_at = now;
    Ok(Answer::Json(json!({ "ARN": arn, "Name": secret.name, "VersionId": token, "VersionStages": [STAGES[0]] })))
}

pub(super) fn get(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let params = context.params.clone();
    let arn = with(context, validation::required(&params, "SecretId")?, true)?;
    let secret = context.find::<Secret>(&arn)?;
    let (id, stage) = (params.text("VersionId"), params.text("VersionStage").unwrap_or(STAGES[0]));
    let fits = |(at, version): &(usize, &Version)| match id {
        Some(id) => version.token == id,
        None => STAGES.get(*at) == Some(&stage),
    };
    check_live(secret)?;
    let found = secret.versions.iter().enumerate().find(fits);
    let missing = || {
        let message = format!("Secrets Manager can't find the specified secret value for staging label: {stage}");
        Failure::new("ResourceNotFoundException", message)
    };
    Ok(Answer::Json(found.map(|(at, version)| told(secret, at, version)).ok_or_else(missing)?))
}

fn check_live(secret: &Secret) -> Result<(), Failure> {
    match secret.deleted_at {
        None => Ok(()),
        Some(_) => Err(not_now("You can't perform this operation on the secret because it was marked for deletion.")),
    }
}

/// What cannot be told stands among the errors; the call succeeds.
pub(super) fn get_several(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let asked = context.params.list("SecretIdList");
    if !(1..=20).contains(&asked.len()) {
        return Err(invalid("Either 'SecretIdList' or 'Filters' must be provided, but not both."));
    }
    let (mut values, mut errors) = (Vec::new(), Vec::new());
    for id in asked {
        let value = with(context, &id, true).and_then(|arn| {
            let secret = context.find::<Secret>(&arn)?;
            check_live(secret)?;
            let message = "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT";
            let version = secret.versions.first().ok_or_else(|| Failure::new("ResourceNotFoundException", message))?;
            Ok(told(secret, 0, version))
        });
        match value {
            Ok(value) => values.push(value),
            Err(failure) => errors.push(json!({ "SecretId": id, "ErrorCode": failure.code, "Message": failure.message })),
        }
    }
    Ok(Answer::Json(json!({ "SecretValues": values, "Errors": errors })))
}

fn told(secret: &Secret, at: usize, version: &Version) -> Json {
    let mut told = json!({
        "ARN": secret.arn,
        "Name": secret.name,
        "VersionId": version.token,
        "VersionStages": [STAGES.get(at)],
        "CreatedDate": moment::unix_seconds(version.created_at),
    });
    match &version.value {
        Value::Text(text) => told["SecretString"] = text.clone().into(),
        Value::Binary(binary) => told["SecretBinary"] = binary.clone().into(),
    }
    told
}
