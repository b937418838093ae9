//! What time it is. Waiting goes through tokio's clock, which tests can pause.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The calendar time, of which only recovery makes use: how long ago was this attempt?
pub trait Clock: Send + Sync {
    /// Seconds since 1970, UTC.
    fn now(&self) -> u64;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs()
    }
}

/// A clock that stands where a test puts it.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub u64);

impl Clock for FixedClock {
    fn now(&self) -> u64 {
        self.0
    }
}
