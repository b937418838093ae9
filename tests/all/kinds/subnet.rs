use blogstack_aws::ec2::{HostnameType, Subnet, SubnetArgs, Vpc};
use blogstack_core::{Declare, Id, Scope, step::Action};
use blogstack_tests::kinds::{self, CREATE_FIRST, Change, DELETE_FIRST, Kind};

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
        Change { what: "the zone cleared", program: |s| with(s, |subnet| subnet), action: Action::Same },
        Change { what: "public set", program: |s| with(s, |subnet| subnet.map_public_ip_on_launch(true)), action: Action::Update },
        Change { what: "public changed", program: |s| with(s, |subnet| subnet.map_public_ip_on_launch(false)), action: Action::Update },
        Change { what: "public cleared", program: |s| with(s, |subnet| subnet), action: Action::Same },
        Change {
            what: "host names set",
            program: |s| with(s, |subnet| subnet.private_dns_hostname_type_on_launch(HostnameType::ResourceName)),
            action: Action::Update,
        },
        Change { what: "host names cleared", program: |s| with(s, |subnet| subnet), action: Action::Update },
        Change {
            what: "a records set",
            program: |s| with(s, |subnet| subnet.enable_resource_name_dns_a_record_on_launch(true)),
            action: Action::Update,
        },
        Change { what: "a records cleared", program: |s| with(s, |subnet| subnet), action: Action::Update },
        Change { what: "a tag set", program: |s| with(s, |subnet| subnet.tag("a", "1")), action: Action::Update },
        Change { what: "a tag changed", program: |s| with(s, |subnet| subnet.tag("a", "2")), action: Action::Update },
        Change { what: "tags cleared", program: |s| with(s, |subnet| subnet), action: Action::Update },
        Change { what: "the zone changed", program: |s| with(s, |subnet| subnet.availability_zone("eu-west-1b")), action: DELETE_FIRST },
        Change { what: "the range grown", program: |s| ranged(s, "10.0.0.0/23", |subnet| subnet), action: DELETE_FIRST },
        Change { what: "the range moved", program: |s| ranged(s, "10.0.4.0/24", |subnet| subnet), action: CREATE_FIRST },
    ],
    creates: "CreateSubnet",
    deletes: "DeleteSubnet",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("subnet", Subnet::new(Id::<Vpc>::new(&*ids["vpc"]), "10.0.0.0/24").adopt(&ids["subnet"]));
    },
};

blogstack_tests::lives!(KIND);
