use std::time::Duration;

use crate::delays::Delays;
use crate::testing::{World, value, values};

fn slow() -> World {
    World::with(|builder| builder.delays(Delays { instance_running: Duration::ZERO, ..Delays::realistic() }))
}

async fn pass(seconds: u64) {
    tokio::time::advance(Duration::from_secs(seconds)).await;
}

async fn volume(world: &World, more: &[(&str, &str)]) -> String {
    let request: Vec<_> = [("AvailabilityZone", "eu-west-1a")].iter().chain(more).copied().collect();
    world.get("CreateVolume", &request, "volumeId").await
}

async fn instance(world: &World, zone: &str) -> String {
    let vpc = world.vpc().await;
    let subnet = [("VpcId", vpc.as_str()), ("CidrBlock", "10.0.0.0/24"), ("AvailabilityZone", zone)];
    let subnet = world.get("CreateSubnet", &subnet, "subnetId").await;
    let x86 = [("Owner.1", "amazon"), ("Filter.1.Name", "architecture"), ("Filter.1.Value.1", "x86_64")];
    let image = world.get("DescribeImages", &x86, "imageId").await;
    let run = [("ImageId", image.as_str()), ("InstanceType", "t3.micro"), ("SubnetId", &subnet), ("MinCount", "1"), ("MaxCount", "1")];
    world.get("RunInstances", &run, "instanceId").await
}

async fn status(world: &World, id: &str) -> String {
    world.get("DescribeVolumes", &[("VolumeId.1", id)], "status").await
}

#[tokio::test(start_paused = true)]
async fn a_volume_is_created_attached_detached_and_deleted() {
    let world = slow();
    let (id, instance) = (volume(&world, &[("Size", "10"), ("VolumeType", "gp3")]).await, instance(&world, "eu-west-1a").await);
    assert_eq!(status(&world, &id).await, "creating");
    let attach = [("VolumeId", id.as_str()), ("InstanceId", &instance), ("Device", "/dev/sdf")];
    world.refused("AttachVolume", &attach, "IncorrectState").await;
    pass(5).await;
    assert_eq!(world.get("AttachVolume", &attach, "status").await, "attaching");
    world.refused("AttachVolume", &attach, "VolumeInUse").await;
    world.refused("DeleteVolume", &[("VolumeId", &id)], "VolumeInUse").await;
    pass(5).await;
    let seen = world.ok("DescribeVolumes", &[("VolumeId.1", &id)]).await;
    assert_eq!(values(&seen, "status"), ["in-use", "attached"]);
    assert_eq!(world.get("DetachVolume", &[("VolumeId", &id)], "status").await, "detaching");
    pass(5).await;
    world.refused("DetachVolume", &[("VolumeId", &id)], "IncorrectState").await;
    world.ok("DeleteVolume", &[("VolumeId", &id)]).await;
    assert_eq!(status(&world, &id).await, "deleting");
    pass(5).await;
    world.refused("DescribeVolumes", &[("VolumeId.1", &id)], "InvalidVolume.NotFound").await;
}

#[tokio::test(start_paused = true)]
async fn attachments_have_rules() {
    let world = World::new();
    let (id, elsewhere) = (volume(&world, &[("Size", "10")]).await, instance(&world, "eu-west-1b").await);
    let far = [("VolumeId", id.as_str()), ("InstanceId", &elsewhere), ("Device", "/dev/sdf")];
    world.refused("AttachVolume", &far, "InvalidVolume.ZoneMismatch").await;
    let here = instance(&world, "eu-west-1a").await;
    let at_root = [("VolumeId", id.as_str()), ("InstanceId", &here), ("Device", "/dev/xvda")];
    world.refused("AttachVolume", &at_root, "InvalidParameterValue").await;
    let root = [("Filter.1.Name", "attachment.instance-id"), ("Filter.1.Value.1", here.as_str())];
    let root = world.get("DescribeVolumes", &root, "volumeId").await;
    world.refused("DetachVolume", &[("VolumeId", &root)], "OperationNotPermitted").await;
    world.ok("AttachVolume", &[("VolumeId", &id), ("InstanceId", &here), ("Device", "/dev/sdf")]).await;
    world.refused("DetachVolume", &[("VolumeId", &id), ("Device", "/dev/sdg")], "InvalidAttachment.NotFound").await;
    world.ok("TerminateInstances", &[("InstanceId.1", &here)]).await;
    assert_eq!(status(&world, &id).await, "available", "what was attached later stays");
}

#[tokio::test(start_paused = true)]
async fn a_volume_is_made_of_a_snapshot() {
    let world = World::new();
    let first = volume(&world, &[("Size", "10"), ("Encrypted", "true")]).await;
    let snapshot = world.get("CreateSnapshot", &[("VolumeId", &first)], "snapshotId").await;
    let second = world.ok("CreateVolume", &[("AvailabilityZone", "eu-west-1b"), ("SnapshotId", &snapshot)]).await;
    assert_eq!((value(&second, "size"), value(&second, "encrypted")), ("10".into(), "true".into()));
    let smaller = [("AvailabilityZone", "eu-west-1b"), ("SnapshotId", snapshot.as_str()), ("Size", "9")];
    world.refused("CreateVolume", &smaller, "InvalidParameterValue").await;
}

#[tokio::test(start_paused = true)]
async fn a_token_makes_one_volume() {
    let world = World::new();
    let once = volume(&world, &[("Size", "10"), ("ClientToken", "one")]).await;
    assert_eq!(volume(&world, &[("Size", "10"), ("ClientToken", "one")]).await, once);
    let other = [("AvailabilityZone", "eu-west-1a"), ("Size", "11"), ("ClientToken", "one")];
    world.refused("CreateVolume", &other, "IdempotentParameterMismatch").await;
}

#[tokio::test(start_paused = true)]
async fn a_volume_needs_a_zone_and_a_size() {
    let world = World::new();
    world.refused("CreateVolume", &[("Size", "10")], "MissingParameter").await;
    world.refused("CreateVolume", &[("AvailabilityZone", "eu-west-1a")], "MissingParameter").await;
    world.refused("CreateVolume", &[("AvailabilityZone", "eu-west-1z"), ("Size", "10")], "InvalidZone.NotFound").await;
    let key = [("AvailabilityZone", "eu-west-1a"), ("Size", "10"), ("KmsKeyId", "alias/blog")];
    world.refused("CreateVolume", &key, "InvalidParameterDependency").await;
}
