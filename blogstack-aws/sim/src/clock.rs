//! Virtual time: tokio's clock at some pace, and what was added to it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::moment::{Moment, later, millis};

/// Tells the virtual time. It begins to run when it is first asked, so that a clock paused by then stands still from the start.
#[derive(Debug)]
pub(crate) struct Clock {
    /// How many times as fast as tokio's clock it runs; `None`: as fast, exactly.
    scale: Option<f64>,
    state: Mutex<Reading>,
}

/// A moment, and tokio's instant that stands for it.
#[derive(Clone, Copy, Debug)]
struct Reading {
    base: Moment,
    /// What has passed since the base without making up a millisecond yet.
    rest: Duration,
    since: Option<Instant>,
}

impl Clock {
    pub(crate) fn at(base: Moment, scale: Option<f64>) -> Self {
        Self { scale, state: Mutex::new(Reading { base, rest: Duration::ZERO, since: None }) }
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
        let since = reading.since.replace(now).unwrap_or(now);
        let passed = self.scaled(now.saturating_duration_since(since)).saturating_add(reading.rest);
        let whole = Duration::from_millis(millis(passed));
        reading.base = later(reading.base, whole);
        reading.rest = passed.saturating_sub(whole);
        then(&mut reading)
    }

    fn scaled(&self, passed: Duration) -> Duration {
        self.scale.map_or(passed, |scale| Duration::try_from_secs_f64(passed.as_secs_f64() * scale).unwrap_or(Duration::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_paused_clock_moves_only_when_told() {
        let clock = Clock::at(1000, None);
        assert_eq!(clock.now(), 1000);
        tokio::time::sleep(Duration::from_micros(1_500)).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let now = clock.now();
        assert!((3001..=3004).contains(&now), "{now}");
        clock.advance(Duration::from_secs(1));
        assert_eq!(clock.now(), now + 1000);
    }

    #[tokio::test(start_paused = true)]
    async fn a_scaled_clock_keeps_its_pace_however_often_it_is_asked() {
        let (fast, slow, still) = (Clock::at(0, Some(100.0)), Clock::at(0, Some(0.25)), Clock::at(0, Some(0.0)));
        for _ in 0..1000 {
            let _ = (fast.now(), slow.now(), still.now());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_eq!((fast.now(), slow.now(), still.now()), (100_000, 250, 0));
        // What is added is virtual time already.
        fast.advance(Duration::from_secs(1));
        assert_eq!(fast.now(), 101_000);
    }

    #[tokio::test(start_paused = true)]
    async fn no_pace_is_too_fast() {
        let clock = Clock::at(0, Some(f64::MAX));
        let _ = clock.now();
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(clock.now(), Moment::MAX);
    }
}
