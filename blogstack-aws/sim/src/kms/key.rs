//! Keys: *`CreateKey`*, *`DescribeKey`*, *`ListKeys`*, *`ScheduleKeyDeletion`*, *`CancelKeyDeletion`*.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::context::Context;
use crate::ec2::listing;
use crate::failure::Failure;
use crate::kms::{Alias, policy, tags};
use crate::moment::{self, Moment};
use crate::params::Params;
use crate::protocol::reply::Answer;
use crate::state::object::{Kind, Object, Tags};
use crate::validation;

/// A symmetric key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) description: String,
    pub(crate) policy: String,
    pub(crate) enabled: bool,
    /// Whether it rotates, and after how many days it does when it does.
    pub(crate) rotates: bool,
    pub(crate) rotation_period: u32,
    pub(crate) created_at: Moment,
    /// When it will be gone, if that has been scheduled.
    pub(crate) deleted_at: Option<Moment>,
    pub(crate) tags: Tags,
}

impl Object for Key {
    const KIND: Kind =
        Kind { name: "kms-key", prefix: "", missing: "NotFoundException", malformed: None, sentence: "Key '{}' does not exist" };

    fn id(&self) -> &str {
        &self.id
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    fn due(&self) -> Option<Moment> {
        self.deleted_at
    }

    fn is_live(&self) -> bool {
        self.deleted_at.is_none()
    }
}

impl Key {
    pub(super) fn arn(&self, context: &Context<'_>) -> String {
        arn(context, &self.id)
    }

    /// *Key states*: most operations refuse a key that is to be deleted.
    pub(super) fn check_live(&self, context: &Context<'_>) -> Result<(), Failure> {
        match self.deleted_at {
            Some(_) => Err(Failure::new("KMSInvalidStateException", format!("{} is pending deletion.", self.arn(context)))),
            None => Ok(()),
        }
    }

    fn state(&self) -> &'static str {
        match self {
            Self { deleted_at: Some(_), .. } => "PendingDeletion",
            Self { enabled: true, .. } => "Enabled",
            _ => "Disabled",
        }
    }
}

fn arn(context: &Context<'_>, id: &str) -> String {
    format!("arn:aws:kms:{}:{}:key/{id}", context.place.region, context.place.account)
}

/// The id of the key that a parameter names by its id or ARN, whatever state it is in.
pub(super) fn meant(context: &Context<'_>, params: &Params, parameter: &str) -> Result<String, Failure> {
    let asked = validation::required(params, parameter)?;
    let id = asked.strip_prefix("arn:").map_or(Some(asked), |arn| arn.split_once(":key/").map(|(_, id)| id));
    let is_id = |id: &&str| id.len() == 36 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let id = id.filter(is_id).ok_or_else(|| Failure::new("NotFoundException", format!("Invalid keyId {asked}")))?;
    match context.find::<Key>(id) {
        Ok(_) => Ok(id.to_owned()),
        Err(_) => Err(Key::KIND.not_found(&arn(context, id))),
    }
}

/// Likewise, but not one that is to be deleted.
pub(super) fn live(context: &Context<'_>) -> Result<String, Failure> {
    let id = meant(context, &context.params, "KeyId")?;
    context.find::<Key>(&id)?.check_live(context)?;
    Ok(id)
}

pub(super) fn create(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let params = context.params.clone();
    validation::length(&params, "Description", &(0..=8192))?;
    for (name, only) in [("KeyUsage", "ENCRYPT_DECRYPT"), ("KeySpec", "SYMMETRIC_DEFAULT"), ("Origin", "AWS_KMS")] {
        only_known(&params, name, only)?;
    }
    only_known(&params, "CustomerMasterKeySpec", "SYMMETRIC_DEFAULT")?;
    if params.flag("MultiRegion")?.unwrap_or(false) {
        return Err(unsupported("MultiRegion", "true"));
    }
    let safe = !params.flag("BypassPolicyLockoutSafetyCheck")?.unwrap_or(false);
    let tags = tags::sent(&params)?;
    let policy = match params.text("Policy") {
        Some(text) => policy::checked(text, safe)?,
        None => policy::default(context),
    };
    context.within_quota::<Key>("kms-keys", "LimitExceededException")?;
    let key = Key {
        id: new_id(context),
        description: params.owned("Description").unwrap_or_default(),
        policy,
        enabled: true,
        rotates: false,
        rotation_period: 365,
        created_at: context.now,
        deleted_at: None,
        tags,
    };
    context.add(key.clone());
    Ok(Answer::Json(json!({ "KeyMetadata": metadata(context, &key) })))
}

/// What AWS knows and the simulation does not is refused, not ignored.
fn only_known(params: &Params, name: &str, only: &str) -> Result<(), Failure> {
    match params.text(name) {
        Some(asked) if asked != only => Err(unsupported(name, asked)),
        _ => Ok(()),
    }
}

fn unsupported(name: &str, asked: &str) -> Failure {
    Failure::new("UnsupportedOperationException", format!("{name} {asked} is not simulated."))
}

/// In the form of a UUID.
fn new_id(context: &mut Context<'_>) -> String {
    let digits = format!("{:016x}{:016x}", context.chance("kms-key"), context.chance("kms-key"));
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

/// A key by id, ARN, or alias.
pub(super) fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let asked = validation::required(&context.params, "KeyId")?;
    let alias = asked.rsplit(':').next().filter(|name| name.starts_with("alias/")).map(str::to_owned);
    let id = match alias {
        Some(alias) => {
            context.find::<Alias>(&alias).map(|alias| alias.target.clone()).map_err(|_| super::alias::not_found(context, &alias))?
        }
        None => meant(context, &context.params, "KeyId")?,
    };
    let seen = context.region.kms_keys.visible(&id, context.now).ok_or_else(|| Key::KIND.not_found(&arn(context, &id)))?;
    Ok(Answer::Json(json!({ "KeyMetadata": metadata(context, seen) })))
}

fn metadata(context: &Context<'_>, key: &Key) -> Value {
    let mut metadata = json!({
        "AWSAccountId": context.place.account,
        "KeyId": key.id,
        "Arn": key.arn(context),
        "CreationDate": moment::unix_seconds(key.created_at),
        "Enabled": key.enabled && key.is_live(),
        "Description": key.description,
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": key.state(),
        "Origin": "AWS_KMS",
        "KeyManager": "CUSTOMER",
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
        "MultiRegion": false,
    });
    if let Some(at) = key.deleted_at {
        metadata["DeletionDate"] = moment::unix_seconds(at).into();
    }
    metadata
}

/// Also those that are to be deleted.
pub(super) fn list(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let keys: Vec<&Key> = context.region.kms_keys.iter_visible(context.now).collect();
    paged(context, "Keys", keys, |key| &key.id, |key| json!({ "KeyId": key.id, "KeyArn": key.arn(context) }))
}

/// One page: `Limit`, `Marker`, `NextMarker` and `Truncated` in all listings of the service.
pub(super) fn paged<T>(
    context: &Context<'_>,
    field: &str,
    found: Vec<T>,
    id: impl Fn(&T) -> &str,
    write: impl Fn(&T) -> Value,
) -> Result<Answer, Failure> {
    let limit = validation::number(&context.params, "Limit", &(1..=1000))?.unwrap_or(100);
    let invalid = |_| Failure::new("InvalidMarkerException", "The marker is not valid.");
    let page = listing::page(found, limit, context.params.text("Marker"), id).map_err(invalid)?;
    let entries: Vec<Value> = page.entries.iter().map(write).collect();
    let mut answer = json!({ field: entries, "Truncated": page.next.is_some() });
    if let Some(next) = page.next {
        answer["NextMarker"] = next.into();
    }
    Ok(Answer::Json(answer))
}

pub(super) fn schedule_deletion(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let days = validation::number(&context.params, "PendingWindowInDays", &(7..=30))?.unwrap_or(30);
    let id = live(context)?;
    let at = moment::later(context.now, Duration::from_hours(24 * u64::try_from(days).unwrap_or_default()));
    let arn = arn(context, &id);
    let key = context.change::<Key>(&id)?;
    key.deleted_at = Some(at);
    Ok(Answer::Json(json!({
        "KeyId": arn,
        "DeletionDate": moment::unix_seconds(at),
        "KeyState": key.state(),
        "PendingWindowInDays": days,
    })))
}

/// A key that stays is disabled at first.
pub(super) fn cancel_deletion(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let id = meant(context, &context.params, "KeyId")?;
    let arn = arn(context, &id);
    let key = context.change::<Key>(&id)?;
    if key.deleted_at.take().is_none() {
        return Err(Failure::new("KMSInvalidStateException", format!("{arn} is not pending deletion.")));
    }
    key.enabled = false;
    Ok(Answer::Json(json!({ "KeyId": arn })))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use crate::testing::World;

    async fn call(world: &World, operation: &str, body: Value) -> Value {
        world.service("kms").rpc(&format!("TrentService.{operation}"), &body).await
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_lives_until_its_window_is_over() {
        let world = World::new();
        let made = call(&world, "CreateKey", json!({ "Description": "d" })).await;
        let id = made["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
        let state = async || call(&world, "DescribeKey", json!({ "KeyId": id })).await["KeyMetadata"]["KeyState"].clone();
        assert_eq!(state().await, "Enabled");
        call(&world, "CreateAlias", json!({ "AliasName": "alias/a", "TargetKeyId": id })).await;
        let short = call(&world, "ScheduleKeyDeletion", json!({ "KeyId": id, "PendingWindowInDays": 6 })).await;
        assert_eq!(short["__type"], "ValidationException");
        call(&world, "ScheduleKeyDeletion", json!({ "KeyId": id, "PendingWindowInDays": 7 })).await;
        assert_eq!(state().await, "PendingDeletion");
        assert_eq!(call(&world, "EnableKey", json!({ "KeyId": id })).await["__type"], "KMSInvalidStateException");
        call(&world, "CancelKeyDeletion", json!({ "KeyId": id })).await;
        assert_eq!(state().await, "Disabled");
        call(&world, "ScheduleKeyDeletion", json!({ "KeyId": id, "PendingWindowInDays": 7 })).await;
        world.sim.advance(Duration::from_hours(24 * 7 + 1));
        assert_eq!(call(&world, "DescribeKey", json!({ "KeyId": id })).await["__type"], "NotFoundException");
        assert_eq!(call(&world, "DescribeKey", json!({ "KeyId": "alias/a" })).await["__type"], "NotFoundException");
    }

    #[tokio::test(start_paused = true)]
    async fn a_disabled_key_does_not_rotate() {
        let world = World::new();
        let made = call(&world, "CreateKey", json!({})).await;
        let id = made["KeyMetadata"]["KeyId"].clone();
        call(&world, "EnableKeyRotation", json!({ "KeyId": id, "RotationPeriodInDays": 90 })).await;
        let rotation = call(&world, "GetKeyRotationStatus", json!({ "KeyId": id })).await;
        assert_eq!((&rotation["KeyRotationEnabled"], &rotation["RotationPeriodInDays"]), (&json!(true), &json!(90)));
        call(&world, "DisableKey", json!({ "KeyId": id })).await;
        assert_eq!(call(&world, "DisableKeyRotation", json!({ "KeyId": id })).await["__type"], "DisabledException");
    }

    #[tokio::test(start_paused = true)]
    async fn a_policy_must_let_somebody_change_it() {
        let world = World::new();
        let made = call(&world, "CreateKey", json!({})).await;
        let id = made["KeyMetadata"]["KeyId"].clone();
        let closed = r#"{"Statement":[{"Effect":"Allow","Action":"kms:Encrypt","Principal":"*","Resource":"*"}]}"#;
        for policy in ["nonsense", closed] {
            let refused = call(&world, "PutKeyPolicy", json!({ "KeyId": id, "Policy": policy })).await;
            assert_eq!(refused["__type"], "MalformedPolicyDocumentException");
        }
        let bypassed = json!({ "KeyId": id, "Policy": closed, "BypassPolicyLockoutSafetyCheck": true });
        call(&world, "PutKeyPolicy", bypassed).await;
        assert_eq!(call(&world, "GetKeyPolicy", json!({ "KeyId": id })).await["Policy"], closed);
    }
}
