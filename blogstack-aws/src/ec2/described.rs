//! What most kinds of EC2 share: a `Describe` call that takes filters, ids that can be filtered for, and tags.

use std::{future::Future, time::Duration};

use aws_sdk_ec2::{Client, types::Filter};
use blogstack_core::{
    Home, Id, Resource,
    provider::{Cx, ErrorKind, Found, Observed, ProviderError, Result, UID_TAG, Wanted},
};

use crate::{account::Account, values::Arn, wait};

/// For how long an object may not be seen after it was made. EC2 states no bound.
/// <https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html>
pub(crate) const WINDOW: Duration = Duration::from_mins(5);

/// Filters take 200 values at most.
pub(crate) const BATCH: usize = 200;

/// A kind that is listed by one call with filters.
pub(crate) trait Described: Clone + Send + Sync + 'static {
    /// The kind.
    type Resource: Resource + Clone;
    /// The SDK's type for it.
    type Item: Send;
    /// The operation, for errors.
    const OPERATION: &'static str;
    /// The filter for the object's own id. A filter, unlike a list of ids, is no error when one is missing.
    const ID_FILTER: &'static str;

    /// The account.
    fn account(&self) -> &Account;

    /// All objects that pass the filters, page by page.
    fn describe(&self, client: &Client, filters: Vec<Filter>) -> impl Future<Output = Result<Vec<Self::Item>>> + Send;

    /// The object, unless it counts as deleted.
    fn observed(&self, item: Self::Item, home: &Home) -> Option<Observed<Self::Resource>>;
}

/// A filter with values.
pub(crate) fn filter(name: &str, values: impl IntoIterator<Item = impl Into<String>>) -> Filter {
    let values = values.into_iter().map(Into::into).collect();
    Filter::builder().name(name).set_values(Some(values)).build()
}

/// The ARN of an object of an account, in the partition of its region.
pub(crate) fn arn(home: &Home, owner: &str, kind: &str, id: &str) -> Arn {
    let region = home.region.as_deref().unwrap_or_default();
    let partition = match region.split('-').next() {
        Some("cn") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    Arn(format!("arn:{partition}:ec2:{region}:{owner}:{kind}/{id}"))
}

/// Reads any number of objects in batches.
pub(crate) async fn read<D: Described>(kind: &D, home: &Home, ids: &[&str]) -> Result<Vec<Observed<D::Resource>>> {
    let client = kind.account().ec2(home);
    let mut all = Vec::with_capacity(ids.len());
    for batch in ids.chunks(BATCH) {
        let items = kind.describe(&client, vec![filter(D::ID_FILTER, batch.iter().copied())]).await?;
        all.extend(items.into_iter().filter_map(|item| kind.observed(item, home)));
    }
    Ok(all)
}

/// The ids of what is wanted.
pub(crate) fn ids<R>(wanted: &[Wanted<R>]) -> Vec<&str> {
    wanted.iter().map(|one| one.id.as_str()).collect()
}

/// One object, if it can be seen. Whoever asks for others of its kind at the same time shares the call.
pub(crate) async fn one<D: Described>(kind: &D, home: &Home, id: &Id<D::Resource>) -> Result<Option<Observed<D::Resource>>> {
    let (own, place) = (kind.clone(), home.clone());
    let many = |ids: Vec<String>| async move {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let found = read(&own, &place, &ids).await?;
        Ok(found.into_iter().map(|one| (one.state.id.as_str().to_owned(), one)).collect())
    };
    kind.account().gathering().one::<D, _, _>(home, id.as_str(), many).await
}

/// Waits until an object that was made is seen.
pub(crate) async fn seen<D: Described>(kind: &D, home: &Home, id: &Id<D::Resource>) -> Result<Observed<D::Resource>> {
    wait::until(D::OPERATION, &format!("`{id}` is seen"), WINDOW, || one(kind, home, id)).await
}

/// Waits until an object that was made is seen twice: what was seen once may vanish again for a moment.
pub(crate) async fn visible<D: Described>(kind: &D, home: &Home, id: &Id<D::Resource>) -> Result<Observed<D::Resource>> {
    let seen = || async {
        match one(kind, home, id).await? {
            Some(_) => one(kind, home, id).await,
            None => Ok(None),
        }
    };
    wait::until(D::OPERATION, &format!("`{id}` is seen"), WINDOW, seen).await
}

/// Waits until an object is as it should be, and is seen so twice; a broken one ends the wait.
pub(crate) async fn ready<D: Described>(
    kind: &D,
    cx: &Cx<'_>,
    id: &Id<D::Resource>,
    what: &str,
    limit: Duration,
    is_ready: impl Fn(&D::Resource) -> bool + Send + Sync,
) -> Result<Observed<D::Resource>> {
    let is_ready = &is_ready;
    let once = || async move {
        match one(kind, cx.home, id).await? {
            Some(Observed { broken: Some(why), .. }) => Err(ProviderError::new(ErrorKind::Rejected, D::OPERATION, why)),
            Some(observed) if is_ready(&observed.state.fields) => Ok(Some(observed)),
            _ => Ok(None),
        }
    };
    let asked = || async move {
        match once().await? {
            Some(_) => once().await,
            None => Ok(None),
        }
    };
    wait::until(D::OPERATION, &format!("`{id}` is {what}"), cx.timeout.unwrap_or(limit), asked).await
}

/// Waits until an object, as AWS lists it, is as it should be: for states that no field shows.
pub(crate) async fn reached<D: Described>(
    kind: &D,
    cx: &Cx<'_>,
    id: &Id<D::Resource>,
    what: &str,
    limit: Duration,
    is_there: impl Fn(&D::Item) -> Result<bool> + Send + Sync,
) -> Result<()> {
    let (client, is_there) = (kind.account().ec2(cx.home), &is_there);
    let client = &client;
    let asked = || async move {
        let listed = kind.describe(client, vec![filter(D::ID_FILTER, [id.as_str()])]).await?.pop();
        let there = listed.as_ref().map(is_there).transpose()?;
        Ok(there.filter(|there| *there).map(drop))
    };
    wait::until(D::OPERATION, &format!("`{id}` is {what}"), cx.timeout.unwrap_or(limit), asked).await
}

/// Waits until an object is gone.
pub(crate) async fn gone<D: Described>(kind: &D, cx: &Cx<'_>, id: &Id<D::Resource>, limit: Duration) -> Result<()> {
    let asked = || async { Ok(one(kind, cx.home, id).await?.is_none().then_some(())) };
    wait::until(D::OPERATION, &format!("`{id}` is deleted"), cx.timeout.unwrap_or(limit), asked).await
}

/// Finds by our uid tag what a lost create made. That nothing is seen proves nothing before the window has passed.
pub(crate) async fn find_by_tag<D: Described>(kind: &D, cx: &Cx<'_>, left: Duration) -> Result<Found<D::Resource>> {
    let client = kind.account().ec2(cx.home);
    let mut pause = wait::Pause::up_to(left);
    loop {
        let items = kind.describe(&client, vec![filter(&format!("tag:{UID_TAG}"), [cx.uid.as_str()])]).await?;
        let mut found: Vec<_> = items.into_iter().filter_map(|item| kind.observed(item, cx.home)).collect();
        match (found.pop(), found.len()) {
            (Some(one), 0) => return Ok(Found::One(one.state.id)),
            (Some(_), others) => return Ok(Found::Undecided(format!("{} objects carry its uid", others + 1))),
            (None, _) if !pause.next().await => return Ok(Found::None),
            (None, _) => {}
        }
    }
}

/// For deletes: what was used by something that is being deleted too is refused for a while, so it is tried again.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>, `DependencyViolation`
pub(crate) async fn unused<T, E, F>(operation: &'static str, cx: &Cx<'_>, send: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = Result<T, aws_sdk_ec2::error::SdkError<E>>>,
    E: aws_sdk_ec2::error::ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let mut pause = wait::Pause::up_to(cx.timeout.unwrap_or(WINDOW));
    loop {
        match crate::call::read(operation, &send).await {
            Err(error) if error.kind == ErrorKind::Conflict && pause.next().await => {}
            answer => return answer,
        }
    }
}
