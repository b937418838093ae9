use super::{Site, value, values};

async fn desired(site: &Site) -> String {
    value(&site.described().await, "DesiredCapacity")
}

#[tokio::test(start_paused = true)]
async fn actions_take_effect_when_they_are_due() {
    let site = Site::new().await;
    site.group(["0", "4"], &[]).await;
    let once = [("ScheduledActionName", "once"), ("StartTime", "2026-01-01T06:00:00Z"), ("DesiredCapacity", "1")];
    let daily = [("ScheduledActionName", "daily"), ("Recurrence", "0 8 * * *"), ("MinSize", "2"), ("EndTime", "2026-01-02T20:00:00Z")];
    site.ok("PutScheduledUpdateGroupAction", &once).await;
    site.ok("PutScheduledUpdateGroupAction", &daily).await;
    assert_eq!(
        values(&site.ok("DescribeScheduledActions", &[]).await, "StartTime"),
        ["2026-01-01T08:00:00.000Z", "2026-01-01T06:00:00.000Z"]
    );
    site.wait(6 * 3600 + 1);
    assert_eq!(site.states().await.len(), 1);
    assert_eq!(values(&site.ok("DescribeScheduledActions", &[]).await, "ScheduledActionName"), ["daily"]);
    site.wait(2 * 3600);
    assert_eq!((site.states().await.len(), desired(&site).await), (2, "2".to_owned()));
    assert_eq!(value(&site.ok("DescribeScheduledActions", &[]).await, "StartTime"), "2026-01-02T08:00:00.000Z");
    site.wait(24 * 3600);
    assert!(values(&site.ok("DescribeScheduledActions", &[]).await, "ScheduledActionName").is_empty(), "it ends");
    let past = [("ScheduledActionName", "past"), ("StartTime", "2026-01-01T06:00:00Z"), ("DesiredCapacity", "1")];
    site.refused("PutScheduledUpdateGroupAction", &past, "ValidationError").await;
    let nonsense = [("ScheduledActionName", "never"), ("Recurrence", "often"), ("DesiredCapacity", "1")];
    site.refused("PutScheduledUpdateGroupAction", &nonsense, "ValidationError").await;
}

#[tokio::test(start_paused = true)]
async fn policies_scale_when_they_are_carried_out() {
    let site = Site::new().await;
    site.group(["1", "10"], &[("DesiredCapacity", "4")]).await;
    let simple = [("PolicyName", "half"), ("AdjustmentType", "PercentChangeInCapacity"), ("ScalingAdjustment", "50")];
    site.ok("PutScalingPolicy", &simple).await;
    site.ok("ExecutePolicy", &[("PolicyName", "half"), ("HonorCooldown", "true")]).await;
    assert_eq!(desired(&site).await, "6");
    site.refused("ExecutePolicy", &[("PolicyName", "half"), ("HonorCooldown", "true")], "ScalingActivityInProgress").await;
    let step = [
        ("PolicyName", "step"),
        ("PolicyType", "StepScaling"),
        ("AdjustmentType", "ChangeInCapacity"),
        ("StepAdjustments.member.1.MetricIntervalLowerBound", "0"),
        ("StepAdjustments.member.1.MetricIntervalUpperBound", "10"),
        ("StepAdjustments.member.1.ScalingAdjustment", "1"),
        ("StepAdjustments.member.2.MetricIntervalLowerBound", "10"),
        ("StepAdjustments.member.2.ScalingAdjustment", "9"),
    ];
    site.ok("PutScalingPolicy", &step).await;
    let metric = |value: &'static str| [("PolicyName", "step"), ("MetricValue", value), ("BreachThreshold", "50")];
    site.ok("ExecutePolicy", &metric("55")).await;
    assert_eq!(desired(&site).await, "7");
    site.ok("ExecutePolicy", &metric("61")).await;
    assert_eq!(desired(&site).await, "10", "the group's limit");
    site.refused("ExecutePolicy", &metric("49"), "ValidationError").await;
    let described = site.ok("DescribePolicies", &[("PolicyTypes.member.1", "StepScaling")]).await;
    assert_eq!((value(&described, "MetricAggregationType"), values(&described, "ScalingAdjustment").len()), ("Average".into(), 2));
}

#[tokio::test(start_paused = true)]
async fn a_policy_that_tracks_a_target_has_alarms() {
    let site = Site::new().await;
    site.group(["0", "1"], &[]).await;
    let metric = "TargetTrackingConfiguration.PredefinedMetricSpecification.PredefinedMetricType";
    let tracking = [
        ("PolicyName", "cpu"),
        ("PolicyType", "TargetTrackingScaling"),
        ("TargetTrackingConfiguration.TargetValue", "50.0"),
        (metric, "ASGAverageCPUUtilization"),
    ];
    let made = site.ok("PutScalingPolicy", &tracking).await;
    assert_eq!(values(&made, "AlarmName").len(), 2);
    let again = site.ok("PutScalingPolicy", &[&tracking[..3], &[(metric, "ASGAverageNetworkIn")]].concat()).await;
    assert_eq!(value(&again, "PolicyARN"), value(&made, "PolicyARN"));
    let mixed = [&tracking[..], &[("ScalingAdjustment", "1")]].concat();
    site.refused("PutScalingPolicy", &mixed, "ValidationError").await;
    site.refused("ExecutePolicy", &[("PolicyName", "cpu")], "ValidationError").await;
    site.ok("DeletePolicy", &[("PolicyName", "cpu")]).await;
    assert!(values(&site.ok("DescribePolicies", &[]).await, "PolicyName").is_empty());
}

/// An alarm comes into a state, the metric being at this value.
async fn alarm_is(site: &Site, state: &str, value: &str) {
    let alarms = site.ec2.query_service("monitoring", "2010-08-01");
    let data = format!(r#"{{"version":"1.0","recentDatapoints":[1.0,{value}],"threshold":50.0}}"#);
    let request = [("AlarmName", "busy"), ("StateValue", state), ("StateReason", "trying"), ("StateReasonData", data.as_str())];
    alarms.ok("SetAlarmState", &request).await;
}

/// An alarm above 50 that names policies as its actions.
async fn alarm(site: &Site, actions: &[(&str, &str)]) {
    let metric = [
        ("AlarmName", "busy"),
        ("Namespace", "AWS/EC2"),
        ("MetricName", "CPUUtilization"),
        ("Statistic", "Average"),
        ("Period", "60"),
        ("EvaluationPeriods", "1"),
        ("Threshold", "50"),
        ("ComparisonOperator", "GreaterThanThreshold"),
    ];
    site.ec2.query_service("monitoring", "2010-08-01").ok("PutMetricAlarm", &[&metric[..], actions].concat()).await;
}

#[tokio::test(start_paused = true)]
async fn an_alarm_carries_out_the_policies_that_are_its_actions() {
    let site = Site::new().await;
    site.group(["1", "10"], &[("DesiredCapacity", "4")]).await;
    let policy = |name: &'static str, by: &'static str| {
        [("PolicyName", name), ("AdjustmentType", "ChangeInCapacity"), ("ScalingAdjustment", by), ("Cooldown", "60")]
    };
    let up = value(&site.ok("PutScalingPolicy", &policy("up", "2")).await, "PolicyARN");
    let down = value(&site.ok("PutScalingPolicy", &policy("down", "-1")).await, "PolicyARN");
    alarm(&site, &[("AlarmActions.member.1", &up), ("OKActions.member.1", &down)]).await;
    alarm_is(&site, "ALARM", "60").await;
    assert_eq!(desired(&site).await, "6");
    alarm_is(&site, "ALARM", "60").await;
    assert_eq!(desired(&site).await, "6", "the state is the same");
    alarm_is(&site, "OK", "40").await;
    assert_eq!(desired(&site).await, "6", "the group cools down");
    site.wait(301);
    alarm_is(&site, "INSUFFICIENT_DATA", "40").await;
    alarm_is(&site, "OK", "40").await;
    assert_eq!(desired(&site).await, "5");
    site.wait(301);
    site.ec2.query_service("monitoring", "2010-08-01").ok("DisableAlarmActions", &[("AlarmNames.member.1", "busy")]).await;
    alarm_is(&site, "ALARM", "60").await;
    assert_eq!(desired(&site).await, "5", "its actions are switched off");
}

#[tokio::test(start_paused = true)]
async fn a_policy_with_steps_is_told_how_far_the_metric_is() {
    let site = Site::new().await;
    site.group(["1", "10"], &[("DesiredCapacity", "1")]).await;
    let steps = [
        ("PolicyName", "steps"),
        ("PolicyType", "StepScaling"),
        ("AdjustmentType", "ChangeInCapacity"),
        ("StepAdjustments.member.1.MetricIntervalLowerBound", "0"),
        ("StepAdjustments.member.1.MetricIntervalUpperBound", "20"),
        ("StepAdjustments.member.1.ScalingAdjustment", "1"),
        ("StepAdjustments.member.2.MetricIntervalLowerBound", "20"),
        ("StepAdjustments.member.2.ScalingAdjustment", "4"),
    ];
    let arn = value(&site.ok("PutScalingPolicy", &steps).await, "PolicyARN");
    alarm(&site, &[("AlarmActions.member.1", &arn)]).await;
    for (measured, expected) in [("60", "2"), ("80", "6"), ("null", "6")] {
        alarm_is(&site, "ALARM", measured).await;
        assert_eq!(desired(&site).await, expected, "{measured}");
        alarm_is(&site, "OK", "40").await;
    }
    assert!(site.ok("DescribeScalingActivities", &[]).await.contains("monitor alarm busy in state ALARM triggered policy steps"));
}
