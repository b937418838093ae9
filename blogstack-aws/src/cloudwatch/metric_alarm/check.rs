//! What is wrong with an alarm, before any call.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html>

use blogstack_core::{
    Field, Set,
    provider::{FieldProblem, Planned},
};

use super::{LONGEST, MetricAlarm};
use crate::values::Arn;

/// What the names of extended statistics begin with: `p99`, `tm95`, `TM(2%:98%)`, `PR(:300)`.
const EXTENDED: [&str; 6] = ["p", "tm", "wm", "tc", "ts", "iqm"];

/// The most actions of a kind.
const ACTIONS: usize = 5;
/// The most dimensions.
const DIMENSIONS: usize = 30;
/// The seconds of a day.
const DAY: u64 = 86_400;

pub(super) fn check(planned: &Planned<'_, MetricAlarm>) -> Vec<FieldProblem> {
    FieldProblem::among([
        ("alarm_name", name(planned)),
        ("metric_name", watched(planned)),
        ("statistic", statistic(planned)),
        ("extended_statistic", extended(planned)),
        ("threshold", threshold(planned)),
        ("comparison_operator", band(planned)),
        ("period", planned.get(MetricAlarm::period).and_then(period)),
        ("evaluation_periods", span(planned)),
        ("datapoints_to_alarm", datapoints(planned)),
        ("dimensions", planned.get(MetricAlarm::dimensions).and_then(|all| too_many(all.iter().count(), DIMENSIONS, "dimensions"))),
        ("alarm_actions", actions(planned, MetricAlarm::alarm_actions)),
        ("ok_actions", actions(planned, MetricAlarm::ok_actions)),
        ("insufficient_data_actions", actions(planned, MetricAlarm::insufficient_data_actions)),
        ("metrics", metrics(planned)),
    ])
}

fn name(planned: &Planned<'_, MetricAlarm>) -> Option<String> {
    let name = planned.get(MetricAlarm::alarm_name)?;
    let fits = (1..=LONGEST).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    (!fits).then(|| format!("`{name}` is not 1 to {LONGEST} characters without control characters"))
}

fn watched(planned: &Planned<'_, MetricAlarm>) -> Option<String> {
    let is_set = (planned.is_set(MetricAlarm::metric_name), planned.is_set(MetricAlarm::metrics));
    let lacks =
        planned.is_set(MetricAlarm::metric_name) && !(planned.is_set(MetricAlarm::namespace) && planned.is_set(MetricAlarm::period));
    match is_set {
        (false, false) => Some("an alarm looks at a metric: set this, or `metrics`".to_owned()),
        (true, true) => Some("it looks at one metric or at `metrics`, not at both".to_owned()),
        _ => lacks.then(|| "it needs a `namespace` and a `period`".to_owned()),
    }
}

fn statistic(planned: &Planned<'_, MetricAlarm>) -> Option<String> {
    let message = match (planned.is_set(MetricAlarm::statistic), planned.is_set(MetricAlarm::extended_statistic)) {
        (true, true) => "there is one statistic: this, or `extended_statistic`",
        (false, false) if planned.is_set(MetricAlarm::metric_name) => "the metric needs a statistic: this, or `extended_statistic`",
        _ => return None,
    };
    Some(message.to_owned())
}

fn extended(planned: &Planned<'_, MetricAlarm>) -> Option<String> {
    let statistic = planned.get(MetricAlarm::extended_statistic)?;
    let known = EXTENDED.iter().any(|start| statistic.to_lowercase().starts_with(start));
    (!known).then(|| format!("`{statistic}` is no extended statistic: these look like `p99`, `tm95` or `TM(2%:98%)`"))
}

fn threshold(planned: &Planned<'_, MetricAlarm>) -> Option<String> {
    let message = match (planned.is_set(MetricAlarm::threshold), planned.is_set(MetricAlarm::threshold_metric_id)) {
        (false, false) => "there is nothing to compare with: set this, or `threshold_metric_id`",
        (true, true) => "it is compared with a number or with a band, not with both",
        _ => return None,
    };
    Some(message.to_owned())
}

fn band(planned: &Planned<'_, MetricAlarm>) -> Option<String> {
    let of_a_band = planned.get(MetricAlarm::comparison_operator)?.is_of_a_band();
    let message = match (of_a_band, planned.is_set(MetricAlarm::threshold_metric_id)) {
        (true, false) => "this compares with a band: it needs a `threshold_metric_id`",
        (false, true) => "this compares with a number, and `threshold_metric_id` names a band",
        _ => return None,
    };
    Some(message.to_owned())
}

fn period(seconds: u32) -> Option<String> {
    let fits = [10, 20, 30].contains(&seconds) || (seconds > 0 && seconds.is_multiple_of(60));
    (!fits).then(|| format!("a period has 10, 20, 30 or a multiple of 60 seconds, and not {seconds}"))
}

/// An hour and more is looked back at for a week, less for a day.
fn span(planned: &Planned<'_, MetricAlarm>) -> Option<String> {
    let periods = planned.get(MetricAlarm::evaluation_periods)?;
    if periods == 0 {
        return Some("it looks at one period at least".to_owned());
    }
    let period = planned.get(MetricAlarm::period)?;
    let most = if period >= 3600 { 7 * DAY } else { DAY };
    let seconds = u64::from(periods) * u64::from(period);
    (seconds > most).then(|| format!("{periods} periods of {period} s are {seconds} s, and it looks back {most} s at most"))
}

fn datapoints(planned: &Planned<'_, MetricAlarm>) -> Option<String> {
    let datapoints = planned.get(MetricAlarm::datapoints_to_alarm)?;
    let periods = planned.get(MetricAlarm::evaluation_periods)?;
    let fits = (1..=periods).contains(&datapoints);
    (!fits).then(|| format!("there are {periods} periods to look at, and {datapoints} of them are to be beyond the threshold"))
}

fn actions(planned: &Planned<'_, MetricAlarm>, field: Field<MetricAlarm, Set<Arn>>) -> Option<String> {
    too_many(planned.get(field)?.iter().count(), ACTIONS, "actions")
}

fn too_many(count: usize, most: usize, what: &str) -> Option<String> {
    (count > most).then(|| format!("there are {count} {what}, and {most} at most"))
}

fn metrics(planned: &Planned<'_, MetricAlarm>) -> Option<String> {
    let metrics = planned.get(MetricAlarm::metrics)?;
    if let Some(query) = metrics.iter().find(|query| query.metric_stat.is_some() == query.expression.is_some()) {
        return Some(format!("`{}` is a metric or an expression: it has a `metric_stat` or an `expression`", query.id));
    }
    let looked_at = metrics.iter().filter(|query| query.return_data).count();
    let by_number = planned.is_set(MetricAlarm::threshold);
    (by_number && looked_at != 1).then(|| format!("an alarm looks at one of them, and {looked_at} have `return_data`"))
}
