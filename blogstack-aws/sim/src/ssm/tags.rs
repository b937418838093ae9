//! Tags of parameters: *`AddTagsToResource`*, *`RemoveTagsFromResource`*, *`ListTagsForResource`*.

use serde_json::{Value, json};

use crate::context::Context;
use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::reply::Answer;
use crate::ssm::Parameter;
use crate::ssm::parameter::name_of;
use crate::state::object::Tags;
use crate::validation;

/// How many tags an object may have.
const MOST: usize = 50;

/// The tags that a request carries.
pub(crate) fn sent(params: &Params) -> Result<Tags, Failure> {
    let pair = |tag: &Params| {
        let key = validation::required(tag, "Key")?;
        Ok((key.to_owned(), validation::required(tag, "Value")?.to_owned()))
    };
    let tags = params.groups("Tags").iter().map(pair).collect::<Result<Tags, Failure>>()?;
    if let Some(key) = tags.keys().find(|key| key.to_lowercase().starts_with("aws:")) {
        return Err(Failure::new("ValidationException", format!("The tag key {key} has a prefix that is reserved for AWS.")));
    }
    within_limit(&tags)?;
    Ok(tags)
}

fn within_limit(tags: &Tags) -> Result<(), Failure> {
    match tags.len() > MOST {
        true => Err(Failure::new("TooManyTagsError", "The Targets parameter includes too many tags.")),
        false => Ok(()),
    }
}

/// The parameter whose tags are meant. Only parameters are simulated, of everything that Systems Manager tags.
fn meant(context: &Context<'_>) -> Result<String, Failure> {
    let asked = validation::required(&context.params, "ResourceType")?;
    if asked != "Parameter" {
        return Err(Failure::new("InvalidResourceType", "The resource type isn't valid."));
    }
    let name = name_of(validation::required(&context.params, "ResourceId")?);
    match context.find::<Parameter>(&name) {
        Ok(_) => Ok(name),
        Err(_) => {
            Err(Failure::new("InvalidResourceId", "The resource ID isn't valid. Verify that you entered the correct ID and try again."))
        }
    }
}

pub(crate) fn add(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let name = meant(context)?;
    let added = sent(&context.params)?;
    let parameter = context.change::<Parameter>(&name)?;
    parameter.tags.extend(added);
    within_limit(&parameter.tags)?;
    Ok(Answer::Json(json!({})))
}

pub(crate) fn remove(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let name = meant(context)?;
    let keys = context.params.list("TagKeys");
    context.change::<Parameter>(&name)?.tags.retain(|key, _| !keys.contains(key));
    Ok(Answer::Json(json!({})))
}

pub(crate) fn list(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let name = meant(context)?;
    let tags = context.find::<Parameter>(&name)?.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value }));
    Ok(Answer::Json(json!({ "TagList": tags.collect::<Vec<Value>>() })))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::World;

    #[tokio::test(start_paused = true)]
    async fn tags_are_added_and_removed() {
        let world = World::new();
        world.json("PutParameter", &json!({ "Name": "a", "Value": "1", "Type": "String" })).await;
        let about =
            |id: &str| json!({ "ResourceType": "Parameter", "ResourceId": id, "Tags": [{ "Key": "k", "Value": "v" }], "TagKeys": ["k"] });
        world.json("AddTagsToResource", &about("a")).await;
        assert_eq!(world.json("ListTagsForResource", &about("a")).await["TagList"], json!([{ "Key": "k", "Value": "v" }]));
        world.json("RemoveTagsFromResource", &about("a")).await;
        assert_eq!(world.json("ListTagsForResource", &about("a")).await["TagList"], json!([]));
        assert_eq!(world.json("AddTagsToResource", &about("b")).await["__type"], "InvalidResourceId");
        let document = json!({ "ResourceType": "Document", "ResourceId": "a" });
        assert_eq!(world.json("ListTagsForResource", &document).await["__type"], "InvalidResourceType");
    }
}
