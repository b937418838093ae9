use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::delays::Delays;
use crate::testing::{World, value, values};

/// A simulation with a network, and what a plain launch asks for.
struct Place {
    world: World,
    vpc: String,
    subnet: String,
    image: String,
}

impl Place {
    async fn new(world: World) -> Self {
        let vpc = world.vpc().await;
        let subnet = world.subnet(&vpc, "10.0.1.0/24").await;
        let filter = [("Filter.1.Name", "name"), ("Filter.1.Value.1", "al2023-ami-2023.9.*-x86_64")];
        let image = world.get("DescribeImages", &filter, "imageId").await;
        Self { world, vpc, subnet, image }
    }

    fn request<'a>(&'a self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let plain = [("ImageId", self.image.as_str()), ("InstanceType", "t3.micro"), ("SubnetId", self.subnet.as_str())];
        let counts = [("MinCount", "1"), ("MaxCount", "1")];
        plain.into_iter().chain(counts).chain(more.iter().copied()).collect()
    }

    async fn run(&self, more: &[(&str, &str)]) -> String {
        self.world.get("RunInstances", &self.request(more), "instanceId").await
    }

    async fn describe(&self, id: &str) -> String {
        self.world.ok("DescribeInstances", &[("InstanceId.1", id)]).await
    }

    async fn state(&self, id: &str) -> String {
        let described = self.describe(id).await;
        value(&described[described.find("<instanceState>").unwrap()..], "name")
    }

    async fn change(&self, operation: &str, id: &str) {
        self.world.ok(operation, &[("InstanceId.1", id)]).await;
    }
}

fn slow() -> World {
    World::with(|builder| builder.delays(Delays::realistic()).instance_profile("web").instance_profile("other"))
}

#[tokio::test(start_paused = true)]
async fn an_instance_lives_and_dies_in_its_time() {
    let place = Place::new(slow()).await;
    let id = place.run(&[]).await;
    assert_eq!(place.state(&id).await, "pending");
    tokio::time::sleep(Duration::from_secs(16)).await;
    assert_eq!(place.state(&id).await, "running");
    place.change("StopInstances", &id).await;
    assert_eq!(place.state(&id).await, "stopping");
    place.world.refused("StartInstances", &[("InstanceId.1", &id)], "IncorrectInstanceState").await;
    tokio::time::sleep(Duration::from_secs(21)).await;
    assert_eq!(place.state(&id).await, "stopped");
    place.change("StartInstances", &id).await;
    place.change("TerminateInstances", &id).await;
    place.world.refused("DeleteSubnet", &[("SubnetId", &place.subnet)], "DependencyViolation").await;
    tokio::time::sleep(Duration::from_secs(41)).await;
    assert_eq!(place.state(&id).await, "terminated");
    place.change("TerminateInstances", &id).await;
    place.world.ok("DeleteSubnet", &[("SubnetId", &place.subnet)]).await;
    tokio::time::sleep(Duration::from_secs(3601)).await;
    place.world.refused("DescribeInstances", &[("InstanceId.1", &id)], "InvalidInstanceID.NotFound").await;
}

/// Both checks of an instance that is well.
const WELL: [&str; 4] = ["ok", "passed", "ok", "passed"];

#[tokio::test(start_paused = true)]
async fn what_is_wrong_with_an_instance_is_told_and_cured() {
    let place = Place::new(World::new()).await;
    let id = place.run(&[]).await;
    let statuses = async || values(&place.world.ok("DescribeInstanceStatus", &[("InstanceId.1", &id)]).await, "status");
    assert_eq!(statuses().await, WELL);
    assert!(place.world.sim.out_of_band().set(&id, "impaired", "instance").unwrap());
    assert_eq!(statuses().await, ["impaired", "failed", "ok", "passed"]);
    place.change("RebootInstances", &id).await;
    assert_eq!(statuses().await, WELL);
    assert!(place.world.sim.out_of_band().set(&id, "impaired", "system").unwrap());
    place.change("RebootInstances", &id).await;
    assert_eq!(statuses().await, ["impaired", "failed", "impaired", "failed"]);
    let failed = [("Filter.1.Name", "system-status.status"), ("Filter.1.Value.1", "impaired")];
    assert_eq!(values(&place.world.ok("DescribeInstanceStatus", &failed).await, "instanceId"), [id.as_str()]);
    place.change("StopInstances", &id).await;
    place.world.refused("RebootInstances", &[("InstanceId.1", &id)], "IncorrectInstanceState").await;
    place.change("StartInstances", &id).await;
    assert_eq!(statuses().await, WELL);
    place.change("TerminateInstances", &id).await;
    place.change("RebootInstances", &id).await;
    place.world.refused("RebootInstances", &[("InstanceId.1", "i-0123456789abcdef0")], "InvalidInstanceID.NotFound").await;
}

#[tokio::test(start_paused = true)]
async fn a_token_launches_once() {
    let place = Place::new(World::new()).await;
    let id = place.run(&[("ClientToken", "token")]).await;
    assert_eq!(place.run(&[("ClientToken", "token")]).await, id);
    let other = place.request(&[("ClientToken", "token"), ("DisableApiTermination", "true")]);
    place.world.refused("RunInstances", &other, "IdempotentParameterMismatch").await;
    place.change("TerminateInstances", &id).await;
    let same = place.request(&[("ClientToken", "token")]);
    place.world.refused("DescribeInstances", &[("InstanceId.1", "i-0")], "InvalidInstanceID.Malformed").await;
    place.world.refused("RunInstances", &same, "IdempotentInstanceTerminated").await;
    let filter = [("Filter.1.Name", "client-token"), ("Filter.1.Value.1", "token")];
    assert_eq!(place.world.get("DescribeInstances", &filter, "instanceId").await, id);
}

#[tokio::test(start_paused = true)]
async fn what_does_not_exist_is_refused() {
    let place = Place::new(slow()).await;
    let cases: [(&[(&str, &str)], &str); 8] = [
        (&[("ImageId", "ami-00000000000000000")], "InvalidAMIID.NotFound"),
        (&[("SubnetId", "subnet-00000000000000000")], "InvalidSubnetID.NotFound"),
        (&[("InstanceType", "t3.huge")], "InvalidParameterValue"),
        (&[("InstanceType", "t4g.micro")], "InvalidParameterValue"),
        (&[("KeyName", "none")], "InvalidKeyPair.NotFound"),
        (&[("SecurityGroupId.1", "sg-00000000000000000")], "InvalidGroup.NotFound"),
        (&[("UserData", "?")], "InvalidParameterValue"),
        (&[("PrivateIpAddress", "10.0.2.5")], "InvalidParameterValue"),
    ];
    for (more, code) in cases {
        place.world.refused("RunInstances", &place.request(more), code).await;
    }
    let request = place.request(&[("IamInstanceProfile.Name", "none")]);
    let message = place.world.refused("RunInstances", &request, "InvalidParameterValue").await;
    assert_eq!(message, "Value (none) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name");
    let none = place.world.ok("DescribeInstances", &[]).await;
    assert!(values(&none, "instanceId").is_empty() && place.world.sim.objects().keys().all(|key| !key.contains("/i-")));
}

#[tokio::test(start_paused = true)]
async fn a_private_address_is_one_instances_until_it_is_gone() {
    let place = Place::new(World::new()).await;
    let id = place.run(&[("PrivateIpAddress", "10.0.1.77")]).await;
    let same = place.request(&[("PrivateIpAddress", "10.0.1.77")]);
    place.world.refused("RunInstances", &same, "InvalidIPAddress.InUse").await;
    place.change("TerminateInstances", &id).await;
    place.world.ok("RunInstances", &same).await;
}

#[tokio::test(start_paused = true)]
async fn user_data_is_kept_and_limited() {
    let place = Place::new(World::new()).await;
    let (fits, too_much) = (STANDARD.encode(vec![b'x'; 16384]), STANDARD.encode(vec![b'x'; 16385]));
    place.world.refused("RunInstances", &place.request(&[("UserData", &too_much)]), "InvalidParameterValue").await;
    let id = place.run(&[("UserData", &fits)]).await;
    let attribute = [("InstanceId", id.as_str()), ("Attribute", "userData")];
    assert_eq!(place.world.get("DescribeInstanceAttribute", &attribute, "value").await, fits);
    let change = [("InstanceId", id.as_str()), ("UserData.Value", "eA==")];
    place.world.refused("ModifyInstanceAttribute", &change, "IncorrectInstanceState").await;
    place.change("StopInstances", &id).await;
    place.world.ok("ModifyInstanceAttribute", &change).await;
    assert_eq!(place.world.get("DescribeInstanceAttribute", &attribute, "value").await, "eA==");
}

#[tokio::test(start_paused = true)]
async fn one_attribute_changes_at_a_time() {
    let place = Place::new(World::new()).await;
    let id = place.run(&[]).await;
    let own = ("InstanceId", id.as_str());
    let two = [own, ("DisableApiTermination.Value", "true"), ("SourceDestCheck.Value", "false")];
    place.world.refused("ModifyInstanceAttribute", &two, "InvalidParameterCombination").await;
    place.world.ok("ModifyInstanceAttribute", &[own, ("SourceDestCheck.Value", "false")]).await;
    assert_eq!(value(&place.describe(&id).await, "sourceDestCheck"), "false");
    place.world.refused("ModifyInstanceAttribute", &[own, ("InstanceType.Value", "t3.small")], "IncorrectInstanceState").await;
    place.world.ok("ModifyInstanceAttribute", &[own, ("DisableApiTermination.Value", "true")]).await;
    place.world.refused("TerminateInstances", &[("InstanceId.1", &id)], "OperationNotPermitted").await;
    place.change("StopInstances", &id).await;
    place.world.ok("ModifyInstanceAttribute", &[own, ("InstanceType.Value", "t3.small")]).await;
    assert_eq!(value(&place.describe(&id).await, "instanceType"), "t3.small");
}

#[tokio::test(start_paused = true)]
async fn a_public_address_lasts_until_the_stop() {
    let place = Place::new(World::new()).await;
    place.world.ok("ModifySubnetAttribute", &[("SubnetId", &place.subnet), ("MapPublicIpOnLaunch.Value", "true")]).await;
    let id = place.run(&[]).await;
    let first = value(&place.describe(&id).await, "ipAddress");
    let gateway = place.world.get("CreateInternetGateway", &[], "internetGatewayId").await;
    let attachment = [("InternetGatewayId", gateway.as_str()), ("VpcId", &place.vpc)];
    place.world.ok("AttachInternetGateway", &attachment).await;
    place.world.refused("DetachInternetGateway", &attachment, "DependencyViolation").await;
    place.change("StopInstances", &id).await;
    place.world.ok("DetachInternetGateway", &attachment).await;
    assert!(values(&place.describe(&id).await, "ipAddress").is_empty());
    place.change("StartInstances", &id).await;
    assert_ne!(value(&place.describe(&id).await, "ipAddress"), first);
}

#[tokio::test(start_paused = true)]
async fn an_elastic_address_takes_the_place_of_the_public_one() {
    let place = Place::new(slow()).await;
    let interface = [("NetworkInterface.1.DeviceIndex", "0"), ("NetworkInterface.1.AssociatePublicIpAddress", "true")];
    let mut request = place.request(&interface);
    request.retain(|(name, _)| *name != "SubnetId");
    request.push(("NetworkInterface.1.SubnetId", &place.subnet));
    let id = place.world.get("RunInstances", &request, "instanceId").await;
    let allocation = place.world.get("AllocateAddress", &[], "allocationId").await;
    let associate = [("AllocationId", allocation.as_str()), ("InstanceId", id.as_str())];
    let message = place.world.refused("AssociateAddress", &associate, "InvalidInstanceID").await;
    assert!(message.contains("pending instance"), "{message}");
    place.world.sim.advance(Duration::from_secs(15));
    place.world.refused("AssociateAddress", &associate, "Gateway.NotAttached").await;
    let gateway = place.world.get("CreateInternetGateway", &[], "internetGatewayId").await;
    place.world.ok("AttachInternetGateway", &[("InternetGatewayId", &gateway), ("VpcId", &place.vpc)]).await;
    let automatic = value(&place.describe(&id).await, "ipAddress");
    place.world.ok("AssociateAddress", &associate).await;
    let elastic = value(&place.describe(&id).await, "ipAddress");
    assert_ne!(automatic, elastic);
    place.world.refused("ReleaseAddress", &[("AllocationId", &allocation)], "InvalidIPAddress.InUse").await;
    let second = place.world.get("AllocateAddress", &[], "allocationId").await;
    let steal = [("AllocationId", second.as_str()), ("InstanceId", id.as_str()), ("AllowReassociation", "false")];
    place.world.refused("AssociateAddress", &steal, "Resource.AlreadyAssociated").await;
    place.change("TerminateInstances", &id).await;
    place.world.sim.advance(Duration::from_secs(40));
    place.world.ok("ReleaseAddress", &[("AllocationId", &allocation)]).await;
}

#[tokio::test(start_paused = true)]
async fn volumes_go_with_their_instance_or_stay() {
    let place = Place::new(World::new()).await;
    let disks = [
        ("BlockDeviceMapping.1.DeviceName", "/dev/xvda"),
        ("BlockDeviceMapping.1.Ebs.VolumeSize", "20"),
        ("BlockDeviceMapping.1.Ebs.Encrypted", "true"),
        ("BlockDeviceMapping.2.DeviceName", "/dev/sdb"),
        ("BlockDeviceMapping.2.Ebs.VolumeSize", "5"),
        ("BlockDeviceMapping.2.Ebs.DeleteOnTermination", "false"),
        ("TagSpecification.1.ResourceType", "volume"),
        ("TagSpecification.1.Tag.1.Key", "stack"),
        ("TagSpecification.1.Tag.1.Value", "blog"),
    ];
    let id = place.run(&disks).await;
    let volumes = place.world.ok("DescribeVolumes", &[("Filter.1.Name", "tag:stack"), ("Filter.1.Value.1", "blog")]).await;
    let mut types = values(&volumes, "volumeType");
    types.sort();
    assert_eq!(types, ["gp2", "gp3"]);
    place.change("TerminateInstances", &id).await;
    let volumes = place.world.ok("DescribeVolumes", &[]).await;
    assert_eq!((values(&volumes, "size"), value(&volumes, "status")), (vec!["5".to_owned()], "available".to_owned()));
    let too_small = [disks[0], ("BlockDeviceMapping.1.Ebs.VolumeSize", "4")];
    place.world.refused("RunInstances", &place.request(&too_small), "InvalidBlockDeviceMapping").await;
}

#[tokio::test(start_paused = true)]
async fn a_volume_changes_step_by_step() {
    let place = Place::new(slow()).await;
    place.run(&[]).await;
    let volume = place.world.get("DescribeVolumes", &[], "volumeId").await;
    let own = ("VolumeId", volume.as_str());
    place.world.refused("ModifyVolume", &[own, ("Size", "4")], "InvalidParameterValue").await;
    place.world.ok("ModifyVolume", &[own, ("Size", "16"), ("Iops", "4000")]).await;
    place.world.refused("ModifyVolume", &[own, ("Size", "32")], "IncorrectModificationState").await;
    let mut states = Vec::new();
    for _ in 0..3 {
        states.push(place.world.get("DescribeVolumesModifications", &[("VolumeId.1", &volume)], "modificationState").await);
        place.world.sim.advance(Duration::from_secs(5));
    }
    assert_eq!(states, ["modifying", "optimizing", "completed"]);
    assert_eq!(place.world.get("DescribeVolumes", &[], "iops").await, "4000");
}

#[tokio::test(start_paused = true)]
async fn profiles_are_associated_and_replaced() {
    let place = Place::new(slow()).await;
    let id = place.run(&[("IamInstanceProfile.Name", "web")]).await;
    assert!(value(&place.describe(&id).await, "arn").ends_with(":instance-profile/web"));
    let associate = [("InstanceId", id.as_str()), ("IamInstanceProfile.Name", "other")];
    place.world.refused("AssociateIamInstanceProfile", &associate, "IncorrectState").await;
    let association = place.world.get("DescribeIamInstanceProfileAssociations", &[], "associationId").await;
    let replace = [("AssociationId", association.as_str()), ("IamInstanceProfile.Name", "other")];
    let second = place.world.get("ReplaceIamInstanceProfileAssociation", &replace, "associationId").await;
    assert_ne!(association, second);
    assert!(value(&place.describe(&id).await, "arn").ends_with("/other"));
    place.world.sim.advance(Duration::from_secs(5));
    place.world.ok("DisassociateIamInstanceProfile", &[("AssociationId", &second)]).await;
    place.world.sim.advance(Duration::from_secs(5));
    assert!(values(&place.describe(&id).await, "arn").is_empty());
    place.world.refused("DisassociateIamInstanceProfile", &[("AssociationId", &second)], "InvalidAssociationID.NotFound").await;
}

#[tokio::test(start_paused = true)]
async fn a_route_through_a_terminated_instance_is_a_black_hole() {
    let place = Place::new(World::new()).await;
    let id = place.run(&[]).await;
    let table = place.world.get("CreateRouteTable", &[("VpcId", &place.vpc)], "routeTableId").await;
    let route = [("RouteTableId", table.as_str()), ("DestinationCidrBlock", "0.0.0.0/0"), ("InstanceId", id.as_str())];
    place.world.ok("CreateRoute", &route).await;
    let black_holes = [("Filter.1.Name", "route.state"), ("Filter.1.Value.1", "blackhole")];
    assert!(values(&place.world.ok("DescribeRouteTables", &black_holes).await, "routeTableId").is_empty());
    place.change("TerminateInstances", &id).await;
    assert_eq!(place.world.get("DescribeRouteTables", &black_holes, "routeTableId").await, table);
}

#[tokio::test(start_paused = true)]
async fn options_are_kept_and_changed() {
    let place = Place::new(World::new()).await;
    let options =
        [("MetadataOptions.HttpTokens", "optional"), ("CreditSpecification.CpuCredits", "standard"), ("Monitoring.Enabled", "true")];
    let id = place.run(&options).await;
    let described = place.describe(&id).await;
    assert_eq!((value(&described, "httpTokens"), value(&described, "httpPutResponseHopLimit")), ("optional".to_owned(), "2".to_owned()));
    place.world.ok("ModifyInstanceMetadataOptions", &[("InstanceId", &id), ("HttpTokens", "required")]).await;
    assert_eq!(value(&place.describe(&id).await, "httpTokens"), "required");
    assert_eq!(place.world.get("DescribeInstanceCreditSpecifications", &[("InstanceId.1", &id)], "cpuCredits").await, "standard");
    let credits = [("InstanceCreditSpecification.1.InstanceId", id.as_str()), ("InstanceCreditSpecification.1.CpuCredits", "unlimited")];
    place.world.ok("ModifyInstanceCreditSpecification", &credits).await;
    assert_eq!(place.world.get("DescribeInstanceCreditSpecifications", &[], "cpuCredits").await, "unlimited");
    place.change("UnmonitorInstances", &id).await;
    assert!(place.describe(&id).await.contains("<monitoring><state>disabled</state>"));
}

#[tokio::test(start_paused = true)]
async fn only_running_instances_have_a_status_unless_asked() {
    let place = Place::new(slow()).await;
    let id = place.run(&[]).await;
    assert!(values(&place.world.ok("DescribeInstanceStatus", &[]).await, "instanceId").is_empty());
    let all = [("IncludeAllInstances", "true"), ("InstanceId.1", id.as_str())];
    assert_eq!(place.world.get("DescribeInstanceStatus", &all, "name").await, "pending");
    place.world.sim.advance(Duration::from_secs(15));
    assert_eq!(place.world.get("DescribeInstanceStatus", &[], "instanceId").await, id);
}

#[tokio::test(start_paused = true)]
async fn groups_and_disks_change_by_the_instance() {
    let place = Place::new(World::new()).await;
    let id = place.run(&[]).await;
    let request = [("GroupName", "web"), ("GroupDescription", "web"), ("VpcId", &place.vpc)];
    let group = place.world.get("CreateSecurityGroup", &request, "groupId").await;
    place.world.ok("ModifyInstanceAttribute", &[("InstanceId", &id), ("GroupId.1", &group)]).await;
    let by_group = [("Filter.1.Name", "instance.group-id"), ("Filter.1.Value.1", group.as_str())];
    assert_eq!(place.world.get("DescribeInstances", &by_group, "instanceId").await, id);
    let keep = [
        ("InstanceId", id.as_str()),
        ("BlockDeviceMapping.1.DeviceName", "/dev/xvda"),
        ("BlockDeviceMapping.1.Ebs.DeleteOnTermination", "false"),
    ];
    place.world.ok("ModifyInstanceAttribute", &keep).await;
    place.change("TerminateInstances", &id).await;
    assert_eq!(place.world.get("DescribeVolumes", &[], "status").await, "available");
}

#[tokio::test(start_paused = true)]
async fn several_instances_share_a_reservation() {
    let place = Place::new(World::new()).await;
    let mut request = place.request(&[]);
    request.retain(|(name, _)| *name != "MaxCount");
    request.push(("MaxCount", "3"));
    let launched = place.world.ok("RunInstances", &request).await;
    assert_eq!((values(&launched, "instanceId").len(), values(&launched, "reservationId").len()), (3, 1));
    let described = place.world.ok("DescribeInstances", &[]).await;
    assert_eq!((values(&described, "amiLaunchIndex").len(), values(&described, "reservationId").len()), (3, 1));
    let world = World::with(|builder| builder.quota("instances", 2));
    let place = Place::new(world).await;
    request = place.request(&[]);
    request.retain(|(name, _)| *name != "MaxCount");
    request.push(("MaxCount", "3"));
    place.world.refused("RunInstances", &request, "InstanceLimitExceeded").await;
}

#[tokio::test(start_paused = true)]
async fn a_profile_is_associated_later() {
    let place = Place::new(slow()).await;
    let id = place.run(&[]).await;
    let request = |name| [("InstanceId", id.as_str()), ("IamInstanceProfile.Name", name)];
    place.world.refused("AssociateIamInstanceProfile", &request("none"), "InvalidParameterValue").await;
    assert_eq!(place.world.get("AssociateIamInstanceProfile", &request("web"), "state").await, "associating");
    place.world.sim.advance(Duration::from_secs(5));
    assert_eq!(place.world.get("DescribeIamInstanceProfileAssociations", &[], "state").await, "associated");
    place.change("MonitorInstances", &id).await;
    assert!(place.describe(&id).await.contains("<monitoring><state>enabled</state>"));
}

#[tokio::test(start_paused = true)]
async fn what_is_written_but_empty_or_off_asks_for_nothing() {
    let place = Place::new(World::new()).await;
    let off = [("Placement.AvailabilityZone", ""), ("HibernationOptions.Configured", "false")];
    place.run(&off).await;
    let elsewhere = place.request(&[("Placement.AvailabilityZone", "eu-west-1c")]);
    place.world.refused("RunInstances", &elsewhere, "InvalidParameterValue").await;
}

#[tokio::test(start_paused = true)]
async fn an_instance_has_no_uefi_data_and_an_image_is_no_instance() {
    let place = Place::new(World::new()).await;
    let id = place.run(&[]).await;
    assert_eq!(place.world.get("GetInstanceUefiData", &[("InstanceId", &id)], "instanceId").await, id);
    place.world.refused("GetInstanceUefiData", &[("InstanceId", &place.image)], "InvalidInstanceID.Malformed").await;
}
