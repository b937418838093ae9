use blogstack_aws::{
    Arn,
    logs::{LogGroup, LogGroupArgs, LogGroupClass},
};
use blogstack_core::{Declare, Scope};
use blogstack_sim::{FaultKind, on};
use blogstack_tests::{
    kinds::{self, Kind, create_first, delete_first, update},
    run,
    world::World,
};

fn with(s: &Scope, more: impl FnOnce(LogGroupArgs) -> LogGroupArgs) {
    s.add("access", more(LogGroup::new()));
}

fn key(name: &str) -> Arn {
    Arn(format!("arn:aws:kms:eu-west-1:123456789012:key/{name}"))
}

pub(super) const KIND: Kind = Kind {
    subject: "access",
    minimal: |s| with(s, |group| group),
    changes: &[
        update("a tag set", |s| with(s, |group| group.tag("a.b", "1"))),
        update("a tag changed", |s| with(s, |group| group.tag("a.b", "2"))),
        update("tags cleared", |s| with(s, |group| group)),
        update("days set", |s| with(s, |group| group.retention_in_days(30_u32))),
        update("days changed", |s| with(s, |group| group.retention_in_days(7_u32))),
        update("days cleared", |s| with(s, |group| group)),
        update("a key set", |s| with(s, |group| group.kms_key_id(key("one")))),
        update("another key", |s| with(s, |group| group.kms_key_id(key("two")))),
        update("the key cleared", |s| with(s, |group| group)),
        update("protected", |s| with(s, |group| group.deletion_protection_enabled(true))),
        update("no longer", |s| with(s, |group| group)),
        create_first("a name set, with everything from the beginning", |s| {
            with(s, |group| group.name("web/access").retention_in_days(1_u32).kms_key_id(key("one")).deletion_protection_enabled(false));
        }),
        delete_first("another class under this name", |s| {
            with(s, |group| group.name("web/access").log_group_class(LogGroupClass::InfrequentAccess))
        }),
    ],
    creates: "CreateLogGroup",
    deletes: "DeleteLogGroup",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("access", LogGroup::new().adopt(&ids["access"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn a_name_that_somebody_else_has_is_not_taken() {
    run(async {
        let world = World::new();
        world.up(|s| with(s, |group| group.name("web"))).await;
        let before = world.sim.objects();
        let report = world.beside().stack(|s| with(s, |group| group.name("web"))).up().await.unwrap();
        let error = &report.failed[0].error;
        assert!(error.to_string().contains("the name `web` is taken by an object of the stack"), "{error}");
        assert_eq!(error.hint(), Some("choose another `name`, or take it over with `.adopt(\"web\")`".to_owned()));
        assert_eq!(world.sim.objects(), before);
    });
}

#[test]
fn a_name_that_a_call_of_ours_took_is_ours() {
    run(async {
        let world = World::new();
        world.sim.add_fault(on("CreateLogGroup").after_effect(FaultKind::Throttle));
        world.up(KIND.minimal).await;
        assert_eq!(world.calls().iter().filter(|call| *call == "CreateLogGroup").count(), 2);
        assert!(world.stack(KIND.minimal).preview().await.unwrap().is_empty());
    });
}

/// What a name begins with is not the name.
#[test]
fn names_that_begin_alike_are_kept_apart() {
    fn program(s: &Scope, both: bool) {
        s.add("long", LogGroup::new().name("web/access"));
        if both {
            s.add("short", LogGroup::new().name("web"));
        }
    }
    run(async {
        let world = World::new();
        world.up(|s| program(s, false)).await;
        world.up(|s| program(s, true)).await;
        assert_eq!(world.id("short").await, "web");
        world.up(|s| program(s, false)).await;
        assert!(world.stack(|s| program(s, false)).preview().await.unwrap().is_empty());
    });
}

#[test]
fn one_that_is_protected_is_not_deleted() {
    run(async {
        let world = World::new();
        world.up(|s| with(s, |group| group.deletion_protection_enabled(true))).await;
        let report = world.stack(|_| ()).destroy().await.unwrap();
        assert!(report.failed[0].error.to_string().contains("deletion protection is enabled"), "{:?}", report.failed);
        world.up(KIND.minimal).await;
        world.destroy().await;
    });
}

#[test]
fn days_that_aws_does_not_know_are_told_before_any_call() {
    run(async {
        let world = World::new();
        let error = world.stack(|s| with(s, |group| group.retention_in_days(31_u32))).preview().await.unwrap_err().to_string();
        assert!(error.contains("logs are not kept for 31 days, but for 60"), "{error}");
        assert!(world.sim.objects().is_empty());
    });
}
