//! What the roles of NAT instances allow: what the watcher calls, and nothing else.

use blogstack_tests::{fields::repository, served::told};
use serde_json::{Value as Json, json};

use super::pair::Pair;

/// What becomes of calls with the rights of an instance's role: the codes of errors.
fn codes(pair: &Pair, place: usize, calls: &[Json]) -> Vec<String> {
    let script = repository("tests/python/rights.py");
    let mut command = pair.as_role(place, pair.python.command("python"));
    let output = command.arg(script).arg(Json::from(calls).to_string()).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn route(table: &str, instance: &str) -> Json {
    json!({ "RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "InstanceId": instance, "DryRun": true })
}

#[test]
fn the_watcher_may_restart_the_other_one_and_lead_two_routes() {
    let Some(pair) = Pair::new() else { return };
    let [own, peer] = [0, 1].map(|place| pair.instances[place].as_str());
    let restarts = |id: &str| {
        let names = ["reboot_instances", "stop_instances", "start_instances"];
        names.map(|name| json!(["ec2", name, { "InstanceIds": [id], "DryRun": true }]))
    };
    let routes = pair.tables.each_ref().map(|table| json!(["ec2", "replace_route", route(table, own)]));
    let allowed = [&routes[..], &restarts(peer)].concat();
    assert_eq!(codes(&pair, 0, &allowed), ["DryRunOperation"; 5]);
    assert_eq!(codes(&pair, 0, &restarts(own)), ["UnauthorizedOperation"; 3], "it may restart itself");
    assert_eq!(codes(&pair, 1, &restarts(peer)), ["UnauthorizedOperation"; 3], "it may restart itself");
}

#[test]
fn the_watcher_may_do_nothing_else() {
    let Some(pair) = Pair::new() else { return };
    let [own, peer] = [0, 1].map(|place| pair.instances[place].as_str());
    let (other, table, role) = (pair.other_table(), &pair.tables[0], &pair.roles[0]);
    let calls = [
        json!(["ec2", "replace_route", route(&other, own)]),
        json!(["ec2", "create_route", { "RouteTableId": table, "DestinationCidrBlock": "10.9.0.0/16", "InstanceId": own }]),
        json!(["ec2", "delete_route", { "RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0" }]),
        json!(["ec2", "terminate_instances", { "InstanceIds": [peer] }]),
        json!(["ec2", "modify_instance_attribute", { "InstanceId": peer, "SourceDestCheck": { "Value": true } }]),
        json!(["ec2", "describe_instance_attribute", { "InstanceId": peer, "Attribute": "userData" }]),
        json!(["ec2", "create_tags", { "Resources": [peer], "Tags": [{ "Key": "nat-place", "Value": "0" }] }]),
        json!(["ec2", "describe_vpcs", {}]),
        json!(["ec2", "describe_addresses", {}]),
        json!(["iam", "get_role", { "RoleName": role }]),
        json!(["ssm", "get_parameter", { "Name": "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64" }]),
        json!(["s3", "list_buckets", {}]),
    ];
    let codes = codes(&pair, 0, &calls);
    assert_eq!(codes.len(), calls.len());
    for (call, code) in calls.iter().zip(codes) {
        assert!(["UnauthorizedOperation", "AccessDenied", "AccessDeniedException"].contains(&&*code), "{call}: {code}");
    }
}
