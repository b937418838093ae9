//! What most kinds of EC2 share: a `Describe` call that takes filters, ids that can be filtered for, and tags.

use std::{future::Future, time::Duration};

use aws_sdk_ec2::{Client, types::Filter};
use blogstack_core::{
    Home, Id, Resource,
    provider::{Cx, ErrorKind, Found, Observed, Result, State, UID_TAG, Wanted},
};

pub(crate) use crate::readable::{WINDOW, gone, one, read, ready, seen, visible, whole};
use crate::{
    account::Account,
    readable::Readable,
    values::{Arn, partition},
    wait,
};

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

    /// See [`Readable::complete`].
    fn complete(
        &self,
        _home: &Home,
        _wanted: &Wanted<Self::Resource>,
        _object: &mut Observed<Self::Resource>,
    ) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }
}

/// A filter with values.
pub(crate) fn filter(name: &str, values: impl IntoIterator<Item = impl Into<String>>) -> Filter {
    let values = values.into_iter().map(Into::into).collect();
    Filter::builder().name(name).set_values(Some(values)).build()
}

/// The ARN of an object of an account, in the partition of its region.
pub(crate) fn arn(home: &Home, owner: &str, kind: &str, id: &str) -> Arn {
    let region = home.region.as_deref().unwrap_or_default();
    Arn(format!("arn:{}:ec2:{region}:{owner}:{kind}/{id}", partition(region)))
}

/// Lists any number of objects in batches.
async fn items<D: Described>(kind: &D, home: &Home, ids: &[&str]) -> Result<Vec<D::Item>> {
    let client = Described::account(kind).ec2(home);
    let mut all = Vec::with_capacity(ids.len());
    for batch in ids.chunks(BATCH) {
        all.extend(kind.describe(&client, vec![filter(D::ID_FILTER, batch.iter().copied())]).await?);
    }
    Ok(all)
}

/// What a listing tells of these objects. Kinds that are read from one listing at the same time share its calls.
pub(crate) async fn listed<D>(kind: &D, home: &Home, ids: &[&str], id: fn(&D::Item) -> Option<&str>) -> Result<Vec<D::Item>>
where
    D: Described<Item: Clone + Sync + 'static>,
{
    let (own, place) = (kind.clone(), home.clone());
    let many = move |ids: Vec<String>| async move {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let items = items(&own, &place, &ids).await?;
        Ok(items.into_iter().filter_map(|item| Some((id(&item)?.to_owned(), item))).collect())
    };
    Described::account(kind).gathering().many(home, ids, many).await
}

impl<D: Described> Readable for D {
    type Resource = D::Resource;
    const OPERATION: &'static str = D::OPERATION;

    fn account(&self) -> &Account {
        Described::account(self)
    }

    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<Self::Resource>>> {
        Ok(items(self, home, ids).await?.into_iter().filter_map(|item| self.observed(item, home)).collect())
    }

    async fn complete(&self, home: &Home, wanted: &Wanted<Self::Resource>, object: &mut Observed<Self::Resource>) -> Result<()> {
        Described::complete(self, home, wanted, object).await
    }
}

/// The ids of what is wanted.
pub(crate) fn ids<R>(wanted: &[Wanted<R>]) -> Vec<&str> {
    wanted.iter().map(|one| one.id.as_str()).collect()
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
    let (client, is_there) = (Described::account(kind).ec2(cx.home), &is_there);
    let client = &client;
    let asked = || async move {
        let listed = kind.describe(client, vec![filter(D::ID_FILTER, [id.as_str()])]).await?.pop();
        let there = listed.as_ref().map(is_there).transpose()?;
        Ok(there.filter(|there| *there).map(drop))
    };
    wait::until(D::OPERATION, &format!("`{id}` is {what}"), cx.timeout.unwrap_or(limit), asked).await
}

/// An object that is seen when it is as it should be: see [`reached`].
pub(crate) async fn usable<D: Described>(
    kind: &D,
    cx: &Cx<'_>,
    id: &Id<D::Resource>,
    what: &str,
    limit: Duration,
    is_there: impl Fn(&D::Item) -> Result<bool> + Send + Sync,
) -> Result<State<D::Resource>> {
    reached(kind, cx, id, what, limit, is_there).await?;
    Ok(visible(kind, cx.home, id).await?.state)
}

/// Finds by our uid tag what a lost create made. That nothing is seen proves nothing before the window has passed.
pub(crate) async fn find_by_tag<D: Described>(kind: &D, cx: &Cx<'_>, left: Duration) -> Result<Found<D::Resource>> {
    let client = Described::account(kind).ec2(cx.home);
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
