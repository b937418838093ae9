//! Aliases: *`CreateAlias`*, *`UpdateAlias`*, *`DeleteAlias`*, *`ListAliases`*.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::context::Context;
use crate::failure::Failure;
use crate::kms::Key;
use crate::kms::attributes::done;
use crate::kms::key::{meant, paged};
use crate::moment::{self, Moment};
use crate::protocol::reply::Answer;
use crate::state::object::{Kind, Object};
use crate::validation;

/// Another name of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Alias {
    pub(crate) name: String,
    /// The id of the key.
    pub(crate) target: String,
    created_at: Moment,
    updated_at: Moment,
}

impl Object for Alias {
    const KIND: Kind =
        Kind { name: "kms-alias", prefix: "", missing: "NotFoundException", malformed: None, sentence: "Alias {} is not found." };

    fn id(&self) -> &str {
        &self.name
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [Some(&self.target), None]
    }
}

fn arn(context: &Context<'_>, name: &str) -> String {
    format!("arn:aws:kms:{}:{}:{name}", context.place.region, context.place.account)
}

pub(super) fn not_found(context: &Context<'_>, name: &str) -> Failure {
    Alias::KIND.not_found(&arn(context, name))
}

fn checked_name(context: &Context<'_>) -> Result<String, Failure> {
    let name = validation::required(&context.params, "AliasName")?;
    let fits = |c: char| c.is_ascii_alphanumeric() || "/_-".contains(c);
    if !name.starts_with("alias/") {
        return Err(Failure::new("ValidationException", "Invalid identifier"));
    }
    if name.len() > 256 || name == "alias/" || !name.chars().all(fits) {
        return Err(Failure::new("ValidationException", format!("{name} contains invalid characters for an alias")));
    }
    if name.starts_with("alias/aws/") {
        return Err(Failure::new("NotAuthorizedException", ""));
    }
    Ok(name.to_owned())
}

/// The key that an alias is to name, by its id or ARN.
fn target(context: &Context<'_>) -> Result<String, Failure> {
    if context.params.text("TargetKeyId").is_some_and(|target| target.contains("alias/")) {
        return Err(Failure::new("ValidationException", "Aliases must refer to keys. Not aliases"));
    }
    let id = meant(context, &context.params, "TargetKeyId")?;
    context.find::<Key>(&id)?.check_live(context)?;
    Ok(id)
}

pub(super) fn create(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let name = checked_name(context)?;
    let target = target(context)?;
    if context.region.kms_aliases.get(&name).is_some() {
        let message = format!("An alias with the name {} already exists", arn(context, &name));
        return Err(Failure::new("AlreadyExistsException", message));
    }
    context.add(Alias { name, target, created_at: context.now, updated_at: context.now });
    Ok(done())
}

pub(super) fn update(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let name = checked_name(context)?;
    let target = target(context)?;
    let now = context.now;
    let missing = not_found(context, &name);
    let alias = context.change::<Alias>(&name).map_err(|_| missing)?;
    alias.target = target;
    alias.updated_at = now;
    Ok(done())
}

pub(super) fn delete(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let name = checked_name(context)?;
    if context.find::<Alias>(&name).is_err() {
        return Err(not_found(context, &name));
    }
    context.remove::<Alias>(&name);
    Ok(done())
}

/// Own aliases. Those of AWS's own keys, which begin with `alias/aws/`, are not modelled.
pub(super) fn list(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let key = context.params.has("KeyId").then(|| meant(context, &context.params, "KeyId")).transpose()?;
    let fits = |alias: &&Alias| key.as_ref().is_none_or(|key| alias.target == *key);
    let found: Vec<&Alias> = context.region.kms_aliases.iter_visible(context.now).filter(fits).collect();
    paged(
        context,
        "Aliases",
        found,
        |alias| &alias.name,
        |alias| {
            json!({
                "AliasName": alias.name,
                "AliasArn": arn(context, &alias.name),
                "TargetKeyId": alias.target,
                "CreationDate": moment::unix_seconds(alias.created_at),
                "LastUpdatedDate": moment::unix_seconds(alias.updated_at),
            })
        },
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::World;

    async fn call(world: &World, operation: &str, body: Value) -> Value {
        world.service("kms").rpc(&format!("TrentService.{operation}"), &body).await
    }

    #[tokio::test(start_paused = true)]
    async fn an_alias_names_one_key_after_another() {
        let world = World::new();
        let key = async || call(&world, "CreateKey", json!({})).await["KeyMetadata"]["KeyId"].clone();
        let (one, other) = (key().await, key().await);
        let about = |name: &str, key: &Value| json!({ "AliasName": name, "TargetKeyId": key });
        call(&world, "CreateAlias", about("alias/a", &one)).await;
        assert_eq!(call(&world, "CreateAlias", about("alias/a", &other)).await["__type"], "AlreadyExistsException");
        call(&world, "UpdateAlias", about("alias/a", &other)).await;
        let found = call(&world, "DescribeKey", json!({ "KeyId": "alias/a" })).await;
        assert_eq!(found["KeyMetadata"]["KeyId"], other);
        assert_eq!(call(&world, "ListAliases", json!({ "KeyId": one })).await["Aliases"], json!([]));
        call(&world, "DeleteAlias", json!({ "AliasName": "alias/a" })).await;
        assert_eq!(call(&world, "DeleteAlias", json!({ "AliasName": "alias/a" })).await["__type"], "NotFoundException");
        assert_eq!(call(&world, "CreateAlias", about("alias/aws/a", &one)).await["__type"], "NotAuthorizedException");
        assert_eq!(call(&world, "CreateAlias", about("a", &one)).await["__type"], "ValidationException");
    }
}
