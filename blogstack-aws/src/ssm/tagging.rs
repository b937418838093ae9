//! Tags of parameters: set as one is made, changed by two calls of their own.
//! <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html>

use aws_sdk_ssm::{
    Client,
    types::{ResourceTypeForTagging::Parameter, Tag},
};
use blogstack_core::{
    Tags,
    provider::{Cx, ErrorKind, Result},
};

use crate::call;

/// The program's tags and ours, for the call that makes a parameter.
pub(super) fn with_ours(cx: &Cx<'_>, program: &Tags) -> Result<Vec<Tag>> {
    sdk_tags(program.clone().into_iter().chain(cx.ownership_tags()))
}

fn sdk_tags(tags: impl IntoIterator<Item = (String, String)>) -> Result<Vec<Tag>> {
    let tag = |(key, value)| Tag::builder().key(key).value(value).build();
    tags.into_iter().map(tag).collect::<Result<_, _>>().map_err(|error| call::missing("ssm:AddTagsToResource", &error.to_string()))
}

/// All tags of a parameter, ours among them; none when it does not exist.
pub(super) async fn all(client: &Client, name: &str) -> Result<Option<Tags>> {
    let request = client.list_tags_for_resource().resource_type(Parameter).resource_id(name);
    match call::read("ssm:ListTagsForResource", || request.clone().send()).await {
        Ok(answer) => Ok(Some(answer.tag_list.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)).collect())),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Sets tags and removes others.
pub(super) async fn retag(client: &Client, name: &str, set: Tags, removed: Vec<String>) -> Result<()> {
    if !set.is_empty() {
        let request = client.add_tags_to_resource().resource_type(Parameter).resource_id(name).set_tags(Some(sdk_tags(set)?));
        call::change("ssm:AddTagsToResource", || request.clone().send()).await?;
    }
    if !removed.is_empty() {
        let request = client.remove_tags_from_resource().resource_type(Parameter).resource_id(name).set_tag_keys(Some(removed));
        call::read("ssm:RemoveTagsFromResource", || request.clone().send()).await?;
    }
    Ok(())
}
