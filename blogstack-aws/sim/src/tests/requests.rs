//! What holds for every request.

use crate::call::Outcome;
use crate::testing::{World, values};

#[tokio::test(start_paused = true)]
async fn a_dry_run_changes_nothing() {
    let world = World::new();
    let reply = world.reply("CreateVpc", &[("CidrBlock", "10.0.0.0/16"), ("DryRun", "true")]).await;
    assert_eq!((reply.status, values(&reply.text(), "Code")), (412, vec!["DryRunOperation".to_owned()]));
    assert!(world.sim.objects().is_empty());
    assert_eq!(world.vpc().await, World::new().vpc().await);
    world.ok("CreateVpc", &[("CidrBlock", "10.0.0.0/16"), ("DryRun", "false")]).await;
}

#[tokio::test(start_paused = true)]
async fn unknown_operations_are_refused_and_logged() {
    let world = World::new();
    let message = world.refused("CreateSpaceship", &[], "InvalidAction").await;
    assert_eq!(message, "The action CreateSpaceship is not valid for this web service.");
    assert_eq!(world.sim.calls()[0].outcome, Outcome::NotSimulated { code: "InvalidAction".to_owned() });
    world.service("rds").refused("DescribeDBInstances", &[], "InvalidAction").await;
    let answer = world.json("CreateDocument", &serde_json::json!({})).await;
    assert_eq!(answer["__type"], "UnknownOperationException");
}

#[tokio::test(start_paused = true)]
async fn the_log_tells_calls_and_what_was_ignored() {
    let world = World::new();
    world.reply("CreateVpc", &[("CidrBlock", "10.0.0.0/16"), ("AmazonProvidedIpv6CidrBlock", "true")]).await;
    world.in_region("us-east-1").as_account("210987654321").ok("DescribeVpcs", &[]).await;
    let calls = world.sim.calls();
    let told: Vec<_> =
        calls.iter().map(|call| (call.operation.as_str(), call.region.as_str(), call.account.as_str(), call.mutating)).collect();
    let expected = [("CreateVpc", "eu-west-1", "123456789012", true), ("DescribeVpcs", "us-east-1", "210987654321", false)];
    assert_eq!(told, expected);
    assert_eq!(calls[0].ignored, ["AmazonProvidedIpv6CidrBlock"]);
    assert_eq!(calls[0].request["CidrBlock"], "10.0.0.0/16");
    world.sim.clear_calls();
    assert!(world.sim.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn no_request_makes_it_panic() {
    let world = World::new();
    world.vpc().await;
    let operations = [
        "CreateVpc",
        "DescribeVpcs",
        "CreateSubnet",
        "CreateRoute",
        "AssociateAddress",
        "CreateNatGateway",
        "RunInstances",
        "AuthorizeSecurityGroupIngress",
        "ModifySecurityGroupRules",
        "ModifyInstanceAttribute",
        "CreateTags",
        "DescribeTags",
        "ImportKeyPair",
        "ModifyVolume",
        "DescribeImages",
        "",
        "CreateVpcs",
    ];
    let names = [
        "VpcId",
        "CidrBlock",
        "SubnetId",
        "GroupId",
        "RouteTableId",
        "InstanceId",
        "MaxResults",
        "NextToken",
        "Filter.1.Name",
        "MinCount",
        "MaxCount",
        "IpPermissions.1.IpProtocol",
        "IpPermissions.1.FromPort",
        "Tag.1.Key",
        "ResourceId.99999999999",
        "KeyName",
        "Size",
        "UserData",
        "SecurityGroupRule.1.SecurityGroupRuleId",
        "ClientToken",
        "DestinationCidrBlock",
        "PublicKeyMaterial",
        "DryRun",
    ];
    let texts = ["", "0", "-1", "18446744073709551616", "é\u{0}*?\\", "10.0.0.0/0", "10.0.0.0/33", "vpc-", "true", "ssh-rsa", "&<>"];
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..3000 {
        let count = random.usize(0..6);
        let parameters: Vec<(&str, &str)> =
            (0..count).map(|_| (names[random.usize(..names.len())], texts[random.usize(..texts.len())])).collect();
        world.reply(operations[random.usize(..operations.len())], &parameters).await;
    }
}
