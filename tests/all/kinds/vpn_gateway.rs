use blogstack_aws::ec2::{VpnGateway, VpnGatewayArgs};
use blogstack_core::{Declare, Scope, step::Action};
use blogstack_tests::{
    kinds::{self, CREATE_FIRST, Change, Kind},
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
        Change { what: "a tag set", program: |s| with(s, |gateway| gateway.tag("a", "1")), action: Action::Update },
        Change { what: "a tag changed", program: |s| with(s, |gateway| gateway.tag("a", "2")), action: Action::Update },
        Change { what: "tags cleared", program: |s| with(s, |gateway| gateway), action: Action::Update },
        Change { what: "its number as it is", program: |s| with(s, |gateway| gateway.amazon_side_asn(64512_u32)), action: Action::Same },
        Change { what: "another number", program: |s| with(s, |gateway| gateway.amazon_side_asn(4_200_000_001_u32)), action: CREATE_FIRST },
        Change { what: "whatever its number", program: |s| with(s, |gateway| gateway), action: Action::Same },
        Change { what: "a zone", program: |s| with(s, |gateway| gateway.availability_zone("eu-west-1b")), action: CREATE_FIRST },
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
