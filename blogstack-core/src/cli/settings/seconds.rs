//! A span of time in settings.

use std::{fmt, time::Duration};

use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};

/// The longest: a day.
const MOST: i64 = 24 * 60 * 60;

/// A whole number of seconds, at most a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) struct Seconds(pub(in crate::cli) Duration);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_i64(Number)
    }
}

struct Number;

impl Visitor<'_> for Number {
    type Value = Seconds;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number of seconds from 0 to {MOST}")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Seconds, E> {
        let seconds = u64::try_from(number).ok().filter(|_| number <= MOST);
        let seconds = seconds.ok_or_else(|| E::invalid_value(serde::de::Unexpected::Signed(number), &self))?;
        Ok(Seconds(Duration::from_secs(seconds)))
    }
}
