use blogstack_aws::kms::{Alias, Key};
use blogstack_core::{Declare, Id, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first, update},
    run,
    world::World,
};

fn named(s: &Scope, name: &'static str, other: bool) {
    let (one, two) = (s.add("one", Key::new()), s.add("two", Key::new()));
    s.add("alias", Alias::new(name, if other { &two } else { &one }));
}

pub(super) const KIND: Kind = Kind {
    subject: "alias",
    minimal: |s| named(s, "alias/a", false),
    changes: &[update("another key", |s| named(s, "alias/a", true)), create_first("another name", |s| named(s, "alias/b", true))],
    creates: "CreateAlias",
    deletes: "DeleteAlias",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("alias", Alias::new("alias/a", Id::<Key>::new(ids["one"].as_str())).adopt(&ids["alias"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn a_name_that_somebody_else_has_is_not_taken() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let report = world.beside().stack(KIND.minimal).up().await.unwrap();
        let error = &report.failed[0].error;
        assert!(error.to_string().contains("`alias/a` names the key"), "{error}");
        assert_eq!(error.hint(), Some("remove that first, or take it over with `.adopt(\"alias/a\")`".into()));
    });
}

#[test]
fn what_is_no_name_is_refused_before_any_call() {
    run(async {
        let refused =
            |name: &'static str| async move { World::new().stack(move |s| named(s, name, false)).preview().await.unwrap_err().to_string() };
        assert!(refused("uploads").await.contains("these begin with `alias/`"));
        assert!(refused("alias/aws/s3").await.contains("AWS's own"));
        assert!(refused("alias/a b").await.contains("other characters"));
    });
}
