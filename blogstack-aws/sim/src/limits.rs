//! How many calls a service takes in a second: token buckets, as AWS keeps them.

use std::collections::BTreeMap;

use crate::moment::Moment;
use crate::protocol::request::Request;

/// How many calls a service takes: one bucket for what only reads and one for what changes, per account, region and service.
/// A call that finds its bucket empty is answered with `RequestLimitExceeded`.
///
/// <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Limits {
    reads: Option<Bucket>,
    changes: Option<Bucket>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bucket {
    size: u64,
    per_second: u64,
}

impl Limits {
    /// Any number of calls.
    pub fn none() -> Self {
        Self::default()
    }

    /// What EC2 grants most of its operations: 100 reads at once and 20 more each second, 50 changes and 5 more.
    pub fn ec2() -> Self {
        Self::none().reads(100, 20).changes(50, 5)
    }

    /// So many calls that only read at once, and so many more each second.
    #[must_use]
    pub fn reads(self, at_once: u32, per_second: u32) -> Self {
        Self { reads: Some(Bucket::new(at_once, per_second)), ..self }
    }

    /// So many calls that change something at once, and so many more each second.
    #[must_use]
    pub fn changes(self, at_once: u32, per_second: u32) -> Self {
        Self { changes: Some(Bucket::new(at_once, per_second)), ..self }
    }

    fn of(self, request: &Request) -> Option<Bucket> {
        if request.is_mutating() { self.changes } else { self.reads }
    }
}

impl Bucket {
    fn new(size: u32, per_second: u32) -> Self {
        Self { size: size.into(), per_second: per_second.into() }
    }
}

/// A token is what one call takes; tokens come in by the millisecond, so a thousandth of one is the smallest part.
const TOKEN: u64 = 1000;

/// The buckets as they stand.
#[derive(Debug, Default)]
pub(crate) struct Meters(BTreeMap<(String, String, bool), Meter>);

#[derive(Debug)]
struct Meter {
    left: u64,
    at: Moment,
}

impl Meters {
    /// Takes a token for a call; `false` when there is none.
    pub(crate) fn admits(&mut self, limits: Limits, request: &Request, now: Moment) -> bool {
        let Some(bucket) = limits.of(request) else { return true };
        let full = bucket.size.saturating_mul(TOKEN);
        let key = (request.place.key(), request.service_name.clone(), request.is_mutating());
        let meter = self.0.entry(key).or_insert(Meter { left: full, at: now });
        let come_in = now.saturating_sub(meter.at).saturating_mul(bucket.per_second);
        meter.left = meter.left.saturating_add(come_in).min(full);
        meter.at = now;
        let taken = meter.left.checked_sub(TOKEN);
        meter.left = taken.unwrap_or(meter.left);
        taken.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let (limits, mut meters) = (Limits::none().changes(2, 1), Meters::default());
        let mut admits = |operation, now| meters.admits(limits, &Request::sample(operation), now);
        assert_eq!([0, 0, 0].map(|now| admits("CreateVpc", now)), [true, true, false]);
        assert_eq!([999, 1000, 1001].map(|now| admits("CreateVpc", now)), [false, true, false]);
        assert!(admits("DescribeVpcs", 0), "reads have their own");
        assert_eq!([60_000, 60_000, 60_000].map(|now| admits("DeleteVpc", now)), [true, true, false]);
    }

    #[test]
    fn regions_are_counted_apart() {
        let (limits, mut meters) = (Limits::none().changes(1, 1), Meters::default());
        let mut elsewhere = Request::sample("CreateVpc");
        elsewhere.place.region = "us-east-1".to_owned();
        assert!(meters.admits(limits, &Request::sample("CreateVpc"), 0) && meters.admits(limits, &elsewhere, 0));
        assert!(!meters.admits(limits, &elsewhere, 0));
    }
}
