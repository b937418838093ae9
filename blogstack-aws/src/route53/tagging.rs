//! Tags. <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeTagsForResource.html>

use std::collections::BTreeMap;

use aws_sdk_route53::{
    Client,
    types::{Tag, TagResourceType},
};
use blogstack_core::{Tags, provider::Result};

use crate::call;

/// AWS takes ten objects at a time.
const BATCH: usize = 10;
/// And ten tags.
const TAGS: usize = 10;

/// All tags of objects of a kind, by id.
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListTagsForResources.html>
pub(super) async fn read(client: &Client, kind: &TagResourceType, ids: &[&str]) -> Result<BTreeMap<String, Tags>> {
    let mut all = BTreeMap::new();
    for batch in ids.chunks(BATCH) {
        let ids = batch.iter().map(|id| (*id).to_owned()).collect();
        let request = client.list_tags_for_resources().resource_type(kind.clone()).set_resource_ids(Some(ids));
        let answer = call::read("route53:ListTagsForResources", || request.clone().send()).await?;
        for set in answer.resource_tag_sets {
            let tags = set.tags.into_iter().flatten().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect();
            all.extend(set.resource_id.map(|id| (id, tags)));
        }
    }
    Ok(all)
}

/// Sets tags and removes others.
pub(super) async fn change(
    operation: &'static str,
    client: &Client,
    (kind, id): (&TagResourceType, &str),
    set: &Tags,
    removed: &[String],
) -> Result<()> {
    let tags: Vec<Tag> = set.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
    let count = tags.len().div_ceil(TAGS).max(removed.len().div_ceil(TAGS));
    for at in 0..count {
        let part = |length: usize| (at * TAGS).min(length)..((at + 1) * TAGS).min(length);
        let added = Some(tags[part(tags.len())].to_vec()).filter(|tags| !tags.is_empty());
        let removed = Some(removed[part(removed.len())].to_vec()).filter(|keys| !keys.is_empty());
        let request = client.change_tags_for_resource().resource_type(kind.clone()).resource_id(id);
        let request = request.set_add_tags(added).set_remove_tag_keys(removed);
        call::change(operation, || request.clone().send()).await?;
    }
    Ok(())
}
