//! Virtual time: tokio's clock, and what was added to it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::moment::{Moment, later};

/// Tells the virtual time. It begins to run when it is first asked, so that a clock paused by then stands still from the start.
#[derive(Debug)]
pub(crate) struct Clock {
    state: Mutex<Reading>,
}

/// A moment, and tokio's instant that stands for it.
#[derive(Clone, Copy, Debug)]
struct Reading {
    base: Moment,
    since: Option<Instant>,
}

impl Clock {
    pub(crate) fn at(base: Moment) -> Self {
        Self { state: Mutex::new(Reading { base, since: None }) }
    }

    pub(crate) fn now(&self) -> Moment {
        self.reading(|reading| reading.base)
    }

    pub(crate) fn advance(&self, duration: Duration) {
        self.reading(|reading| reading.base = later(reading.base, duration));
    }

    pub(crate) fn set(&self, now: Moment) {
        self.reading(|reading| reading.base = now);
    }

    /// Moves the base up to now, then uses it. What is less than a millisecond is left for the next time.
    fn reading<R>(&self, then: impl FnOnce(&mut Reading) -> R) -> R {
        let mut reading = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let since = *reading.since.get_or_insert(now);
        let passed = now.saturating_duration_since(since);
        let whole = Duration::from_millis(u64::try_from(passed.as_millis()).unwrap_or(u64::MAX));
        reading.base = later(reading.base, whole);
        reading.since = Some(since.checked_add(whole).unwrap_or(now));
        then(&mut reading)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_paused_clock_moves_only_when_told() {
        let clock = Clock::at(1000);
        assert_eq!(clock.now(), 1000);
        tokio::time::sleep(Duration::from_micros(1_500)).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let now = clock.now();
        assert!((3001..=3004).contains(&now), "{now}");
        clock.advance(Duration::from_secs(1));
        assert_eq!(clock.now(), now + 1000);
    }
}
