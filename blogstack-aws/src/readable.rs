//! What all kinds share whose objects can be read by their ids: reading them whole, and waiting until one is seen, ready, or gone.

use std::{collections::BTreeMap, future::Future, time::Duration};

use blogstack_core::{
    Home, Id, Resource,
    provider::{Changes, Cx, ErrorKind, Observed, ProviderError, Result, State, Wanted},
};
use futures::{StreamExt, TryStreamExt, stream};

use crate::{account::Account, wait};

/// For how long an object may not be seen after it was made. AWS states no bound.
/// <https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html>
pub(crate) const WINDOW: Duration = Duration::from_mins(5);

/// How many objects are completed at the same time, where each has calls of its own.
const AT_ONCE: usize = 8;

/// A kind whose objects can be read by their ids.
pub(crate) trait Readable: Clone + Send + Sync + 'static {
    /// The kind.
    type Resource: Resource + Clone;
    /// The operation that reads, for errors.
    const OPERATION: &'static str;

    /// The account.
    fn account(&self) -> &Account;

    /// Reads objects in as few calls as AWS allows; absent ones are absent from the answer.
    fn read_ids(&self, home: &Home, ids: &[&str]) -> impl Future<Output = Result<Vec<Observed<Self::Resource>>>> + Send;

    /// Adds what AWS tells of an object by calls of their own, as far as somebody manages it.
    fn complete(
        &self,
        _home: &Home,
        _wanted: &Wanted<Self::Resource>,
        _object: &mut Observed<Self::Resource>,
    ) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }
}

/// Reads objects with all that is managed of them.
pub(crate) async fn read<R: Readable>(kind: &R, home: &Home, wanted: &[Wanted<R::Resource>]) -> Result<Vec<Observed<R::Resource>>> {
    let by_id: BTreeMap<&str, &Wanted<R::Resource>> = wanted.iter().map(|one| (one.id.as_str(), one)).collect();
    let ids: Vec<&str> = wanted.iter().map(|one| one.id.as_str()).collect();
    let mut completed = Vec::with_capacity(ids.len());
    for mut found in kind.read_ids(home, &ids).await? {
        let Some(wanted) = by_id.get(found.state.id.as_str()).copied() else { continue };
        completed.push(async move {
            match kind.complete(home, wanted, &mut found).await {
                // It went while we looked at it.
                Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
                answer => answer.map(|()| Some(found)),
            }
        });
    }
    let completed: Vec<Option<_>> = stream::iter(completed).buffered(AT_ONCE).try_collect().await?;
    Ok(completed.into_iter().flatten().collect())
}

/// An object that was seen, with all that is managed of it.
pub(crate) async fn whole<R: Readable>(kind: &R, cx: &Cx<'_>, seen: State<R::Resource>) -> Result<State<R::Resource>> {
    let mut seen = Observed::from(seen);
    kind.complete(cx.home, &cx.wanted(&seen.state.id), &mut seen).await?;
    match seen.broken {
        Some(why) => Err(ProviderError::new(ErrorKind::Rejected, R::OPERATION, why)),
        None => Ok(seen.state),
    }
}

/// For kinds without a call that changes anything but their tags: that there is nothing else to change.
pub(crate) fn nothing_but<R: Resource>(tags: &str, changes: &Changes<R>) -> Result<()> {
    let is_readable = |name: &str| R::SCHEMA.field(name).is_some_and(|field| !field.write_only);
    match changes.fields().find(|(name, _)| *name != tags && is_readable(name)) {
        Some((name, _)) => Err(ProviderError::new(ErrorKind::Internal, "update", format!("no call changes `{name}`"))),
        None => Ok(()),
    }
}

/// One object, if it can be seen. Whoever asks for others of its kind at the same time shares the call.
pub(crate) async fn one<R: Readable>(kind: &R, home: &Home, id: &Id<R::Resource>) -> Result<Option<Observed<R::Resource>>> {
    let (own, place) = (kind.clone(), home.clone());
    let many = |ids: Vec<String>| async move {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let found = own.read_ids(&place, &ids).await?;
        Ok(found.into_iter().map(|one| (one.state.id.as_str().to_owned(), one)).collect())
    };
    kind.account().gathering().one::<R, _, _>(home, id.as_str(), many).await
}

/// Waits until an object that was made is seen.
pub(crate) async fn seen<R: Readable>(kind: &R, home: &Home, id: &Id<R::Resource>) -> Result<Observed<R::Resource>> {
    wait::until(R::OPERATION, &format!("`{id}` is seen"), WINDOW, || one(kind, home, id)).await
}

/// Waits until an object that was made is seen twice: what was seen once may vanish again for a moment.
pub(crate) async fn visible<R: Readable>(kind: &R, home: &Home, id: &Id<R::Resource>) -> Result<Observed<R::Resource>> {
    let seen = || async {
        match one(kind, home, id).await? {
            Some(_) => one(kind, home, id).await,
            None => Ok(None),
        }
    };
    wait::until(R::OPERATION, &format!("`{id}` is seen"), WINDOW, seen).await
}

/// Waits until an object is as it should be, and is seen so twice; a broken one ends the wait.
pub(crate) async fn ready<R: Readable>(
    kind: &R,
    cx: &Cx<'_>,
    id: &Id<R::Resource>,
    what: &str,
    limit: Duration,
    is_ready: impl Fn(&R::Resource) -> bool + Send + Sync,
) -> Result<Observed<R::Resource>> {
    let is_ready = &is_ready;
    let once = || async move {
        match one(kind, cx.home, id).await? {
            Some(Observed { broken: Some(why), .. }) => Err(ProviderError::new(ErrorKind::Rejected, R::OPERATION, why)),
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
    wait::until(R::OPERATION, &format!("`{id}` is {what}"), cx.timeout.unwrap_or(limit), asked).await
}

/// Waits until an object is gone.
pub(crate) async fn gone<R: Readable>(kind: &R, cx: &Cx<'_>, id: &Id<R::Resource>, limit: Duration) -> Result<()> {
    let asked = || async { Ok(one(kind, cx.home, id).await?.is_none().then_some(())) };
    wait::until(R::OPERATION, &format!("`{id}` is deleted"), cx.timeout.unwrap_or(limit), asked).await
}
