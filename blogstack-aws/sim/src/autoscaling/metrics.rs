//! The metrics that a group sends.
//!
//! Source: *`EnableMetricsCollection`* and *`DisableMetricsCollection`* (of all, when none is named), *`DescribeMetricCollectionTypes`*.

use serde_json::{Value, json};

use super::{check_word, done, invalid, named, stirred};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::reply::Answer;

const METRICS: [&str; 22] = [
    "GroupAndWarmPoolDesiredCapacity",
    "GroupAndWarmPoolTotalCapacity",
    "GroupDesiredCapacity",
    "GroupInServiceCapacity",
    "GroupInServiceInstances",
    "GroupMaxSize",
    "GroupMinSize",
    "GroupPendingCapacity",
    "GroupPendingInstances",
    "GroupStandbyCapacity",
    "GroupStandbyInstances",
    "GroupTerminatingCapacity",
    "GroupTerminatingInstances",
    "GroupTerminatingRetainedCapacity",
    "GroupTotalCapacity",
    "GroupTotalInstances",
    "WarmPoolDesiredCapacity",
    "WarmPoolMinSize",
    "WarmPoolPendingCapacity",
    "WarmPoolTerminatingCapacity",
    "WarmPoolTotalCapacity",
    "WarmPoolWarmedCapacity",
];

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "EnableMetricsCollection" => |context, _| enable(context),
        "DisableMetricsCollection" => |context, _| disable(context),
        "DescribeMetricCollectionTypes" => |_, _| {
            let all: Vec<Value> = METRICS.iter().map(|name| json!({ "Metric": name })).collect();
            Ok(Answer::Json(json!({ "Metrics": all, "Granularities": [{ "Granularity": "1Minute" }] })))
        },
        _ => return None,
    })
}

fn enable(context: &mut Context<'_>) -> Result<Answer, Failure> {
    if context.params.text("Granularity") != Some("1Minute") {
        return Err(invalid("Granularity must be 1Minute"));
    }
    let (group, mut names) = (named(context)?, context.params.list("Metrics.member"));
    for name in &names {
        check_word(name, &METRICS, "metrics")?;
    }
    if names.is_empty() {
        names = METRICS.map(str::to_owned).into();
    }
    stirred(context, &group.name)?.metrics.extend(names);
    Ok(done())
}

fn disable(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (group, names) = (named(context)?, context.params.list("Metrics.member"));
    stirred(context, &group.name)?.metrics.retain(|own| !names.is_empty() && !names.contains(own));
    Ok(done())
}
