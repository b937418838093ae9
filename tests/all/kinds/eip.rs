use blogstack_aws::ec2::{Eip, EipArgs};
use blogstack_core::{Declare, Scope, step::Action};
use blogstack_tests::{
    kinds::{self, CREATE_FIRST, Change, Kind},
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
        Change { what: "a tag set", program: |s| with(s, |address| address.tag("a", "1")), action: Action::Update },
        Change { what: "a tag changed", program: |s| with(s, |address| address.tag("a", "2")), action: Action::Update },
        Change { what: "tags cleared", program: |s| with(s, |address| address), action: Action::Update },
        Change {
            what: "the group set as it is",
            program: |s| with(s, |address| address.network_border_group(REGION)),
            action: Action::Same,
        },
        Change { what: "the group cleared", program: |s| with(s, |address| address), action: Action::Same },
        Change {
            what: "one beside it, made with the group",
            program: |s| {
                with(s, |address| address);
                s.add("beside", Eip::new().network_border_group(REGION));
            },
            action: Action::Same,
        },
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
