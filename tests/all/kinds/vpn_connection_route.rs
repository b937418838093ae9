use std::net::Ipv4Addr;

use blogstack_aws::ec2::{CustomerGateway, VpnConnection, VpnConnectionRoute, VpnGateway};
use blogstack_core::{Declare, Handle, Id, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first},
    run,
    world::World,
};
use serde_json::json;

fn connections(s: &Scope) -> [Handle<VpnConnection>; 2] {
    let gateway = s.add("gateway", VpnGateway::new());
    [("vpn", 12), ("other-vpn", 13)].map(|(name, last)| {
        let office = s.add(name, CustomerGateway::new(Ipv4Addr::new(203, 0, 113, last)));
        s.add(&*format!("{name}-connection"), VpnConnection::new(&office, &gateway).static_routes_only(true))
    })
}

fn routed(s: &Scope, connection: usize, range: &str) {
    let connections = connections(s);
    s.add("route", VpnConnectionRoute::new(&connections[connection], range));
}

pub(super) const KIND: Kind = Kind {
    subject: "route",
    minimal: |s| routed(s, 0, "192.168.0.0/16"),
    changes: &[
        create_first("another range", |s| routed(s, 0, "192.168.0.0/17")),
        create_first("another connection", |s| routed(s, 1, "192.168.0.0/17")),
    ],
    creates: "CreateVpnConnectionRoute",
    deletes: "DeleteVpnConnectionRoute",
    vanish: |world, id| kinds::overwrite(world, id.split('_').next().unwrap(), "routes", json!([])),
    adopting: |s, ids| {
        let connection = Id::<VpnConnection>::new(&*ids["vpn-connection"]);
        s.add("route", VpnConnectionRoute::new(connection, "192.168.0.0/16").adopt(&ids["route"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn a_connection_that_speaks_bgp_takes_none() {
    run(async {
        let program = |s: &Scope| {
            let (office, gateway) =
                (s.add("office", CustomerGateway::new(Ipv4Addr::new(203, 0, 113, 12))), s.add("gateway", VpnGateway::new()));
            let vpn = s.add("vpn", VpnConnection::new(&office, &gateway));
            s.add("route", VpnConnectionRoute::new(&vpn, "192.168.0.0/16"));
        };
        let error = World::new().stack(program).preview().await.unwrap_err().to_string();
        assert!(error.contains("field `vpn_connection`: the connection takes no static routes"), "{error}");
    });
}
