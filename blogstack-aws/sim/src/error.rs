//! What can go wrong with a simulation itself.

use std::path::PathBuf;

use thiserror::Error;

/// What can go wrong with a simulation itself: only its file.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SimError {
    /// The file cannot be read or written.
    #[error("{doing} the simulation's file `{}`", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What was tried: "reading".
        doing: &'static str,
        /// Why it failed.
        source: std::io::Error,
    },
    /// Somebody else holds the file.
    #[error("waiting for the simulation's file `{}`: another program has held its lock for {waited} s", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
        /// How long the lock was waited for, in seconds.
        waited: u64,
    },
    /// The file is not what the simulation wrote.
    #[error("reading the simulation's file `{}`: line {line} is damaged: {why}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// The file was written by a newer simulation.
    #[error("reading the simulation's file `{}`: its format is version {version}, newer than this program's", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version of its format.
        version: u64,
    },
}
