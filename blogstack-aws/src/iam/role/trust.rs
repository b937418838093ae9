//! Principals that IAM does not know yet.

use std::{future::Future, time::Duration};

use blogstack_core::provider::{ProviderError, Result};

use crate::wait::Pause;

/// How long IAM may take to know a new role everywhere.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html>, *Changes that I make are not always immediately visible*
const LAG: Duration = Duration::from_mins(2);

/// Asks again while IAM does not know a principal, which it says in words only.
pub(super) async fn known_principals<T, F: Future<Output = Result<T>>>(ask: impl Fn() -> F) -> Result<T> {
    let unknown = |error: &ProviderError| error.message.contains("Invalid principal in policy");
    let mut pause = Pause::up_to(LAG);
    loop {
        match ask().await {
            Err(error) if unknown(&error) && pause.next().await => {}
            answer => return answer.map_err(|error| if unknown(&error) { error.field("assume_role_policy_document") } else { error }),
        }
    }
}
