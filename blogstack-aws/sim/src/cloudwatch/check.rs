//! What an alarm must be like.
//!
//! Source: *`PutMetricAlarm`*; the messages as clients report them.

use serde_json::{Map, Value};

use super::invalid;
use crate::failure::Failure;

/// What excludes a list of metrics.
const ALONE: [&str; 6] = ["MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period", "Unit"];

const OPERATORS: [&str; 4] = ["GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"];
const RANGES: [&str; 3] = ["LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold"];
const STATISTICS: [&str; 5] = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"];
const MISSING: [&str; 4] = ["breaching", "notBreaching", "ignore", "missing"];
const FEW: [&str; 2] = ["evaluate", "ignore"];

/// The seconds of a day.
const DAY: u64 = 86_400;

type Settings = Map<String, Value>;

pub(super) fn check(name: &str, settings: &Settings) -> Result<(), Failure> {
    if name.chars().count() > 255 {
        return Err(invalid("Member must have length less than or equal to 255"));
    }
    words(settings)?;
    threshold(settings)?;
    match queries(settings) {
        Some(queries) => of_queries(settings, queries)?,
        None => of_one_metric(settings)?,
    }
    periods(settings)?;
    for list in ["AlarmActions", "OKActions", "InsufficientDataActions"] {
        let count = settings.get(list).and_then(Value::as_array).map_or(0, Vec::len);
        if count > 5 {
            return Err(invalid(format!("'{list}' has {count} elements: Member must have length less than or equal to 5")));
        }
    }
    Ok(())
}

fn text<'a>(settings: &'a Settings, name: &str) -> Option<&'a str> {
    settings.get(name).and_then(Value::as_str)
}

fn number(settings: &Settings, name: &str) -> Option<u64> {
    settings.get(name).and_then(Value::as_u64)
}

fn queries(settings: &Settings) -> Option<&Vec<Value>> {
    settings.get("Metrics").and_then(Value::as_array)
}

fn words(settings: &Settings) -> Result<(), Failure> {
    let operators: Vec<&str> = OPERATORS.into_iter().chain(RANGES).collect();
    if text(settings, "ComparisonOperator").is_none() {
        return Err(invalid("ComparisonOperator must not be null"));
    }
    let known = [
        ("ComparisonOperator", operators.as_slice()),
        ("Statistic", &STATISTICS),
        ("TreatMissingData", &MISSING),
        ("EvaluateLowSampleCountPercentile", &FEW),
    ];
    for (name, words) in known {
        if let Some(word) = text(settings, name).filter(|word| !words.contains(word)) {
            return Err(invalid(format!(
                "Option {word} is not supported. Supported options for parameter {name} are {}.",
                words.join(", ")
            )));
        }
    }
    Ok(())
}

fn threshold(settings: &Settings) -> Result<(), Failure> {
    let ranges = text(settings, "ComparisonOperator").is_some_and(|operator| RANGES.contains(&operator));
    let message = match (settings.contains_key("Threshold"), settings.contains_key("ThresholdMetricId")) {
        (true, true) => "Threshold and ThresholdMetricId cannot both be set",
        (_, false) if ranges => "ComparisonOperators for ranges require ThresholdMetricId to be set",
        (_, true) if !ranges => "ThresholdMetricId requires a ComparisonOperator for ranges",
        (false, false) => "Threshold must not be null",
        _ => return Ok(()),
    };
    Err(invalid(message))
}

fn of_one_metric(settings: &Settings) -> Result<(), Failure> {
    for name in ["MetricName", "Namespace", "Period"] {
        if !settings.contains_key(name) {
            return Err(invalid(format!("{name} must not be null")));
        }
    }
    let message = match (settings.contains_key("Statistic"), settings.contains_key("ExtendedStatistic")) {
        (true, false) | (false, true) => return Ok(()),
        (true, true) => "Statistic and ExtendedStatistic cannot both be set",
        (false, false) => "The parameter Statistic or ExtendedStatistic must not be null",
    };
    Err(invalid(message))
}

fn of_queries(settings: &Settings, queries: &[Value]) -> Result<(), Failure> {
    if let Some(name) = ALONE.iter().find(|name| settings.contains_key(**name)) {
        return Err(invalid(format!("{name} should not be set if list of Metrics is set.")));
    }
    let returned = queries.iter().filter(|query| query["ReturnData"] == true).count();
    if returned != 1 && !settings.contains_key("ThresholdMetricId") {
        return Err(invalid("Exactly one element of the metrics list should return data."));
    }
    let band = text(settings, "ThresholdMetricId");
    if band.is_some_and(|band| !queries.iter().any(|query| query["Id"] == band)) {
        return Err(invalid("Metrics list must contain exactly one metric matching the ThresholdMetricId parameter"));
    }
    if let Some(query) = queries.iter().find(|query| query.get("MetricStat").is_some() == query.get("Expression").is_some()) {
        return Err(invalid(format!("Metric {} must have exactly one of Expression and MetricStat", query["Id"])));
    }
    Ok(())
}

fn periods(settings: &Settings) -> Result<(), Failure> {
    let Some(evaluated) = number(settings, "EvaluationPeriods").filter(|periods| *periods > 0) else {
        return Err(invalid("EvaluationPeriods must be greater than or equal to 1"));
    };
    if number(settings, "DatapointsToAlarm").is_some_and(|datapoints| !(1..=evaluated).contains(&datapoints)) {
        return Err(invalid("DatapointsToAlarm must be less than or equal to EvaluationPeriods"));
    }
    let Some(period) = number(settings, "Period") else { return Ok(()) };
    if ![10, 20, 30].contains(&period) && (period == 0 || period % 60 != 0) {
        return Err(invalid("Period must be 10, 20, 30 or a multiple of 60"));
    }
    let most = if period >= 3600 { 7 * DAY } else { DAY };
    if evaluated.saturating_mul(period) > most {
        return Err(invalid(format!("Metrics cannot be checked across more than {most} seconds (EvaluationPeriods * Period)")));
    }
    Ok(())
}
