//! Points of virtual time: milliseconds since the simulated world began.

use std::time::Duration;

use jiff::Timestamp;

/// Milliseconds of virtual time since the world began.
pub(crate) type Moment = u64;

/// The wall-clock second at which every simulated world begins: 2026-01-01T00:00:00Z.
const EPOCH: i64 = 1_767_225_600;

/// The moment a given time after `start`.
pub(crate) fn later(start: Moment, wait: Duration) -> Moment {
    start.saturating_add(millis(wait))
}

/// A duration in whole milliseconds; one beyond the range is the longest there is.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The point of the calendar that a moment is.
pub(crate) fn timestamp(moment: Moment) -> Timestamp {
    let moment = i64::try_from(moment).ok().and_then(|moment| EPOCH.checked_mul(1000)?.checked_add(moment));
    moment.and_then(|moment| Timestamp::from_millisecond(moment).ok()).unwrap_or(Timestamp::MAX)
}

/// The moment of a point of the calendar; what was before the world began is its beginning.
pub(crate) fn at(timestamp: Timestamp) -> Moment {
    let since = timestamp.as_millisecond().saturating_sub(EPOCH.saturating_mul(1000));
    Moment::try_from(since).unwrap_or(0)
}

/// The date AWS would print for a moment: `2026-01-01T00:00:05.000Z`.
pub(crate) fn date(moment: Moment) -> String {
    format!("{:.3}", timestamp(moment))
}

/// The date as headers of HTTP write it: `Thu, 01 Jan 2026 00:00:05 GMT`.
pub(crate) fn http_date(moment: Moment) -> String {
    let timestamp = Timestamp::from_second(unix_seconds(moment)).unwrap_or(Timestamp::MAX);
    timestamp.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Seconds since 1970 for a moment, as the JSON protocols print dates.
pub(crate) fn unix_seconds(moment: Moment) -> i64 {
    EPOCH.saturating_add(i64::try_from(moment / 1000).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_count_from_the_fixed_epoch() {
        assert_eq!(date(0), "2026-01-01T00:00:00.000Z");
        assert_eq!(date(90_061_001), "2026-01-02T01:01:01.001Z");
        assert_eq!(http_date(5_000), "Thu, 01 Jan 2026 00:00:05 GMT");
    }

    #[test]
    fn dates_are_moments_and_back() {
        assert_eq!(at(timestamp(90_061_001)), 90_061_001);
        assert_eq!(at(Timestamp::UNIX_EPOCH), 0);
    }

    #[test]
    fn no_moment_is_too_late_to_print() {
        assert!(!date(Moment::MAX).is_empty());
        assert_eq!(later(Moment::MAX, Duration::from_secs(1)), Moment::MAX);
    }
}
