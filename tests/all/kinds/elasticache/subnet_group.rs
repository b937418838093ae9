use blogstack_aws::{
    ec2::{Subnet, Vpc},
    elasticache::{SubnetGroup, SubnetGroupArgs},
};
use blogstack_core::{Declare, Id, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first, update},
    run,
    world::World,
};

fn with(s: &Scope, both: bool, more: impl FnOnce(SubnetGroupArgs) -> SubnetGroupArgs) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let a = s.add("a", Subnet::new(&vpc, "10.0.0.0/24"));
    let b = s.add("b", Subnet::new(&vpc, "10.0.1.0/24"));
    let group = if both { SubnetGroup::new([&a, &b]) } else { SubnetGroup::new([&a]) };
    s.add("group", more(group));
}

pub(super) const KIND: Kind = Kind {
    subject: "group",
    minimal: |s| with(s, false, |group| group),
    changes: &[
        update("a tag set", |s| with(s, false, |group| group.tag("a", "1"))),
        update("tags cleared", |s| with(s, false, |group| group)),
        update("one more subnet", |s| with(s, true, |group| group)),
        update("a description", |s| with(s, true, |group| group.description("cache"))),
        update("the usual description", |s| with(s, false, |group| group)),
        create_first("a name", |s| with(s, false, |group| group.cache_subnet_group_name("cache"))),
    ],
    creates: "CreateCacheSubnetGroup",
    deletes: "DeleteCacheSubnetGroup",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("group", SubnetGroup::new([Id::<Subnet>::new(ids["a"].as_str())]).adopt(&ids["group"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn a_name_that_aws_would_change_is_refused_before_any_call() {
    run(async {
        let program = |s: &Scope| with(s, false, |group| group.cache_subnet_group_name("Cache"));
        let error = World::new().stack(program).preview().await.unwrap_err().to_string();
        assert!(error.contains("small letters"), "{error}");
    });
}
