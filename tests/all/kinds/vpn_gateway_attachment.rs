use blogstack_aws::ec2::{Vpc, VpnGateway, VpnGatewayAttachment};
use blogstack_core::{Declare, Handle, Id, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first, delete_first},
    run,
    world::World,
};
use serde_json::Value as Json;

fn parts(s: &Scope) -> ([Handle<VpnGateway>; 2], [Handle<Vpc>; 2]) {
    let gateways = ["gateway", "other-gateway"].map(|name| s.add(name, VpnGateway::new()));
    (gateways, [("vpc", "10.0.0.0/16"), ("other-vpc", "10.1.0.0/16")].map(|(name, range)| s.add(name, Vpc::new(range))))
}

fn attached(s: &Scope, gateway: usize, vpc: usize) {
    let (gateways, networks) = parts(s);
    s.add("attachment", VpnGatewayAttachment::new(&gateways[gateway], &networks[vpc]));
}

pub(super) const KIND: Kind = Kind {
    subject: "attachment",
    minimal: |s| attached(s, 0, 0),
    changes: &[
        delete_first("another gateway", |s| attached(s, 1, 0)),
        delete_first("another network", |s| attached(s, 1, 1)),
        create_first("both", |s| attached(s, 0, 0)),
    ],
    creates: "AttachVpnGateway",
    deletes: "DetachVpnGateway",
    vanish,
    adopting: |s, ids| {
        let (gateway, vpc) = (Id::<VpnGateway>::new(&*ids["gateway"]), Id::<Vpc>::new(&*ids["vpc"]));
        s.add("attachment", VpnGatewayAttachment::new(gateway, vpc).adopt(&ids["attachment"]));
    },
};

blogstack_tests::lives!(KIND);

/// The simulation keeps attachments in their gateways.
fn vanish(world: &World, id: &str) {
    for (key, gateway) in world.sim.objects().into_iter().filter(|(key, _)| key.contains("/vpn-gateway/")) {
        if gateway["attachment"]["vpc"] == id {
            kinds::overwrite(world, key.rsplit('/').next().unwrap(), "attachment", Json::Null);
        }
    }
}

#[test]
fn a_network_that_has_a_gateway_is_left_alone() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let (gateway, vpc) = (world.id("other-gateway").await, world.id("vpc").await);
        let intruding = move |s: &Scope| {
            s.add("attachment", VpnGatewayAttachment::new(Id::<VpnGateway>::new(&*gateway), Id::<Vpc>::new(&*vpc)));
        };
        let report = world.beside().stack(intruding).up().await.unwrap();
        let error = report.failed[0].error.to_string();
        assert!(error.contains("has the VPN gateway `vgw-"), "{error}");
    });
}
