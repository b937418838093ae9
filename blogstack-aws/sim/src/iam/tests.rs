//! Roles, policies and profiles together, and what roles may do.

use serde_json::{Value, json};

use crate::consistency::Consistency;
use crate::testing::{World, value, values};

fn document(statement: &Value) -> String {
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

fn trusting(principal: &Value) -> String {
    document(&json!({ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" }))
}

fn for_service() -> String {
    trusting(&json!({ "Service": "ec2.amazonaws.com" }))
}

/// A role that the account itself may become, with one inline policy; and the world as that role sees it.
async fn as_role(world: &World, statement: &Value) -> World {
    let trust = trusting(&json!({ "AWS": "123456789012" }));
    let iam = world.service("iam");
    iam.ok("CreateRole", &[("RoleName", "watcher"), ("AssumeRolePolicyDocument", &trust)]).await;
    iam.ok("PutRolePolicy", &[("RoleName", "watcher"), ("PolicyName", "own"), ("PolicyDocument", &document(statement))]).await;
    assume(world, "arn:aws:iam::123456789012:role/watcher").await
}

async fn assume(world: &World, role: &str) -> World {
    let answer = world.service("sts").ok("AssumeRole", &[("RoleArn", role), ("RoleSessionName", "me")]).await;
    world.as_account(&value(&answer, "AccessKeyId"))
}

#[tokio::test(start_paused = true)]
async fn a_role_is_made_changed_and_deleted() {
    let iam = World::new().service("iam");
    let made = iam.ok("CreateRole", &[("RoleName", "web"), ("AssumeRolePolicyDocument", &for_service()), ("Path", "/app/")]).await;
    assert_eq!(value(&made, "Arn"), "arn:aws:iam::123456789012:role/app/web");
    assert!(value(&made, "AssumeRolePolicyDocument").starts_with("%7B%22"));
    let again = [("RoleName", "WEB"), ("AssumeRolePolicyDocument", &*for_service())];
    iam.refused("CreateRole", &again, "EntityAlreadyExists").await;
    iam.ok("UpdateRole", &[("RoleName", "web"), ("Description", "web"), ("MaxSessionDuration", "7200")]).await;
    iam.ok("UpdateRole", &[("RoleName", "web"), ("MaxSessionDuration", "7300")]).await;
    let role = iam.ok("GetRole", &[("RoleName", "web")]).await;
    assert_eq!((value(&role, "Description"), value(&role, "MaxSessionDuration")), ("web".to_owned(), "7300".to_owned()));
    iam.ok("TagRole", &[("RoleName", "web"), ("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "1")]).await;
    assert_eq!(values(&iam.ok("ListRoleTags", &[("RoleName", "web")]).await, "Value"), ["1"]);
    iam.ok("UntagRole", &[("RoleName", "web"), ("TagKeys.member.1", "a")]).await;
    iam.ok("DeleteRole", &[("RoleName", "web")]).await;
    iam.refused("GetRole", &[("RoleName", "web")], "NoSuchEntity").await;
    assert_eq!(iam.reply("GetRole", &[("RoleName", "web")]).await.status, 404);
}

#[tokio::test(start_paused = true)]
async fn a_role_goes_when_nothing_is_in_it() {
    let iam = World::new().service("iam");
    let role = ("RoleName", "web");
    let (policy, profile) = (("PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess"), ("InstanceProfileName", "web"));
    let inline = document(&json!({ "Effect": "Allow", "Action": "s3:*", "Resource": "*" }));
    iam.ok("CreateRole", &[role, ("AssumeRolePolicyDocument", &for_service())]).await;
    iam.ok("PutRolePolicy", &[role, ("PolicyName", "own"), ("PolicyDocument", &inline)]).await;
    iam.ok("AttachRolePolicy", &[role, policy]).await;
    iam.ok("CreateInstanceProfile", &[profile]).await;
    iam.ok("AddRoleToInstanceProfile", &[profile, role]).await;
    iam.refused("AddRoleToInstanceProfile", &[profile, role], "LimitExceeded").await;
    let details = iam.ok("GetAccountAuthorizationDetails", &[("Filter.member.1", "Role")]).await;
    for (element, expected) in [("PolicyArn", policy.1), ("InstanceProfileName", "web"), ("IsTruncated", "false")] {
        assert_eq!(value(&details, element), expected);
    }
    for (operation, request) in [
        ("RemoveRoleFromInstanceProfile", vec![profile, role]),
        ("DetachRolePolicy", vec![policy, role]),
        ("DeleteRolePolicy", vec![role, ("PolicyName", "own")]),
    ] {
        iam.refused("DeleteRole", &[role], "DeleteConflict").await;
        iam.ok(operation, &request).await;
        iam.refused(operation, &request, "NoSuchEntity").await;
    }
    iam.ok("DeleteRole", &[role]).await;
    iam.ok("DeleteInstanceProfile", &[profile]).await;
    assert!(iam.sim.objects().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_policy_has_five_versions_at_most() {
    let iam = World::new().service("iam");
    let text = |action: &str| document(&json!({ "Effect": "Allow", "Action": action, "Resource": "*" }));
    let arn = iam.get("CreatePolicy", &[("PolicyName", "own"), ("PolicyDocument", &text("s3:*"))], "Arn").await;
    let arn = ("PolicyArn", arn.as_str());
    for service in ["a", "b", "c", "d"] {
        iam.ok("CreatePolicyVersion", &[arn, ("PolicyDocument", &text(&format!("{service}:*"))), ("SetAsDefault", "true")]).await;
    }
    iam.refused("CreatePolicyVersion", &[arn, ("PolicyDocument", &text("e:*"))], "LimitExceeded").await;
    iam.refused("DeletePolicyVersion", &[arn, ("VersionId", "v5")], "DeleteConflict").await;
    iam.refused("DeletePolicy", &[arn], "DeleteConflict").await;
    for version in ["v1", "v2", "v3"] {
        iam.ok("DeletePolicyVersion", &[arn, ("VersionId", version)]).await;
    }
    iam.ok("SetDefaultPolicyVersion", &[arn, ("VersionId", "v4")]).await;
    assert_eq!(values(&iam.ok("ListPolicyVersions", &[arn]).await, "VersionId"), ["v5", "v4"]);
    assert!(iam.get("GetPolicyVersion", &[arn, ("VersionId", "v4")], "Document").await.contains("c%3A%2A"));
    iam.ok("DeletePolicyVersion", &[arn, ("VersionId", "v5")]).await;
    iam.ok("DeletePolicy", &[arn]).await;
}

#[tokio::test(start_paused = true)]
async fn documents_that_make_no_sense_are_refused() {
    let iam = World::new().service("iam");
    for (document, message) in [
        ("no", "This policy contains invalid Json"),
        ("{}", "Syntax errors in policy."),
        (r#"{"Statement":[{"Effect":"Allow","Action":"s3:*"}]}"#, "Policy statement must contain resources."),
        (r#"{"Statement":[{"Effect":"Allow","Resource":"*"}]}"#, "Policy statement must contain actions."),
        (r#"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"b"}]}"#, "Resource b must be in ARN format or \"*\"."),
        (
            r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}]}"#,
            "Policy document should not specify a principal.",
        ),
    ] {
        let refused = iam.refused("CreatePolicy", &[("PolicyName", "x"), ("PolicyDocument", document)], "MalformedPolicyDocument").await;
        assert_eq!(refused.replace("&quot;", "\""), message);
    }
}

#[tokio::test(start_paused = true)]
async fn a_principal_that_is_not_there_is_refused() {
    let world = World::with(|builder| builder.consistency(Consistency::window(std::time::Duration::from_secs(9))));
    let iam = world.service("iam");
    iam.ok("CreateRole", &[("RoleName", "one"), ("AssumeRolePolicyDocument", &for_service())]).await;
    let trust = trusting(&json!({ "AWS": "arn:aws:iam::123456789012:role/one" }));
    let other = [("RoleName", "two"), ("AssumeRolePolicyDocument", trust.as_str())];
    iam.refused("CreateRole", &other, "MalformedPolicyDocument").await;
    world.sim.advance(std::time::Duration::from_secs(10));
    iam.ok("CreateRole", &other).await;
}

#[tokio::test(start_paused = true)]
async fn ec2_learns_of_a_profile_after_a_while() {
    let world = World::with(|builder| builder.consistency(Consistency::window(std::time::Duration::from_secs(9))));
    let (iam, profile, role) = (world.service("iam"), ("InstanceProfileName", "web"), ("RoleName", "web"));
    let newest = json!({ "Name": "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64" });
    let parameter = world.json("GetParameter", &newest).await;
    let image = parameter["Parameter"]["Value"].as_str().unwrap();
    let vpc = world.vpc().await;
    let subnet = world.subnet(&vpc, "10.0.0.0/24").await;
    let launch = [
        ("ImageId", image),
        ("InstanceType", "t3.nano"),
        ("SubnetId", subnet.as_str()),
        ("MinCount", "1"),
        ("MaxCount", "1"),
        ("IamInstanceProfile.Name", "web"),
    ];
    iam.ok("CreateInstanceProfile", &[profile]).await;
    assert!(world.refused("RunInstances", &launch, "InvalidParameterValue").await.contains("Invalid IAM Instance Profile name"));
    world.sim.advance(std::time::Duration::from_secs(10));
    assert!(world.refused("RunInstances", &launch, "InvalidParameterValue").await.contains("has no associated IAM Roles"));
    iam.ok("CreateRole", &[role, ("AssumeRolePolicyDocument", &for_service())]).await;
    iam.ok("AddRoleToInstanceProfile", &[profile, role]).await;
    let instance = world.ok("RunInstances", &launch).await;
    assert_eq!(value(&instance, "arn"), "arn:aws:iam::123456789012:instance-profile/web");
}

#[tokio::test(start_paused = true)]
async fn a_role_may_do_what_its_policies_say() {
    let world = World::new();
    let vpc = world.vpc().await;
    let table = world.get("CreateRouteTable", &[("VpcId", &vpc)], "routeTableId").await;
    let other = world.get("CreateRouteTable", &[("VpcId", &vpc)], "routeTableId").await;
    let arn = format!("arn:aws:ec2:eu-west-1:123456789012:route-table/{table}");
    let role = as_role(&world, &json!({ "Effect": "Allow", "Action": ["ec2:ReplaceRoute"], "Resource": arn })).await;
    let route = |table| [("RouteTableId", table), ("DestinationCidrBlock", "10.9.0.0/16"), ("GatewayId", "igw-0123456789abcdef0")];
    role.refused("ReplaceRoute", &route(&other), "UnauthorizedOperation").await;
    assert_eq!(role.reply("ReplaceRoute", &route(&other)).await.status, 403);
    // What it may do is judged as ever.
    let judged = values(&role.reply("ReplaceRoute", &route(&table)).await.text(), "Code");
    assert!(judged[0].ends_with(".NotFound") || judged[0] == "InvalidParameterValue", "{judged:?}");
    let message = role.refused("DescribeInstances", &[], "UnauthorizedOperation").await;
    let who = "arn:aws:sts::123456789012:assumed-role/watcher/me";
    let why = "on resource: * because no identity-based policy allows the ec2:DescribeInstances action";
    assert!(message.ends_with(&format!("User: {who} is not authorized to perform: ec2:DescribeInstances {why}")), "{message}");
    let message = role.service("iam").refused("GetRole", &[("RoleName", "watcher")], "AccessDenied").await;
    assert!(message.contains("iam:GetRole on resource: arn:aws:iam::123456789012:role/watcher"), "{message}");
    assert_eq!(value(&role.service("sts").ok("GetCallerIdentity", &[]).await, "Arn"), who);
}

#[tokio::test(start_paused = true)]
async fn tags_of_resources_and_requests_decide() {
    let world = World::new();
    let vpc = world.vpc().await;
    let tag = [("ResourceId.1", vpc.as_str()), ("Tag.1.Key", "team"), ("Tag.1.Value", "web")];
    let condition =
        json!({ "StringEquals": { "ec2:ResourceTag/team": "web" }, "ForAllValues:StringEquals": { "aws:TagKeys": ["team", "Name"] } });
    let role = as_role(&world, &json!({ "Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "*", "Condition": condition })).await;
    role.refused("CreateTags", &tag, "UnauthorizedOperation").await;
    world.ok("CreateTags", &tag).await;
    role.ok("CreateTags", &tag).await;
    role.refused("CreateTags", &[tag[0], ("Tag.1.Key", "cost"), ("Tag.1.Value", "1")], "UnauthorizedOperation").await;
}

#[tokio::test(start_paused = true)]
async fn attached_policies_give_and_boundaries_take() {
    let world = World::new();
    let iam = world.service("iam");
    let role = as_role(&world, &json!({ "Effect": "Deny", "Action": "ec2:DescribeVpcs", "Resource": "*" })).await;
    role.refused("DescribeSubnets", &[], "UnauthorizedOperation").await;
    iam.ok("AttachRolePolicy", &[("RoleName", "watcher"), ("PolicyArn", "arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess")]).await;
    role.ok("DescribeSubnets", &[]).await;
    let message = role.refused("DescribeVpcs", &[], "UnauthorizedOperation").await;
    assert!(message.ends_with("with an explicit deny in an identity-based policy"), "{message}");
    let boundary = ("PermissionsBoundary", "arn:aws:iam::aws:policy/AmazonS3FullAccess");
    iam.ok("PutRolePermissionsBoundary", &[("RoleName", "watcher"), boundary]).await;
    let message = role.refused("DescribeSubnets", &[], "UnauthorizedOperation").await;
    assert!(message.contains("no permissions boundary allows"), "{message}");
    iam.ok("DeleteRolePermissionsBoundary", &[("RoleName", "watcher")]).await;
    role.ok("DescribeSubnets", &[]).await;
}

#[tokio::test(start_paused = true)]
async fn a_role_is_assumed_by_whom_it_trusts() {
    let world = World::new();
    let (iam, sts) = (world.service("iam"), world.service("sts"));
    iam.ok("CreateRole", &[("RoleName", "service"), ("AssumeRolePolicyDocument", &for_service())]).await;
    let service = [("RoleArn", "arn:aws:iam::123456789012:role/service"), ("RoleSessionName", "me")];
    let message = sts.refused("AssumeRole", &service, "AccessDenied").await;
    assert_eq!(
        message,
        "User: arn:aws:iam::123456789012:user/simulated is not authorized to perform: sts:AssumeRole on resource: \
         arn:aws:iam::123456789012:role/service"
    );
    // A role that is trusted by name needs nothing more; one that is trusted with its account needs the right.
    let role = as_role(&world, &json!({ "Effect": "Allow", "Action": "ec2:*", "Resource": "*" })).await;
    for (name, principal) in [("by-name", "arn:aws:iam::123456789012:role/watcher"), ("by-account", "arn:aws:iam::123456789012:root")] {
        let trust = trusting(&json!({ "AWS": principal }));
        iam.ok("CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", &trust)]).await;
    }
    let role = role.service("sts");
    assume(&role, "arn:aws:iam::123456789012:role/by-name").await;
    let by_account = [("RoleArn", "arn:aws:iam::123456789012:role/by-account"), ("RoleSessionName", "me")];
    role.refused("AssumeRole", &by_account, "AccessDenied").await;
    let long = [by_account[0], by_account[1], ("DurationSeconds", "3601")];
    sts.refused("AssumeRole", &long, "ValidationError").await;
}

#[tokio::test(start_paused = true)]
async fn the_key_of_a_role_that_is_gone_is_worth_nothing() {
    let world = World::new();
    let role = as_role(&world, &json!({ "Effect": "Allow", "Action": "*", "Resource": "*" })).await;
    role.ok("DescribeVpcs", &[]).await;
    world.service("iam").ok("DeleteRolePolicy", &[("RoleName", "watcher"), ("PolicyName", "own")]).await;
    world.service("iam").ok("DeleteRole", &[("RoleName", "watcher")]).await;
    role.refused("DescribeVpcs", &[], "InvalidClientTokenId").await;
}

#[tokio::test(start_paused = true)]
async fn what_a_role_could_do_is_told() {
    let world = World::new();
    as_role(&world, &json!({ "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::open/*" })).await;
    let request = [
        ("PolicySourceArn", "arn:aws:iam::123456789012:role/watcher"),
        ("ActionNames.member.1", "s3:GetObject"),
        ("ActionNames.member.2", "s3:PutObject"),
        ("ResourceArns.member.1", "arn:aws:s3:::open/a"),
    ];
    let answer = world.service("iam").ok("SimulatePrincipalPolicy", &request).await;
    assert_eq!(values(&answer, "EvalDecision"), ["allowed", "implicitDeny"]);
}
