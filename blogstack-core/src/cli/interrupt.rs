//! Ctrl-C, a polite kill, a closed terminal: the first one finishes what is in flight, the second stops at once.

use std::future::Future;

use tokio_util::sync::CancellationToken;

use super::{exit::Exit, failure::Failure};

/// The signals that ask a run to end.
pub(super) struct Interrupts {
    #[cfg(unix)]
    signals: Vec<tokio::signal::unix::Signal>,
}

/// Whether it was begun so that it goes on when its terminal is closed, as by `nohup`.
#[cfg(unix)]
fn outlives_its_terminal() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // The first bit is that of SIGHUP.
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

impl Interrupts {
    /// Begins to listen. From here on the signals do not end the process by themselves.
    #[cfg(unix)]
    pub(super) fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut kinds = vec![SignalKind::interrupt(), SignalKind::terminate()];
        kinds.extend((!outlives_its_terminal()).then(SignalKind::hangup));
        Ok(Self { signals: kinds.into_iter().map(signal).collect::<Result<_, _>>()? })
    }

    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "the same signature everywhere")]
    pub(super) fn listen() -> std::io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        let any = self.signals.iter_mut().map(|signal| Box::pin(signal.recv()));
        futures::future::select_all(any).await;
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
