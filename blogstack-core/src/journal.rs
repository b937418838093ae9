//! The journal on disk: an append-only file of records, each chained to all before it.
//!
//! # What it promises
//! - A record whose [`append`](Journal::append) has succeeded survives a kill and a power cut at any later instant.
//! - What is read back is a prefix of what was appended, in order; all that was acknowledged is in it.
//! - A wrong or missing byte in what is known to be durable is refused ([`OpenError::Damaged`]), never repaired.
//! - An older copy of the file is refused ([`OpenError::RolledBack`]) where an [`Anchor`] remembers the newer one.
//! - One writer at a time: the lock is free as soon as the writer is closed, dropped or dead.
//! - After a failed write or sync nothing more is written until the journal is opened, and with it checked, again.
//!
//! # How
//! The folder holds three files. `journal` has the frames ([`frame`]). `journal.head` is the watermark: how much of
//! `journal` is durable. It is overwritten after each sync, unsynced itself: it may lag, and never leads. Behind it a
//! broken record is the tail that a crash tore, and is cut off; before it, it is damage. `lock` is locked and never
//! replaced.
//!
//! A missing `journal.head` is damage too, unless the journal has no record yet: it is made durable before the first
//! record is written, so no crash takes it away. Without it nobody could tell a torn tail from a lost one. For the same
//! reason a damaged one is refused, though the journal may be whole.
//!
//! # What it cannot see
//! A power cut may take the last, unsynced watermark. Damage done to just those last records, before the journal is
//! opened again, then looks like a torn tail. Closing syncs it, a kill leaves it as it is.

use std::fmt;
use std::future::Future;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};
use tokio::task::spawn_blocking;

use crate::disk::Disk;
use writer::{Append, Close, Compact, Files, Job};

mod anchor;
mod error;
pub mod frame;
mod open;
mod position;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests;
mod watermark;
mod writer;

pub use anchor::{Anchor, Anchors, FolderAnchors, NoAnchors};
pub(crate) use error::io_hint;
pub use error::{JournalError, OpenError, Rollback};
pub use frame::{PayloadError, TornTail};
pub use position::{Head, NotAHash, Position, RecordHash};

/// Tells which journal it is from its records; see [`Journal::open`].
type LineageOf = dyn Fn(&[Bytes]) -> Option<String> + Send + Sync;
type Outcome = oneshot::Receiver<Result<Position, JournalError>>;

/// A journal that is open for appending.
///
/// Dropping it is as safe as killing the process: records that were not acknowledged may be lost. A batch that is being
/// written at that moment is finished, and the lock held until then.
pub struct Journal {
    files: Arc<Files>,
    queue: Mutex<Queue>,
    lineage_of: Arc<LineageOf>,
}

/// What the journal will be when all that is queued is written.
struct Queue {
    head: Head,
    size: u64,
    lineage: Option<String>,
    jobs: mpsc::UnboundedSender<Job>,
}

/// What a journal held when it was opened.
#[derive(Debug, Clone)]
pub struct Replay {
    /// The records, oldest first.
    pub payloads: Vec<Bytes>,
    /// What was cut off behind them: a batch that a crash interrupted, never acknowledged.
    pub torn: Option<TornTail>,
    /// The sequence of the last record; 0 in a new journal.
    pub sequence: u64,
}

impl Journal {
    /// Opens the journal in `folder`, or makes a new one, and reads it.
    ///
    /// `holder` is what others read when they find it locked: process id, host, command, since when. `lineage_of`
    /// tells from the records which journal this is, under which name `anchors` knows it. It is asked with all records
    /// when the journal is opened; as long as it answers `None`, with each one that is appended. An anchor that lags,
    /// as a kill leaves it, is brought up to date.
    ///
    /// # Errors
    /// See [`OpenError`]. None of the files was changed then, except for an error of writing.
    pub async fn open(
        disk: Arc<dyn Disk>,
        folder: &Path,
        anchors: Arc<dyn Anchors>,
        holder: &str,
        lineage_of: impl Fn(&[Bytes]) -> Option<String> + Send + Sync + 'static,
    ) -> Result<(Self, Replay), OpenError> {
        let (paths, holder) = (open::Paths::new(folder), holder.to_owned());
        let path = paths.journal.clone();
        let opened = spawn_blocking(move || Self::read(disk, paths, anchors, &holder, Arc::new(lineage_of))).await;
        let (journal, replay, jobs) = opened.map_err(|error| {
            let cause = std::io::Error::other(error);
            OpenError::Io { operation: "reading", path, cause }
        })??;
        tokio::spawn(writer::run(Arc::downgrade(&journal.files), jobs));
        Ok((journal, replay))
    }

    fn read(
        disk: Arc<dyn Disk>,
        paths: open::Paths,
        anchors: Arc<dyn Anchors>,
        holder: &str,
        lineage_of: Arc<LineageOf>,
    ) -> Result<(Self, Replay, mpsc::UnboundedReceiver<Job>), OpenError> {
        let lock = open::lock(&*disk, &paths, holder)?;
        let loaded = open::load(&*disk, &paths)?;
        let payloads = loaded.scan.payloads();
        let lineage = lineage_of(&payloads);
        let lagging = match &lineage {
            Some(lineage) => loaded.compare(&paths, &*anchors, lineage)?,
            None => None,
        };
        let durable = loaded.settle(&*disk, &paths)?;
        if let Some(anchor) = lagging {
            open::write_anchor(&*anchors, &paths, &anchor)?;
        }
        let (head, size) = (durable.position, durable.length);
        let (jobs, receiver) = mpsc::unbounded_channel();
        let durable = Mutex::new(durable);
        let files = Arc::new(Files { disk, paths, anchors, durable, failed: OnceLock::new(), _lock: lock });
        let queue = Mutex::new(Queue { head, size, lineage, jobs });
        let replay = Replay { payloads, torn: loaded.scan.torn, sequence: head.sequence };
        Ok((Self { files, queue, lineage_of }, replay, receiver))
    }

    /// Adds a record. The future resolves when it is durable; the record is queued at once, in the order of the calls,
    /// whether the future is polled or not.
    ///
    /// # Errors
    /// [`JournalError::Payload`] when the record is empty or above [`frame::LONGEST`] bytes; the journal goes on.
    /// Every other error means that this record and all later ones may or may not be there.
    pub fn append(&self, payload: Vec<u8>) -> impl Future<Output = Result<Position, JournalError>> + Send + use<> {
        let queued = self.queue_append(payload);
        async move { answer(queued?).await }
    }

    fn queue_append(&self, payload: Vec<u8>) -> Result<Outcome, JournalError> {
        let mut queue = self.usable_queue()?;
        let hash = frame::chain(&queue.head.hash, &payload)?;
        queue.head = Position { sequence: queue.head.sequence + 1, hash };
        queue.size += (frame::OVERHEAD + payload.len()) as u64;
        if queue.lineage.is_none() {
            queue.lineage = (self.lineage_of)(&[Bytes::copy_from_slice(&payload)]);
        }
        let position = queue.head;
        queue.send(|done| Job::Append(Append { payload, position, done }))
    }

    /// Replaces all records, queued ones too, by `payloads`, which must replay to the same. The sequence goes on.
    ///
    /// As with [`append`](Self::append) its place is that of the call, and the future resolves when it is durable. A
    /// crash leaves the old records or the new ones.
    ///
    /// # Errors
    /// As for [`append`](Self::append).
    pub fn compact(&self, payloads: Vec<Vec<u8>>) -> impl Future<Output = Result<Position, JournalError>> + Send + use<> {
        let queued = self.queue_compact(payloads);
        async move { answer(queued?).await }
    }

    fn queue_compact(&self, payloads: Vec<Vec<u8>>) -> Result<Outcome, JournalError> {
        let mut queue = self.usable_queue()?;
        let base = frame::Base { sequence: queue.head.sequence + 1, replaced: queue.head.hash };
        let (mut file, mut hash) = frame::begin(&base);
        let mut sequence = base.sequence;
        for payload in payloads {
            hash = frame::chain(&hash, &payload)?;
            frame::push(&mut file, &payload, &hash);
            sequence += 1;
        }
        queue.head = Position { sequence, hash };
        queue.size = file.len() as u64;
        let position = queue.head;
        queue.send(|done| Job::Compact(Compact { file, base: base.sequence, position, done }))
    }

    /// Writes what is queued, syncs the watermark, notes the head in the anchor and frees the lock.
    ///
    /// # Errors
    /// The failure that stopped the journal, when one did, or [`JournalError::Anchor`].
    pub async fn close(self) -> Result<(), JournalError> {
        let queued = self.usable_queue().and_then(|queue| {
            let lineage = queue.lineage.clone();
            queue.send(|done| Job::Close(Close { lineage, done }))
        });
        answer(queued?).await.map(|_| ())
    }

    /// The position of the last record that was queued, durable or not. The same calls give the same hash.
    pub fn head(&self) -> Head {
        self.queue().head
    }

    /// The position of the last record that is durable.
    pub fn durable_head(&self) -> Head {
        self.files.durable().position
    }

    /// How many bytes the file has when all that is queued is written. Tells when to [`compact`](Self::compact).
    pub fn size(&self) -> u64 {
        self.queue().size
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn usable_queue(&self) -> Result<MutexGuard<'_, Queue>, JournalError> {
        let queue = self.queue();
        self.files.failed.get().cloned().map_or(Ok(queue), Err)
    }
}

impl Queue {
    fn send(&self, job: impl FnOnce(writer::Done) -> Job) -> Result<Outcome, JournalError> {
        let (done, outcome) = oneshot::channel();
        self.jobs.send(job(done)).map_err(|_| JournalError::Closed)?;
        Ok(outcome)
    }
}

async fn answer(outcome: Outcome) -> Result<Position, JournalError> {
    outcome.await.unwrap_or(Err(JournalError::Closed))
}

impl fmt::Debug for Journal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = formatter.debug_struct("Journal");
        fields.field("folder", &self.files.paths.folder).field("head", &self.head()).finish_non_exhaustive()
    }
}
