use serde_json::{Value, json};

use crate::testing::{World, value, values};

fn alarm(more: &Value) -> Value {
    let mut alarm = json!({
        "AlarmName": "busy", "Namespace": "AWS/EC2", "MetricName": "CPUUtilization", "Statistic": "Average", "Period": 60,
        "EvaluationPeriods": 3, "Threshold": 80.0, "ComparisonOperator": "GreaterThanThreshold",
    });
    for (name, field) in more.as_object().unwrap() {
        alarm[name] = field.clone();
    }
    alarm
}

async fn call(world: &World, operation: &str, body: Value) -> Value {
    world.json_of("monitoring", "GraniteServiceVersion20100801", operation, &body).await
}

#[tokio::test(start_paused = true)]
async fn an_alarm_is_set_set_anew_and_deleted() {
    let world = World::new();
    call(&world, "PutMetricAlarm", alarm(&json!({ "Tags": [{ "Key": "a", "Value": "1" }] }))).await;
    call(&world, "PutMetricAlarm", alarm(&json!({ "Threshold": 0.5, "Tags": [{ "Key": "a", "Value": "2" }] }))).await;
    let told = call(&world, "DescribeAlarms", json!({ "AlarmNamePrefix": "bu" })).await["MetricAlarms"][0].clone();
    assert_eq!((&told["Threshold"], &told["StateValue"]), (&json!(0.5), &json!("INSUFFICIENT_DATA")));
    assert!(told["StateUpdatedTimestamp"].is_i64(), "{told}");
    let tags = call(&world, "ListTagsForResource", json!({ "ResourceARN": told["AlarmArn"] })).await;
    assert_eq!(tags["Tags"][0]["Value"], "1", "tags are set where an alarm is made");
    assert_eq!(call(&world, "DeleteAlarms", json!({ "AlarmNames": ["busy", "none"] })).await["__type"], "ResourceNotFound");
    call(&world, "DeleteAlarms", json!({ "AlarmNames": ["busy"] })).await;
    assert_eq!(call(&world, "DescribeAlarms", json!({})).await["MetricAlarms"], json!([]));
}

#[tokio::test(start_paused = true)]
async fn lists_are_read_alike_in_forms() {
    let world = World::new().service("monitoring");
    let request = [
        ("AlarmName", "busy"),
        ("Metrics.member.1.Id", "share"),
        ("Metrics.member.1.Expression", "100 * failed / asked"),
        ("EvaluationPeriods", "1"),
        ("Threshold", "5"),
        ("ComparisonOperator", "GreaterThanThreshold"),
        ("AlarmActions.member.1", "arn:aws:sns:eu-west-1:123456789012:alarms"),
    ];
    world.ok("PutMetricAlarm", &request).await;
    let told = world.ok("DescribeAlarms", &[("AlarmNames.member.1", "busy")]).await;
    assert_eq!((value(&told, "Threshold"), value(&told, "ReturnData")), ("5.0".to_owned(), "true".to_owned()));
    assert!(value(&told, "StateUpdatedTimestamp").starts_with("2026-01-01T"), "{told}");
    assert_eq!(values(&told, "AlarmName"), ["busy"]);
}

#[tokio::test(start_paused = true)]
async fn what_contradicts_itself_is_refused() {
    let world = World::new();
    for (more, message) in [
        (json!({ "ThresholdMetricId": "band" }), "cannot both be set"),
        (json!({ "ComparisonOperator": "GreaterThanUpperThreshold" }), "require ThresholdMetricId"),
        (json!({ "Statistic": null }), "must not be null"),
        (json!({ "Metrics": [{ "Id": "a", "Expression": "1" }] }), "should not be set if list of Metrics is set"),
        (json!({ "Period": 61 }), "a multiple of 60"),
        (json!({ "EvaluationPeriods": 1441 }), "more than 86400 seconds"),
        (json!({ "DatapointsToAlarm": 4 }), "less than or equal to EvaluationPeriods"),
        (json!({ "TreatMissingData": "never" }), "Option never is not supported"),
    ] {
        let answer = call(&world, "PutMetricAlarm", alarm(&more)).await;
        assert_eq!(answer["__type"], "ValidationError", "{more}");
        assert!(answer["message"].as_str().unwrap().contains(message), "{answer}");
    }
}
