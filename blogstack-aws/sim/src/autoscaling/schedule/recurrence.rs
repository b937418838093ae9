//! When something recurs: five fields, as `cron` has them.
//!
//! Source: *Recurring schedules* in the Amazon EC2 Auto Scaling user guide: minute, hour, day of the month, month, day of the week;
//! of two days, either will do.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// When something recurs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Recurrence {
    minutes: BTreeSet<i8>,
    hours: BTreeSet<i8>,
    days: BTreeSet<i8>,
    months: BTreeSet<i8>,
    weekdays: BTreeSet<i8>,
    /// Whether any day of the month, and any day of the week, will do.
    any_day: bool,
    any_weekday: bool,
}

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// For how many days a time that fits is looked for: a leap day may be eight years away.
const HORIZON: i32 = 366 * 8;

impl Recurrence {
    pub(super) fn read(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, days, months, weekdays] = fields.as_slice() else { return None };
        // Sunday is 0 and 7.
        let weekday = field(weekdays, 0, 7, &WEEKDAYS, 0)?.into_iter().map(|day| day % 7).collect();
        Some(Self {
            minutes: field(minutes, 0, 59, &[], 0)?,
            hours: field(hours, 0, 23, &[], 0)?,
            days: field(days, 1, 31, &[], 0)?,
            months: field(months, 1, 12, &MONTHS, 1)?,
            weekdays: weekday,
            any_day: *days == "*",
            any_weekday: *weekdays == "*",
        })
    }

    /// The first time after another one, in a zone.
    pub(super) fn after(&self, after: Timestamp, zone: &str) -> Result<Option<Timestamp>, String> {
        let zone = if matches!(zone, "UTC" | "Etc/UTC") { Ok(TimeZone::UTC) } else { TimeZone::get(zone) };
        let zone = zone.map_err(|_| "The time zone is not valid".to_owned())?;
        let first = zone.to_datetime(after).date();
        let days = (0..HORIZON).map_while(|day| first.checked_add(Span::new().days(day)).ok());
        let times = days.filter(|date| self.has(*date)).flat_map(|date| self.times(date));
        let mut moments = times.filter_map(|time| zone.to_ambiguous_timestamp(time).compatible().ok());
        Ok(moments.find(|moment| *moment > after))
    }

    fn has(&self, date: Date) -> bool {
        let day = self.days.contains(&date.day());
        let weekday = self.weekdays.contains(&date.weekday().to_sunday_zero_offset());
        let fits = if self.any_day || self.any_weekday { day && weekday } else { day || weekday };
        fits && self.months.contains(&date.month())
    }

    fn times(&self, date: Date) -> impl Iterator<Item = jiff::civil::DateTime> {
        self.hours.iter().flat_map(move |hour| self.minutes.iter().map(move |minute| date.at(*hour, *minute, 0, 0)))
    }
}

/// A field: numbers, names, ranges and steps, with commas between them. Names count from `first`.
fn field(text: &str, least: i8, most: i8, names: &[&str], first: i8) -> Option<BTreeSet<i8>> {
    let mut found = BTreeSet::new();
    for part in text.split(',') {
        let (range, step) = part.split_once('/').map_or(Some((part, 1)), |(range, step)| Some((range, step.parse().ok()?)))?;
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (least, most),
            Some((from, to)) => (number(from, names, first)?, number(to, names, first)?),
            None => {
                let only = number(range, names, first)?;
                (only, if part.contains('/') { most } else { only })
            }
        };
        if step < 1 || from < least || to > most || from > to {
            return None;
        }
        found.extend((from..=to).step_by(usize::try_from(step).ok()?));
    }
    Some(found)
}

fn number(text: &str, names: &[&str], first: i8) -> Option<i8> {
    let name = names.iter().position(|name| name.eq_ignore_ascii_case(text));
    name.map_or_else(|| text.parse().ok(), |index| i8::try_from(index).ok()?.checked_add(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(recurrence: &str, after: &str) -> String {
        let after: Timestamp = after.parse().unwrap();
        Recurrence::read(recurrence).unwrap().after(after, "UTC").unwrap().map_or_else(|| "never".to_owned(), |next| next.to_string())
    }

    #[test]
    fn times_recur_as_the_fields_say() {
        let thursday = "2026-01-01T00:00:00Z";
        for (recurrence, expected) in [
            ("0 8 * * *", "2026-01-01T08:00:00Z"),
            ("0 0 * * *", "2026-01-02T00:00:00Z"),
            ("*/20 * * * *", "2026-01-01T00:20:00Z"),
            ("30 6 * * MON-FRI", "2026-01-01T06:30:00Z"),
            ("0 9 * * 0", "2026-01-04T09:00:00Z"),
            ("0 9 * * 7", "2026-01-04T09:00:00Z"),
            ("0 0 29 2 *", "2028-02-29T00:00:00Z"),
            ("0 0 15 * FRI", "2026-01-02T00:00:00Z"),
            ("0 0 1 FEB,mar *", "2026-02-01T00:00:00Z"),
            ("0 0 31 2 *", "never"),
        ] {
            assert_eq!(next(recurrence, thursday), expected, "{recurrence}");
        }
    }

    #[test]
    fn what_is_no_recurrence_is_refused() {
        for text in ["", "* * * *", "60 * * * *", "* 24 * * *", "5-1 * * * *", "*/0 * * * *", "x * * * *", "* * 0 * *"] {
            assert_eq!(Recurrence::read(text), None, "{text}");
        }
    }
}
