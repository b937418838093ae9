//! What the kinds of this service share: words, ARNs and tags.

use std::{collections::BTreeMap, future::Future, time::Duration};

use aws_sdk_elasticloadbalancingv2::{Client, types::Tag};
use blogstack_core::{
    Id, Tags, Value,
    provider::{Cx, ErrorKind, Result},
};

pub(super) use crate::values::{count, number, of_word, word};
use crate::{call, named::Holder, wait::Pause};

/// What a listener speaks with clients, or a target group with targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Protocol {
    /// HTTP, of application load balancers.
    Http,
    /// HTTP over TLS, of application load balancers.
    Https,
    /// TCP, of network load balancers.
    Tcp,
    /// TLS, of network load balancers.
    Tls,
    /// UDP, of network load balancers.
    Udp,
    /// TCP and UDP at one port, of network load balancers.
    TcpUdp,
}

/// A number of the SDK that is a port, or no number.
pub(super) fn port(number: Option<i32>) -> Option<u16> {
    number.and_then(|number| u16::try_from(number).ok())
}

/// What stands in metrics for an object: the last part of its ARN, `app/web/0123456789abcdef` or `targetgroup/web/0123456789abcdef`.
pub(super) fn full_name(arn: &str) -> String {
    let rest = arn.splitn(6, ':').nth(5).unwrap_or_default();
    rest.strip_prefix("loadbalancer/").unwrap_or(rest).to_owned()
}

/// An answer, or nothing where AWS says that there is no such object.
pub(super) fn if_any<T>(answer: Result<T>) -> Result<Option<T>> {
    call::forgive(answer.map(Some), |error| error.kind == ErrorKind::NotFound)
}

/// Who has a name, from the ARN of the object that was found under it.
pub(super) async fn holder<R>(client: &Client, arn: Option<String>) -> Result<Option<Holder<R>>> {
    let Some(arn) = arn else { return Ok(None) };
    let tags = tags_of(client, &[arn.as_str()]).await?.remove(&arn);
    Ok(tags.map(|tags| Holder { id: Id::new(arn), tags }))
}

/// Sends a delete until nothing uses the object any more: whatever does may be about to let go of it.
pub(super) async fn once_unused<T, F>(cx: &Cx<'_>, send: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let mut pause = Pause::up_to(cx.timeout.unwrap_or(UNUSED));
    loop {
        match send().await {
            Err(error) if error.is_code("ResourceInUse") && pause.next().await => {}
            answer => return answer,
        }
    }
}

/// For how long something may still be used by what is gone or changed already.
const UNUSED: Duration = Duration::from_mins(2);

/// What is wrong with a name.
pub(super) fn name_problem(name: &str) -> Option<String> {
    let fits = (1..=32).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let fits = fits && !name.starts_with('-') && !name.ends_with('-');
    (!fits).then(|| format!("`{name}` is not 1 to 32 letters, digits and hyphens that begin and end with a letter or digit"))
}

/// How many objects one call takes.
pub(super) const BATCH: usize = 20;

/// All tags of objects, ours among them, by ARN.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html>
pub(super) async fn tags_of(client: &Client, arns: &[&str]) -> Result<BTreeMap<String, Tags>> {
    let described = call::each(arns, BATCH, |batch| async {
        let request = client.describe_tags().set_resource_arns(Some(batch));
        Ok(call::read("elbv2:DescribeTags", || request.clone().send()).await?.tag_descriptions.unwrap_or_default())
    });
    let tags = |tags: Vec<Tag>| tags.into_iter().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect();
    let described = described.await?.into_iter();
    Ok(described.filter_map(|one| Some((one.resource_arn?, tags(one.tags.unwrap_or_default())))).collect())
}

/// Objects that were described, each with its tags. One whose tags are missing went in between.
pub(super) async fn with_tags<T, O>(
    client: &Client,
    described: Vec<T>,
    arn: impl Fn(&T) -> Option<&str>,
    observed: impl Fn(T, Tags) -> Option<O>,
) -> Result<Vec<O>> {
    let arns: Vec<&str> = described.iter().filter_map(&arn).collect();
    let mut tags = tags_of(client, &arns).await?;
    let one = |item: T| {
        let tags = tags.remove(arn(&item)?)?;
        observed(item, tags)
    };
    Ok(described.into_iter().filter_map(one).collect())
}

/// The program's tags and ours, for a create call.
pub(super) fn tags_for(cx: &Cx<'_>, program: &Tags) -> Vec<Tag> {
    sdk_tags(program.clone().into_iter().chain(cx.ownership_tags()))
}

fn sdk_tags(tags: impl IntoIterator<Item = (String, String)>) -> Vec<Tag> {
    tags.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// Sets tags and removes others.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddTags.html>
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RemoveTags.html>
pub(super) async fn retag(client: &Client, arn: &str, set: Tags, removed: Vec<String>) -> Result<()> {
    if !set.is_empty() {
        let request = client.add_tags().resource_arns(arn).set_tags(Some(sdk_tags(set)));
        call::change("elbv2:AddTags", || request.clone().send()).await?;
    }
    if !removed.is_empty() {
        let request = client.remove_tags().resource_arns(arn).set_tag_keys(Some(removed));
        call::read("elbv2:RemoveTags", || request.clone().send()).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::full_name;

    #[test]
    fn metrics_name_an_object_by_the_end_of_its_arn() {
        let arn = |rest: &str| full_name(&format!("arn:aws:elasticloadbalancing:eu-west-1:123456789012:{rest}"));
        assert_eq!(arn("loadbalancer/app/web/0123"), "app/web/0123");
        assert_eq!(arn("targetgroup/web/0123"), "targetgroup/web/0123");
    }
}
