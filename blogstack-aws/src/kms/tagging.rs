//! Tags of keys: set as one is made, changed by two calls of their own.
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_TagResource.html>

use aws_sdk_kms::{Client, types::Tag};
use blogstack_core::{Tags, provider::Result};

use crate::call;

/// Tags as the SDK has them.
pub(super) fn sdk_tags(tags: impl IntoIterator<Item = (String, String)>) -> Result<Vec<Tag>> {
    let tag = |(key, value)| Tag::builder().tag_key(key).tag_value(value).build();
    tags.into_iter().map(tag).collect::<Result<_, _>>().map_err(|error| call::missing("kms:TagResource", &error.to_string()))
}

/// All tags of a key, ours among them.
pub(super) async fn all(client: &Client, id: &str) -> Result<Tags> {
    let tags = call::pages(|marker| async {
        let request = client.list_resource_tags().key_id(id).set_marker(marker);
        let page = call::read("kms:ListResourceTags", || request.clone().send()).await?;
        Ok((page.tags, page.next_marker))
    });
    Ok(tags.await?.into_iter().map(|tag| (tag.tag_key, tag.tag_value)).collect())
}

/// Sets tags and removes others.
pub(super) async fn retag(client: &Client, id: &str, set: Tags, removed: Vec<String>) -> Result<()> {
    if !set.is_empty() {
        let request = client.tag_resource().key_id(id).set_tags(Some(sdk_tags(set)?));
        call::change("kms:TagResource", || request.clone().send()).await?;
    }
    if !removed.is_empty() {
        let request = client.untag_resource().key_id(id).set_tag_keys(Some(removed));
        call::read("kms:UntagResource", || request.clone().send()).await?;
    }
    Ok(())
}
