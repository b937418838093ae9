//! Small pieces of text.

use std::time::Duration;

use crate::step::{Action, Work};

/// What is being done: `creating`.
pub(super) fn doing(action: Action, work: Work) -> &'static str {
    match (work, action) {
        (Work::Make, Action::Replace { .. }) => "creating the new",
        (Work::Make, _) => "creating",
        (Work::Change, Action::Create) => "finishing",
        (Work::Change, Action::Adopt) => "adopting",
        (Work::Change, _) => "updating",
        (Work::Note, _) => "recording",
        (Work::Remove, Action::Replace { .. }) => "deleting the old",
        (Work::Remove, _) => "deleting",
        (Work::Release, _) => "giving up",
    }
}

/// What was done: `created`.
pub(super) fn did(action: Action, work: Work) -> &'static str {
    match (work, action) {
        (Work::Make | Work::Change, Action::Same) => "left as it is:",
        (Work::Make, Action::Replace { .. }) => "created the new",
        (Work::Make, _) => "created",
        (Work::Change, Action::Create) => "finished",
        (Work::Change, Action::Adopt) => "adopted",
        (Work::Change, _) => "updated",
        (Work::Note, _) => "recorded",
        (Work::Remove, Action::Replace { .. }) => "deleted the old",
        (Work::Remove, _) => "deleted",
        (Work::Release, _) => "gave up",
    }
}

/// How long, for people: `850 ms`, `3.2 s`, `2 min 5 s`.
pub(super) fn duration(time: Duration) -> String {
    match time.as_millis() {
        0 => "no time".to_owned(),
        millis @ 1..1_000 => format!("{millis} ms"),
        millis @ 1_000..10_000 => format!("{}.{} s", millis / 1_000, millis % 1_000 / 100),
        millis @ 10_000..60_000 => format!("{} s", millis / 1_000),
        millis @ 60_000..3_600_000 => format!("{} min {} s", millis / 60_000, millis % 60_000 / 1_000),
        millis => format!("{} h {} min", millis / 3_600_000, millis % 3_600_000 / 60_000),
    }
}

/// What another run is told about this one. Flags are left out: they may be long, and are nobody's business.
pub(super) fn holder(command: &str, now: u64) -> String {
    let host = host().map(|host| format!(" on {host}")).unwrap_or_default();
    format!("process {}{host} (`{command}`) since {}", std::process::id(), moment(now))
}

/// A moment, given in seconds since 1970: `2026-01-01T12:00:00Z`.
pub(super) fn moment(seconds: u64) -> String {
    let timestamp = i64::try_from(seconds).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    timestamp.map_or_else(|| format!("second {seconds}"), |timestamp| timestamp.to_string())
}

fn host() -> Option<String> {
    let from_kernel = || std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let from_shell = || ["HOSTNAME", "COMPUTERNAME"].iter().find_map(|name| std::env::var(name).ok());
    let host = from_kernel().or_else(from_shell)?.trim().to_owned();
    (!host.is_empty()).then_some(host)
}

/// `a`, `b` and `c`, each in backticks.
pub(super) fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// `1 object`, `2 objects`.
pub(super) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short() {
        let shown = [12, 1_250, 42_900, 65_000, 3_720_000].map(|millis| duration(Duration::from_millis(millis)));
        assert_eq!(shown, ["12 ms", "1.2 s", "42 s", "1 min 5 s", "1 h 2 min"]);
        assert_eq!(moment(1_767_225_600), "2026-01-01T00:00:00Z");
    }

    #[test]
    fn a_holder_says_who_and_since_when() {
        let holder = holder("prod up", 1_767_225_600);
        assert!(holder.starts_with(&format!("process {}", std::process::id())), "{holder}");
        assert!(holder.ends_with("(`prod up`) since 2026-01-01T00:00:00Z"), "{holder}");
    }
}
