//! What can go wrong with a simulation itself.

use std::path::PathBuf;

use thiserror::Error;

/// What can go wrong with a simulation itself: its files, or how it was set up.
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
    /// Virtual time cannot run at this pace.
    #[error("time cannot run {scale} times as fast: the scale must be a number that is not negative")]
    TimeScale {
        /// The pace that was asked for.
        scale: f64,
    },
    /// AWS would not let something be what was to exist before the first run.
    #[error("`{what}` cannot exist: {why}")]
    Existing {
        /// Its name.
        what: String,
        /// AWS's reason.
        why: String,
    },
    /// The log of calls cannot be opened.
    #[error("opening the simulation's log `{}`", path.display())]
    Log {
        /// The log.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
    /// The simulation does not serve the network: whoever reaches it may do anything with it.
    #[error("refusing to listen on {address}: only loopback addresses are served, such as 127.0.0.1")]
    NotLoopback {
        /// The address that was asked for.
        address: std::net::SocketAddr,
    },
    /// The address cannot be listened on.
    #[error("listening on {address}")]
    Listen {
        /// The address that was asked for.
        address: std::net::SocketAddr,
        /// Why it failed.
        source: std::io::Error,
    },
    /// Nothing can be served on this machine.
    #[error("serving the simulation")]
    Serve(#[source] std::io::Error),
}
