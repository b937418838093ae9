//! Ctrl-C, a polite kill, a closed terminal: the first one finishes what is in flight, the second stops at once.

use std::future::Future;

use tokio_util::sync::CancellationToken;

use super::{exit::Exit, failure::Failure};

/// The signals that ask a run to end.
pub(super) struct Interrupts {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 3],
}

impl Interrupts {
    /// Begins to listen. From here on the signals do not end the process by themselves.
    #[cfg(unix)]
    pub(super) fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { signals: [signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?, signal(SignalKind::hangup())?] })
    }

    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "the same signature everywhere")]
    pub(super) fn listen() -> std::io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.signals;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// For work that changes nothing: the first signal drops it.
    pub(super) async fn stop<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Failure> {
        tokio::select! {
            biased;
            () = self.next() => Err(Failure::interrupted()),
            done = work => Ok(done),
        }
    }

    /// For changes: the first signal lets them finish what is in flight, the second drops them, and recovery covers that.
    pub(super) async fn finish<T>(&mut self, work: impl Future<Output = T>, cancel: &CancellationToken) -> Result<T, Failure> {
        let mut work = std::pin::pin!(work);
        tokio::select! {
            biased;
            () = self.next() => cancel.cancel(),
            done = &mut work => return Ok(done),
        }
        self.stop(work).await.map_err(|_| {
            let hint = "the next run finds out what became of what was in flight, and goes on from there";
            Failure::new(Exit::Interrupted, "interrupted a second time: stopped at once", Some(hint))
        })
    }
}
