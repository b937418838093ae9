//! What can go wrong with a journal, and what to do about it.

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::frame::PayloadError;
use super::position::Position;
use crate::disk::Holder;

/// Why a journal was not opened. Nothing in it was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process, or another part of this one, has it open.
    #[error("locking journal `{}`: it is held by {}", .path.display(), Holder(.holder))]
    Locked {
        /// The journal.
        path: PathBuf,
        /// Who has it and since when, in the holder's own words; empty when unknown.
        holder: String,
    },
    /// What was durable is no longer what it was.
    #[error("reading journal `{}`: {what}", .path.display())]
    Damaged {
        /// The journal.
        path: PathBuf,
        /// Which frame of the file (0 is its beginning) is the first bad one, when it is a frame.
        record: Option<usize>,
        /// Where that frame begins.
        offset: u64,
        /// What is wrong, in words.
        what: String,
    },
    /// It is older than the one last seen on this machine, or another one.
    #[error("{0}")]
    RolledBack(Box<Rollback>),
    /// The file is something else.
    #[error("reading journal `{}`: it is not a blogstack journal", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A later release wrote it.
    #[error("reading journal `{}`: it has format {version}, which this program does not know", .path.display())]
    Newer {
        /// The journal.
        path: PathBuf,
        /// The version of its format.
        version: u64,
    },
    /// The note about the journal's head, kept outside of it, could not be read or written.
    #[error("{operation} the anchor of journal `{}` (lineage `{lineage}`): {cause}", .path.display())]
    Anchor {
        /// What was tried.
        operation: &'static str,
        /// The journal.
        path: PathBuf,
        /// Which anchor.
        lineage: String,
        /// Why it failed.
        cause: io::Error,
    },
    /// The file system refused.
    #[error("{operation} `{}`: {cause}", .path.display())]
    Io {
        /// What was tried.
        operation: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why it failed.
        cause: io::Error,
    },
}

/// How a journal differs from what was noted about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollback {
    /// The journal.
    pub path: PathBuf,
    /// Which journal it says to be.
    pub lineage: String,
    /// The head noted outside of it.
    pub expected: Position,
    /// The head it has now. Noting this one accepts the journal as it is.
    pub found: Position,
}

impl fmt::Display for Rollback {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, expected, found, .. } = self;
        write!(formatter, "reading journal `{}`: it was rolled back or replaced: ", path.display())?;
        write!(formatter, "it ends with {found}, and {expected} was seen in it before")
    }
}

impl OpenError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Locked { .. } => "wait until it is done; the lock is free as soon as that process ends".into(),
            Self::Damaged { path, .. } => format!(
                "nothing was changed; restore the folder `{}` as a whole from its newest copy",
                path.parent().unwrap_or(path).display()
            ),
            Self::RolledBack(_) => "restore the newer folder; if this one is meant, `state accept` takes it for the newest".into(),
            Self::Foreign { .. } => "move the file away, or name another state folder with `--state`".into(),
            Self::Newer { .. } => "build the program with the newer release of blogstack that wrote it".into(),
            Self::Anchor { cause, .. } if cause.kind() == ErrorKind::InvalidData => {
                "the journal itself is whole; if it is the newest one, `state accept` notes it anew".into()
            }
            Self::Anchor { cause, .. } | Self::Io { cause, .. } => io_hint(cause).into(),
        })
    }
}

/// Why a record is not in the journal, or nobody knows whether it is.
#[derive(Debug, Clone, thiserror::Error)]
pub enum JournalError {
    /// A write or a sync failed. Whether the records that were under way are durable shows when the journal is opened
    /// again; until then every further call fails with the same error.
    #[error("{operation} `{}`: {cause}", .path.display())]
    Failed {
        /// What was tried.
        operation: &'static str,
        /// The file.
        path: PathBuf,
        /// Why it failed.
        cause: Arc<io::Error>,
    },
    /// The payload cannot be a record. The journal goes on.
    #[error("adding a record to the journal: {0}")]
    Payload(#[from] PayloadError),
    /// The journal is whole and closed, but the note about its head, kept outside of it, is an older one.
    #[error("writing the anchor of lineage `{lineage}`: {cause}")]
    Anchor {
        /// Which anchor.
        lineage: String,
        /// Why it failed.
        cause: Arc<io::Error>,
    },
    /// The journal, or the runtime that its writer ran on, was dropped before the record was durable.
    #[error("adding a record to the journal: it was closed")]
    Closed,
}

impl JournalError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Failed { cause, .. } | Self::Anchor { cause, .. } => Some(io_hint(cause).into()),
            Self::Payload(_) | Self::Closed => None,
        }
    }
}

/// What to do about a file that cannot be read or written.
pub(crate) fn io_hint(cause: &io::Error) -> &'static str {
    match cause.kind() {
        ErrorKind::NotADirectory => "a file stands where a folder should: name another folder with `--state`",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room and run again; what was acknowledged is kept",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => "make the file and its folder writable for this user",
        _ => "see to the disk, then run again: the journal is checked when it is opened",
    }
}

/// Makes an [`OpenError::Io`] of what `operation` on `path` gave.
pub(super) fn tried<T>(operation: &'static str, path: &Path, result: io::Result<T>) -> Result<T, OpenError> {
    result.map_err(|cause| OpenError::Io { operation, path: path.into(), cause })
}
