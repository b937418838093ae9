use std::net::Ipv4Addr;

use blogstack_aws::ec2::{CustomerGateway, CustomerGatewayArgs};
use blogstack_core::{Declare, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first, delete_first, same, update},
    run,
    world::World,
};

const ADDRESS: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 12);
const CERTIFICATE: &str = "arn:aws:acm:eu-west-1:123456789012:certificate/00000000-1111-2222-3333-444444444444";

fn with(s: &Scope, more: impl FnOnce(CustomerGatewayArgs) -> CustomerGatewayArgs) {
    s.add("office", more(CustomerGateway::new(ADDRESS)));
}

pub(super) const KIND: Kind = Kind {
    subject: "office",
    minimal: |s| with(s, |office| office),
    changes: &[
        update("a tag set", |s| with(s, |office| office.tag("a", "1"))),
        update("a tag changed", |s| with(s, |office| office.tag("a", "2"))),
        update("tags cleared", |s| with(s, |office| office)),
        same("its number as it is", |s| with(s, |office| office.bgp_asn(65000_u32))),
        create_first("another number", |s| with(s, |office| office.bgp_asn(65010_u32))),
        create_first("a large number", |s| with(s, |office| office.bgp_asn(4_200_000_000_u32))),
        create_first("a name", |s| with(s, |office| office.device_name("router"))),
        delete_first("a certificate under this name", |s| with(s, |office| office.device_name("router").certificate_arn(CERTIFICATE))),
        create_first("another name, no certificate", |s| with(s, |office| office.device_name("switch"))),
        create_first("another address", |s| {
            drop(s.add("office", CustomerGateway::new(Ipv4Addr::new(203, 0, 113, 13)).device_name("switch")))
        }),
    ],
    creates: "CreateCustomerGateway",
    deletes: "DeleteCustomerGateway",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("office", CustomerGateway::new(ADDRESS).adopt(&ids["office"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn one_that_somebody_else_has_is_not_shared() {
    run(async {
        let world = World::new();
        let named = |s: &Scope| with(s, |office| office.device_name("router"));
        world.up(named).await;
        let id = world.id("office").await;
        let report = world.beside().stack(named).up().await.unwrap();
        let error = &report.failed[0].error;
        let expected = format!("field `device_name`: `{id}` is a gateway with the same address, number and device name");
        assert!(error.to_string().starts_with(&expected), "{error}");
        assert_eq!(error.hint(), Some(format!("choose another `device_name`, or take it over with `.adopt(\"{id}\")`")));
        assert_eq!(world.sim.objects().len(), 1);
    });
}

#[test]
fn without_a_name_two_stacks_have_one_each() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        world.beside().up(KIND.minimal).await;
        assert_eq!(world.sim.objects().len(), 2);
    });
}
