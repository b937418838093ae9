//! *`CreateSecret`*, *`UpdateSecret`*, *`DeleteSecret`*, *`RestoreSecret`*, *`TagResource`*, *`UntagResource`*.

use std::time::Duration;

use serde_json::json;

use crate::chance;
use crate::context::Context;
use crate::failure::Failure;
use crate::moment;
use crate::params::Params;
use crate::protocol::reply::Answer;
use crate::secretsmanager::Secret;
use crate::secretsmanager::secret::{Version, invalid, live, meant, not_now};
use crate::secretsmanager::value::{self, version};
use crate::state::object::Tags;
use crate::validation;

fn sent_tags(params: &Params) -> Result<Tags, Failure> {
    let mut tags = Tags::new();
    for tag in params.groups("Tags") {
        let (key, value) = (validation::required(&tag, "Key")?, tag.text("Value").unwrap_or_default());
        if key.to_lowercase().starts_with("aws:") {
            return Err(invalid("Tag keys that begin with aws: are reserved."));
        }
        tags.insert(key.to_owned(), value.to_owned());
    }
    match tags.len() {
        0..=50 => Ok(tags),
        _ => Err(invalid("You can't have more than 50 tags.")),
    }
}

/// A name is taken by a secret that is to be deleted, too.
pub(super) fn create(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let params = context.params.clone();
    let name = checked_name(validation::required(&params, "Name")?)?;
    validation::length(&params, "Description", &(0..=2048))?;
    let (tags, version) = (sent_tags(&params)?, version(context)?);
    if let Some(known) = context.all::<Secret>().find(|secret| secret.name == name) {
        return again(known, version.as_ref());
    }
    context.within_quota::<Secret>("secrets", "LimitExceededException")?;
    let place = context.place.clone();
    let secret = Secret {
        arn: format!("arn:aws:secretsmanager:{}:{}:secret:{name}-{}", place.region, place.account, suffix(context)),
        description: params.owned("Description").filter(|text| !text.is_empty()),
        kms_key_id: params.owned("KmsKeyId").filter(|key| !is_own_key(key)),
        versions: version.into_iter().collect(),
        created_at: context.now,
        changed_at: context.now,
        deleted_at: None,
        tags,
        name,
    };
    context.add(secret.clone());
    Ok(short(&secret))
}

/// The same token with the same value asks for the same secret.
fn again(known: &Secret, version: Option<&Version>) -> Result<Answer, Failure> {
    if known.deleted_at.is_some() {
        return Err(not_now("You can't create this secret because a secret with this name is already scheduled for deletion."));
    }
    let same = |version: &Version| known.versions.iter().any(|held| held.token == version.token && held.value == version.value);
    match version.is_some_and(same) {
        true => Ok(short(known)),
        false => {
            Err(Failure::new("ResourceExistsException", format!("The operation failed because the secret {} already exists.", known.name)))
        }
    }
}

pub(super) fn short(secret: &Secret) -> Answer {
    let mut answer = json!({ "ARN": secret.arn, "Name": secret.name });
    if let Some(version) = secret.versions.first() {
        answer["VersionId"] = version.token.clone().into();
    }
    Answer::Json(answer)
}

fn checked_name(name: &str) -> Result<String, Failure> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "/_+=.@-".contains(c);
    match (1..=512).contains(&name.len()) && name.chars().all(fits) {
        true => Ok(name.to_owned()),
        false => Err(Failure::new(
            "ValidationException",
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
        )),
    }
}

/// The six characters at the end of an ARN.
fn suffix(context: &mut Context<'_>) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefgh";
    let number = context.chance("secret");
    let letter = |index: u64| {
        let at = usize::try_from(chance::number(number, &[&index.to_string()]) % 32).unwrap_or_default();
        LETTERS.get(at).copied().map_or('A', char::from)
    };
    (0..6).map(letter).collect()
}

fn is_own_key(key: &str) -> bool {
    key.is_empty() || key == "alias/aws/secretsmanager"
}

/// A description, a key, and a value that is put like any other.
pub(super) fn update(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let params = context.params.clone();
    validation::length(&params, "Description", &(0..=2048))?;
    let arn = live(context, &params)?;
    let version = version(context)?;
    let now = context.now;
    let secret = context.change::<Secret>(&arn)?;
    if let Some(description) = params.owned("Description") {
        secret.description = Some(description).filter(|text| !text.is_empty());
    }
    if let Some(key) = params.owned("KmsKeyId") {
        secret.kms_key_id = Some(key).filter(|key| !is_own_key(key));
    }
    secret.changed_at = now;
    match version {
        Some(version) => value::stage(secret, version).map(|()| short(secret)),
        None => Ok(Answer::Json(json!({ "ARN": secret.arn, "Name": secret.name }))),
    }
}

/// With `ForceDeleteWithoutRecovery` a secret that does not exist is deleted, too.
pub(super) fn delete(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let params = context.params.clone();
    let asked = validation::required(&params, "SecretId")?.to_owned();
    let (days, forced) = (params.number::<u64>("RecoveryWindowInDays")?, params.flag("ForceDeleteWithoutRecovery")?.unwrap_or(false));
    match days {
        Some(_) if forced => {
            return Err(invalid("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays."));
        }
        Some(days) if !(7..=30).contains(&days) => {
            return Err(invalid("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive)."));
        }
        _ => {}
    }
    let arn = match meant(context, &params) {
        Err(_) if forced => {
            let arn = format!("arn:aws:secretsmanager:{}:{}:secret:{asked}", context.place.region, context.place.account);
            return Ok(Answer::Json(json!({ "ARN": arn, "Name": asked, "DeletionDate": moment::unix_seconds(context.now) })));
        }
        found => found?,
    };
    let now = context.now;
    let at = if forced { now } else { moment::later(now, Duration::from_hours(24 * days.unwrap_or(30))) };
    let secret = context.change::<Secret>(&arn)?;
    if secret.deleted_at.is_some() && !forced {
        return Err(not_now("You tried to perform the operation on a secret that's currently marked deleted."));
    }
    secret.deleted_at = Some(at);
    let answer = json!({ "ARN": arn, "Name": secret.name, "DeletionDate": moment::unix_seconds(at) });
    if forced {
        context.remove::<Secret>(&arn);
    }
    Ok(Answer::Json(answer))
}

pub(super) fn restore(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let arn = meant(context, &context.params)?;
    let secret = context.change::<Secret>(&arn)?;
    secret.deleted_at = None;
    Ok(Answer::Json(json!({ "ARN": arn, "Name": secret.name })))
}

pub(super) fn tag(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let tags = sent_tags(&context.params)?;
    let arn = live(context, &context.params)?;
    context.change::<Secret>(&arn)?.tags.extend(tags);
    Ok(Answer::Json(json!({})))
}

pub(super) fn untag(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let keys = context.params.list("TagKeys");
    let arn = live(context, &context.params)?;
    context.change::<Secret>(&arn)?.tags.retain(|key, _| !keys.contains(key));
    Ok(Answer::Json(json!({})))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use crate::testing::World;

    async fn call(world: &World, operation: &str, body: Value) -> Value {
        world.service("secretsmanager").rpc(&format!("secretsmanager.{operation}"), &body).await
    }

    fn code(answer: &Value) -> &str {
        answer["__type"].as_str().unwrap_or_else(|| panic!("{answer}"))
    }

    const TOKEN: &str = "0123456789abcdef0123456789abcdef";

    #[tokio::test(start_paused = true)]
    async fn a_name_stays_reserved_for_the_recovery_window() {
        let world = World::new();
        let made = call(&world, "CreateSecret", json!({ "Name": "a", "SecretString": "hush" })).await;
        assert_eq!(code(&call(&world, "CreateSecret", json!({ "Name": "a" })).await), "ResourceExistsException");
        call(&world, "DeleteSecret", json!({ "SecretId": "a", "RecoveryWindowInDays": 7 })).await;
        let again = call(&world, "CreateSecret", json!({ "Name": "a" })).await;
        assert!(code(&again) == "InvalidRequestException" && again["message"].as_str().unwrap().contains("scheduled for deletion"));
        assert_eq!(code(&call(&world, "GetSecretValue", json!({ "SecretId": "a" })).await), "InvalidRequestException");
        assert_eq!(code(&call(&world, "DeleteSecret", json!({ "SecretId": "a" })).await), "InvalidRequestException");
        call(&world, "RestoreSecret", json!({ "SecretId": made["ARN"] })).await;
        assert_eq!(call(&world, "GetSecretValue", json!({ "SecretId": "a" })).await["SecretString"], "hush");
        call(&world, "DeleteSecret", json!({ "SecretId": "a", "RecoveryWindowInDays": 7 })).await;
        world.sim.advance(Duration::from_hours(24 * 7 + 1));
        assert_eq!(code(&call(&world, "DescribeSecret", json!({ "SecretId": "a" })).await), "ResourceNotFoundException");
        call(&world, "CreateSecret", json!({ "Name": "a" })).await;
        call(&world, "DeleteSecret", json!({ "SecretId": "a", "ForceDeleteWithoutRecovery": true })).await;
        assert!(call(&world, "CreateSecret", json!({ "Name": "a" })).await["ARN"].is_string());
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_guards_one_version() {
        let world = World::new();
        let body = |value: &str| json!({ "Name": "a", "SecretId": "a", "SecretString": value, "ClientRequestToken": TOKEN });
        let first = call(&world, "CreateSecret", body("1")).await;
        assert_eq!(call(&world, "CreateSecret", body("1")).await["ARN"], first["ARN"]);
        assert_eq!(code(&call(&world, "CreateSecret", body("2")).await), "ResourceExistsException");
        assert_eq!(code(&call(&world, "PutSecretValue", body("2")).await), "ResourceExistsException");
        let other = json!({ "SecretId": "a", "SecretString": "2", "ClientRequestToken": TOKEN.replace('0', "f") });
        call(&world, "PutSecretValue", other).await;
        let previous = call(&world, "GetSecretValue", json!({ "SecretId": "a", "VersionStage": "AWSPREVIOUS" })).await;
        assert_eq!(previous["SecretString"], "1");
        let missing = json!({ "SecretId": "a", "VersionStage": "AWSPENDING" });
        assert_eq!(code(&call(&world, "GetSecretValue", missing).await), "ResourceNotFoundException");
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be() {
        let world = World::new();
        call(&world, "CreateSecret", json!({ "Name": "a" })).await;
        for (operation, body, refusal) in [
            ("CreateSecret", json!({ "Name": "a b" }), "ValidationException"),
            ("CreateSecret", json!({ "Name": "b", "SecretString": "1", "SecretBinary": "MQ==" }), "InvalidParameterException"),
            ("PutSecretValue", json!({ "SecretId": "a" }), "InvalidParameterException"),
            ("PutSecretValue", json!({ "SecretId": "a", "SecretString": "1", "ClientRequestToken": "short" }), "InvalidParameterException"),
            ("DeleteSecret", json!({ "SecretId": "a", "RecoveryWindowInDays": 1 }), "InvalidParameterException"),
            ("UpdateSecret", json!({ "SecretId": "b" }), "ResourceNotFoundException"),
        ] {
            assert_eq!(code(&call(&world, operation, body.clone()).await), refusal, "{operation} {body}");
        }
    }
}
