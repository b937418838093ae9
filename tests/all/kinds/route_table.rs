use blogstack_aws::ec2::{RouteTable, RouteTableArgs, Vpc};
use blogstack_core::{Declare, Id, Scope, step::Action};
use blogstack_tests::kinds::{self, CREATE_FIRST, Change, Kind};

fn with(s: &Scope, more: impl FnOnce(RouteTableArgs) -> RouteTableArgs) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    s.add("table", more(RouteTable::new(&vpc)));
}

pub(super) const KIND: Kind = Kind {
    subject: "table",
    minimal: |s| with(s, |table| table),
    changes: &[
        Change { what: "a tag set", program: |s| with(s, |table| table.tag("a", "1")), action: Action::Update },
        Change { what: "a tag changed", program: |s| with(s, |table| table.tag("a", "2")), action: Action::Update },
        Change { what: "tags cleared", program: |s| with(s, |table| table), action: Action::Update },
        Change { what: "the network changed", program: in_other, action: CREATE_FIRST },
    ],
    creates: "CreateRouteTable",
    deletes: "DeleteRouteTable",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("table", RouteTable::new(Id::<Vpc>::new(&*ids["vpc"])).adopt(&ids["table"]));
    },
};

blogstack_tests::lives!(KIND);

fn in_other(s: &Scope) {
    s.add("vpc", Vpc::new("10.0.0.0/16"));
    let other = s.add("other", Vpc::new("10.1.0.0/16"));
    s.add("table", RouteTable::new(&other));
}
