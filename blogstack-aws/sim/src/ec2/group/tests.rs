use crate::testing::{World, value, values};

const WEB: [(&str, &str); 4] = [
    ("IpPermissions.1.IpProtocol", "tcp"),
    ("IpPermissions.1.FromPort", "80"),
    ("IpPermissions.1.ToPort", "80"),
    ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
];

async fn create(world: &World, vpc: &str, name: &str) -> String {
    let request = [("GroupName", name), ("GroupDescription", "a group"), ("VpcId", vpc)];
    world.get("CreateSecurityGroup", &request, "groupId").await
}

fn with<'a>(group: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [("GroupId", group)].into_iter().chain(more.iter().copied()).collect()
}

async fn rules(world: &World, group: &str, element: &str) -> Vec<String> {
    let filter = [("Filter.1.Name", "group-id"), ("Filter.1.Value.1", group)];
    let mut rules = values(&world.ok("DescribeSecurityGroupRules", &filter).await, element);
    rules.sort();
    rules
}

#[tokio::test(start_paused = true)]
async fn names_are_unique_in_a_vpc_whatever_their_case() {
    let world = World::new();
    let (vpc, other) = (world.vpc().await, world.vpc().await);
    create(&world, &vpc, "web").await;
    create(&world, &other, "web").await;
    for (name, code) in [("WEB", "InvalidGroup.Duplicate"), ("default", "InvalidGroup.Reserved"), ("sg-web", "InvalidParameterValue")] {
        let request = [("GroupName", name), ("GroupDescription", "a group"), ("VpcId", vpc.as_str())];
        world.refused("CreateSecurityGroup", &request, code).await;
    }
    let long = "x".repeat(256);
    let request = [("GroupName", "other"), ("GroupDescription", &long), ("VpcId", vpc.as_str())];
    world.refused("CreateSecurityGroup", &request, "InvalidParameterValue").await;
}

#[tokio::test(start_paused = true)]
async fn a_new_group_lets_everything_out() {
    let world = World::new();
    let vpc = world.vpc().await;
    let group = create(&world, &vpc, "web").await;
    assert_eq!(rules(&world, &group, "isEgress").await, ["true"]);
    let revoke = with(&group, &[("IpPermissions.1.IpProtocol", "-1"), ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0")]);
    world.ok("RevokeSecurityGroupEgress", &revoke).await;
    world.refused("RevokeSecurityGroupEgress", &revoke, "InvalidPermission.NotFound").await;
    assert!(rules(&world, &group, "isEgress").await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn rules_are_objects_of_their_own() {
    let world = World::new();
    let vpc = world.vpc().await;
    let group = create(&world, &vpc, "web").await;
    let more = [("IpPermissions.1.IpRanges.2.CidrIp", "10.1.2.3/8"), ("IpPermissions.1.IpRanges.2.Description", "inside")];
    let request: Vec<_> = with(&group, &WEB).into_iter().chain(more).collect();
    let made = world.ok("AuthorizeSecurityGroupIngress", &request).await;
    assert_eq!(values(&made, "cidrIpv4"), ["0.0.0.0/0", "10.0.0.0/8"]);
    let described = world.ok("DescribeSecurityGroups", &[("GroupId.1", &group)]).await;
    assert_eq!((values(&described, "ipPermissions").len(), values(&described, "cidrIp").len()), (1, 3));
    let id = &values(&made, "securityGroupRuleId")[1];
    world.ok("RevokeSecurityGroupIngress", &with(&group, &[("SecurityGroupRuleId.1", id)])).await;
    world
        .refused("RevokeSecurityGroupIngress", &with(&group, &[("SecurityGroupRuleId.1", id)]), "InvalidSecurityGroupRuleId.NotFound")
        .await;
    assert_eq!(rules(&world, &group, "cidrIpv4").await, ["0.0.0.0/0", "0.0.0.0/0"]);
}

#[tokio::test(start_paused = true)]
async fn protocol_numbers_are_names() {
    let world = World::new();
    let vpc = world.vpc().await;
    let group = create(&world, &vpc, "web").await;
    world.ok("AuthorizeSecurityGroupIngress", &with(&group, &WEB)).await;
    let mut number = WEB;
    number[0].1 = "6";
    let message = world.refused("AuthorizeSecurityGroupIngress", &with(&group, &number), "InvalidPermission.Duplicate").await;
    let expected = "the specified rule &quot;peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW&quot; already exists";
    assert_eq!(message, expected);
}

#[tokio::test(start_paused = true)]
async fn one_bad_rule_undoes_the_call() {
    let world = World::new();
    let vpc = world.vpc().await;
    let group = create(&world, &vpc, "web").await;
    let before = world.sim.objects();
    let request: Vec<_> = with(&group, &WEB).into_iter().chain([("IpPermissions.1.IpRanges.2.CidrIp", "0.0.0.0/0")]).collect();
    world.refused("AuthorizeSecurityGroupIngress", &request, "InvalidPermission.Duplicate").await;
    let request: Vec<_> = with(&group, &WEB).into_iter().chain([("IpPermissions.1.IpRanges.2.CidrIp", "nonsense")]).collect();
    world.refused("AuthorizeSecurityGroupIngress", &request, "InvalidParameterValue").await;
    assert_eq!(world.sim.objects(), before);
}

#[tokio::test(start_paused = true)]
async fn rules_and_their_descriptions_change_in_place() {
    let world = World::new();
    let vpc = world.vpc().await;
    let group = create(&world, &vpc, "web").await;
    let rule = world.get("AuthorizeSecurityGroupIngress", &with(&group, &WEB), "securityGroupRuleId").await;
    let update = [
        ("SecurityGroupRule.1.SecurityGroupRuleId", rule.as_str()),
        ("SecurityGroupRule.1.SecurityGroupRule.IpProtocol", "tcp"),
        ("SecurityGroupRule.1.SecurityGroupRule.FromPort", "443"),
        ("SecurityGroupRule.1.SecurityGroupRule.ToPort", "443"),
        ("SecurityGroupRule.1.SecurityGroupRule.CidrIpv4", "10.0.0.0/8"),
    ];
    world.ok("ModifySecurityGroupRules", &with(&group, &update)).await;
    let described = world.ok("DescribeSecurityGroupRules", &[("SecurityGroupRuleId.1", &rule)]).await;
    assert_eq!((value(&described, "fromPort"), value(&described, "cidrIpv4")), ("443".to_owned(), "10.0.0.0/8".to_owned()));
    let other = [update[0], update[1], update[2], update[3], ("SecurityGroupRule.1.SecurityGroupRule.ReferencedGroupId", group.as_str())];
    let message = world.refused("ModifySecurityGroupRules", &with(&group, &other), "InvalidParameterValue").await;
    assert_eq!(message, "You may not specify a referenced group id for an existing IPv4 CIDR rule");
    let text =
        [("SecurityGroupRuleDescription.1.SecurityGroupRuleId", rule.as_str()), ("SecurityGroupRuleDescription.1.Description", "web")];
    world.ok("UpdateSecurityGroupRuleDescriptionsIngress", &with(&group, &text)).await;
    world.refused("UpdateSecurityGroupRuleDescriptionsEgress", &with(&group, &text), "InvalidSecurityGroupRuleId.NotFound").await;
    assert_eq!(rules(&world, &group, "description").await, ["web"]);
}

#[tokio::test(start_paused = true)]
async fn a_group_that_another_names_is_not_deleted() {
    let world = World::new();
    let vpc = world.vpc().await;
    let (web, lb) = (create(&world, &vpc, "web").await, create(&world, &vpc, "lb").await);
    let from_lb = [WEB[0], WEB[1], WEB[2], ("IpPermissions.1.Groups.1.GroupId", lb.as_str())];
    world.ok("AuthorizeSecurityGroupIngress", &with(&web, &from_lb)).await;
    world.refused("DeleteSecurityGroup", &[("GroupId", &lb)], "DependencyViolation").await;
    world.refused("DeleteVpc", &[("VpcId", &vpc)], "DependencyViolation").await;
    world.ok("DeleteSecurityGroup", &[("GroupId", &web)]).await;
    world.ok("DeleteSecurityGroup", &[("GroupId", &lb)]).await;
    world.refused("DeleteSecurityGroup", &[("GroupId", &lb)], "InvalidGroup.NotFound").await;
    let default = world.get("DescribeSecurityGroups", &[], "groupId").await;
    world.refused("DeleteSecurityGroup", &[("GroupId", &default)], "CannotDelete").await;
    world.ok("DeleteVpc", &[("VpcId", &vpc)]).await;
    assert!(world.sim.objects().is_empty());
}

#[tokio::test(start_paused = true)]
async fn ports_are_checked() {
    let world = World::new();
    let vpc = world.vpc().await;
    let group = create(&world, &vpc, "web").await;
    for (from, to) in [("443", "80"), ("-1", "80"), ("0", "65536")] {
        let request = [WEB[0], ("IpPermissions.1.FromPort", from), ("IpPermissions.1.ToPort", to), WEB[3]];
        world.refused("AuthorizeSecurityGroupIngress", &with(&group, &request), "InvalidParameterValue").await;
    }
    world.refused("AuthorizeSecurityGroupIngress", &with(&group, &WEB[..3]), "MissingParameter").await;
    world.refused("AuthorizeSecurityGroupIngress", &with(&group, &[]), "MissingParameter").await;
}

#[tokio::test(start_paused = true)]
async fn a_quota_of_rules_counts_by_family() {
    let world = World::with(|builder| builder.quota("rules", 1));
    let vpc = world.vpc().await;
    let group = create(&world, &vpc, "web").await;
    world.ok("AuthorizeSecurityGroupIngress", &with(&group, &WEB)).await;
    let v4 = [WEB[0], WEB[1], WEB[2], ("IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8")];
    world.refused("AuthorizeSecurityGroupIngress", &with(&group, &v4), "RulesPerSecurityGroupLimitExceeded").await;
    let v6 = [WEB[0], WEB[1], WEB[2], ("IpPermissions.1.Ipv6Ranges.1.CidrIpv6", "::/0")];
    world.ok("AuthorizeSecurityGroupIngress", &with(&group, &v6)).await;
}

#[tokio::test(start_paused = true)]
async fn ways_out_are_rules_too() {
    let world = World::new();
    let vpc = world.vpc().await;
    let group = create(&world, &vpc, "web").await;
    let made = world.ok("AuthorizeSecurityGroupEgress", &with(&group, &WEB)).await;
    assert_eq!(value(&made, "isEgress"), "true");
    let rule = value(&made, "securityGroupRuleId");
    let text =
        [("SecurityGroupRuleDescription.1.SecurityGroupRuleId", rule.as_str()), ("SecurityGroupRuleDescription.1.Description", "out")];
    world.ok("UpdateSecurityGroupRuleDescriptionsEgress", &with(&group, &text)).await;
    assert_eq!(rules(&world, &group, "description").await, ["out"]);
    world.refused("RevokeSecurityGroupIngress", &with(&group, &WEB), "InvalidPermission.NotFound").await;
}
