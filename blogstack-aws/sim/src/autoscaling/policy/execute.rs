//! Carries out a policy, because a request or an alarm wants it.
//!
//! Source: *`ExecutePolicy`*, *Step and simple scaling policies*: how a percentage is rounded, and which step is taken.

use super::{Policy, SIMPLE, STEP, of_request};
use crate::autoscaling::group::Group;
use crate::autoscaling::{capacity, done, invalid, sizes, stirred};
use crate::context::Context;
use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::reply::Answer;

/// *`AdjustmentType`*.
pub(super) const ADJUSTMENTS: [&str; 3] = ["ChangeInCapacity", "ExactCapacity", "PercentChangeInCapacity"];

/// Who wants a policy to be carried out.
struct Cause {
    /// In the words of an activity.
    text: String,
    honors_cooldown: bool,
    /// What a metric is, and its threshold.
    metric: (Option<f64>, Option<f64>),
}

pub(super) fn execute(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let policy = of_request(context)?;
    let request = &context.params;
    let cause = Cause {
        text: format!("a user request executed policy {}", policy.name),
        honors_cooldown: request.flag("HonorCooldown")?.unwrap_or(false),
        metric: (request.number("MetricValue")?, request.number("BreachThreshold")?),
    };
    carry_out(context, &policy, &cause)
}

/// An alarm has come into a state for which it names the policy of this ARN. It honours the cooldown; what it cannot do, it leaves.
pub(crate) fn alarmed(context: &mut Context<'_>, arn: &str, (alarm, state): (&str, &str), metric: Option<(f64, f64)>) {
    let Some(policy) = context.all::<Policy>().find(|policy| policy.arn == arn).cloned() else { return };
    let text = format!("monitor alarm {alarm} in state {state} triggered policy {}", policy.name);
    drop(carry_out(context, &policy, &Cause { text, honors_cooldown: true, metric: metric.unzip() }));
}

fn carry_out(context: &mut Context<'_>, policy: &Policy, cause: &Cause) -> Result<Answer, Failure> {
    let group = context.find::<Group>(&policy.group)?.clone();
    let said = Params::new(policy.parameters.clone());
    let adjustment = match policy.kind.as_str() {
        SIMPLE => {
            if cause.honors_cooldown {
                capacity::cool(context, &group)?;
            }
            said.number::<i64>("ScalingAdjustment")?.unwrap_or(0)
        }
        STEP => step(cause, &said)?,
        kind => return Err(invalid(format!("Cannot execute a policy of type {kind}"))),
    };
    if !policy.enabled {
        return Err(invalid(format!("Policy {} is not enabled", policy.name)));
    }
    let desired = adjusted(&group, &said, adjustment)?;
    sizes::note(context, &group, desired, &cause.text)?;
    let now = context.now;
    let group = stirred(context, &group.name)?;
    group.desired_capacity = desired;
    if policy.kind == SIMPLE {
        group.scaled_at = Some(now);
    }
    Ok(done())
}

/// The adjustment of the step in which a metric lies. The bounds of steps count from the threshold.
fn step(cause: &Cause, said: &Params) -> Result<i64, Failure> {
    let missing = |name: &str| invalid(format!("{name} must be specified for policies of type {STEP}"));
    let (value, threshold) = cause.metric;
    let beyond = value.ok_or_else(|| missing("MetricValue"))? - threshold.ok_or_else(|| missing("BreachThreshold"))?;
    for step in said.groups("StepAdjustments.member") {
        let lower = step.number::<f64>("MetricIntervalLowerBound")?.unwrap_or(f64::NEG_INFINITY);
        let upper = step.number::<f64>("MetricIntervalUpperBound")?.unwrap_or(f64::INFINITY);
        // At the threshold itself and above it the lower bound belongs to a step, below it the upper one does.
        let lies = if beyond >= 0.0 { lower <= beyond && beyond < upper } else { lower < beyond && beyond <= upper };
        if lies {
            return Ok(step.number::<i64>("ScalingAdjustment")?.unwrap_or(0));
        }
    }
    Err(invalid("No step adjustment found for the given metric value"))
}

/// The capacity after an adjustment, within the limits of the group.
fn adjusted(group: &Group, said: &Params, adjustment: i64) -> Result<u32, Failure> {
    let current = i64::from(group.desired_capacity);
    let wanted = match said.text("AdjustmentType") {
        Some("ExactCapacity") => adjustment,
        Some("PercentChangeInCapacity") => {
            let magnitude = said.number::<i64>("MinAdjustmentMagnitude")?.or(said.number("MinAdjustmentStep")?).unwrap_or(1);
            current.saturating_add(percent(current, adjustment, magnitude))
        }
        _ => current.saturating_add(adjustment),
    };
    let wanted = wanted.clamp(group.min_size.into(), group.max_size.into());
    Ok(u32::try_from(wanted).unwrap_or(group.max_size))
}

/// So many percent, towards zero, but never less than the magnitude.
fn percent(current: i64, adjustment: i64, magnitude: i64) -> i64 {
    let change = current.saturating_mul(adjustment) / 100;
    match adjustment.signum() {
        0 => 0,
        sign => change.abs().max(magnitude.max(1)).saturating_mul(sign),
    }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_percentage_changes_something_and_rounds_towards_zero() {
        for (current, adjustment, magnitude, expected) in
            [(10, 25, 1, 2), (2, 10, 1, 1), (10, -25, 1, -2), (2, -10, 1, -1), (10, 10, 3, 3), (10, 0, 3, 0)]
        {
            assert_eq!(percent(current, adjustment, magnitude), expected, "{adjustment} % of {current}");
        }
    }
}
