use blogstack_aws::ec2::{Eip, EipArgs};
use blogstack_core::{Declare, Scope};
use blogstack_tests::{
    kinds::{self, CREATE_FIRST, Kind, same, update},
    run,
    world::{REGION, World},
};

fn with(s: &Scope, more: impl FnOnce(EipArgs) -> EipArgs) {
    s.add("address", more(Eip::new()));
}

pub(super) const KIND: Kind = Kind {
    subject: "address",
    minimal: |s| with(s, |address| address),
    changes: &[
        update("a tag set", |s| with(s, |address| address.tag("a", "1"))),
        update("a tag changed", |s| with(s, |address| address.tag("a", "2"))),
        update("tags cleared", |s| with(s, |address| address)),
        same("the group set as it is", |s| with(s, |address| address.network_border_group(REGION))),
        same("the group cleared", |s| with(s, |address| address)),
        same("one beside it, made with the group", |s| {
            with(s, |address| address);
            s.add("beside", Eip::new().network_border_group(REGION));
        }),
    ],
    creates: "AllocateAddress",
    deletes: "ReleaseAddress",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("address", Eip::new().adopt(&ids["address"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn another_group_is_another_address() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let plan = world.stack(|s| with(s, |address| address.network_border_group("eu-west-1-wl1"))).preview().await.unwrap();
        assert_eq!(plan.steps[0].action, CREATE_FIRST);
    });
}
