//! The one seam for files: everything that the engine keeps on disk goes through [`Disk`].
//!
//! [`RealDisk`] is the file system. [`MemoryDisk`] is a model of one that forgets what was not synced, fills up, and
//! stops at a chosen effect, so that crash safety can be tested effect by effect.
//!
//! Calls block: asynchronous code makes them from `tokio::task::spawn_blocking`. Files come into being by
//! [`Disk::replace`] alone (and by [`Disk::lock`]), so a file that exists is whole and its name survives a power cut.

use std::fmt::{self, Debug, Write as _};
use std::io;
use std::path::Path;

use aws_lc_rs::digest;

mod memory;
mod real;

pub use memory::{DiskEffect, EffectKind, Gate, Kept, MemoryDisk, Verdict};
pub use real::RealDisk;

/// Where files are kept.
///
/// After an error of [`append`](Disk::append), [`overwrite`](Disk::overwrite) or [`sync`](Disk::sync) nobody knows what
/// the file holds: read it again before writing to it.
pub trait Disk: Send + Sync + Debug {
    /// The whole file, or `None` when there is none.
    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>>;

    /// Whether there is a file or a folder at `path`.
    fn exists(&self, path: &Path) -> io::Result<bool>;

    /// The names of the files in `folder`, sorted; none when the folder is absent.
    fn list(&self, folder: &Path) -> io::Result<Vec<String>>;

    /// Writes `bytes` at the end of an existing file. They survive a power cut only after [`sync`](Disk::sync).
    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Writes `bytes` over what an existing file holds from byte `offset` on, without syncing.
    fn overwrite(&self, path: &Path, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Cuts an existing file to `length` bytes and syncs it.
    fn truncate(&self, path: &Path, length: u64) -> io::Result<()>;

    /// Makes durable what was written to an existing file so far.
    fn sync(&self, path: &Path) -> io::Result<()>;

    /// Creates the file, or puts a new one in its place: whoever looks, even after a power cut, finds the old file or
    /// the new one, whole. Durable when it returns.
    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Creates the folder and those above it, for this user alone. An existing one is left as it is.
    fn create_folder(&self, path: &Path) -> io::Result<()>;

    /// Removes the file; an absent one is success.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Takes the lock that the file at `path` stands for, and writes `holder` into it: one line that tells another
    /// process who has it (process id, host, command, since when).
    ///
    /// The lock is free again when the guard is dropped or the process ends in any way. The file stays: a lock whose
    /// file is deleted or replaced can be held twice.
    fn lock(&self, path: &Path, holder: &str) -> Result<Box<dyn LockGuard>, LockError>;
}

/// A lock that is held until this is dropped.
pub trait LockGuard: Send + Sync + Debug {}

/// Why a lock was not taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Somebody else holds it.
    #[error("held by {}", Holder(.holder))]
    Held {
        /// What the holder wrote about itself; empty when it could not be read.
        holder: String,
    },
    /// The lock's file could not be opened, locked or written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Shows who holds a lock, also when nobody knows.
pub(crate) struct Holder<'a>(pub(crate) &'a str);

impl fmt::Display for Holder<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_empty() { "an unnamed process" } else { self.0 })
    }
}

/// A file name for any text: the text itself when it is short and made of `a-z`, `0-9`, `-` and `_`, else a digest of
/// it, so that no text leads out of its folder or meets another one on a file system that ignores case.
pub(crate) fn file_name(text: &str, extension: &str) -> String {
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    if (1..=64).contains(&text.len()) && text.bytes().all(plain) {
        format!("{text}.{extension}")
    } else {
        // The dot keeps digests apart from texts that look like one.
        let digest = digest::digest(&digest::SHA256, text.as_bytes());
        format!("sha256.{}.{extension}", hex(digest.as_ref()))
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_never_leaves_its_folder() {
        assert_eq!(file_name("blog-prod_1", "key"), "blog-prod_1.key");
        for text in ["", "..", "../up", "a/b", "A", "a.b", &"x".repeat(65)] {
            let name = file_name(text, "key");
            assert!(name.starts_with("sha256.") && name.len() == 75, "{text:?} became {name}");
        }
        assert_ne!(file_name("A", "key"), file_name("a", "key"));
    }

    #[test]
    fn an_unreadable_holder_still_makes_a_sentence() {
        let held = |holder: &str| LockError::Held { holder: holder.into() }.to_string();
        assert_eq!(held("pid 7 on host"), "held by pid 7 on host");
        assert_eq!(held(""), "held by an unnamed process");
    }
}
