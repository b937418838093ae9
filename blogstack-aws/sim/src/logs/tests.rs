use serde_json::{Value, json};

use crate::testing::World;

async fn logs(world: &World, operation: &str, body: Value) -> Value {
    world.json_of("logs", "Logs_20140328", operation, &body).await
}

#[tokio::test(start_paused = true)]
async fn a_log_group_comes_changes_and_goes() {
    let world = World::new();
    let name = json!({ "logGroupName": "web/access" });
    logs(&world, "CreateLogGroup", json!({ "logGroupName": "web/access", "tags": { "a.b": "1" } })).await;
    assert_eq!(logs(&world, "CreateLogGroup", name.clone()).await["__type"], "ResourceAlreadyExistsException");
    logs(&world, "PutRetentionPolicy", json!({ "logGroupName": "web/access", "retentionInDays": 30 })).await;
    let told = logs(&world, "DescribeLogGroups", json!({ "logGroupNamePrefix": "web" })).await;
    assert_eq!(told["logGroups"][0]["retentionInDays"], 30);
    let arn = told["logGroups"][0]["logGroupArn"].clone();
    assert_eq!(logs(&world, "ListTagsForResource", json!({ "resourceArn": arn })).await["tags"], json!({ "a.b": "1" }));
    logs(&world, "DeleteLogGroup", name.clone()).await;
    assert_eq!(logs(&world, "DeleteLogGroup", name).await["__type"], "ResourceNotFoundException");
}

#[tokio::test(start_paused = true)]
async fn only_some_numbers_of_days_are_taken() {
    let world = World::new();
    logs(&world, "CreateLogGroup", json!({ "logGroupName": "web" })).await;
    for days in [0, 2, 31] {
        let answer = logs(&world, "PutRetentionPolicy", json!({ "logGroupName": "web", "retentionInDays": days })).await;
        assert_eq!(answer["__type"], "InvalidParameterException", "{days}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_is_protected_stays() {
    let world = World::new();
    logs(&world, "CreateLogGroup", json!({ "logGroupName": "web", "deletionProtectionEnabled": true })).await;
    assert_eq!(logs(&world, "DeleteLogGroup", json!({ "logGroupName": "web" })).await["__type"], "ValidationException");
    let protection = json!({ "logGroupIdentifier": "web", "deletionProtectionEnabled": false });
    logs(&world, "PutLogGroupDeletionProtection", protection).await;
    assert_eq!(logs(&world, "DeleteLogGroup", json!({ "logGroupName": "web" })).await, json!({}));
}
