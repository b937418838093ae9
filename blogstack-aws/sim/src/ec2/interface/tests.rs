use crate::testing::{World, value, values};

/// A network with one instance: its subnet, the instance and its interface.
async fn launched(world: &World) -> (String, String, String) {
    let vpc = world.vpc().await;
    let subnet = world.subnet(&vpc, "10.0.1.0/24").await;
    let filter = [("Filter.1.Name", "name"), ("Filter.1.Value.1", "al2023-ami-2023.9.*-x86_64")];
    let image = world.get("DescribeImages", &filter, "imageId").await;
    let request = [("ImageId", image.as_str()), ("InstanceType", "t3.micro"), ("SubnetId", &subnet), ("MinCount", "1"), ("MaxCount", "1")];
    let instance = world.get("RunInstances", &request, "instanceId").await;
    let filter = [("Filter.1.Name", "attachment.instance-id"), ("Filter.1.Value.1", instance.as_str())];
    let interface = world.get("DescribeNetworkInterfaces", &filter, "networkInterfaceId").await;
    (vpc, instance, interface)
}

#[tokio::test(start_paused = true)]
async fn attributes_change_one_a_call() {
    let world = World::new();
    let (vpc, _, interface) = launched(&world).await;
    let own = ("NetworkInterfaceId", interface.as_str());
    let two = [own, ("Description.Value", "front"), ("SourceDestCheck.Value", "false")];
    world.refused("ModifyNetworkInterfaceAttribute", &two, "InvalidParameterCombination").await;
    world.ok("ModifyNetworkInterfaceAttribute", &two[..2]).await;
    world.ok("ModifyNetworkInterfaceAttribute", &[own, two[2]]).await;
    let request = [("GroupName", "web"), ("GroupDescription", "web"), ("VpcId", &vpc)];
    let group = world.get("CreateSecurityGroup", &request, "groupId").await;
    world.ok("ModifyNetworkInterfaceAttribute", &[own, ("SecurityGroupId.1", &group)]).await;
    world.refused("DeleteSecurityGroup", &[("GroupId", &group)], "DependencyViolation").await;
    let described = world.ok("DescribeNetworkInterfaces", &[("NetworkInterfaceId.1", &interface)]).await;
    let shown = ["description", "sourceDestCheck", "groupName", "status"].map(|name| value(&described, name));
    assert_eq!(shown[..3], ["front", "false", "web"]);
    let too_many: Vec<(String, String)> = (1..7).map(|number| (format!("SecurityGroupId.{number}"), group.clone())).collect();
    let too_many: Vec<(&str, &str)> = too_many.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain([own]).collect();
    world.refused("ModifyNetworkInterfaceAttribute", &too_many, "SecurityGroupsPerInterfaceLimitExceeded").await;
}

#[tokio::test(start_paused = true)]
async fn an_interface_may_outlive_its_instance() {
    let world = World::new();
    let (_, instance, interface) = launched(&world).await;
    let attachment = world.get("DescribeNetworkInterfaces", &[], "attachmentId").await;
    let own = ("NetworkInterfaceId", interface.as_str());
    let change = |attachment| [own, ("Attachment.AttachmentId", attachment), ("Attachment.DeleteOnTermination", "false")];
    world.refused("ModifyNetworkInterfaceAttribute", &change("eni-attach-0"), "InvalidAttachmentID.NotFound").await;
    world.ok("ModifyNetworkInterfaceAttribute", &change(attachment.as_str())).await;
    world.ok("TerminateInstances", &[("InstanceId.1", &instance)]).await;
    assert_eq!(world.get("DescribeNetworkInterfaces", &[own_id(&interface)], "status").await, "available");
}

fn own_id(interface: &str) -> (&str, &str) {
    ("NetworkInterfaceId.1", interface)
}

#[tokio::test(start_paused = true)]
async fn an_elastic_address_comes_and_goes() {
    let world = World::new();
    let (vpc, _, interface) = launched(&world).await;
    let gateway = world.get("CreateInternetGateway", &[], "internetGatewayId").await;
    let attach = [("InternetGatewayId", gateway.as_str()), ("VpcId", &vpc)];
    world.ok("AttachInternetGateway", &attach).await;
    let allocation = world.get("AllocateAddress", &[], "allocationId").await;
    let associate = [("AllocationId", allocation.as_str()), ("NetworkInterfaceId", &interface)];
    let association = world.get("AssociateAddress", &associate, "associationId").await;
    assert_eq!(world.get("AssociateAddress", &associate, "associationId").await, association);
    let described = world.ok("DescribeNetworkInterfaces", &[own_id(&interface)]).await;
    assert_eq!(values(&described, "allocationId"), [allocation.as_str(), &allocation]);
    world.refused("DetachInternetGateway", &attach, "DependencyViolation").await;
    world.ok("DisassociateAddress", &[("AssociationId", &association)]).await;
    world.refused("DisassociateAddress", &[("AssociationId", &association)], "InvalidAssociationID.NotFound").await;
    world.ok("DetachInternetGateway", &attach).await;
    world.refused("AssociateAddress", &associate, "Gateway.NotAttached").await;
    world.ok("ReleaseAddress", &[("AllocationId", &allocation)]).await;
    world.refused("ReleaseAddress", &[("AllocationId", &allocation)], "InvalidAllocationID.NotFound").await;
}
