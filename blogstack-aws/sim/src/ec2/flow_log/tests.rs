use crate::testing::{World, value, values};

const BUCKET: &str = "arn:aws:s3:::logs-of-tests";

fn to_bucket<'a>(kind: &'a str, id: &'a str) -> Vec<(&'a str, &'a str)> {
    let destination = [("LogDestinationType", "s3"), ("LogDestination", BUCKET), ("TrafficType", "ALL")];
    [("ResourceType", kind), ("ResourceId.1", id)].into_iter().chain(destination).collect()
}

#[tokio::test(start_paused = true)]
async fn a_log_comes_and_goes() {
    let world = World::new();
    let vpc = world.vpc().await;
    let request: Vec<_> = to_bucket("VPC", &vpc).into_iter().chain([("ClientToken", "one")]).collect();
    let log = value(&world.ok("CreateFlowLogs", &request).await, "item");
    assert_eq!(value(&world.ok("CreateFlowLogs", &request).await, "item"), log);
    world.refused("CreateFlowLogs", &to_bucket("VPC", &vpc), "FlowLogAlreadyExists").await;
    let listed = world.ok("DescribeFlowLogs", &[("Filter.1.Name", "resource-id"), ("Filter.1.Value.1", &vpc)]).await;
    assert_eq!((value(&listed, "flowLogId"), value(&listed, "maxAggregationInterval")), (log.clone(), "600".to_owned()));
    assert!(value(&listed, "logFormat").starts_with("${version} ${account-id}"));
    let both = [("FlowLogId.1", log.as_str()), ("FlowLogId.2", "fl-0123456789abcdef0")];
    assert_eq!(values(&world.ok("DeleteFlowLogs", &both).await, "code"), ["InvalidFlowLogId.NotFound"]);
    world.refused("DescribeFlowLogs", &both[..1], "InvalidFlowLogId.NotFound").await;
    world.refused("DeleteFlowLogs", &[], "MissingParameter").await;
}

#[tokio::test(start_paused = true)]
async fn resources_that_are_not_there_are_told_in_a_success() {
    let world = World::new();
    let vpc = world.vpc().await;
    let subnet = world.subnet(&vpc, "10.0.1.0/24").await;
    let request: Vec<_> = to_bucket("Subnet", &subnet).into_iter().chain([("ResourceId.2", "subnet-0123456789abcdef0")]).collect();
    let answer = world.ok("CreateFlowLogs", &request).await;
    assert_eq!((values(&answer, "code"), values(&answer, "resourceId").len()), (vec!["InvalidSubnetID.NotFound".to_owned()], 1));
    assert_eq!(values(&world.ok("DescribeFlowLogs", &[]).await, "flowLogId").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn destinations_are_checked() {
    let world = World::new();
    let vpc = world.vpc().await;
    let (role, group) = (("DeliverLogsPermissionArn", "arn:aws:iam::123456789012:role/logs"), ("LogGroupName", "flow"));
    let base = [("ResourceType", "VPC"), ("ResourceId.1", vpc.as_str()), ("TrafficType", "REJECT")];
    let to_file = [("LogDestinationType", "s3"), ("LogDestination", BUCKET)];
    for wrong in [
        vec![group],
        vec![role],
        vec![role, group, to_file[1]],
        vec![to_file[0]],
        vec![to_file[0], to_file[1], role],
        vec![to_file[0], ("LogDestination", "logs")],
        vec![role, group, ("MaxAggregationInterval", "90")],
        vec![role, group, ("DestinationOptions.FileFormat", "parquet")],
    ] {
        let request: Vec<_> = base.into_iter().chain(wrong).collect();
        world.refused("CreateFlowLogs", &request, "InvalidParameter").await;
    }
    world.refused("CreateFlowLogs", &base[..2], "MissingParameter").await;
    let request: Vec<_> = base.into_iter().chain([role, group]).collect();
    world.ok("CreateFlowLogs", &request).await;
    let found = world.ok("DescribeFlowLogs", &[("Filter.1.Name", "log-group-name"), ("Filter.1.Value.1", "flow")]).await;
    assert!(value(&found, "logDestination").ends_with(":log-group:flow"));
    let options = [("DestinationOptions.FileFormat", "parquet"), ("DestinationOptions.PerHourPartition", "true")];
    let request: Vec<_> = base.into_iter().chain(to_file).chain(options).collect();
    world.ok("CreateFlowLogs", &request).await;
    assert_eq!(values(&world.ok("DescribeFlowLogs", &[]).await, "fileFormat"), ["parquet"]);
}
