use std::time::Duration;

use crate::delays::Delays;
use crate::testing::{World, value, values};

async fn vpc(world: &World, block: &str) -> String {
    world.get("CreateVpc", &[("CidrBlock", block)], "vpcId").await
}

async fn state(world: &World, id: &str) -> String {
    let listed = world.ok("DescribeVpcPeeringConnections", &[("VpcPeeringConnectionId.1", id)]).await;
    value(&listed, "code")
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_asked_for_accepted_and_deleted() {
    let world = World::with(|builder| builder.delays(Delays::realistic()));
    let (one, other) = (vpc(&world, "10.0.0.0/16").await, vpc(&world, "10.1.0.0/16").await);
    let request = [("VpcId", one.as_str()), ("PeerVpcId", &other)];
    let made = world.ok("CreateVpcPeeringConnection", &request).await;
    assert_eq!(value(&made, "code"), "initiating-request");
    let id = value(&made, "vpcPeeringConnectionId");
    let own = [("VpcPeeringConnectionId", id.as_str())];
    world.refused("AcceptVpcPeeringConnection", &own, "InvalidStateTransition").await;
    world.sim.advance(Duration::from_secs(5));
    assert_eq!(state(&world, &id).await, "pending-acceptance");
    world.refused("CreateVpcPeeringConnection", &request, "VpcPeeringConnectionAlreadyExists").await;
    let options = [own[0], ("RequesterPeeringConnectionOptions.AllowDnsResolutionFromRemoteVpc", "true")];
    world.refused("ModifyVpcPeeringConnectionOptions", &options, "OperationNotPermitted").await;
    assert_eq!(world.get("AcceptVpcPeeringConnection", &own, "code").await, "provisioning");
    world.sim.advance(Duration::from_secs(5));
    assert_eq!(state(&world, &id).await, "active");
    assert_eq!(world.get("ModifyVpcPeeringConnectionOptions", &options, "allowDnsResolutionFromRemoteVpc").await, "true");
    let listed =
        world.ok("DescribeVpcPeeringConnections", &[("Filter.1.Name", "accepter-vpc-info.vpc-id"), ("Filter.1.Value.1", &other)]).await;
    assert_eq!(values(&listed, "allowDnsResolutionFromRemoteVpc"), ["true", "false"]);
    world.refused("DeleteVpc", &[("VpcId", &other)], "DependencyViolation").await;
    world.ok("DeleteVpcPeeringConnection", &own).await;
    assert_eq!(state(&world, &id).await, "deleting");
    world.sim.advance(Duration::from_secs(5));
    assert_eq!(state(&world, &id).await, "deleted");
    world.refused("DeleteVpcPeeringConnection", &own, "InvalidStateTransition").await;
    world.ok("DeleteVpc", &[("VpcId", &other)]).await;
    world.sim.advance(Duration::from_hours(1));
    world.refused("DeleteVpcPeeringConnection", &own, "InvalidVpcPeeringConnectionID.NotFound").await;
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_peered_fails_later() {
    let world = World::with(|builder| builder.delays(Delays::realistic()));
    let (one, twin) = (vpc(&world, "10.0.0.0/16").await, vpc(&world, "10.0.0.0/20").await);
    for peer in [twin.as_str(), "vpc-0123456789abcdef0"] {
        let id = world.get("CreateVpcPeeringConnection", &[("VpcId", &one), ("PeerVpcId", peer)], "vpcPeeringConnectionId").await;
        world.sim.advance(Duration::from_secs(5));
        assert_eq!(state(&world, &id).await, "failed");
    }
    world.refused("CreateVpcPeeringConnection", &[("VpcId", &one), ("PeerVpcId", "nonsense")], "InvalidVpcID.Malformed").await;
}

#[tokio::test(start_paused = true)]
async fn both_sides_of_a_connection_across_regions_see_it() {
    let world = World::new();
    let there = world.in_region("us-east-1");
    let (one, other) = (vpc(&world, "10.0.0.0/16").await, vpc(&there, "10.1.0.0/16").await);
    let request = [("VpcId", one.as_str()), ("PeerVpcId", &other), ("PeerRegion", "us-east-1")];
    let tags = [
        ("TagSpecification.1.ResourceType", "vpc-peering-connection"),
        ("TagSpecification.1.Tag.1.Key", "Name"),
        ("TagSpecification.1.Tag.1.Value", "ours"),
    ];
    let request: Vec<_> = request.into_iter().chain(tags).collect();
    let id = world.get("CreateVpcPeeringConnection", &request, "vpcPeeringConnectionId").await;
    let own = [("VpcPeeringConnectionId", id.as_str())];
    world.refused("AcceptVpcPeeringConnection", &own, "OperationNotPermitted").await;
    there.ok("AcceptVpcPeeringConnection", &own).await;
    assert_eq!((state(&world, &id).await, state(&there, &id).await), ("active".to_owned(), "active".to_owned()));
    let theirs = there.ok("DescribeVpcPeeringConnections", &[("VpcPeeringConnectionId.1", &id)]).await;
    assert!(!theirs.contains("ours") && theirs.contains("<region>us-east-1</region>"));
    there.refused("DeleteVpc", &[("VpcId", &other)], "DependencyViolation").await;
    there.ok("DeleteVpcPeeringConnection", &own).await;
    assert_eq!((state(&world, &id).await, state(&there, &id).await), ("deleted".to_owned(), "deleted".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_request_is_rejected_or_expires() {
    let world = World::new();
    let (one, other) = (vpc(&world, "10.0.0.0/16").await, vpc(&world, "10.1.0.0/16").await);
    let request = [("VpcId", one.as_str()), ("PeerVpcId", &other)];
    let first = world.get("CreateVpcPeeringConnection", &request, "vpcPeeringConnectionId").await;
    world.ok("RejectVpcPeeringConnection", &[("VpcPeeringConnectionId", &first)]).await;
    assert_eq!(state(&world, &first).await, "rejected");
    let second = world.get("CreateVpcPeeringConnection", &request, "vpcPeeringConnectionId").await;
    world.sim.advance(Duration::from_hours(7 * 24));
    assert_eq!(state(&world, &second).await, "expired");
}
