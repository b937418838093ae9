use blogstack_aws::ec2::{Tenancy, Vpc, VpcArgs};
use blogstack_core::{Declare, Scope, step::Action};
use blogstack_tests::{
    kinds::{self, CREATE_FIRST, Change, Kind},
    world::World,
};

fn with(s: &Scope, more: impl FnOnce(VpcArgs) -> VpcArgs) {
    s.add("vpc", more(Vpc::new("10.0.0.0/16")));
}

pub(super) const KIND: Kind = Kind {
    subject: "vpc",
    minimal: |s| with(s, |vpc| vpc),
    changes: &[
        Change { what: "support unset to its default", program: |s| with(s, |vpc| vpc.enable_dns_support(true)), action: Action::Same },
        Change { what: "support changed", program: |s| with(s, |vpc| vpc.enable_dns_support(false)), action: Action::Update },
        Change { what: "support cleared", program: |s| with(s, |vpc| vpc), action: Action::Update },
        Change { what: "host names set", program: |s| with(s, |vpc| vpc.enable_dns_hostnames(true)), action: Action::Update },
        Change { what: "host names changed", program: |s| with(s, |vpc| vpc.enable_dns_hostnames(false)), action: Action::Update },
        Change { what: "metrics set", program: |s| with(s, |vpc| vpc.enable_network_address_usage_metrics(true)), action: Action::Update },
        Change { what: "metrics cleared", program: |s| with(s, |vpc| vpc), action: Action::Update },
        Change { what: "a tag set", program: |s| with(s, |vpc| vpc.tag("a", "1")), action: Action::Update },
        Change { what: "a tag changed", program: |s| with(s, |vpc| vpc.tag("a", "2")), action: Action::Update },
        Change { what: "tags cleared", program: |s| with(s, |vpc| vpc), action: Action::Update },
        Change { what: "dedicated", program: |s| with(s, |vpc| vpc.instance_tenancy(Tenancy::Dedicated)), action: CREATE_FIRST },
        Change { what: "not dedicated any more", program: |s| with(s, |vpc| vpc), action: Action::Update },
        Change { what: "the range changed", program: |s| drop(s.add("vpc", Vpc::new("10.1.0.0/16"))), action: CREATE_FIRST },
    ],
    creates: "CreateVpc",
    deletes: "DeleteVpc",
    vanish,
    adopting: |s, ids| {
        s.add("vpc", Vpc::new("10.0.0.0/16").adopt(&ids["vpc"]));
    },
};

blogstack_tests::lives!(KIND);

/// With all that comes and goes with a network: there is nothing else.
fn vanish(world: &World, _: &str) {
    world.sim.objects().keys().for_each(|key| kinds::delete(world, key.rsplit('/').next().unwrap()));
}
