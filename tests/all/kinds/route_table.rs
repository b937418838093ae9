use blogstack_aws::ec2::{RouteTable, RouteTableArgs, Vpc};
use blogstack_core::{Declare, Id, Scope};
use blogstack_tests::kinds::{self, Kind, create_first, update};

fn with(s: &Scope, more: impl FnOnce(RouteTableArgs) -> RouteTableArgs) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    s.add("table", more(RouteTable::new(&vpc)));
}

pub(super) const KIND: Kind = Kind {
    subject: "table",
    minimal: |s| with(s, |table| table),
    changes: &[
        update("a tag set", |s| with(s, |table| table.tag("a", "1"))),
        update("a tag changed", |s| with(s, |table| table.tag("a", "2"))),
        update("tags cleared", |s| with(s, |table| table)),
        create_first("the network changed", in_other),
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
