use std::net::Ipv4Addr;

use blogstack_aws::ec2::{
    CustomerGateway, InternetGateway, Route, RouteTable, Vpc, VpnConnection, VpnConnectionRoute, VpnGateway, VpnGatewayAttachment,
    VpnGatewayRoutePropagation,
};
use blogstack_core::{Declare, Handle, Id, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first},
    run,
    world::World,
};
use serde_json::json;

fn parts(s: &Scope) -> (Handle<VpnGateway>, [Handle<RouteTable>; 2]) {
    let (gateway, vpc) = (s.add("gateway", VpnGateway::new()), s.add("vpc", Vpc::new("10.0.0.0/16")));
    s.add("attachment", VpnGatewayAttachment::new(&gateway, &vpc));
    (gateway, ["table", "other-table"].map(|name| s.add(name, RouteTable::new(&vpc))))
}

fn taken(s: &Scope, table: usize) {
    let (gateway, tables) = parts(s);
    s.add("propagation", VpnGatewayRoutePropagation::new(&tables[table], &gateway));
}

pub(super) const KIND: Kind = Kind {
    subject: "propagation",
    minimal: |s| taken(s, 0),
    changes: &[create_first("another table", |s| taken(s, 1)), create_first("the first table", |s| taken(s, 0))],
    creates: "EnableVgwRoutePropagation",
    deletes: "DisableVgwRoutePropagation",
    vanish: |world, id| kinds::overwrite(world, id.split('_').next().unwrap(), "propagating", json!([])),
    adopting: |s, ids| {
        let (table, gateway) = (Id::<RouteTable>::new(&*ids["table"]), Id::<VpnGateway>::new(&*ids["gateway"]));
        s.add("propagation", VpnGatewayRoutePropagation::new(table, gateway).adopt(&ids["propagation"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn it_comes_after_the_attachment_and_goes_before_it() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        world.destroy().await;
        let calls = world.calls();
        let at = |operation: &str| calls.iter().position(|call| call == operation).unwrap_or_else(|| panic!("no {operation}: {calls:?}"));
        assert!(at("AttachVpnGateway") < at("EnableVgwRoutePropagation"));
        assert!(at("DisableVgwRoutePropagation") < at("DetachVpnGateway"));
        assert_eq!(calls.iter().filter(|call| *call == "EnableVgwRoutePropagation").count(), 1);
    });
}

#[test]
fn what_is_propagated_is_no_route_of_ours() {
    run(async {
        let world = World::new();
        let program = |own: bool| {
            move |s: &Scope| {
                let (gateway, vpc) = (s.add("gateway", VpnGateway::new()), s.add("vpc", Vpc::new("10.0.0.0/16")));
                s.add("attachment", VpnGatewayAttachment::new(&gateway, &vpc));
                let (table, internet) = (s.add("table", RouteTable::new(&vpc)), s.add("internet", InternetGateway::new(&vpc)));
                s.add("propagation", VpnGatewayRoutePropagation::new(&table, &gateway));
                let office = s.add("office", CustomerGateway::new(Ipv4Addr::new(203, 0, 113, 12)));
                let vpn = s.add("vpn", VpnConnection::new(&office, &gateway).static_routes_only(true));
                s.add("behind", VpnConnectionRoute::new(&vpn, "192.168.0.0/16"));
                if own {
                    s.add("own", Route::new(&table, "192.168.0.0/16", &internet));
                }
            }
        };
        world.up(program(false)).await;
        world.up(program(true)).await;
        assert!(world.stack(program(true)).preview().await.unwrap().is_empty());
        world.up(program(false)).await;
        assert!(world.stack(program(false)).preview().await.unwrap().is_empty());
    });
}
