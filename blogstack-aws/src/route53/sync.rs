//! Waiting until all name servers have a change. <https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetChange.html>

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use aws_sdk_route53::types::ChangeStatus;
use blogstack_core::{
    Home,
    provider::{Cx, ErrorKind, ProviderError, Result},
};
use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};

use crate::{account::Account, call, wait};

/// Usually it takes a minute.
const PATIENCE: Duration = Duration::from_mins(30);
const OPERATION: &str = "route53:GetChange";

/// The waits that go on. Whoever waits for the same change is told at the same moment, and whatever comes next can go in one call
/// again.
#[derive(Clone, Default)]
pub(super) struct Waits(Arc<Mutex<BTreeMap<Key, Wait>>>);

/// Where, and for which change.
type Key = (Home, String);
type Wait = Shared<BoxFuture<'static, Result<()>>>;

impl Waits {
    /// Waits until a change is everywhere.
    pub(super) async fn until_done(&self, account: &Account, cx: &Cx<'_>, change: &str) -> Result<()> {
        let key = (cx.home.clone(), change.to_owned());
        let begun = || poll(account.clone(), cx.home.clone(), change.to_owned(), PATIENCE).boxed().shared();
        let wait = self.lock().entry(key.clone()).or_insert_with(begun).clone();
        let limit = cx.timeout.unwrap_or(PATIENCE);
        let done = tokio::time::timeout(limit, wait).await;
        self.lock().remove(&key);
        done.unwrap_or_else(|_| {
            let message = format!("waiting until all name servers have the change: not within {} s", limit.as_secs());
            Err(ProviderError::new(ErrorKind::TimedOut, OPERATION, message).hint("run again to go on waiting"))
        })
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Key, Wait>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits until a change is everywhere.
pub(super) async fn until_done(account: &Account, cx: &Cx<'_>, change: &str) -> Result<()> {
    poll(account.clone(), cx.home.clone(), change.to_owned(), cx.timeout.unwrap_or(PATIENCE)).await
}

async fn poll(account: Account, home: Home, change: String, limit: Duration) -> Result<()> {
    let client = account.route53(&home);
    let asked = || async {
        let request = client.get_change().id(&change);
        let answer = call::read("route53:GetChange", || request.clone().send()).await?;
        Ok(answer.change_info.filter(|info| info.status == ChangeStatus::Insync).map(drop))
    };
    wait::until(OPERATION, "all name servers have the change", limit, asked).await
}

/// The id of a change, without the word before it.
pub(super) fn id(id: &str) -> String {
    id.rsplit('/').next().unwrap_or(id).to_owned()
}
