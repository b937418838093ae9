//! The one task that writes a journal: it takes everything queued, writes and syncs it at once, and then answers all.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use tokio::sync::{mpsc, oneshot};
use tokio::task::spawn_blocking;

use super::anchor::{Anchor, Anchors};
use super::error::JournalError;
use super::frame;
use super::open::Paths;
use super::position::Position;
use super::watermark::Watermark;
use crate::disk::{Disk, LockGuard};

/// Where a job's outcome is sent.
pub(super) type Done = oneshot::Sender<Result<Position, JournalError>>;

/// What the writer is asked to do, in order.
pub(super) enum Job {
    Append(Append),
    Compact(Compact),
    Close(Close),
}

/// A record that follows the job before it.
pub(super) struct Append {
    pub(super) payload: Vec<u8>,
    pub(super) position: Position,
    pub(super) done: Done,
}

/// A file that continues the job before it.
pub(super) struct Compact {
    pub(super) file: Vec<u8>,
    pub(super) base: u64,
    pub(super) position: Position,
    pub(super) done: Done,
}

/// The end.
pub(super) struct Close {
    pub(super) lineage: Option<String>,
    pub(super) done: Done,
}

/// The open files. The lock is held as long as this lives: by the journal, and while it writes, by the writer.
pub(super) struct Files {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) paths: Paths,
    pub(super) anchors: Arc<dyn Anchors>,
    pub(super) durable: Mutex<Watermark>,
    pub(super) failed: OnceLock<JournalError>,
    pub(super) _lock: Box<dyn LockGuard>,
}

/// Runs until the journal is dropped.
pub(super) async fn run(files: Weak<Files>, mut jobs: mpsc::UnboundedReceiver<Job>) {
    let mut next = None;
    while let Some(job) = take(&mut next, &mut jobs).await {
        let work = gather(job, &mut next, &mut jobs);
        // A dropped journal writes nothing more: what was queued is lost, as in a kill.
        let Some(files) = files.upgrade() else { return };
        if spawn_blocking(move || work.run(files)).await.is_err() {
            return;
        }
    }
}

async fn take(next: &mut Option<Job>, jobs: &mut mpsc::UnboundedReceiver<Job>) -> Option<Job> {
    match next.take() {
        Some(job) => Some(job),
        None => jobs.recv().await,
    }
}

/// What is written at once.
enum Work {
    Append(Vec<Append>),
    Compact(Compact),
    Close(Close),
}

/// All appends that are queued; the job behind them is left in `next`.
fn gather(job: Job, next: &mut Option<Job>, jobs: &mut mpsc::UnboundedReceiver<Job>) -> Work {
    let mut batch = match job {
        Job::Append(append) => vec![append],
        Job::Compact(compact) => return Work::Compact(compact),
        Job::Close(close) => return Work::Close(close),
    };
    while let Ok(job) = jobs.try_recv() {
        match job {
            Job::Append(append) => batch.push(append),
            other => {
                *next = Some(other);
                break;
            }
        }
    }
    Work::Append(batch)
}

impl Work {
    /// Answers come after the files are let go, so that whoever drops the journal then can open it at once.
    fn run(self, files: Arc<Files>) {
        let (outcome, answers): (_, Vec<(Position, Done)>) = match self {
            Self::Append(batch) => (files.append(&batch), batch.into_iter().map(|append| (append.position, append.done)).collect()),
            Self::Compact(compact) => (files.compact(&compact), vec![(compact.position, compact.done)]),
            Self::Close(close) => (files.close(close.lineage), vec![(files.durable().position, close.done)]),
        };
        drop(files);
        for (position, done) in answers {
            // Nobody may be waiting any more.
            let _ = done.send(outcome.clone().map(|()| position));
        }
    }
}

impl Files {
    pub(super) fn durable(&self) -> Watermark {
        *self.durable.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn append(&self, batch: &[Append]) -> Result<(), JournalError> {
        self.usable()?;
        let mut frames = Vec::new();
        for append in batch {
            frame::push(&mut frames, &append.payload, &append.position.hash);
        }
        let path = &self.paths.journal;
        self.attempt("writing", path, |disk| disk.append(path, &frames))?;
        self.attempt("syncing", path, |disk| disk.sync(path))?;
        let Watermark { base, length, position } = self.durable();
        let position = batch.last().map_or(position, |append| append.position);
        self.advance(Watermark { base, length: length + frames.len() as u64, position });
        // The records are durable, whether the mark can be written or not. If not, the next call says so.
        let _ = self.mark();
        Ok(())
    }

    /// The mark is exact before the file is replaced and durable before another append: opening relies on both.
    fn compact(&self, compact: &Compact) -> Result<(), JournalError> {
        self.usable()?;
        self.mark_durably()?;
        let path = &self.paths.journal;
        self.attempt("replacing", path, |disk| disk.replace(path, &compact.file))?;
        let Compact { base, position, .. } = *compact;
        self.advance(Watermark { base, length: compact.file.len() as u64, position });
        self.mark_durably()
    }

    fn close(&self, lineage: Option<String>) -> Result<(), JournalError> {
        self.usable()?;
        self.mark_durably()?;
        let Some(lineage) = lineage else { return Ok(()) };
        let anchor = Anchor { lineage, position: self.durable().position };
        self.anchors.write(&anchor).map_err(|cause| JournalError::Anchor { lineage: anchor.lineage, cause: cause.into() })
    }

    fn usable(&self) -> Result<(), JournalError> {
        self.failed.get().cloned().map_or(Ok(()), Err)
    }

    fn advance(&self, mark: Watermark) {
        *self.durable.lock().unwrap_or_else(PoisonError::into_inner) = mark;
    }

    fn mark(&self) -> Result<(), JournalError> {
        let path = &self.paths.head;
        self.attempt("writing", path, |disk| disk.overwrite(path, 0, &self.durable().encode()))
    }

    fn mark_durably(&self) -> Result<(), JournalError> {
        self.mark()?;
        self.attempt("syncing", &self.paths.head, |disk| disk.sync(&self.paths.head))
    }

    /// After the first failure nobody knows what the files hold, so nothing more is written.
    fn attempt(&self, operation: &'static str, path: &Path, act: impl FnOnce(&dyn Disk) -> io::Result<()>) -> Result<(), JournalError> {
        act(&*self.disk).map_err(|cause| {
            let error = JournalError::Failed { operation, path: path.into(), cause: Arc::new(cause) };
            tracing::warn!(%error, "the journal takes no more records");
            self.failed.get_or_init(|| error).clone()
        })
    }
}
