use std::time::Duration;

use crate::delays::Delays;
use crate::testing::{World, value, values};

const CUSTOMER: [(&str, &str); 3] = [("Type", "ipsec.1"), ("IpAddress", "203.0.113.12"), ("BgpAsn", "65010")];

async fn customer(world: &World) -> String {
    world.get("CreateCustomerGateway", &CUSTOMER, "customerGatewayId").await
}

async fn gateway(world: &World) -> String {
    world.get("CreateVpnGateway", &[("Type", "ipsec.1")], "vpnGatewayId").await
}

async fn connection(world: &World, customer: &str, gateway: &str, more: &[(&str, &str)]) -> String {
    let ends = [("Type", "ipsec.1"), ("CustomerGatewayId", customer), ("VpnGatewayId", gateway)];
    let request: Vec<_> = ends.iter().chain(more).copied().collect();
    world.ok("CreateVpnConnection", &request).await
}

async fn pass(seconds: u64) {
    tokio::time::advance(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn an_identical_customer_gateway_is_the_one_that_is_there() {
    let world = World::new();
    let id = customer(&world).await;
    assert_eq!(customer(&world).await, id);
    let other: Vec<_> = CUSTOMER.into_iter().chain([("DeviceName", "second")]).collect();
    assert_ne!(world.get("CreateCustomerGateway", &other, "customerGatewayId").await, id);
    world.ok("DeleteCustomerGateway", &[("CustomerGatewayId", &id)]).await;
    assert_eq!(world.get("DescribeCustomerGateways", &[("CustomerGatewayId.1", &id)], "state").await, "deleted");
    assert_ne!(customer(&world).await, id, "a deleted one is not given again");
    world.refused("DeleteCustomerGateway", &[("CustomerGatewayId", &id)], "InvalidCustomerGatewayID.NotFound").await;
}

#[tokio::test(start_paused = true)]
async fn numbers_of_networks_have_ranges() {
    let world = World::new();
    let with = |name, value| [("Type", "ipsec.1"), ("IpAddress", "203.0.113.12"), (name, value)];
    world.refused("CreateCustomerGateway", &with("BgpAsn", "0"), "InvalidParameterValue").await;
    world.refused("CreateCustomerGateway", &with("BgpAsnExtended", "65000"), "InvalidParameterValue").await;
    let large = world.ok("CreateCustomerGateway", &with("BgpAsnExtended", "4200000000")).await;
    assert_eq!(values(&large, "bgpAsnExtended"), ["4200000000"]);
    world.refused("CreateCustomerGateway", &[("Type", "ipsec.1")], "MissingParameter").await;
    world.refused("CreateVpnGateway", &[("Type", "ipsec.1"), ("AmazonSideAsn", "65000000")], "InvalidParameterValue").await;
    world.refused("CreateVpnGateway", &[("Type", "ipsec.2")], "InvalidParameterValue").await;
}

#[tokio::test(start_paused = true)]
async fn a_vpc_has_one_vpn_gateway_and_is_not_deleted_before_it_is_gone() {
    let world = World::with(|builder| builder.delays(Delays { vpn_gateway: Duration::from_secs(5), ..Delays::none() }));
    let (vpc, first, second) = (world.vpc().await, gateway(&world).await, gateway(&world).await);
    let attach = |gateway| [("VpnGatewayId", gateway), ("VpcId", vpc.as_str())];
    assert_eq!(world.get("AttachVpnGateway", &attach(&first), "state").await, "attaching");
    world.refused("AttachVpnGateway", &attach(&second), "InvalidVpcState").await;
    world.refused("AttachVpnGateway", &attach(&first), "VpnGatewayAttachmentLimitExceeded").await;
    pass(5).await;
    world.refused("DeleteVpc", &[("VpcId", &vpc)], "DependencyViolation").await;
    world.refused("DeleteVpnGateway", &[("VpnGatewayId", &first)], "IncorrectState").await;
    world.refused("DetachVpnGateway", &attach(&second), "InvalidVpnGatewayAttachment.NotFound").await;
    world.ok("DetachVpnGateway", &attach(&first)).await;
    pass(5).await;
    world.ok("DeleteVpnGateway", &[("VpnGatewayId", &first)]).await;
    world.ok("DeleteVpc", &[("VpcId", &vpc)]).await;
}

#[tokio::test(start_paused = true)]
async fn a_table_takes_the_routes_of_an_attached_gateway() {
    let world = World::new();
    let (vpc, gateway) = (world.vpc().await, gateway(&world).await);
    let table = world.get("CreateRouteTable", &[("VpcId", &vpc)], "routeTableId").await;
    let pair = [("RouteTableId", table.as_str()), ("GatewayId", &gateway)];
    world.refused("EnableVgwRoutePropagation", &pair, "Gateway.NotAttached").await;
    world.ok("AttachVpnGateway", &[("VpnGatewayId", &gateway), ("VpcId", &vpc)]).await;
    world.ok("EnableVgwRoutePropagation", &pair).await;
    let takes = || async { world.ok("DescribeRouteTables", &[("RouteTableId.1", &table)]).await.contains("<propagatingVgwSet><item>") };
    assert!(takes().await);
    world.ok("DisableVgwRoutePropagation", &pair).await;
    assert!(!takes().await);
    world.ok("EnableVgwRoutePropagation", &pair).await;
    world.ok("DetachVpnGateway", &[("VpnGatewayId", &gateway), ("VpcId", &vpc)]).await;
    assert!(!takes().await);
}

#[tokio::test(start_paused = true)]
async fn a_connection_takes_minutes_and_one_change_at_a_time() {
    let world = World::with(|builder| builder.delays(Delays::realistic()));
    let (customer, gateway) = (customer(&world).await, gateway(&world).await);
    let made = connection(&world, &customer, &gateway, &[("Options.TunnelOptions.1.PreSharedKey", "first.key_1")]).await;
    let (id, outside) = (value(&made, "vpnConnectionId"), value(&made, "outsideIpAddress"));
    assert_eq!(value(&connection(&world, &customer, &gateway, &[]).await, "vpnConnectionId"), id, "the same pair has it already");
    let change = [
        ("VpnConnectionId", id.as_str()),
        ("VpnTunnelOutsideIpAddress", &outside),
        ("TunnelOptions.PreSharedKey", "second.key_2"),
        ("TunnelOptions.IKEVersion.1.Value", "ikev2"),
    ];
    world.refused("ModifyVpnTunnelOptions", &change, "InvalidVpnConnection.InvalidState").await;
    pass(300).await;
    world.ok("ModifyVpnTunnelOptions", &change).await;
    world.refused("ModifyVpnTunnelOptions", &change, "InvalidVpnConnection.InvalidState").await;
    let seen = world.ok("DescribeVpnConnections", &[("VpnConnectionId.1", &id)]).await;
    assert_eq!(value(&seen, "state"), "modifying");
    assert!(seen.contains("second.key_2") && !seen.contains("first.key_1"));
    pass(300).await;
    world.refused("DeleteCustomerGateway", &[("CustomerGatewayId", &customer)], "IncorrectState").await;
    world.refused("DeleteVpnGateway", &[("VpnGatewayId", &gateway)], "IncorrectState").await;
    world.ok("DeleteVpnConnection", &[("VpnConnectionId", &id)]).await;
    pass(120).await;
    assert_eq!(world.get("DescribeVpnConnections", &[("VpnConnectionId.1", &id)], "state").await, "deleted");
    world.refused("DeleteVpnConnection", &[("VpnConnectionId", &id)], "InvalidVpnConnectionID.NotFound").await;
    world.ok("DeleteCustomerGateway", &[("CustomerGatewayId", &customer)]).await;
}

#[tokio::test(start_paused = true)]
async fn static_routes_are_for_static_connections() {
    let world = World::new();
    let (customer, gateway) = (customer(&world).await, gateway(&world).await);
    let id = value(&connection(&world, &customer, &gateway, &[]).await, "vpnConnectionId");
    let of = |id| [("VpnConnectionId", id), ("DestinationCidrBlock", "192.168.0.0/16")];
    world.refused("CreateVpnConnectionRoute", &of(&id), "InvalidVpnConnection.InvalidType").await;
    world.ok("DeleteVpnConnection", &[("VpnConnectionId", &id)]).await;
    let fixed = [("Options.StaticRoutesOnly", "true")];
    let id = value(&connection(&world, &customer, &gateway, &fixed).await, "vpnConnectionId");
    world.refused("DeleteVpnConnectionRoute", &of(&id), "InvalidRoute.NotFound").await;
    world.ok("CreateVpnConnectionRoute", &of(&id)).await;
    assert!(world.ok("DescribeVpnConnections", &[("VpnConnectionId.1", &id)]).await.contains("192.168.0.0/16"));
    world.ok("DeleteVpnConnectionRoute", &of(&id)).await;
    world.refused("DeleteVpnConnectionRoute", &of(&id), "InvalidRoute.NotFound").await;
}

#[tokio::test(start_paused = true)]
async fn tunnels_have_rules() {
    let world = World::new();
    let (customer, gateway) = (customer(&world).await, gateway(&world).await);
    for (option, value) in [
        ("PreSharedKey", "short"),
        ("PreSharedKey", "0beginswithzero"),
        ("TunnelInsideCidr", "169.254.0.0/30"),
        ("TunnelInsideCidr", "10.0.0.0/30"),
        ("Phase1LifetimeSeconds", "60"),
        ("StartupAction", "stop"),
        ("IKEVersion.1.Value", "ikev3"),
    ] {
        let option = format!("Options.TunnelOptions.1.{option}");
        let ends = [("Type", "ipsec.1"), ("CustomerGatewayId", &customer), ("VpnGatewayId", &gateway), (&option, value)];
        let message = world.refused("CreateVpnConnection", &ends, "InvalidParameterValue").await;
        assert!(!option.ends_with("Key") || !message.contains(value), "keys are not repeated: {message}");
    }
}
