//! Waiting: bounded, jittered, and with nothing left behind when it is cancelled.

use std::{future::Future, time::Duration};

use blogstack_core::provider::{ErrorKind, ProviderError, Result};
use tokio::time::Instant;

/// Growing pauses between attempts.
pub(crate) struct Pause {
    next: Duration,
    until: Option<Instant>,
    left: u32,
}

impl Pause {
    /// Until this much time has passed.
    pub(crate) fn up_to(limit: Duration) -> Self {
        // A limit beyond the end of time is none.
        Self { next: Duration::from_millis(500), until: Instant::now().checked_add(limit), left: u32::MAX }
    }

    /// At most `attempts - 1` pauses.
    pub(crate) fn times(attempts: u32) -> Self {
        Self { next: Duration::from_millis(200), until: None, left: attempts.saturating_sub(1) }
    }

    /// Waits; `false` when there is nothing more to wait for.
    pub(crate) async fn next(&mut self) -> bool {
        if self.left == 0 || self.until.is_some_and(|until| Instant::now() >= until) {
            return false;
        }
        self.left -= 1;
        let jittered = self.next.mul_f64(0.75 + fastrand::f64() / 2.0);
        let jittered = self.until.map_or(jittered, |until| jittered.min(until - Instant::now()));
        tokio::time::sleep(jittered).await;
        self.next = (self.next * 2).min(Duration::from_secs(15));
        true
    }
}

/// Asks until there is an answer. `what` completes *waiting until ..*.
pub(crate) async fn until<T, F>(operation: &'static str, what: &str, limit: Duration, ask: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = Result<Option<T>>>,
{
    let mut pause = Pause::up_to(limit);
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if !pause.next().await {
            let message = format!("waiting until {what}: not within {} s", limit.as_secs());
            let error = ProviderError::new(ErrorKind::TimedOut, operation, message);
            return Err(error.hint("run again to go on waiting, or allow more time with `.timeout(..)`"));
        }
    }
}
