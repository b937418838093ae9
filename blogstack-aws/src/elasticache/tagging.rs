//! Tags: set as an object is made, changed by two calls of their own, by its ARN.
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_AddTagsToResource.html>

use aws_sdk_elasticache::{Client, types::Tag};
use blogstack_core::{
    Home, Tags,
    provider::{ErrorKind, Result},
};

use crate::{
    call,
    values::{Arn, partition},
};

/// Tags as the SDK has them.
pub(super) fn sdk_tags(tags: impl IntoIterator<Item = (String, String)>) -> Vec<Tag> {
    tags.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// The ARN of an object of the account.
pub(super) fn arn(home: &Home, kind: &str, name: &str) -> Arn {
    let region = home.region.as_deref().unwrap_or_default();
    Arn(format!("arn:{}:elasticache:{region}:{}:{kind}:{name}", partition(region), home.account))
}

/// All tags of an object, ours among them; none when it does not exist.
pub(super) async fn all(client: &Client, arn: &Arn) -> Result<Option<Tags>> {
    let request = client.list_tags_for_resource().resource_name(&arn.0);
    match call::read("elasticache:ListTagsForResource", || request.clone().send()).await {
        Ok(answer) => {
            let tags = answer.tag_list.unwrap_or_default().into_iter();
            Ok(Some(tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect()))
        }
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Sets tags and removes others.
pub(super) async fn retag(client: &Client, arn: &Arn, set: Tags, removed: Vec<String>) -> Result<()> {
    if !set.is_empty() {
        let request = client.add_tags_to_resource().resource_name(&arn.0).set_tags(Some(sdk_tags(set)));
        call::change("elasticache:AddTagsToResource", || request.clone().send()).await?;
    }
    if !removed.is_empty() {
        let request = client.remove_tags_from_resource().resource_name(&arn.0).set_tag_keys(Some(removed));
        call::read("elasticache:RemoveTagsFromResource", || request.clone().send()).await?;
    }
    Ok(())
}
