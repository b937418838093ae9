//! What an alarm is set to, from a request into the form in which listings tell it.
//!
//! Source: *`PutMetricAlarm`*, *`MetricAlarm`*, *`MetricDataQuery`*.

use serde_json::{Map, Number, Value};

use super::invalid;
use crate::failure::Failure;
use crate::params::Params;

const TEXTS: [&str; 10] = [
    "AlarmDescription",
    "MetricName",
    "Namespace",
    "Statistic",
    "ExtendedStatistic",
    "Unit",
    "ComparisonOperator",
    "TreatMissingData",
    "EvaluateLowSampleCountPercentile",
    "ThresholdMetricId",
];
const NUMBERS: [&str; 3] = ["Period", "EvaluationPeriods", "DatapointsToAlarm"];
const ACTIONS: [&str; 3] = ["AlarmActions", "OKActions", "InsufficientDataActions"];

/// All that a request sets.
pub(super) fn read(params: &Params) -> Result<Map<String, Value>, Failure> {
    let mut settings = Map::new();
    texts(params, &TEXTS, &mut settings);
    numbers(params, &NUMBERS, &mut settings)?;
    for name in ACTIONS {
        settings.insert(name.to_owned(), params.list(name).into());
    }
    settings.insert("ActionsEnabled".to_owned(), params.flag("ActionsEnabled")?.unwrap_or(true).into());
    settings.extend(decimal(params, "Threshold")?.map(|number| ("Threshold".to_owned(), number.into())));
    settings.insert("Dimensions".to_owned(), dimensions(params));
    let queries = params.groups("Metrics").iter().map(query).collect::<Result<Vec<_>, _>>()?;
    if !queries.is_empty() {
        settings.insert("Metrics".to_owned(), queries.into());
        settings.remove("Dimensions");
    }
    Ok(settings)
}

fn texts(params: &Params, names: &[&str], into: &mut Map<String, Value>) {
    into.extend(names.iter().filter_map(|name| Some(((*name).to_owned(), params.text(name)?.into()))));
}

fn numbers(params: &Params, names: &[&str], into: &mut Map<String, Value>) -> Result<(), Failure> {
    for name in names {
        into.extend(params.number::<u32>(name)?.map(|number| ((*name).to_owned(), number.into())));
    }
    Ok(())
}

/// A number with a fraction, also of one that has none: so it is told.
fn decimal(params: &Params, name: &str) -> Result<Option<Number>, Failure> {
    let Some(text) = params.text(name) else { return Ok(None) };
    let number = text.parse().ok().and_then(Number::from_f64);
    number.map(Some).ok_or_else(|| invalid(format!("The value '{text}' of {name} is not a number")))
}

fn dimensions(params: &Params) -> Value {
    let one = |group: &Params| {
        let mut dimension = Map::new();
        texts(group, &["Name", "Value"], &mut dimension);
        Value::Object(dimension)
    };
    params.groups("Dimensions").iter().map(one).collect()
}

fn query(group: &Params) -> Result<Value, Failure> {
    let mut query = Map::new();
    texts(group, &["Id", "Expression", "Label", "AccountId"], &mut query);
    numbers(group, &["Period"], &mut query)?;
    query.insert("ReturnData".to_owned(), group.flag("ReturnData")?.unwrap_or(true).into());
    if let Some(stat) = group.group("MetricStat") {
        query.insert("MetricStat".to_owned(), metric_stat(&stat)?);
    }
    Ok(query.into())
}

fn metric_stat(group: &Params) -> Result<Value, Failure> {
    let (mut stat, mut metric) = (Map::new(), Map::new());
    texts(group, &["Stat", "Unit"], &mut stat);
    numbers(group, &["Period"], &mut stat)?;
    if let Some(own) = group.group("Metric") {
        texts(&own, &["Namespace", "MetricName"], &mut metric);
        metric.insert("Dimensions".to_owned(), dimensions(&own));
    }
    stat.insert("Metric".to_owned(), metric.into());
    Ok(stat.into())
}
