//! Where a journal is kept and locked.

use async_trait::async_trait;
use futures::future::BoxFuture;

use crate::journal::{Head, JournalError, OpenError, Position, Replay};

mod file;

pub use file::FileBackend;

/// A place for one stack's journal. Opening takes its lock.
#[async_trait]
pub trait Backend: Send + Sync {
    /// Opens the journal, or begins one, and reads it all. `holder` is what a second run is told.
    async fn open(&self, holder: &str) -> Result<(Box<dyn Log>, Replay), OpenError>;

    /// Where it is, for people.
    fn place(&self) -> String;
}

/// An open journal. Dropping it is as safe as a kill, and frees the lock.
#[async_trait]
pub trait Log: Send + Sync {
    /// Queues a record at once; the future resolves when it is durable.
    fn append(&self, payload: Vec<u8>) -> BoxFuture<'static, Result<Position, JournalError>>;

    /// Replaces all records by these, in one step.
    fn compact(&self, payloads: Vec<Vec<u8>>) -> BoxFuture<'static, Result<Position, JournalError>>;

    /// The position of the record that was queued last.
    fn head(&self) -> Head;

    /// How many bytes it has.
    fn size(&self) -> u64;

    /// Makes everything durable and frees the lock.
    async fn close(self: Box<Self>) -> Result<(), JournalError>;
}
