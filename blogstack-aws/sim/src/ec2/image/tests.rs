use std::time::Duration;

use crate::delays::Delays;
use crate::image::Image;
use crate::testing::{World, values};

#[tokio::test(start_paused = true)]
async fn amazon_linux_is_found_by_owner_and_name() {
    let world = World::new();
    let request = [
        ("Owner.1", "137112412989"),
        ("Filter.1.Name", "name"),
        ("Filter.1.Value.1", "al2023-ami-2023.*-x86_64"),
        ("Filter.2.Name", "state"),
        ("Filter.2.Value.1", "available"),
    ];
    let images = world.ok("DescribeImages", &request).await;
    let dates = values(&images, "creationDate");
    assert_eq!(dates.len(), 3);
    let elsewhere = world.in_region("us-east-1").ok("DescribeImages", &request).await;
    assert_ne!(values(&images, "imageId"), values(&elsewhere, "imageId"));
}

#[tokio::test(start_paused = true)]
async fn own_images_belong_to_self() {
    let world = World::with(|builder| builder.image(Image::new("blog", "123456789012")));
    let own = world.ok("DescribeImages", &[("Owner.1", "self")]).await;
    assert_eq!(values(&own, "name"), ["blog"]);
    world.refused("DescribeImages", &[("ImageId.1", "ami-00000000000000000")], "InvalidAMIID.NotFound").await;
    world.refused("DescribeImages", &[("ImageId.1", "nonsense")], "InvalidAMIID.Malformed").await;
}

async fn instance(world: &World) -> String {
    let vpc = world.vpc().await;
    let subnet = world.subnet(&vpc, "10.0.0.0/24").await;
    let x86 = [("Owner.1", "amazon"), ("Filter.1.Name", "architecture"), ("Filter.1.Value.1", "x86_64")];
    let image = world.get("DescribeImages", &x86, "imageId").await;
    let run = [
        ("ImageId", image.as_str()),
        ("InstanceType", "t3.micro"),
        ("SubnetId", &subnet),
        ("MinCount", "1"),
        ("MaxCount", "1"),
        ("BlockDeviceMapping.1.DeviceName", "/dev/sdf"),
        ("BlockDeviceMapping.1.Ebs.VolumeSize", "10"),
        ("BlockDeviceMapping.1.Ebs.Encrypted", "true"),
    ];
    world.get("RunInstances", &run, "instanceId").await
}

#[tokio::test(start_paused = true)]
async fn an_image_is_made_of_an_instance_and_boots_others() {
    let world = World::new();
    let id = instance(&world).await;
    let request = [
        ("InstanceId", id.as_str()),
        ("Name", "blog 1"),
        ("TagSpecification.1.ResourceType", "snapshot"),
        ("TagSpecification.1.Tag.1.Key", "Name"),
        ("TagSpecification.1.Tag.1.Value", "blog"),
    ];
    let image = world.get("CreateImage", &request, "imageId").await;
    let message = world.refused("CreateImage", &request, "InvalidAMIName.Duplicate").await;
    assert_eq!(message, format!("AMI name blog 1 is already in use by AMI {image}"));
    let seen = world.ok("DescribeImages", &[("Owner.1", "self")]).await;
    assert_eq!(values(&seen, "deviceName"), ["/dev/sdf", "/dev/xvda"]);
    assert_eq!(values(&seen, "encrypted"), ["true", "false"]);
    let snapshots = world.ok("DescribeSnapshots", &[("Filter.1.Name", "tag:Name"), ("Filter.1.Value.1", "blog")]).await;
    assert_eq!(values(&snapshots, "snapshotId").len(), 2);
    world.refused("DeleteSnapshot", &[("SnapshotId", &values(&snapshots, "snapshotId")[0])], "InvalidSnapshot.InUse").await;
    let subnet = world.get("DescribeSubnets", &[], "subnetId").await;
    let run = [("ImageId", image.as_str()), ("InstanceType", "t3.micro"), ("SubnetId", &subnet), ("MinCount", "1"), ("MaxCount", "1")];
    let second = world.get("RunInstances", &run, "instanceId").await;
    let volumes = world.ok("DescribeVolumes", &[("Filter.1.Name", "attachment.instance-id"), ("Filter.1.Value.1", &second)]).await;
    assert_eq!(values(&volumes, "encrypted").iter().filter(|encrypted| *encrypted == "true").count(), 1);
    let done = world.ok("DeregisterImage", &[("ImageId", &image), ("DeleteAssociatedSnapshots", "true")]).await;
    assert_eq!(values(&done, "returnCode"), ["success", "success"]);
    world.refused("DescribeImages", &[("ImageId.1", &image)], "InvalidAMIID.NotFound").await;
}

#[tokio::test(start_paused = true)]
async fn a_pending_image_boots_nothing() {
    let world = World::with(|builder| builder.delays(Delays { image_available: Duration::from_mins(1), ..Delays::none() }));
    let id = instance(&world).await;
    let image = world.get("CreateImage", &[("InstanceId", &id), ("Name", "blog"), ("NoReboot", "true")], "imageId").await;
    let subnet = world.get("DescribeSubnets", &[], "subnetId").await;
    let run = [("ImageId", image.as_str()), ("InstanceType", "t3.micro"), ("SubnetId", &subnet), ("MinCount", "1"), ("MaxCount", "1")];
    world.refused("RunInstances", &run, "InvalidAMIID.Unavailable").await;
    tokio::time::advance(Duration::from_secs(61)).await;
    world.ok("RunInstances", &run).await;
    world.ok("ModifyImageAttribute", &[("ImageId", &image), ("Description.Value", "the blog")]).await;
    assert_eq!(world.get("DescribeImages", &[("ImageId.1", &image)], "description").await, "the blog");
}

#[tokio::test(start_paused = true)]
async fn names_of_images_have_limits() {
    let world = World::new();
    let id = instance(&world).await;
    world.refused("CreateImage", &[("InstanceId", &id), ("Name", "ab")], "InvalidAMIName.Malformed").await;
    world.refused("CreateImage", &[("InstanceId", &id), ("Name", "a*b")], "InvalidAMIName.Malformed").await;
}
