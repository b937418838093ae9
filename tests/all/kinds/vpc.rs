use blogstack_aws::ec2::{Tenancy, Vpc, VpcArgs};
use blogstack_core::{Declare, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first, same, update},
    world::World,
};

fn with(s: &Scope, more: impl FnOnce(VpcArgs) -> VpcArgs) {
    s.add("vpc", more(Vpc::new("10.0.0.0/16")));
}

pub(super) const KIND: Kind = Kind {
    subject: "vpc",
    minimal: |s| with(s, |vpc| vpc),
    changes: &[
        same("support unset to its default", |s| with(s, |vpc| vpc.enable_dns_support(true))),
        update("support changed", |s| with(s, |vpc| vpc.enable_dns_support(false))),
        update("support cleared", |s| with(s, |vpc| vpc)),
        update("host names set", |s| with(s, |vpc| vpc.enable_dns_hostnames(true))),
        update("host names changed", |s| with(s, |vpc| vpc.enable_dns_hostnames(false))),
        update("metrics set", |s| with(s, |vpc| vpc.enable_network_address_usage_metrics(true))),
        update("metrics cleared", |s| with(s, |vpc| vpc)),
        update("a tag set", |s| with(s, |vpc| vpc.tag("a", "1"))),
        update("a tag changed", |s| with(s, |vpc| vpc.tag("a", "2"))),
        update("tags cleared", |s| with(s, |vpc| vpc)),
        create_first("dedicated", |s| with(s, |vpc| vpc.instance_tenancy(Tenancy::Dedicated))),
        update("not dedicated any more", |s| with(s, |vpc| vpc)),
        create_first("the range changed", |s| drop(s.add("vpc", Vpc::new("10.1.0.0/16")))),
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
