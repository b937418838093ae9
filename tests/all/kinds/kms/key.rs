use blogstack_aws::kms::{Key, KeyArgs};
use blogstack_core::{Declare, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first, same, update},
    run,
    world::World,
};

const POLICY: &str = r#"{"Statement": [{"Effect": "Allow", "Action": "kms:*", "Principal": "*", "Resource": "*"}]}"#;
const SAME: &str = r#"{"Statement": {"Resource": "*", "Principal": "*", "Action": ["kms:*"], "Effect": "Allow"}}"#;

fn with(s: &Scope, more: impl FnOnce(KeyArgs) -> KeyArgs) {
    s.add("key", more(Key::new()));
}

/// Another key, with everything from its first moment.
fn anew(s: &Scope) {
    let key = Key::new().description("downloads").policy(POLICY).tag("generation", "2");
    s.add("key", key.replace_on(Key::tags.key("generation")));
}

fn rotating(s: &Scope, days: u16) {
    with(s, |key| key.enable_key_rotation(true).rotation_period_in_days(days).policy(POLICY));
}

pub(super) const KIND: Kind = Kind {
    subject: "key",
    minimal: |s| with(s, |key| key),
    changes: &[
        update("a tag set", |s| with(s, |key| key.tag("a", "1"))),
        update("tags cleared", |s| with(s, |key| key)),
        update("a description", |s| with(s, |key| key.description("uploads"))),
        update("no description", |s| with(s, |key| key)),
        update("a policy", |s| with(s, |key| key.policy(POLICY))),
        same("the same policy in other words", |s| with(s, |key| key.policy(SAME))),
        update("rotation", |s| with(s, |key| key.policy(SAME).enable_key_rotation(true))),
        update("every half a year", |s| rotating(s, 180)),
        update("every quarter", |s| rotating(s, 90)),
        update("no rotation", |s| with(s, |key| key.policy(POLICY))),
        update("disabled", |s| with(s, |key| key.enabled(false))),
        update("enabled, and rotating", |s| with(s, |key| key.enable_key_rotation(true))),
        update("disabled, and not rotating", |s| with(s, |key| key.enabled(false))),
        update("enabled again", |s| with(s, |key| key)),
        create_first("another key", anew),
        update("a short window", |s| with(s, |key| key.pending_window_in_days(7))),
    ],
    creates: "CreateKey",
    deletes: "ScheduleKeyDeletion",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("key", Key::new().adopt(&ids["key"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn it_is_made_with_everything() {
    run(async {
        let program = |s: &Scope| {
            with(s, |key| {
                key.description("d").policy(POLICY).enable_key_rotation(true).rotation_period_in_days(90).enabled(false).tag("a", "1")
            });
        };
        let world = World::new();
        world.up(program).await;
        assert!(world.stack(program).preview().await.unwrap().is_empty());
        let key = world.sim.objects().into_values().next().unwrap();
        assert_eq!((&key["enabled"], &key["rotates"], &key["rotation_period"]), (&false.into(), &true.into(), &90.into()));
    });
}

#[test]
fn the_window_that_was_recorded_is_the_one_that_counts() {
    run(async {
        let world = World::new();
        world.up(|s| with(s, |key| key.pending_window_in_days(7))).await;
        world.destroy().await;
        let deletion = world.sim.calls().into_iter().find(|call| call.operation == "ScheduleKeyDeletion").unwrap();
        assert_eq!(deletion.request["PendingWindowInDays"], "7");
    });
}

#[test]
fn what_cannot_be_is_refused_before_any_call() {
    run(async {
        let refused = |program: fn(&Scope)| async move { World::new().stack(program).preview().await.unwrap_err().to_string() };
        let window = refused(|s| with(s, |key| key.pending_window_in_days(6))).await;
        assert!(window.contains("7 to 30 days"), "{window}");
        let idle = refused(|s| with(s, |key| key.rotation_period_in_days(90))).await;
        assert!(idle.contains("set `enable_key_rotation` too"), "{idle}");
        let policy = refused(|s| with(s, |key| key.policy("{}"))).await;
        assert!(policy.contains("it has no `Statement`"), "{policy}");
    });
}
