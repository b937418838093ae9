//! Tags of secrets: set as one is made, changed by two calls of their own.
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html>

use aws_sdk_secretsmanager::{Client, types::Tag};
use blogstack_core::{Tags, provider::Result};

use crate::call;

/// Tags as the SDK has them.
pub(super) fn sdk_tags(tags: impl IntoIterator<Item = (String, String)>) -> Vec<Tag> {
    tags.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// Tags as we have them.
pub(super) fn all(tags: Option<Vec<Tag>>) -> Tags {
    tags.into_iter().flatten().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect()
}

/// Sets tags and removes others.
pub(super) async fn retag(client: &Client, id: &str, set: Tags, removed: Vec<String>) -> Result<()> {
    if !set.is_empty() {
        let request = client.tag_resource().secret_id(id).set_tags(Some(sdk_tags(set)));
        call::change("secretsmanager:TagResource", || request.clone().send()).await?;
    }
    if !removed.is_empty() {
        let request = client.untag_resource().secret_id(id).set_tag_keys(Some(removed));
        call::read("secretsmanager:UntagResource", || request.clone().send()).await?;
    }
    Ok(())
}
