//! Writing parameters: *`PutParameter`*, *`DeleteParameter`*, *`DeleteParameters`*.

use serde_json::json;

use crate::context::Context;
use crate::failure::Failure;
use crate::protocol::reply::Answer;
use crate::ssm::parameter::name_of;
use crate::ssm::{Parameter, tags};
use crate::state::object::{Object as _, Tags};
use crate::validation;

const TYPES: [&str; 3] = ["String", "StringList", "SecureString"];
const TIERS: [&str; 3] = ["Standard", "Advanced", "Intelligent-Tiering"];
const DATA_TYPES: [&str; 3] = ["text", "aws:ec2:image", "aws:ssm:integration"];

/// The key of secure parameters that name none.
const OWN_KEY: &str = "alias/aws/ssm";

/// How many levels a name may have, and how many characters.
const LEVELS: usize = 15;
const LONGEST_NAME: usize = 1011;

/// How many characters a standard value may have; an advanced one twice as many.
const STANDARD: usize = 4096;

fn invalid(message: impl Into<String>) -> Failure {
    Failure::new("ValidationException", message)
}

/// *`PutParameter`*: what an overwriting request leaves out stays as it was. Tags and overwriting exclude each other.
pub(crate) fn put(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let params = context.params.clone();
    let name = checked_name(validation::required(&params, "Name")?)?;
    let value = validation::required(&params, "Value")?.to_owned();
    validation::length(&params, "Value", &(1..=usize::MAX))?;
    validation::length(&params, "Description", &(0..=1024))?;
    validation::length(&params, "AllowedPattern", &(0..=1024))?;
    let overwrite = params.flag("Overwrite")?.unwrap_or(false);
    let tags = tags::sent(&params)?;
    if overwrite && !tags.is_empty() {
        return Err(invalid(
            "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. \
             To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
        ));
    }
    let given = context.settings.parameters.get(&name).map(|value| Parameter::given(&name, value));
    let before = context.region.parameters.get(&name).cloned().or(given);
    if before.is_some() && !overwrite {
        let message = "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.";
        return Err(Failure::new("ParameterAlreadyExists", message));
    }
    let mut parameter = written(&params, &name, value, before.as_ref(), tags)?;
    parameter.modified_at = context.now;
    let answer = json!({ "Version": parameter.version, "Tier": parameter.tier });
    if before.is_some() && context.region.parameters.get(&name).is_some() {
        *context.change::<Parameter>(&name)? = parameter;
    } else {
        context.within_quota::<Parameter>("parameters", "ParameterLimitExceeded")?;
        context.add(parameter);
    }
    Ok(Answer::Json(answer))
}

/// The parameter as a request leaves it.
fn written(
    params: &crate::params::Params,
    name: &str,
    value: String,
    before: Option<&Parameter>,
    tags: Tags,
) -> Result<Parameter, Failure> {
    let kind = match (validation::one_of(params, "Type", &TYPES)?, before) {
        (None, None) => return Err(invalid("A parameter type is required when you create a parameter.")),
        (None, Some(before)) => before.kind.clone(),
        (Some(asked), Some(before)) if (asked == "SecureString") != (before.kind == "SecureString") => {
            let message = "The parameter type cannot be changed between SecureString and another type: create a new, unique parameter.";
            return Err(Failure::new("HierarchyTypeMismatchException", message));
        }
        (Some(asked), _) => asked.to_owned(),
    };
    let kept = |sent: Option<String>, before: Option<String>| sent.or(before).filter(|text| !text.is_empty());
    let secure = kind == "SecureString";
    let parameter = Parameter {
        name: name.to_owned(),
        tier: tier(validation::one_of(params, "Tier", &TIERS)?, &value, before)?,
        data_type: data_type(params.text("DataType"), secure, before)?,
        key_id: key(params.owned("KeyId"), secure, before)?,
        description: kept(params.owned("Description"), before.and_then(|before| before.description.clone())),
        allowed_pattern: kept(params.owned("AllowedPattern"), before.and_then(|before| before.allowed_pattern.clone())),
        version: before.map_or(1, |before| before.version.saturating_add(1)),
        tags: before.map_or(tags, |before| before.tags.clone()),
        kind,
        value,
        modified_at: 0,
    };
    Ok(parameter)
}

/// *Creating Systems Manager parameters*: levels are divided by slashes, and a name with several begins with one.
fn checked_name(asked: &str) -> Result<String, Failure> {
    let name = name_of(asked);
    let fits = |character: char| character.is_ascii_alphanumeric() || "._-/".contains(character);
    let levels = name.trim_start_matches('/').split('/').count();
    let bare = name.trim_start_matches('/').to_lowercase();
    if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(fits) || name.ends_with('/') || name.contains("//") {
        return Err(invalid(
            "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, it can consist of sub-paths divided \
             by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_",
        ));
    }
    if name.contains('/') && !name.starts_with('/') {
        return Err(invalid("Parameter name must be a fully qualified name."));
    }
    if levels > LEVELS {
        let message = format!("A parameter hierarchy can have a maximum of {LEVELS} levels.");
        return Err(Failure::new("HierarchyLevelLimitExceededException", message));
    }
    match bare {
        bare if bare.starts_with("aws") && name.starts_with('/') && levels > 1 => {
            Err(Failure::new("AccessDeniedException", format!("No access to reserved parameter name: {name}.")))
        }
        bare if bare.starts_with("aws") || bare.starts_with("ssm") => {
            Err(invalid("Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive)."))
        }
        _ => Ok(name),
    }
}

/// *Managing parameter tiers*: there is no way back from the advanced one.
fn tier(asked: Option<&str>, value: &str, before: Option<&Parameter>) -> Result<String, Failure> {
    let (size, was_advanced) = (value.chars().count(), before.is_some_and(|before| before.tier == "Advanced"));
    let advanced = match asked {
        Some("Advanced") => true,
        Some("Standard") if was_advanced => {
            return Err(invalid(
                "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the \
                 standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.",
            ));
        }
        Some("Intelligent-Tiering") => was_advanced || size > STANDARD,
        _ => was_advanced,
    };
    let (limit, name) = if advanced { (2 * STANDARD, "Advanced") } else { (STANDARD, "Standard") };
    if size > limit {
        return Err(invalid(format!("{name} tier parameters support a maximum parameter value of {limit} characters.")));
    }
    Ok(name.to_owned())
}

fn data_type(asked: Option<&str>, secure: bool, before: Option<&Parameter>) -> Result<String, Failure> {
    let asked = asked.map(str::to_owned).or_else(|| before.map(|before| before.data_type.clone()));
    let data_type = asked.unwrap_or_else(|| "text".to_owned());
    if !DATA_TYPES.contains(&data_type.as_str()) || (secure && data_type == "aws:ec2:image") {
        let message = format!("The following data type is not supported: {data_type} (Data type names are all lowercase.)");
        return Err(invalid(message));
    }
    Ok(data_type)
}

fn key(asked: Option<String>, secure: bool, before: Option<&Parameter>) -> Result<Option<String>, Failure> {
    match asked {
        Some(_) if !secure => Err(invalid("KeyId is required for SecureString type parameter only.")),
        _ if !secure => Ok(None),
        asked => Ok(Some(asked.or_else(|| before?.key_id.clone()).unwrap_or_else(|| OWN_KEY.to_owned()))),
    }
}

pub(crate) fn delete(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let name = name_of(validation::required(&context.params, "Name")?);
    if context.find::<Parameter>(&name).is_err() {
        return Err(Parameter::KIND.not_found(&name));
    }
    context.remove::<Parameter>(&name);
    Ok(Answer::Json(json!({})))
}

pub(crate) fn delete_several(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let names = super::read::names(context)?;
    let (found, missing): (Vec<String>, Vec<String>) =
        names.into_iter().partition(|name| context.find::<Parameter>(&name_of(name)).is_ok());
    for name in &found {
        context.remove::<Parameter>(&name_of(name));
    }
    Ok(Answer::Json(json!({ "DeletedParameters": found, "InvalidParameters": missing })))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::World;

    async fn put(world: &World, body: Value) -> String {
        let answer = world.json("PutParameter", &body).await;
        answer["__type"].as_str().unwrap_or_else(|| answer["Tier"].as_str().unwrap()).to_owned()
    }

    #[tokio::test(start_paused = true)]
    async fn a_name_is_taken_once_and_overwritten_on_demand() {
        let world = World::new();
        assert_eq!(put(&world, json!({ "Name": "/a", "Value": "1", "Type": "String", "Description": "d" })).await, "Standard");
        assert_eq!(put(&world, json!({ "Name": "/a", "Value": "2", "Type": "String" })).await, "ParameterAlreadyExists");
        let tagged = json!({ "Name": "/a", "Value": "2", "Overwrite": true, "Tags": [{ "Key": "k", "Value": "v" }] });
        assert_eq!(put(&world, tagged).await, "ValidationException");
        assert_eq!(put(&world, json!({ "Name": "/a", "Value": "2", "Overwrite": true })).await, "Standard");
        let found = world.json("GetParameter", &json!({ "Name": "/a" })).await;
        assert_eq!((&found["Parameter"]["Value"], &found["Parameter"]["Version"]), (&json!("2"), &json!(2)));
        let described = world.json("DescribeParameters", &json!({ "ParameterFilters": [{ "Key": "Name", "Values": ["/a"] }] })).await;
        assert_eq!(described["Parameters"][0]["Description"], "d");
    }

    #[tokio::test(start_paused = true)]
    async fn there_is_no_way_back_from_the_advanced_tier() {
        let world = World::new();
        let long = "x".repeat(4097);
        assert_eq!(put(&world, json!({ "Name": "a", "Value": long, "Type": "String" })).await, "ValidationException");
        assert_eq!(put(&world, json!({ "Name": "a", "Value": long, "Type": "String", "Tier": "Intelligent-Tiering" })).await, "Advanced");
        let lowered = json!({ "Name": "a", "Value": "1", "Tier": "Standard", "Overwrite": true });
        assert_eq!(put(&world, lowered).await, "ValidationException");
        assert_eq!(put(&world, json!({ "Name": "a", "Value": "1", "Overwrite": true })).await, "Advanced");
    }

    #[tokio::test(start_paused = true)]
    async fn a_secure_value_is_told_in_clear_on_demand_only() {
        let world = World::new();
        put(&world, json!({ "Name": "a", "Value": "hush", "Type": "SecureString" })).await;
        let sealed = world.json("GetParameter", &json!({ "Name": "a" })).await;
        assert!(!sealed.to_string().contains("hush"), "{sealed}");
        let clear = world.json("GetParameters", &json!({ "Names": ["a"], "WithDecryption": true })).await;
        assert_eq!(clear["Parameters"][0]["Value"], "hush");
        let plain = json!({ "Name": "a", "Value": "1", "Type": "String", "Overwrite": true });
        assert_eq!(put(&world, plain).await, "HierarchyTypeMismatchException");
        assert_eq!(put(&world, json!({ "Name": "b", "Value": "1", "Type": "String", "KeyId": "k" })).await, "ValidationException");
    }

    #[tokio::test(start_paused = true)]
    async fn names_that_do_not_do() {
        let world = World::new();
        let deep = "/a".repeat(16);
        let codes = [
            ("a b", "ValidationException"),
            ("a/b", "ValidationException"),
            ("ssm-a", "ValidationException"),
            ("/aws/a", "AccessDeniedException"),
            (deep.as_str(), "HierarchyLevelLimitExceededException"),
        ];
        for (name, code) in codes {
            assert_eq!(put(&world, json!({ "Name": name, "Value": "1", "Type": "String" })).await, code, "{name}");
        }
    }
}
