//! Policies at work: snapshots of volumes by their tags, and how long they are kept.
//!
//! Source: *Automate snapshot lifecycles*, *Considerations for snapshot lifecycle policies*: volumes that have one of the tags; what was
//! made for a schedule is counted for each volume; what an image uses stays.

use std::time::Duration;

use serde_json::Value;

use super::pairs;
use super::policy::Policy;
use crate::context::Context;
use crate::ec2::image;
use crate::ec2::snapshot::{self, Snapshot};
use crate::ec2::volume::Volume;
use crate::moment::{Moment, millis};
use crate::state::object::{Object as _, Tags};

/// The tag that names the policy that made a snapshot.
const POLICY_TAG: &str = "aws:dlm:lifecycle-policy-id";
/// The tag that names the schedule.
const SCHEDULE_TAG: &str = "aws:dlm:lifecycle-schedule-name";

/// The next time at which an enabled policy has something to do, after a moment.
pub(super) fn next(policy: &Policy, after: Moment) -> Option<Moment> {
    let schedules = policy.details["Schedules"].as_array().filter(|_| policy.enabled)?;
    schedules.iter().filter_map(|schedule| next_of(schedule, after)).min()
}

/// The world began at midnight, so the time of a day is what is left of it.
fn next_of(schedule: &Value, after: Moment) -> Option<Moment> {
    let hours = schedule["CreateRule"]["Interval"].as_u64()?;
    let (interval, time) = (millis(Duration::from_hours(hours)), time_of_day(schedule["CreateRule"]["Times"][0].as_str()?)?);
    let passed = after.checked_sub(time).map_or(0, |since| since / interval + 1);
    time.checked_add(passed.checked_mul(interval)?)
}

fn time_of_day(text: &str) -> Option<Moment> {
    let (hours, minutes) = text.split_once(':')?;
    Some(millis(Duration::from_mins(hours.parse::<u64>().ok()?.checked_mul(60)?.checked_add(minutes.parse().ok()?)?)))
}

/// Does what is due and notes when there is something to do again.
pub(super) fn run(context: &mut Context<'_>, id: &str) {
    let now = context.now;
    let Some(policy) = context.region.lifecycle_policies.get(id).filter(|policy| policy.next_at.is_some_and(|at| at <= now)).cloned()
    else {
        return;
    };
    let is_due = |schedule: &&Value| now > 0 && next_of(schedule, now - 1) == Some(now);
    for schedule in policy.details["Schedules"].as_array().into_iter().flatten().filter(is_due) {
        for volume in targets(context, &policy) {
            take(context, &policy, schedule, &volume);
            retire(context, &policy, schedule, &volume.id);
        }
    }
    let next_at = next(&policy, now);
    if let Some(policy) = context.region.lifecycle_policies.change(id) {
        policy.next_at = next_at;
    }
}

fn targets(context: &Context<'_>, policy: &Policy) -> Vec<Volume> {
    if policy.details["ResourceTypes"][0] != "VOLUME" {
        return Vec::new();
    }
    let wanted = pairs(&policy.details["TargetTags"]);
    let is_meant = |volume: &&Volume| {
        volume.tags().is_some_and(|tags| wanted.iter().any(|(key, value)| tags.get(key) == Some(value))) && volume.status() != "creating"
    };
    context.all::<Volume>().filter(is_meant).cloned().collect()
}

fn take(context: &mut Context<'_>, policy: &Policy, schedule: &Value, volume: &Volume) {
    let mut tags: Tags = pairs(&schedule["TagsToAdd"]).into_iter().collect();
    if schedule["CopyTags"] == true {
        let own = volume.tags().into_iter().flatten().filter(|(key, _)| !key.starts_with("aws:"));
        tags.extend(own.map(|(key, value)| (key.clone(), value.clone())));
    }
    tags.insert("dlm:managed".to_owned(), "true".to_owned());
    tags.insert(POLICY_TAG.to_owned(), policy.id.clone());
    tags.insert(SCHEDULE_TAG.to_owned(), schedule["Name"].as_str().unwrap_or_default().to_owned());
    let description = format!("Created for policy: {} schedule: {}", policy.id, schedule["Name"].as_str().unwrap_or_default());
    let made = snapshot::of_volume(context, &volume.id, &volume.performance, volume.kms_key.clone(), description, tags);
    context.add(made);
}

/// Deletes what a schedule made and no longer keeps.
fn retire(context: &mut Context<'_>, policy: &Policy, schedule: &Value, volume: &str) {
    let is_own = |snapshot: &&Snapshot| {
        let has = |key: &str, value: &Value| snapshot.tags().and_then(|tags| tags.get(key)).map(String::as_str) == value.as_str();
        has(POLICY_TAG, &Value::from(policy.id.clone())) && has(SCHEDULE_TAG, &schedule["Name"])
    };
    let mut own: Vec<(Moment, String)> =
        context.of::<Snapshot>(volume).filter(is_own).map(|snapshot| (snapshot.started_at(), snapshot.id.clone())).collect();
    own.sort();
    let kept = schedule["RetainRule"]["Count"].as_u64().and_then(|count| usize::try_from(count).ok());
    let old = match (kept, period(&schedule["RetainRule"])) {
        (Some(count), _) => own.len().saturating_sub(count),
        (None, Some(period)) => own.iter().filter(|(started, _)| context.now.saturating_sub(*started) > period).count(),
        (None, None) => 0,
    };
    for (_, id) in own.into_iter().take(old) {
        if image::using(context, &id).is_none() {
            context.remove::<Snapshot>(&id);
        }
    }
}

/// For how long snapshots are kept.
fn period(rule: &Value) -> Option<Moment> {
    let days = match rule["IntervalUnit"].as_str()? {
        "DAYS" => 1,
        "WEEKS" => 7,
        "MONTHS" => 30,
        _ => 365,
    };
    Some(millis(Duration::from_hours(rule["Interval"].as_u64()?.saturating_mul(days).saturating_mul(24))))
}
