use crate::testing::{World, value, values};

fn tag<'a>(id: &'a str, key: &'a str, value: &'a str) -> [(&'a str, &'a str); 3] {
    [("ResourceId.1", id), ("Tag.1.Key", key), ("Tag.1.Value", value)]
}

#[tokio::test(start_paused = true)]
async fn tags_are_made_with_the_object_changed_and_deleted() {
    let world = World::new();
    let specification = [
        ("CidrBlock", "10.0.0.0/16"),
        ("TagSpecification.1.ResourceType", "vpc"),
        ("TagSpecification.1.Tag.1.Key", "Name"),
        ("TagSpecification.1.Tag.1.Value", "<blog & co>"),
    ];
    let vpc = world.get("CreateVpc", &specification, "vpcId").await;
    world.ok("CreateTags", &tag(&vpc, "stack", "blog")).await;
    let found = world.ok("DescribeVpcs", &[("Filter.1.Name", "tag:Name"), ("Filter.1.Value.1", "<blog*")]).await;
    assert_eq!(values(&found, "value"), ["&lt;blog &amp; co&gt;", "blog"]);
    world.ok("DeleteTags", &tag(&vpc, "stack", "another value")).await;
    assert_eq!(values(&world.ok("DescribeTags", &[]).await, "key"), ["Name", "stack"]);
    world.ok("DeleteTags", &tag(&vpc, "stack", "blog")).await;
    assert_eq!(world.get("DescribeTags", &[], "resourceType").await, "vpc");
    world.ok("DeleteTags", &[("ResourceId.1", &vpc), ("Tag.1.Key", "Name")]).await;
    assert!(values(&world.ok("DescribeTags", &[]).await, "key").is_empty());
}

#[tokio::test(start_paused = true)]
async fn every_kind_of_object_takes_tags() {
    let world = World::new();
    world.vpc().await;
    let ids: Vec<String> = world.sim.objects().into_keys().filter_map(|key| Some(key.rsplit('/').next()?.to_owned())).collect();
    for id in &ids {
        world.ok("CreateTags", &tag(id, "stack", "blog")).await;
    }
    let filter = [("Filter.1.Name", "resource-type"), ("Filter.1.Value.1", "security-group*")];
    assert_eq!(values(&world.ok("DescribeTags", &filter).await, "resourceId").len(), 3);
}

#[tokio::test(start_paused = true)]
async fn tags_have_limits() {
    let world = World::new();
    let vpc = world.vpc().await;
    world.refused("CreateTags", &tag(&vpc, "aws:name", "x"), "InvalidParameterValue").await;
    world.refused("CreateTags", &tag(&vpc, &"k".repeat(128), "x"), "InvalidParameterValue").await;
    world.refused("CreateTags", &tag(&vpc, "k", &"x".repeat(257)), "InvalidParameterValue").await;
    world.refused("CreateTags", &tag("vpc-00000000000000000", "k", "x"), "InvalidVpcID.NotFound").await;
    world.refused("CreateTags", &tag("thing-1", "k", "x"), "InvalidID").await;
    for number in 0..50 {
        world.ok("CreateTags", &tag(&vpc, &format!("key{number}"), "x")).await;
    }
    world.ok("CreateTags", &tag(&vpc, "key0", "again")).await;
    world.refused("CreateTags", &tag(&vpc, "one more", "x"), "TagLimitExceeded").await;
}

#[tokio::test(start_paused = true)]
async fn a_call_that_fails_tags_nothing() {
    let world = World::new();
    let vpc = world.vpc().await;
    let request = [("ResourceId.1", vpc.as_str()), ("ResourceId.2", "vpc-00000000000000000"), ("Tag.1.Key", "k"), ("Tag.1.Value", "x")];
    world.refused("CreateTags", &request, "InvalidVpcID.NotFound").await;
    assert!(values(&world.ok("DescribeTags", &[]).await, "key").is_empty());
}

#[tokio::test(start_paused = true)]
async fn filters_join_by_and_their_values_by_or() {
    let world = World::new();
    let (one, two) = (world.vpc().await, world.vpc().await);
    world.ok("CreateTags", &tag(&one, "stack", "blog")).await;
    world.ok("CreateTags", &tag(&two, "stack", "shop")).await;
    world.ok("CreateTags", &tag(&two, "owner", "me")).await;
    let either = [("Filter.1.Name", "tag:stack"), ("Filter.1.Value.1", "blog"), ("Filter.1.Value.2", "shop")];
    assert_eq!(values(&world.ok("DescribeVpcs", &either).await, "vpcId").len(), 2);
    let both: Vec<_> = either.into_iter().chain([("Filter.2.Name", "tag-key"), ("Filter.2.Value.1", "own?r")]).collect();
    assert_eq!(value(&world.ok("DescribeVpcs", &both).await, "vpcId"), two);
    world.refused("DescribeVpcs", &[("Filter.1.Name", "stack"), ("Filter.1.Value.1", "x")], "InvalidParameterValue").await;
}

#[tokio::test(start_paused = true)]
async fn a_request_tags_only_what_it_makes() {
    let world = World::new();
    let of = |kind| {
        [("TagSpecification.1.ResourceType", kind), ("TagSpecification.1.Tag.1.Key", "Name"), ("TagSpecification.1.Tag.1.Value", "x")]
    };
    let message = world.refused("CreateInternetGateway", &of("vpc"), "InvalidParameterValue").await;
    assert_eq!(message, "'vpc' is not a valid taggable resource type for this operation.");
    world.ok("CreateInternetGateway", &of("internet-gateway")).await;
}
