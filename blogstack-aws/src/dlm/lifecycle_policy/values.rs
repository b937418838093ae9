//! What the fields of a policy hold.

use blogstack_core::{Block, Tags, Value};

/// Of what snapshots are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ResourceType {
    /// Of volumes.
    Volume,
    /// Of all volumes of an instance at once.
    Instance,
}

/// Whether a policy does anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PolicyState {
    /// It does.
    Enabled,
    /// It does nothing.
    Disabled,
}

/// A tag by which a policy knows what is its concern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Value)]
pub struct TargetTag {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
}

impl TargetTag {
    /// With this key and value.
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: key.into(), value: value.into() }
    }
}

/// When snapshots are made, how long they are kept, and what they are called.
///
/// ```
/// use blogstack_aws::dlm::{CreateRule, RetainRule, RetentionUnit, Schedule};
///
/// let nightly = Schedule::new("nightly", CreateRule::every(24, "03:00"), RetainRule::Count(14)).copy_tags(true);
/// let on_sundays = CreateRule::Cron("cron(0 4 ? * SUN *)".to_owned());
/// let weekly = Schedule::new("weekly", on_sundays, RetainRule::Interval { interval: 3, unit: RetentionUnit::Months });
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct Schedule {
    /// Its name, unique in the policy: up to 120 letters, digits, spaces, `_` and `-`.
    pub name: String,
    /// When snapshots are made.
    pub create_rule: CreateRule,
    /// How long they are kept.
    pub retain_rule: RetainRule,
    /// Whether they get the tags of the volume.
    #[field(default = false)]
    pub copy_tags: bool,
    /// Further tags of theirs, up to 45.
    pub tags_to_add: Tags,
    /// Tags of theirs that say where they come from, as in `$(instance-id)` or `$(timestamp)`; of those of instances.
    pub variable_tags: Tags,
}

/// When snapshots are made.
#[derive(Debug, Clone, PartialEq, Eq, Value)]
pub enum CreateRule {
    /// Again and again, within an hour of the time.
    Every {
        /// How many hours lie between two: 1, 2, 3, 4, 6, 8, 12 or 24.
        interval: u32,
        /// The first of a day, in UTC: `03:00`.
        time: String,
    },
    /// When an expression says so, in UTC: `cron(0 4 ? * SUN *)`.
    Cron(String),
}

impl CreateRule {
    /// Every so many hours, from this time of the day on.
    pub fn every(interval: u32, time: impl Into<String>) -> Self {
        Self::Every { interval, time: time.into() }
    }
}

/// How long snapshots are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum RetainRule {
    /// So many of each volume, 1 to 1000; older ones go.
    Count(u32),
    /// For so long.
    Interval {
        /// How many units.
        interval: u32,
        /// The unit.
        unit: RetentionUnit,
    },
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RetentionUnit {
    /// Days.
    Days,
    /// Weeks.
    Weeks,
    /// Months.
    Months,
    /// Years.
    Years,
}
