use blogstack_aws::ec2::{HostnameType, Subnet, SubnetArgs, Vpc};
use blogstack_core::{Declare, Id, Scope};
use blogstack_tests::kinds::{self, Kind, create_first, delete_first, same, update};

fn with(s: &Scope, more: impl FnOnce(SubnetArgs) -> SubnetArgs) {
    ranged(s, "10.0.0.0/24", more);
}

fn ranged(s: &Scope, range: &str, more: impl FnOnce(SubnetArgs) -> SubnetArgs) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    s.add("subnet", more(Subnet::new(&vpc, range)));
}

pub(super) const KIND: Kind = Kind {
    subject: "subnet",
    minimal: |s| with(s, |subnet| subnet.availability_zone("eu-west-1a")),
    changes: &[
        same("the zone cleared", |s| with(s, |subnet| subnet)),
        update("public set", |s| with(s, |subnet| subnet.map_public_ip_on_launch(true))),
        update("public changed", |s| with(s, |subnet| subnet.map_public_ip_on_launch(false))),
        same("public cleared", |s| with(s, |subnet| subnet)),
        update("host names set", |s| with(s, |subnet| subnet.private_dns_hostname_type_on_launch(HostnameType::ResourceName))),
        update("host names cleared", |s| with(s, |subnet| subnet)),
        update("a records set", |s| with(s, |subnet| subnet.enable_resource_name_dns_a_record_on_launch(true))),
        update("a records cleared", |s| with(s, |subnet| subnet)),
        update("a tag set", |s| with(s, |subnet| subnet.tag("a", "1"))),
        update("a tag changed", |s| with(s, |subnet| subnet.tag("a", "2"))),
        update("tags cleared", |s| with(s, |subnet| subnet)),
        delete_first("the zone changed", |s| with(s, |subnet| subnet.availability_zone("eu-west-1b"))),
        delete_first("the range grown", |s| ranged(s, "10.0.0.0/23", |subnet| subnet)),
        create_first("the range moved", |s| ranged(s, "10.0.4.0/24", |subnet| subnet)),
    ],
    creates: "CreateSubnet",
    deletes: "DeleteSubnet",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("subnet", Subnet::new(Id::<Vpc>::new(&*ids["vpc"]), "10.0.0.0/24").adopt(&ids["subnet"]));
    },
};

blogstack_tests::lives!(KIND);
