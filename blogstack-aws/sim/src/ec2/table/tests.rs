use crate::testing::{World, value, values};

/// A VPC with an attached gateway and a table: their ids.
async fn network(world: &World) -> (String, String, String) {
    let vpc = world.vpc().await;
    let gateway = world.get("CreateInternetGateway", &[], "internetGatewayId").await;
    world.ok("AttachInternetGateway", &[("InternetGatewayId", &gateway), ("VpcId", &vpc)]).await;
    let table = world.get("CreateRouteTable", &[("VpcId", &vpc)], "routeTableId").await;
    (vpc, gateway, table)
}

#[tokio::test(start_paused = true)]
async fn a_vpc_comes_with_a_main_table() {
    let world = World::new();
    let vpc = world.vpc().await;
    let main = world.ok("DescribeRouteTables", &[("Filter.1.Name", "vpc-id"), ("Filter.1.Value.1", &vpc)]).await;
    assert_eq!((value(&main, "main"), value(&main, "gatewayId")), ("true".to_owned(), "local".to_owned()));
    let table = value(&main, "routeTableId");
    world.refused("DeleteRouteTable", &[("RouteTableId", &table)], "DependencyViolation").await;
    let association = value(&main, "routeTableAssociationId");
    world.refused("DisassociateRouteTable", &[("AssociationId", &association)], "InvalidParameterValue").await;
}

#[tokio::test(start_paused = true)]
async fn routes_are_made_replaced_and_deleted() {
    let world = World::new();
    let (_, gateway, table) = network(&world).await;
    let route = [("RouteTableId", table.as_str()), ("DestinationCidrBlock", "0.0.0.0/0"), ("GatewayId", gateway.as_str())];
    let no_target = &route[..2];
    world.refused("ReplaceRoute", &route, "InvalidParameterValue").await;
    world.refused("CreateRoute", no_target, "InvalidParameterCombination").await;
    world.ok("CreateRoute", &route).await;
    world.refused("CreateRoute", &route, "RouteAlreadyExists").await;
    world.ok("ReplaceRoute", &route).await;
    let described = world.ok("DescribeRouteTables", &[("RouteTableId.1", &table)]).await;
    assert_eq!(values(&described, "gatewayId"), ["local", gateway.as_str()]);
    world.ok("DeleteRoute", no_target).await;
    world.refused("DeleteRoute", no_target, "InvalidRoute.NotFound").await;
    world.refused("DeleteRoute", &[("RouteTableId", &table), ("DestinationCidrBlock", "10.0.0.0/16")], "InvalidParameterValue").await;
}

#[tokio::test(start_paused = true)]
async fn a_route_wants_its_gateway_attached() {
    let world = World::new();
    let (vpc, gateway, table) = network(&world).await;
    let loose = world.get("CreateInternetGateway", &[], "internetGatewayId").await;
    let route = |gateway| [("RouteTableId", table.as_str()), ("DestinationCidrBlock", "0.0.0.0/0"), ("GatewayId", gateway)];
    world.refused("CreateRoute", &route(loose.as_str()), "InvalidParameterValue").await;
    world.refused("CreateRoute", &route("igw-00000000000000000"), "InvalidGatewayID.NotFound").await;
    world.ok("CreateRoute", &route(gateway.as_str())).await;
    world.ok("DetachInternetGateway", &[("InternetGatewayId", &gateway), ("VpcId", &vpc)]).await;
    let described = world.ok("DescribeRouteTables", &[("RouteTableId.1", &table)]).await;
    assert_eq!(values(&described, "state").iter().filter(|state| *state == "blackhole").count(), 1);
}

#[tokio::test(start_paused = true)]
async fn associations_move_with_a_new_id() {
    let world = World::new();
    let (vpc, _, table) = network(&world).await;
    let subnet = world.subnet(&vpc, "10.0.1.0/24").await;
    let other = world.get("CreateRouteTable", &[("VpcId", &vpc)], "routeTableId").await;
    let association = [("RouteTableId", table.as_str()), ("SubnetId", subnet.as_str())];
    let first = world.get("AssociateRouteTable", &association, "associationId").await;
    world.refused("AssociateRouteTable", &association, "Resource.AlreadyAssociated").await;
    world.refused("DeleteRouteTable", &[("RouteTableId", &table)], "DependencyViolation").await;
    let moved = [("AssociationId", first.as_str()), ("RouteTableId", other.as_str())];
    let second = world.get("ReplaceRouteTableAssociation", &moved, "newAssociationId").await;
    assert_ne!(first, second);
    world.refused("DisassociateRouteTable", &[("AssociationId", &first)], "InvalidAssociationID.NotFound").await;
    world.ok("DeleteRouteTable", &[("RouteTableId", &table)]).await;
    world.ok("DeleteSubnet", &[("SubnetId", &subnet)]).await;
    world.refused("DisassociateRouteTable", &[("AssociationId", &second)], "InvalidAssociationID.NotFound").await;
}

#[tokio::test(start_paused = true)]
async fn the_main_table_can_be_another_one() {
    let world = World::new();
    let (vpc, _, table) = network(&world).await;
    let main = [("Filter.1.Name", "association.main"), ("Filter.1.Value.1", "true")];
    let association = world.get("DescribeRouteTables", &main, "routeTableAssociationId").await;
    world.ok("ReplaceRouteTableAssociation", &[("AssociationId", &association), ("RouteTableId", &table)]).await;
    assert_eq!(world.get("DescribeRouteTables", &main, "routeTableId").await, table);
    world.refused("DeleteVpc", &[("VpcId", &vpc)], "DependencyViolation").await;
}

#[tokio::test(start_paused = true)]
async fn a_token_makes_one_table() {
    let world = World::new();
    let (one, other) = (world.vpc().await, world.vpc().await);
    let request = |vpc| [("VpcId", vpc), ("ClientToken", "token")];
    let first = world.get("CreateRouteTable", &request(one.as_str()), "routeTableId").await;
    assert_eq!(world.get("CreateRouteTable", &request(one.as_str()), "routeTableId").await, first);
    world.refused("CreateRouteTable", &request(other.as_str()), "IdempotentParameterMismatch").await;
}

#[tokio::test(start_paused = true)]
async fn a_page_has_at_most_a_hundred_tables() {
    let world = World::new();
    let vpc = world.vpc().await;
    for _ in 0..104 {
        world.ok("CreateRouteTable", &[("VpcId", &vpc)]).await;
    }
    let first = world.ok("DescribeRouteTables", &[]).await;
    assert_eq!(values(&first, "vpcId").len(), 100);
    let rest = world.ok("DescribeRouteTables", &[("NextToken", &value(&first, "nextToken"))]).await;
    assert_eq!((values(&rest, "vpcId").len(), values(&rest, "nextToken").len()), (5, 0));
    world.refused("DescribeRouteTables", &[("MaxResults", "101")], "InvalidParameterValue").await;
}

#[tokio::test(start_paused = true)]
async fn an_association_ends() {
    let world = World::new();
    let (vpc, _, table) = network(&world).await;
    let subnet = world.subnet(&vpc, "10.0.1.0/24").await;
    let association = world.get("AssociateRouteTable", &[("RouteTableId", &table), ("SubnetId", &subnet)], "associationId").await;
    let by_subnet = [("Filter.1.Name", "association.subnet-id"), ("Filter.1.Value.1", subnet.as_str())];
    assert_eq!(world.get("DescribeRouteTables", &by_subnet, "routeTableId").await, table);
    world.ok("DisassociateRouteTable", &[("AssociationId", &association)]).await;
    assert!(values(&world.ok("DescribeRouteTables", &by_subnet).await, "routeTableId").is_empty());
    world.ok("DeleteRouteTable", &[("RouteTableId", &table)]).await;
}
