//! What a policy must be like.
//!
//! Source: *`CreateLifecyclePolicy`*, *`PolicyDetails`*, *`Schedule`*, *`CreateRule`*, *`RetainRule`*.

use serde_json::{Value, json};

use super::invalid;
use crate::failure::Failure;

/// How many hours may lie between two snapshots.
const HOURS: [u64; 8] = [1, 2, 3, 4, 6, 8, 12, 24];

/// When a policy begins that does not say when.
const TIME: &str = "09:00";

pub(super) fn role(value: &Value) -> Result<String, Failure> {
    let arn = value.as_str().unwrap_or_default();
    let fits = arn.starts_with("arn:aws") && arn.contains(":iam::") && arn.contains(":role/");
    if fits { Ok(arn.to_owned()) } else { Err(invalid(format!("Invalid execution role ARN: {arn}"))) }
}

pub(super) fn description(value: &Value) -> Result<String, Failure> {
    let text = value.as_str().unwrap_or_default();
    let fits = (1..=500).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" _-".contains(&byte));
    if fits { Ok(text.to_owned()) } else { Err(invalid(format!("Invalid description: {text}"))) }
}

pub(super) fn state(value: &Value) -> Result<bool, Failure> {
    match value.as_str() {
        Some("ENABLED") => Ok(true),
        Some("DISABLED") => Ok(false),
        _ => Err(invalid(format!("Invalid state: {value}"))),
    }
}

/// What a policy does, with what AWS adds to it.
pub(super) fn details(value: &Value) -> Result<Value, Failure> {
    let mut details = value.clone();
    let Some(fields) = details.as_object_mut() else { return Err(invalid("PolicyDetails must be specified")) };
    fields.entry("PolicyType").or_insert_with(|| json!("EBS_SNAPSHOT_MANAGEMENT"));
    fields.entry("ResourceLocations").or_insert_with(|| json!(["CLOUD"]));
    if details["PolicyType"] != "EBS_SNAPSHOT_MANAGEMENT" {
        return Ok(details);
    }
    let kinds = details["ResourceTypes"].as_array().cloned().unwrap_or_default();
    if kinds != [json!("VOLUME")] && kinds != [json!("INSTANCE")] {
        return Err(invalid("ResourceTypes must be VOLUME or INSTANCE"));
    }
    if details["TargetTags"].as_array().is_none_or(Vec::is_empty) {
        return Err(invalid("TargetTags must be specified"));
    }
    let Some(schedules) = details["Schedules"].as_array_mut().filter(|schedules| (1..=4).contains(&schedules.len())) else {
        return Err(invalid("Between 1 and 4 schedules must be specified"));
    };
    for schedule in schedules {
        check_schedule(schedule)?;
    }
    Ok(details)
}

fn check_schedule(schedule: &mut Value) -> Result<(), Failure> {
    if schedule["Name"].as_str().is_none_or(str::is_empty) {
        return Err(invalid("A schedule must have a name"));
    }
    retain_rule(&schedule["RetainRule"])?;
    let Some(rule) = schedule.get_mut("CreateRule").and_then(Value::as_object_mut) else {
        return Err(invalid("A schedule must have a CreateRule"));
    };
    rule.entry("Location").or_insert_with(|| json!("CLOUD"));
    match (rule.get("CronExpression").and_then(Value::as_str), rule.get("Interval").and_then(Value::as_u64)) {
        (Some(cron), None) if cron.starts_with("cron(") && cron.ends_with(')') => return Ok(()),
        (None, Some(hours)) if HOURS.contains(&hours) => {}
        _ => return Err(invalid("CreateRule must have a CronExpression or an Interval of 1, 2, 3, 4, 6, 8, 12 or 24 HOURS")),
    }
    rule.entry("IntervalUnit").or_insert_with(|| json!("HOURS"));
    rule.entry("Times").or_insert_with(|| json!([TIME]));
    Ok(())
}

fn retain_rule(rule: &Value) -> Result<(), Failure> {
    let fits = match (rule["Count"].as_u64(), rule["Interval"].as_u64()) {
        (Some(count), None) => (1..=1000).contains(&count),
        (None, Some(interval)) => {
            interval > 0 && ["DAYS", "WEEKS", "MONTHS", "YEARS"].contains(&rule["IntervalUnit"].as_str().unwrap_or_default())
        }
        _ => false,
    };
    if fits { Ok(()) } else { Err(invalid("RetainRule must have a Count or an Interval with its unit")) }
}
