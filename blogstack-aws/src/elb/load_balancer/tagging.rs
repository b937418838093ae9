//! Tags.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancing::{
    Client,
    types::{Tag, TagKeyOnly},
};
use blogstack_core::{Tags, provider::Result};

use crate::call::{self, built};

/// How many load balancers one call takes.
const BATCH: usize = 20;

/// All tags of load balancers, ours among them, by name.
/// <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DescribeTags.html>
pub(super) async fn of(client: &Client, names: &[&str]) -> Result<BTreeMap<String, Tags>> {
    let described = call::each(names, BATCH, |batch| async {
        let request = client.describe_tags().set_load_balancer_names(Some(batch));
        Ok(call::read("elb:DescribeTags", || request.clone().send()).await?.tag_descriptions.unwrap_or_default())
    });
    let tags = |tags: Vec<Tag>| tags.into_iter().map(|tag| (tag.key, tag.value.unwrap_or_default())).collect();
    Ok(described.await?.into_iter().filter_map(|one| Some((one.load_balancer_name?, tags(one.tags.unwrap_or_default())))).collect())
}

pub(super) fn sdk_tags(operation: &'static str, tags: impl IntoIterator<Item = (String, String)>) -> Result<Vec<Tag>> {
    tags.into_iter().map(|(key, value)| built(operation, Tag::builder().key(key).value(value).build())).collect()
}

/// Sets tags and removes others.
/// <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_AddTags.html>
/// <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_RemoveTags.html>
pub(super) async fn retag(client: &Client, name: &str, set: Tags, removed: Vec<String>) -> Result<()> {
    if !set.is_empty() {
        let request = client.add_tags().load_balancer_names(name).set_tags(Some(sdk_tags("elb:AddTags", set)?));
        call::change("elb:AddTags", || request.clone().send()).await?;
    }
    if !removed.is_empty() {
        let keys = removed.into_iter().map(|key| TagKeyOnly::builder().key(key).build()).collect();
        let request = client.remove_tags().load_balancer_names(name).set_tags(Some(keys));
        call::read("elb:RemoveTags", || request.clone().send()).await?;
    }
    Ok(())
}
