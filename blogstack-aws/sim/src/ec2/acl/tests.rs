use crate::testing::{World, value, values};

const WEB: [(&str, &str); 7] = [
    ("RuleNumber", "100"),
    ("Egress", "false"),
    ("Protocol", "6"),
    ("RuleAction", "allow"),
    ("CidrBlock", "10.1.2.3/8"),
    ("PortRange.From", "80"),
    ("PortRange.To", "81"),
];

async fn create(world: &World, vpc: &str) -> String {
    world.get("CreateNetworkAcl", &[("VpcId", vpc)], "networkAclId").await
}

fn with<'a>(acl: &'a str, entry: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [("NetworkAclId", acl)].into_iter().chain(entry.iter().copied()).collect()
}

/// The entry with another value.
fn but<'a>(name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    WEB.iter().map(|(own, old)| if *own == name { (name, value) } else { (*own, *old) }).collect()
}

async fn association(world: &World, subnet: &str) -> (String, String) {
    let filter = [("Filter.1.Name", "association.subnet-id"), ("Filter.1.Value.1", subnet)];
    let answer = world.ok("DescribeNetworkAcls", &filter).await;
    let pairs = values(&answer, "subnetId").into_iter().zip(values(&answer, "networkAclAssociationId"));
    let own = pairs.into_iter().find(|(id, _)| id == subnet).expect("every subnet has an ACL");
    (own.1, value(&answer, "networkAclId"))
}

#[tokio::test(start_paused = true)]
async fn a_new_acl_denies_everything_and_the_default_one_nothing() {
    let world = World::new();
    let vpc = world.vpc().await;
    let default = world.ok("DescribeNetworkAcls", &[("Filter.1.Name", "default"), ("Filter.1.Value.1", "true")]).await;
    assert_eq!(values(&default, "ruleNumber"), ["100", "32767", "100", "32767"]);
    assert_eq!(values(&default, "ruleAction"), ["allow", "deny", "allow", "deny"]);
    let acl = create(&world, &vpc).await;
    let own = world.ok("DescribeNetworkAcls", &[("NetworkAclId.1", &acl)]).await;
    assert_eq!((values(&own, "ruleNumber"), value(&own, "default")), (vec!["32767".to_owned(); 2], "false".to_owned()));
    world.refused("DeleteVpc", &[("VpcId", &vpc)], "DependencyViolation").await;
    world.refused("DeleteNetworkAcl", &[("NetworkAclId", &value(&default, "networkAclId"))], "InvalidParameterValue").await;
    world.ok("DeleteNetworkAcl", &[("NetworkAclId", &acl)]).await;
    world.refused("DeleteNetworkAcl", &[("NetworkAclId", &acl)], "InvalidNetworkAclID.NotFound").await;
    world.ok("DeleteVpc", &[("VpcId", &vpc)]).await;
    assert!(world.sim.objects().is_empty());
}

#[tokio::test(start_paused = true)]
async fn entries_come_change_and_go_by_number_and_direction() {
    let world = World::new();
    let vpc = world.vpc().await;
    let acl = create(&world, &vpc).await;
    world.ok("CreateNetworkAclEntry", &with(&acl, &WEB)).await;
    let message = world.refused("CreateNetworkAclEntry", &with(&acl, &WEB), "NetworkAclEntryAlreadyExists").await;
    assert_eq!(message, "The network acl entry identified by 100 already exists.");
    world.ok("CreateNetworkAclEntry", &with(&acl, &but("Egress", "true"))).await;
    world.ok("ReplaceNetworkAclEntry", &with(&acl, &but("RuleAction", "deny"))).await;
    let listed = world.ok("DescribeNetworkAcls", &[("NetworkAclId.1", &acl)]).await;
    assert_eq!(values(&listed, "ruleAction"), ["allow", "deny", "deny", "deny"]);
    assert_eq!((value(&listed, "cidrBlock"), value(&listed, "to")), ("10.0.0.0/8".to_owned(), "81".to_owned()));
    let key = [WEB[0], WEB[1]];
    world.ok("DeleteNetworkAclEntry", &with(&acl, &key)).await;
    world.refused("DeleteNetworkAclEntry", &with(&acl, &key), "InvalidNetworkAclEntry.NotFound").await;
    world.refused("ReplaceNetworkAclEntry", &with(&acl, &WEB), "InvalidNetworkAclEntry.NotFound").await;
    let icmp = [WEB[0], WEB[1], ("Protocol", "1"), WEB[3], ("Ipv6CidrBlock", "::/0"), ("Icmp.Type", "8"), ("Icmp.Code", "-1")];
    world.ok("CreateNetworkAclEntry", &with(&acl, &icmp)).await;
    let filter = [("Filter.1.Name", "entry.icmp.type"), ("Filter.1.Value.1", "8")];
    assert_eq!(world.get("DescribeNetworkAcls", &filter, "networkAclId").await, acl);
}

#[tokio::test(start_paused = true)]
async fn entries_are_checked() {
    let world = World::new();
    let vpc = world.vpc().await;
    let acl = create(&world, &vpc).await;
    for (name, value) in [
        ("RuleNumber", "0"),
        ("RuleNumber", "32767"),
        ("RuleAction", "maybe"),
        ("Protocol", "256"),
        ("CidrBlock", "nonsense"),
        ("PortRange.From", "90"),
        ("PortRange.To", "65536"),
    ] {
        world.refused("CreateNetworkAclEntry", &with(&acl, &but(name, value)), "InvalidParameterValue").await;
    }
    world.refused("CreateNetworkAclEntry", &with(&acl, &WEB[..5]), "MissingParameter").await;
    let both: Vec<_> = with(&acl, &WEB).into_iter().chain([("Ipv6CidrBlock", "::/0")]).collect();
    world.refused("CreateNetworkAclEntry", &both, "InvalidParameterCombination").await;
}

#[tokio::test(start_paused = true)]
async fn a_subnet_has_one_acl_and_gets_a_new_association_with_each() {
    let world = World::new();
    let (vpc, other) = (world.vpc().await, world.vpc().await);
    let subnet = world.subnet(&vpc, "10.0.1.0/24").await;
    let (acl, foreign) = (create(&world, &vpc).await, create(&world, &other).await);
    let (first, default) = association(&world, &subnet).await;
    let request = [("AssociationId", first.as_str()), ("NetworkAclId", &acl)];
    let second = world.get("ReplaceNetworkAclAssociation", &request, "newAssociationId").await;
    assert_eq!(association(&world, &subnet).await, (second.clone(), acl.clone()));
    world.refused("ReplaceNetworkAclAssociation", &request, "InvalidAssociationID.NotFound").await;
    let elsewhere = [("AssociationId", second.as_str()), ("NetworkAclId", &foreign)];
    world.refused("ReplaceNetworkAclAssociation", &elsewhere, "InvalidParameterValue").await;
    world.refused("DeleteNetworkAcl", &[("NetworkAclId", &acl)], "DependencyViolation").await;
    let back = [("AssociationId", second.as_str()), ("NetworkAclId", &default)];
    assert_ne!(world.get("ReplaceNetworkAclAssociation", &back, "newAssociationId").await, first);
    world.ok("DeleteNetworkAcl", &[("NetworkAclId", &acl)]).await;
    world.ok("DeleteSubnet", &[("SubnetId", &subnet)]).await;
    world.ok("DeleteVpc", &[("VpcId", &vpc)]).await;
}

#[tokio::test(start_paused = true)]
async fn a_token_makes_one_acl() {
    let world = World::new();
    let vpc = world.vpc().await;
    let request = [("VpcId", vpc.as_str()), ("ClientToken", "one")];
    let acl = world.get("CreateNetworkAcl", &request, "networkAclId").await;
    assert_eq!(world.get("CreateNetworkAcl", &request, "networkAclId").await, acl);
    let full = World::with(|builder| builder.quota("network-acls", 1).quota("network-acl-entries", 0));
    let vpc = full.vpc().await;
    full.refused("CreateNetworkAcl", &[("VpcId", &vpc)], "NetworkAclLimitExceeded").await;
    let default = full.get("DescribeNetworkAcls", &[], "networkAclId").await;
    full.refused("CreateNetworkAclEntry", &with(&default, &but("RuleNumber", "90")), "NetworkAclEntryLimitExceeded").await;
}
