//! Reads of single objects that are wanted at the same time go in one call.
//!
//! While a stack is made, many objects of a kind are waited for at once, each by a task of its own. What the first of them asks
//! is kept back for a moment, so that the others' questions can join it.

use std::{
    any::{Any, TypeId},
    collections::{BTreeMap, BTreeSet},
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use blogstack_core::{Home, provider::Result};
use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};

/// How long a question waits for others: less than AWS takes to answer one.
const MOMENT: Duration = Duration::from_millis(20);

/// The calls that are about to be made, by what sort of question they answer and where.
#[derive(Default, Clone)]
pub(crate) struct Gathering(Arc<Mutex<BTreeMap<Key, Box<dyn Any + Send>>>>);

/// The type that asks stands for the sort of question.
type Key = (TypeId, Home);

/// A call that is about to be made.
struct Open<T> {
    ids: BTreeSet<String>,
    answer: Shared<BoxFuture<'static, Answer<T>>>,
}

type Answer<T> = Result<Arc<BTreeMap<String, T>>>;

/// Stands for the listing of these things, whoever asks.
struct Listing<T>(std::marker::PhantomData<T>);

impl Gathering {
    /// Asks for one object. `read` asks for many; it is used unless somebody else's call, not sent yet, can take this id along.
    pub(crate) async fn one<Asker, T, F>(
        &self,
        home: &Home,
        id: &str,
        read: impl FnOnce(Vec<String>) -> F + Send + 'static,
    ) -> Result<Option<T>>
    where
        Asker: 'static,
        T: Clone + Send + Sync + 'static,
        F: Future<Output = Result<Vec<(String, T)>>> + Send + 'static,
    {
        Ok(self.gather::<Asker, T, F>(home, &[id], MOMENT, read).await?.get(id).cloned())
    }

    /// Asks for what kinds have in common that are told by one listing: those that are read at once share the call. Nothing is
    /// waited for: who asks at the same time has asked before the first answer is looked for.
    pub(crate) async fn many<T, F>(&self, home: &Home, ids: &[&str], read: impl FnOnce(Vec<String>) -> F + Send + 'static) -> Result<Vec<T>>
    where
        T: Clone + Send + Sync + 'static,
        F: Future<Output = Result<Vec<(String, T)>>> + Send + 'static,
    {
        let found = self.gather::<Listing<T>, T, F>(home, ids, Duration::ZERO, read).await?;
        Ok(ids.iter().filter_map(|id| found.get(*id).cloned()).collect())
    }

    async fn gather<Asker, T, F>(
        &self,
        home: &Home,
        ids: &[&str],
        moment: Duration,
        read: impl FnOnce(Vec<String>) -> F + Send + 'static,
    ) -> Answer<T>
    where
        Asker: 'static,
        T: Clone + Send + Sync + 'static,
        F: Future<Output = Result<Vec<(String, T)>>> + Send + 'static,
    {
        let key = (TypeId::of::<Asker>(), home.clone());
        let answer = self.join::<T>(&key, ids).unwrap_or_else(|| self.open(key, ids, moment, read));
        answer.await
    }

    fn join<T: 'static>(&self, key: &Key, ids: &[&str]) -> Option<Shared<BoxFuture<'static, Answer<T>>>> {
        let mut open = self.lock();
        let call = open.get_mut(key)?.downcast_mut::<Open<T>>()?;
        call.ids.extend(ids.iter().map(|id| (*id).to_owned()));
        Some(call.answer.clone())
    }

    fn open<T, F>(
        &self,
        key: Key,
        ids: &[&str],
        moment: Duration,
        read: impl FnOnce(Vec<String>) -> F + Send + 'static,
    ) -> Shared<BoxFuture<'static, Answer<T>>>
    where
        T: Clone + Send + Sync + 'static,
        F: Future<Output = Result<Vec<(String, T)>>> + Send + 'static,
    {
        let (calls, own) = (self.clone(), key.clone());
        let answer = async move {
            match moment.is_zero() {
                true => tokio::task::yield_now().await,
                false => tokio::time::sleep(moment).await,
            }
            // From here on nobody can join: an answer is never older than the question.
            let found = read(calls.close::<T>(&own)).await?;
            Ok(Arc::new(found.into_iter().collect()))
        };
        let answer = answer.boxed().shared();
        self.lock().insert(key, Box::new(Open { ids: ids.iter().map(|id| (*id).to_owned()).collect(), answer: answer.clone() }));
        answer
    }

    fn close<T: 'static>(&self, key: &Key) -> Vec<String> {
        let call = self.lock().remove(key).and_then(|call| call.downcast::<Open<T>>().ok());
        call.map_or_else(Vec::new, |call| call.ids.into_iter().collect())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Key, Box<dyn Any + Send>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Gathering {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gathering").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use blogstack_core::provider::{ErrorKind, ProviderError};
    use futures::future::join_all;

    use super::*;

    struct Letters;
    struct Digits;

    type Log = Arc<Mutex<Vec<String>>>;

    /// Notes what is asked for; objects whose ids are in upper case are there.
    async fn ask<Asker: 'static>(gathering: &Gathering, log: &Log, home: &Home, id: &str) -> Result<Option<usize>> {
        let log = log.clone();
        let read = |ids: Vec<String>| async move {
            log.lock().expect("no panic").push(ids.join(","));
            tokio::time::sleep(Duration::from_secs(1)).await;
            match ids.iter().any(|id| id == "fail") {
                true => Err(ProviderError::new(ErrorKind::Rejected, "test:Read", "no")),
                false => Ok(ids.into_iter().filter(|id| *id == id.to_uppercase()).map(|id| (id.clone(), id.len())).collect()),
            }
        };
        gathering.one::<Asker, usize, _>(home, id, read).await
    }

    fn said(log: &Log) -> Vec<String> {
        std::mem::take(&mut log.lock().expect("no panic"))
    }

    #[tokio::test(start_paused = true)]
    async fn questions_at_the_same_time_are_one_call() {
        let (gathering, log, home) = (Gathering::default(), Log::default(), Home::new("1", Some("here")));
        let asked = join_all(["A", "BB", "c", "A"].map(|id| ask::<Letters>(&gathering, &log, &home, id))).await;
        assert_eq!(asked, [Ok(Some(1)), Ok(Some(2)), Ok(None), Ok(Some(1))]);
        assert_eq!(said(&log), ["A,BB,c"]);
        assert_eq!(ask::<Letters>(&gathering, &log, &home, "A").await, Ok(Some(1)));
        assert_eq!(said(&log), ["A"]);
    }

    #[tokio::test(start_paused = true)]
    async fn kinds_that_are_told_by_one_listing_share_the_call() {
        let (gathering, log, home) = (Gathering::default(), Log::default(), Home::new("1", Some("here")));
        let many = |ids: &'static [&'static str]| {
            let (gathering, log, home) = (gathering.clone(), log.clone(), home.clone());
            let read = move |ids: Vec<String>| async move {
                log.lock().expect("no panic").push(ids.join(","));
                Ok(ids.into_iter().map(|id| (id.clone(), id)).collect())
            };
            async move { gathering.many::<String, _>(&home, ids, read).await }
        };
        let begun = tokio::time::Instant::now();
        let (one, other) = tokio::join!(many(&["B", "A"]), many(&["A", "C"]));
        assert_eq!((one.unwrap_or_default().join(","), other.unwrap_or_default().join(",")), ("B,A".into(), "A,C".into()));
        assert_eq!((said(&log), begun.elapsed()), (vec!["A,B,C".to_owned()], Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_was_sent_is_not_joined() {
        let (gathering, log, home) = (Gathering::default(), Log::default(), Home::new("1", Some("here")));
        let later = async {
            tokio::time::sleep(MOMENT * 2).await;
            ask::<Letters>(&gathering, &log, &home, "B").await
        };
        let both = tokio::join!(ask::<Letters>(&gathering, &log, &home, "A"), later);
        assert_eq!(both, (Ok(Some(1)), Ok(Some(1))));
        assert_eq!(said(&log), ["A", "B"]);
    }

    #[tokio::test(start_paused = true)]
    async fn kinds_and_homes_are_apart() {
        let (gathering, log) = (Gathering::default(), Log::default());
        let (here, there) = (Home::new("1", Some("here")), Home::new("1", Some("there")));
        let asked = tokio::join!(
            ask::<Letters>(&gathering, &log, &here, "A"),
            ask::<Letters>(&gathering, &log, &there, "B"),
            ask::<Digits>(&gathering, &log, &here, "1"),
        );
        assert_eq!(asked, (Ok(Some(1)), Ok(Some(1)), Ok(Some(1))));
        assert_eq!(said(&log).len(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_is_told_to_all_and_not_kept() {
        let (gathering, log, home) = (Gathering::default(), Log::default(), Home::new("1", Some("here")));
        let asked = join_all(["A", "fail"].map(|id| ask::<Letters>(&gathering, &log, &home, id))).await;
        assert!(asked.iter().all(Result::is_err));
        assert_eq!(ask::<Letters>(&gathering, &log, &home, "A").await, Ok(Some(1)));
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_leaves_nothing_stuck() {
        let (gathering, log, home) = (Gathering::default(), Log::default(), Home::new("1", Some("here")));
        let given_up = tokio::time::timeout(MOMENT / 2, ask::<Letters>(&gathering, &log, &home, "A")).await;
        assert!(given_up.is_err());
        assert_eq!(ask::<Letters>(&gathering, &log, &home, "B").await, Ok(Some(1)));
    }
}
