use std::time::Duration;

use serde_json::{Value, json};

use crate::testing::{World, values};

const ROLE: &str = "arn:aws:iam::123456789012:role/backup";

/// A policy that keeps two snapshots of what is tagged so, made every twelve hours.
fn policy() -> Value {
    json!({
        "ExecutionRoleArn": ROLE, "Description": "backup", "State": "ENABLED",
        "PolicyDetails": {
            "ResourceTypes": ["VOLUME"], "TargetTags": [{ "Key": "Backup", "Value": "yes" }],
            "Schedules": [{
                "Name": "often", "CopyTags": true, "TagsToAdd": [{ "Key": "made-by", "Value": "policy" }],
                "CreateRule": { "Interval": 12, "IntervalUnit": "HOURS", "Times": ["03:00"] }, "RetainRule": { "Count": 2 },
            }],
        },
    })
}

async fn rest(world: &World, method: &str, path: &str, body: &Value) -> Value {
    world.service("dlm").rest(method, path, &body.to_string()).await
}

async fn snapshots(world: &World) -> Vec<String> {
    values(&world.ok("DescribeSnapshots", &[]).await, "snapshotId")
}

#[tokio::test(start_paused = true)]
async fn snapshots_are_made_in_time_and_old_ones_go() {
    let world = World::new();
    let tags = [
        ("TagSpecification.1.ResourceType", "volume"),
        ("TagSpecification.1.Tag.1.Key", "Backup"),
        ("TagSpecification.1.Tag.1.Value", "yes"),
    ];
    let volume = [("AvailabilityZone", "eu-west-1a"), ("Size", "8")];
    world.ok("CreateVolume", &[&volume[..], &tags].concat()).await;
    world.ok("CreateVolume", &volume).await;
    let id = rest(&world, "POST", "/policies", &policy()).await["PolicyId"].as_str().unwrap().to_owned();
    assert!(snapshots(&world).await.is_empty());
    world.sim.advance(Duration::from_hours(3));
    let first = snapshots(&world).await;
    assert_eq!(first.len(), 1, "of the volume that is tagged");
    let told = world.ok("DescribeSnapshots", &[("SnapshotId.1", &first[0])]).await;
    for tag in ["Backup", "made-by", "dlm:managed", "aws:dlm:lifecycle-policy-id"] {
        assert!(told.contains(&format!("<key>{tag}</key>")), "no {tag} in {told}");
    }
    world.sim.advance(Duration::from_hours(36));
    let later = snapshots(&world).await;
    assert!(later.len() == 2 && !later.contains(&first[0]), "{later:?}");
    rest(&world, "PATCH", &format!("/policies/{id}"), &json!({ "State": "DISABLED" })).await;
    world.sim.advance(Duration::from_hours(24));
    assert_eq!(snapshots(&world).await, later);
    rest(&world, "DELETE", &format!("/policies/{id}"), &Value::Null).await;
    assert_eq!(snapshots(&world).await, later, "what it made stays");
}

#[tokio::test(start_paused = true)]
async fn a_policy_is_found_by_its_path_and_tagged_by_its_arn() {
    let world = World::new();
    let id = rest(&world, "POST", "/policies", &policy()).await["PolicyId"].as_str().unwrap().to_owned();
    let told = rest(&world, "GET", &format!("/policies/{id}"), &Value::Null).await;
    assert_eq!(told["Policy"]["PolicyDetails"]["Schedules"][0]["CreateRule"]["Location"], "CLOUD");
    let tags = format!("/tags/{}", told["Policy"]["PolicyArn"].as_str().unwrap().replace(':', "%3A").replace('/', "%2F"));
    rest(&world, "POST", &tags, &json!({ "Tags": { "a.b": "1", "c": "2", "d": "3" } })).await;
    rest(&world, "DELETE", &format!("{tags}?tagKeys=c&tagKeys=d"), &Value::Null).await;
    assert_eq!(rest(&world, "GET", &tags, &Value::Null).await["Tags"], json!({ "a.b": "1" }));
    assert_eq!(rest(&world, "GET", "/policies", &Value::Null).await["Policies"].as_array().map(Vec::len), Some(1));
    let missing = rest(&world, "GET", "/policies/policy-0123456789abcdef0", &Value::Null).await;
    assert_eq!(missing["message"], "The policy policy-0123456789abcdef0 does not exist.");
}

#[tokio::test(start_paused = true)]
async fn what_makes_no_sense_is_refused() {
    let world = World::new();
    for (pointer, value) in [
        ("/ExecutionRoleArn", json!("nobody")),
        ("/Description", json!("a.b")),
        ("/State", json!("ERROR")),
        ("/PolicyDetails/TargetTags", json!([])),
        ("/PolicyDetails/ResourceTypes", json!(["IMAGE"])),
        ("/PolicyDetails/Schedules/0/CreateRule", json!({ "Interval": 5 })),
        ("/PolicyDetails/Schedules/0/RetainRule", json!({ "Count": 0 })),
    ] {
        let mut wrong = policy();
        *wrong.pointer_mut(pointer).unwrap() = value;
        let answer = rest(&world, "POST", "/policies", &wrong).await;
        assert!(answer["PolicyId"].is_null() && !answer["message"].is_null(), "{pointer}: {answer}");
    }
}
