//! Exit codes: part of the contract with scripts.

use std::process::ExitCode;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// Everything was done.
    Done = 0,
    /// An operation failed; what was done is recorded.
    Failed = 1,
    /// Bad usage, bad settings or an invalid program.
    Usage = 2,
    /// There are changes, under `--expect-no-changes` or `refresh --check`.
    Changes = 3,
    /// Refused: lock, protection, stale plan, damaged state, no consent.
    Refused = 4,
    /// Interrupted.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
