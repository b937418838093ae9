//! EC2's tags: set as an object is made, changed by two calls of their own.

use aws_sdk_ec2::{
    Client,
    types::{ResourceType, Tag, TagSpecification},
};
use blogstack_core::{
    Tags,
    provider::{Cx, Result},
};

use crate::{call, tags};

/// The program's tags and ours, for a create call.
pub(crate) fn specification(kind: ResourceType, cx: &Cx<'_>, program: &Tags) -> TagSpecification {
    let all = program.clone().into_iter().chain(cx.ownership_tags());
    TagSpecification::builder().resource_type(kind).set_tags(Some(sdk_tags(all))).build()
}

fn sdk_tags(tags: impl IntoIterator<Item = (String, String)>) -> Vec<Tag> {
    tags.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// The program's tags on an object.
pub(crate) fn of_program(tags: Option<&Vec<Tag>>) -> Tags {
    let pair = |tag: &Tag| (tag.key.clone().unwrap_or_default(), tag.value.clone().unwrap_or_default());
    tags::of_program(tags.into_iter().flatten().map(pair))
}

/// Sets tags and removes others.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html>
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html>
pub(crate) async fn retag(client: &Client, id: &str, set: Tags, removed: Vec<String>) -> Result<()> {
    add(client, id, set).await?;
    remove(client, id, removed).await
}

async fn add(client: &Client, id: &str, set: Tags) -> Result<()> {
    if set.is_empty() {
        return Ok(());
    }
    let set = sdk_tags(set);
    call::change("ec2:CreateTags", || client.create_tags().resources(id).set_tags(Some(set.clone())).send()).await?;
    Ok(())
}

async fn remove(client: &Client, id: &str, keys: Vec<String>) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let keys: Vec<Tag> = keys.into_iter().map(|key| Tag::builder().key(key).build()).collect();
    call::read("ec2:DeleteTags", || client.delete_tags().resources(id).set_tags(Some(keys.clone())).send()).await?;
    Ok(())
}

/// Marks an adopted object as ours.
pub(crate) async fn claim(client: &Client, cx: &Cx<'_>, id: &str) -> Result<()> {
    add(client, id, cx.ownership_tags()).await
}

/// Takes our marks off.
pub(crate) async fn release(client: &Client, cx: &Cx<'_>, id: &str) -> Result<()> {
    call::gone_is_fine(remove(client, id, cx.ownership_tags().into_keys().collect()).await)
}
