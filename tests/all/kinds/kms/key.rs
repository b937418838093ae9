use blogstack_aws::kms::{Key, KeyArgs};
use blogstack_core::{Declare, Scope, step::Action};
use blogstack_tests::{
    kinds::{self, Change, Kind},
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
        Change { what: "a tag set", program: |s| with(s, |key| key.tag("a", "1")), action: Action::Update },
        Change { what: "tags cleared", program: |s| with(s, |key| key), action: Action::Update },
        Change { what: "a description", program: |s| with(s, |key| key.description("uploads")), action: Action::Update },
        Change { what: "no description", program: |s| with(s, |key| key), action: Action::Update },
        Change { what: "a policy", program: |s| with(s, |key| key.policy(POLICY)), action: Action::Update },
        Change { what: "the same policy in other words", program: |s| with(s, |key| key.policy(SAME)), action: Action::Same },
        Change { what: "rotation", program: |s| with(s, |key| key.policy(SAME).enable_key_rotation(true)), action: Action::Update },
        Change { what: "every half a year", program: |s| rotating(s, 180), action: Action::Update },
        Change { what: "every quarter", program: |s| rotating(s, 90), action: Action::Update },
        Change { what: "no rotation", program: |s| with(s, |key| key.policy(POLICY)), action: Action::Update },
        Change { what: "disabled", program: |s| with(s, |key| key.enabled(false)), action: Action::Update },
        Change { what: "enabled, and rotating", program: |s| with(s, |key| key.enable_key_rotation(true)), action: Action::Update },
        Change { what: "disabled, and not rotating", program: |s| with(s, |key| key.enabled(false)), action: Action::Update },
        Change { what: "enabled again", program: |s| with(s, |key| key), action: Action::Update },
        Change { what: "another key", program: anew, action: kinds::CREATE_FIRST },
        Change { what: "a short window", program: |s| with(s, |key| key.pending_window_in_days(7)), action: Action::Update },
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
