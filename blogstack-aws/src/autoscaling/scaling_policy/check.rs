//! What can be said of a policy without a call.

use blogstack_core::provider::{FieldProblem, Planned};

use super::{PolicyType, PredefinedMetricType, ScalingPolicy, TargetTracking};
use crate::autoscaling::place;

pub(super) fn problems(planned: &Planned<'_, ScalingPolicy>) -> Vec<FieldProblem> {
    let tracking = planned.get(ScalingPolicy::target_tracking_configuration);
    let part = planned.get(ScalingPolicy::policy_type).and_then(|kind| parts(planned, kind));
    let part = part.map(|(field, message)| (field, Some(message)));
    let fields = [
        ("policy_name", planned.get(ScalingPolicy::policy_name).and_then(|name| place::name_problem(&name))),
        ("target_tracking_configuration", tracking.and_then(|tracking| tracking_problem(&tracking))),
    ];
    FieldProblem::among(fields.into_iter().chain(part))
}

/// Each type has its own parts.
fn parts(planned: &Planned<'_, ScalingPolicy>, kind: PolicyType) -> Option<(&'static str, String)> {
    use PolicyType::{SimpleScaling, StepScaling, TargetTrackingScaling};
    let is_set = [
        ("target_tracking_configuration", planned.is_set(ScalingPolicy::target_tracking_configuration), &[TargetTrackingScaling][..]),
        ("step_adjustments", planned.is_set(ScalingPolicy::step_adjustments), &[StepScaling]),
        ("scaling_adjustment", planned.is_set(ScalingPolicy::scaling_adjustment), &[SimpleScaling]),
        ("adjustment_type", planned.is_set(ScalingPolicy::adjustment_type), &[StepScaling, SimpleScaling]),
    ];
    let missing = |(field, set, kinds): &(&'static str, bool, &[PolicyType])| {
        let message = match (kinds.contains(&kind), *set) {
            (true, false) => format!("a policy of this type needs `{field}`"),
            (false, true) => format!("a policy of this type has no `{field}`"),
            _ => return None,
        };
        Some((*field, message))
    };
    let foreign = [
        ("cooldown", planned.is_set(ScalingPolicy::cooldown), &[SimpleScaling][..]),
        ("min_adjustment_magnitude", planned.is_set(ScalingPolicy::min_adjustment_magnitude), &[StepScaling, SimpleScaling]),
        ("metric_aggregation_type", planned.is_set(ScalingPolicy::metric_aggregation_type), &[StepScaling]),
        ("estimated_instance_warmup", planned.is_set(ScalingPolicy::estimated_instance_warmup), &[StepScaling, TargetTrackingScaling]),
    ];
    let foreign = foreign.iter().find(|(_, set, kinds)| *set && !kinds.contains(&kind));
    let foreign = foreign.map(|(field, ..)| (*field, format!("a policy of this type has no `{field}`")));
    is_set.iter().find_map(missing).or(foreign)
}

fn tracking_problem(tracking: &TargetTracking) -> Option<String> {
    if tracking.target_value.number().is_none() {
        return Some("`target_value` is not a number".into());
    }
    match (&tracking.predefined_metric, &tracking.customized_metric) {
        (Some(metric), None) => {
            let of_requests = metric.predefined_metric_type == PredefinedMetricType::AlbRequestCountPerTarget;
            (of_requests && metric.resource_label.is_none())
                .then(|| "the requests of a load balancer need a `resource_label` that says which".into())
        }
        (None, Some(metric)) => (metric.metric_name.is_empty() || metric.namespace.is_empty())
            .then(|| "a metric of one's own has a `metric_name` and a `namespace`".into()),
        _ => Some("it has either a `predefined_metric` or a `customized_metric`".into()),
    }
}
