//! Carries out a policy.
//!
//! Source: *`ExecutePolicy`*, *Step and simple scaling policies*: how a percentage is rounded, and which step is taken.

use super::{SIMPLE, STEP, of_request};
use crate::autoscaling::group::Group;
use crate::autoscaling::{capacity, done, invalid, sizes, stirred};
use crate::context::Context;
use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::reply::Answer;

/// *`AdjustmentType`*.
pub(super) const ADJUSTMENTS: [&str; 3] = ["ChangeInCapacity", "ExactCapacity", "PercentChangeInCapacity"];

pub(super) fn execute(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let policy = of_request(context)?;
    let group = context.find::<Group>(&policy.group)?.clone();
    let request = context.params.clone();
    let said = Params::new(policy.parameters.clone());
    let adjustment = match policy.kind.as_str() {
        SIMPLE => {
            if request.flag("HonorCooldown")?.unwrap_or(false) {
                capacity::cool(context, &group)?;
            }
            said.number::<i64>("ScalingAdjustment")?.unwrap_or(0)
        }
        STEP => step(&request, &said)?,
        kind => return Err(invalid(format!("Cannot execute a policy of type {kind}"))),
    };
    if !policy.enabled {
        return Err(invalid(format!("Policy {} is not enabled", policy.name)));
    }
    let desired = adjusted(&group, &said, adjustment)?;
    sizes::note(context, &group, desired, &format!("a user request executed policy {}", policy.name))?;
    let now = context.now;
    let group = stirred(context, &group.name)?;
    group.desired_capacity = desired;
    if policy.kind == SIMPLE {
        group.scaled_at = Some(now);
    }
    Ok(done())
}

/// The adjustment of the step in which a metric lies. The bounds of steps count from the threshold.
fn step(request: &Params, said: &Params) -> Result<i64, Failure> {
    let number =
        |name: &str| request.number::<f64>(name)?.ok_or_else(|| invalid(format!("{name} must be specified for policies of type {STEP}")));
    let beyond = number("MetricValue")? - number("BreachThreshold")?;
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
