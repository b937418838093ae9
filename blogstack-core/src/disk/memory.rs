//! A file system in memory that behaves as badly as a real one may: for tests of what survives a crash.
//!
//! It keeps apart what is *seen* by whoever reads and what is *durable*. Bytes become durable by a sync, names by the
//! sync of their folder. A sync that fails loses what it should have made durable, and says so once only, as operating
//! systems do: a later sync succeeds without writing it.
//!
//! ```
//! use blogstack_core::disk::{Disk, MemoryDisk};
//! use std::path::Path;
//!
//! let (disk, path) = (MemoryDisk::new(), Path::new("/state/file"));
//! disk.replace(path, b"one")?;
//! disk.append(path, b" two")?;
//! assert_eq!(disk.crash().read(path)?, Some(b"one".to_vec()));
//! # Ok::<(), std::io::Error>(())
//! ```

use std::fmt::{self, Debug};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Disk, LockError, LockGuard};
use model::Model;

mod model;

/// Something that a [`MemoryDisk`] is about to do or has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiskEffect {
    /// The file or folder.
    pub path: PathBuf,
    /// What happens to it.
    pub kind: EffectKind,
}

/// The single effects that calls of [`Disk`] consist of. A crash may come between any two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EffectKind {
    /// Bytes are written at the end.
    Append,
    /// Bytes are written over others.
    Overwrite,
    /// The end is cut off.
    Truncate,
    /// What was written becomes durable.
    Sync,
    /// The first step of a replacement: its content is written beside the file.
    WriteTemporary,
    /// The second step: that content becomes durable.
    SyncTemporary,
    /// The third step: it takes the file's name.
    Rename,
    /// The file's name goes away.
    Remove,
    /// The last step of a replacement or a removal: the changed name becomes durable.
    SyncFolder,
    /// A folder is created. It is durable at once.
    CreateFolder,
    /// A lock is taken.
    Lock,
}

/// What a [`Gate`] decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Pass,
    /// The process ends here: this call and all later ones on the disk fail with "stopped".
    Stop,
}

/// Watches the effects of a [`MemoryDisk`] and may stop it at any of them.
pub trait Gate: Send + Sync {
    /// Called before an effect; on [`Verdict::Stop`] it does not happen.
    fn before(&self, effect: &DiskEffect) -> Verdict;

    /// Called after an effect; on [`Verdict::Stop`] it has happened, but the caller does not learn of it.
    fn after(&self, effect: &DiskEffect) -> Verdict;
}

/// What reaches the disk in a power cut although it was not synced. By default nothing does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kept {
    /// How many appended bytes of each file.
    pub appended: usize,
    /// Whether overwritten and cut off bytes do.
    pub overwritten: bool,
    /// Whether changed names do.
    pub renamed: bool,
}

impl Kept {
    /// Everything does.
    pub const ALL: Self = Self { appended: usize::MAX, overwritten: true, renamed: true };
}

/// Files in memory. Clones are the same disk.
#[derive(Clone, Default)]
pub struct MemoryDisk {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    model: Model,
    gate: Option<Arc<dyn Gate>>,
    stopped: bool,
}

impl MemoryDisk {
    /// An empty disk without limits.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets `gate` watch every effect from now on.
    #[must_use]
    pub fn with_gate(self, gate: Arc<dyn Gate>) -> Self {
        self.inner().gate = Some(gate);
        self
    }

    /// From now on all files together hold at most `bytes`. What goes beyond is an error of kind
    /// [`StorageFull`](io::ErrorKind::StorageFull), after as much as fits was written.
    pub fn set_capacity(&self, bytes: Option<u64>) {
        self.inner().model.capacity = bytes;
    }

    /// Lets the `nth` sync from now fail (1 is the next one), of a file or a folder, and what it covers be lost.
    pub fn fail_sync(&self, nth: u64) {
        self.inner().model.failing_sync = nth;
    }

    /// The disk as a power cut leaves it now, when nothing reached it that was not synced. Locks are free.
    pub fn crash(&self) -> Self {
        self.crash_with(Kept::default())
    }

    /// The same, but of the appended bytes that await a sync the first `bytes` of each file reached the disk.
    pub fn crash_keeping(&self, bytes: usize) -> Self {
        self.crash_with(Kept { appended: bytes, ..Kept::default() })
    }

    /// The same, but some of what was not synced reached the disk, as may happen.
    pub fn crash_with(&self, kept: Kept) -> Self {
        Self::holding(self.inner().model.crashed(kept))
    }

    /// The disk as a killed process leaves it: all that was written is seen, synced or not. Locks are free.
    pub fn kill(&self) -> Self {
        Self::holding(self.inner().model.killed())
    }

    fn holding(model: Model) -> Self {
        let inner = Inner { model, ..Inner::default() };
        Self { inner: Arc::new(Mutex::new(inner)) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The model, unless the disk has stopped.
    fn look<T>(&self, look: impl FnOnce(&Model) -> T) -> io::Result<T> {
        let inner = self.inner();
        if inner.stopped { Err(stopped()) } else { Ok(look(&inner.model)) }
    }

    /// One effect with its gate. The gate is asked outside the mutex, so that it may look at the disk.
    fn effect<T>(&self, path: &Path, kind: EffectKind, act: impl FnOnce(&mut Model) -> T) -> io::Result<T> {
        let gate = self.look(|_| ()).map(|()| self.inner().gate.clone())?;
        let effect = DiskEffect { path: path.into(), kind };
        self.pass(gate.as_ref().map(|gate| gate.before(&effect)))?;
        let done = act(&mut self.inner().model);
        self.pass(gate.as_ref().map(|gate| gate.after(&effect)))?;
        Ok(done)
    }

    fn pass(&self, verdict: Option<Verdict>) -> io::Result<()> {
        if verdict == Some(Verdict::Stop) {
            self.inner().stopped = true;
            return Err(stopped());
        }
        Ok(())
    }
}

fn stopped() -> io::Error {
    io::Error::other("stopped")
}

impl Disk for MemoryDisk {
    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        self.look(|model| model.read(path))
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        self.look(|model| model.exists(path))
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.look(|model| model.list(folder))
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.effect(path, EffectKind::Append, |model| model.append(path, bytes))?
    }

    fn overwrite(&self, path: &Path, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.effect(path, EffectKind::Overwrite, |model| model.overwrite(path, offset, bytes))?
    }

    fn truncate(&self, path: &Path, length: u64) -> io::Result<()> {
        self.effect(path, EffectKind::Truncate, |model| model.truncate(path, length))??;
        self.sync(path)
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        self.effect(path, EffectKind::Sync, |model| model.sync(path))?
    }

    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let temporary = path.with_added_extension("new");
        self.effect(path, EffectKind::WriteTemporary, |model| model.create(&temporary, bytes))??;
        self.effect(path, EffectKind::SyncTemporary, |model| model.sync(&temporary))??;
        self.effect(path, EffectKind::Rename, |model| model.rename(&temporary, path))??;
        self.effect(path, EffectKind::SyncFolder, |model| model.sync_folder_of(path))?
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.effect(path, EffectKind::CreateFolder, |model| model.create_folder(path))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.effect(path, EffectKind::Remove, |model| model.remove(path))?;
        self.effect(path, EffectKind::SyncFolder, |model| model.sync_folder_of(path))?
    }

    fn lock(&self, path: &Path, holder: &str) -> Result<Box<dyn LockGuard>, LockError> {
        self.effect(path, EffectKind::Lock, |model| model.lock(path, holder))??;
        Ok(Box::new(MemoryLock { disk: self.clone(), path: path.into() }))
    }
}

impl Debug for MemoryDisk {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.inner();
        formatter.debug_struct("MemoryDisk").field("stopped", &inner.stopped).finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct MemoryLock {
    disk: MemoryDisk,
    path: PathBuf,
}

impl LockGuard for MemoryLock {}

impl Drop for MemoryLock {
    fn drop(&mut self) {
        self.disk.inner().model.unlock(&self.path);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests;
