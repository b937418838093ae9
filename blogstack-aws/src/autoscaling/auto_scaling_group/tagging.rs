//! Tags: of the group alone, and those that its instances get too.
//! <https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html>

use aws_sdk_autoscaling::{
    Client,
    types::{AutoScalingGroup, Tag, TagDescription},
};
use blogstack_core::{
    Tags,
    provider::{Change, Result},
};

use crate::{call, tags};

fn sdk_tags(group: &str, tags: impl IntoIterator<Item = (String, String)>, at_launch: bool) -> Vec<Tag> {
    let tag = |(key, value): (String, String)| {
        let builder = Tag::builder().resource_id(group).resource_type("auto-scaling-group").key(key).value(value);
        builder.propagate_at_launch(at_launch).build()
    };
    tags.into_iter().map(tag).collect()
}

/// The tags with which a group is made. Ours are of the group alone: its instances are not what the stack made.
pub(super) fn for_create(group: &str, own: impl IntoIterator<Item = (String, String)>, of_instances: Tags) -> Vec<Tag> {
    let mut all = sdk_tags(group, own, false);
    all.extend(sdk_tags(group, of_instances, true));
    all
}

fn pairs<'a>(tags: impl IntoIterator<Item = &'a TagDescription>) -> Tags {
    tags.into_iter().filter_map(|tag| Some((tag.key.clone()?, tag.value.clone().unwrap_or_default()))).collect()
}

/// All tags of a group, ours among them.
pub(super) fn all(group: &AutoScalingGroup) -> Tags {
    pairs(group.tags())
}

/// The program's tags of a group: its own, and those of its instances.
pub(super) fn of_program(group: &AutoScalingGroup) -> (Tags, Tags) {
    let at_launch = |wanted: bool| group.tags().iter().filter(move |tag| tag.propagate_at_launch.unwrap_or_default() == wanted);
    (tags::of_program(pairs(at_launch(false))), tags::of_program(pairs(at_launch(true))))
}

/// Makes both as they are to be. A tag that goes from the one to the other is set, not removed.
pub(super) async fn update(client: &Client, group: &str, own: (&Tags, Change<Tags>), of_instances: (&Tags, Change<Tags>)) -> Result<()> {
    let (set, removed) = tags::difference(own.0, own.1);
    let (set_too, removed_too) = tags::difference(of_instances.0, of_instances.1);
    let stays = |key: &String| set.contains_key(key) || set_too.contains_key(key);
    let gone: Vec<String> = removed.into_iter().chain(removed_too).filter(|key| !stays(key)).collect();
    remove(client, group, gone).await?;
    put(client, group, set, false).await?;
    put(client, group, set_too, true).await
}

/// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateOrUpdateTags.html>
pub(super) async fn put(client: &Client, group: &str, set: Tags, at_launch: bool) -> Result<()> {
    if set.is_empty() {
        return Ok(());
    }
    let request = client.create_or_update_tags().set_tags(Some(sdk_tags(group, set, at_launch)));
    call::change("autoscaling:CreateOrUpdateTags", || request.clone().send()).await.map(drop)
}

/// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteTags.html>
pub(super) async fn remove(client: &Client, group: &str, keys: Vec<String>) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let tag = |key: String| Tag::builder().resource_id(group).resource_type("auto-scaling-group").key(key).build();
    let request = client.delete_tags().set_tags(Some(keys.into_iter().map(tag).collect()));
    call::read("autoscaling:DeleteTags", || request.clone().send()).await.map(drop)
}
