use blogstack_aws::ec2::{VpnGateway, VpnGatewayArgs};
use blogstack_core::{Declare, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first, same, update},
    run,
    world::World,
};

fn with(s: &Scope, more: impl FnOnce(VpnGatewayArgs) -> VpnGatewayArgs) {
    s.add("gateway", more(VpnGateway::new()));
}

pub(super) const KIND: Kind = Kind {
    subject: "gateway",
    minimal: |s| with(s, |gateway| gateway),
    changes: &[
        update("a tag set", |s| with(s, |gateway| gateway.tag("a", "1"))),
        update("a tag changed", |s| with(s, |gateway| gateway.tag("a", "2"))),
        update("tags cleared", |s| with(s, |gateway| gateway)),
        same("its number as it is", |s| with(s, |gateway| gateway.amazon_side_asn(64512_u32))),
        create_first("another number", |s| with(s, |gateway| gateway.amazon_side_asn(4_200_000_001_u32))),
        same("whatever its number", |s| with(s, |gateway| gateway)),
        create_first("a zone", |s| with(s, |gateway| gateway.availability_zone("eu-west-1b"))),
    ],
    creates: "CreateVpnGateway",
    deletes: "DeleteVpnGateway",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("gateway", VpnGateway::new().adopt(&ids["gateway"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn a_number_of_somebodys_network_is_refused_before_any_call() {
    run(async {
        let error = World::new().stack(|s| with(s, |gateway| gateway.amazon_side_asn(3320_u32))).preview().await.unwrap_err().to_string();
        assert!(error.contains("field `amazon_side_asn`: 3320 is neither between 64512 and 65534 nor"), "{error}");
    });
}
