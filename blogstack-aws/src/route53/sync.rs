//! Waiting until all name servers have a change. <https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetChange.html>

use std::time::Duration;

use aws_sdk_route53::types::ChangeStatus;
use blogstack_core::provider::{Cx, Result};
use futures::future::try_join_all;

use crate::{account::Account, call, wait};

/// Usually it takes a minute.
const PATIENCE: Duration = Duration::from_mins(30);

/// Marks the questions that can be asked together.
struct Change;

/// Waits until a change is everywhere. Whoever waits for the same change asks once.
pub(super) async fn until_done(account: &Account, cx: &Cx<'_>, change: &str) -> Result<()> {
    let asked = || async {
        let (own, home) = (account.clone(), cx.home.clone());
        let many = |ids: Vec<String>| async move {
            let client = own.route53(&home);
            let ask = |id: String| {
                let request = client.get_change().id(&id);
                async move {
                    let answer = call::read("route53:GetChange", || request.clone().send()).await?;
                    Ok((id, answer.change_info.is_some_and(|info| info.status == ChangeStatus::Insync)))
                }
            };
            try_join_all(ids.into_iter().map(ask)).await
        };
        let done = account.gathering().one::<Change, bool, _>(cx.home, change, many).await?;
        Ok(done.filter(|done| *done).map(drop))
    };
    wait::until("route53:GetChange", "all name servers have the change", cx.timeout.unwrap_or(PATIENCE), asked).await
}

/// The id of a change, without the word before it.
pub(super) fn id(id: &str) -> String {
    id.rsplit('/').next().unwrap_or(id).to_owned()
}
