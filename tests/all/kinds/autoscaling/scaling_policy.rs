use std::collections::BTreeMap;

use blogstack_aws::autoscaling::{
    AdjustmentType, AutoScalingGroup, CustomizedMetric, MetricAggregationType, MetricStatistic, PolicyType, PredefinedMetric,
    PredefinedMetricType, ScalingPolicy, ScalingPolicyArgs, StepAdjustment, TargetTracking,
};
use blogstack_core::{Declare, Id, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first, update},
    run,
    world::World,
};

use super::group;

fn with(s: &Scope, name: &'static str, kind: PolicyType, more: impl FnOnce(ScalingPolicyArgs) -> ScalingPolicyArgs) {
    let web = s.add("web", group(s).1);
    s.add("policy", more(ScalingPolicy::new(&web, name, kind)));
}

fn tracking(s: &Scope, target: f64) {
    let metric = PredefinedMetric::new(PredefinedMetricType::AsgAverageCpuUtilization);
    let tracking = TargetTracking::new(target).predefined_metric(metric);
    with(s, "own", PolicyType::TargetTrackingScaling, |policy| policy.target_tracking_configuration(tracking));
}

fn requests(s: &Scope) {
    let metric = PredefinedMetric::new(PredefinedMetricType::AlbRequestCountPerTarget).resource_label("app/web/1/targetgroup/web/2");
    let tracking = TargetTracking::new(1000.5).predefined_metric(metric).disable_scale_in(true);
    with(s, "own", PolicyType::TargetTrackingScaling, |policy| {
        policy.target_tracking_configuration(tracking).estimated_instance_warmup(60_u32).enabled(false)
    });
}

fn own_metric(s: &Scope) {
    let dimensions: BTreeMap<String, String> = [("tier".to_owned(), "web".to_owned())].into();
    let metric = CustomizedMetric::new(MetricStatistic::Average).metric_name("queue").namespace("blog").dimensions(dimensions);
    let tracking = TargetTracking::new(10.0).customized_metric(metric.unit("Count").period(60_u32));
    with(s, "own", PolicyType::TargetTrackingScaling, |policy| policy.target_tracking_configuration(tracking));
}

fn steps(s: &Scope, beyond: f64) {
    let steps = [
        StepAdjustment::new(1).metric_interval_lower_bound(0.0).metric_interval_upper_bound(beyond),
        StepAdjustment::new(2).metric_interval_lower_bound(beyond),
    ];
    with(s, "own", PolicyType::StepScaling, |policy| {
        let policy = policy.adjustment_type(AdjustmentType::PercentChangeInCapacity).min_adjustment_magnitude(2_u32);
        policy.step_adjustments(steps).metric_aggregation_type(MetricAggregationType::Maximum).estimated_instance_warmup(30_u32)
    });
}

fn simple(s: &Scope, name: &'static str, by: i64) {
    with(s, name, PolicyType::SimpleScaling, |policy| {
        policy.adjustment_type(AdjustmentType::ChangeInCapacity).scaling_adjustment(by).cooldown(60_u32)
    });
}

pub(super) const KIND: Kind = Kind {
    subject: "policy",
    minimal: |s| tracking(s, 50.0),
    changes: &[
        update("another target", |s| tracking(s, 60.0)),
        update("requests", requests),
        update("a metric of its own", own_metric),
        update("steps", |s| steps(s, 10.0)),
        update("other steps", |s| steps(s, 20.5)),
        update("one step", |s| simple(s, "own", 1)),
        update("down", |s| simple(s, "own", -1)),
        create_first("another name", |s| simple(s, "other", -1)),
    ],
    creates: "PutScalingPolicy",
    deletes: "DeletePolicy",
    vanish: kinds::delete,
    adopting: |s, ids| {
        let group = Id::<AutoScalingGroup>::new(&*ids["web"]);
        let metric = PredefinedMetric::new(PredefinedMetricType::AsgAverageCpuUtilization);
        let policy = ScalingPolicy::new(group, "own", PolicyType::TargetTrackingScaling);
        let policy = policy.target_tracking_configuration(TargetTracking::new(50.0).predefined_metric(metric));
        s.add("policy", policy.adopt(&ids["policy"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn reads_that_show_what_was_before_are_not_taken() {
    run(KIND.seen_late());
}

#[test]
fn what_aws_would_refuse_is_told_before_any_call() {
    run(async {
        let world = World::new();
        let problem = async |program: fn(&Scope)| world.stack(program).preview().await.unwrap_err().to_string();
        for (program, expected) in [
            (
                (|s| with(s, "own", PolicyType::StepScaling, |policy| policy)) as fn(&Scope),
                "a policy of this type needs `step_adjustments`",
            ),
            (|s| with(s, "own", PolicyType::SimpleScaling, |policy| policy), "a policy of this type needs `scaling_adjustment`"),
            (
                |s| {
                    with(s, "own", PolicyType::TargetTrackingScaling, |policy| {
                        policy.target_tracking_configuration(TargetTracking::new(f64::NAN))
                    });
                },
                "`target_value` is not a number",
            ),
            (
                |s| {
                    with(s, "own", PolicyType::TargetTrackingScaling, |policy| {
                        let metric = PredefinedMetric::new(PredefinedMetricType::AlbRequestCountPerTarget);
                        policy.target_tracking_configuration(TargetTracking::new(1.0).predefined_metric(metric))
                    });
                },
                "need a `resource_label`",
            ),
        ] {
            let error = problem(program).await;
            assert!(error.contains(expected), "{error}");
        }
    });
}
