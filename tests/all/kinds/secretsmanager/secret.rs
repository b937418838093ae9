use blogstack_aws::secretsmanager::{Secret, SecretArgs};
use blogstack_core::{Declare, Scope};
use blogstack_tests::{
    hidden::assert_hidden,
    kinds::{self, Kind, create_first, update},
    run,
    world::World,
};

const WORD: &str = "correct-horse-battery-staple";
const OTHER: &str = "tr0ub4dor-and-3";

fn word(word: &str) -> blogstack_core::Secret<String> {
    blogstack_core::Secret::new(word.to_owned())
}

fn with(s: &Scope, more: impl FnOnce(SecretArgs) -> SecretArgs) {
    s.add("secret", more(Secret::new()));
}

fn valued(s: &Scope, value: &str) {
    with(s, |secret| secret.secret_string(word(value)));
}

pub(super) const KIND: Kind = Kind {
    subject: "secret",
    minimal: |s| with(s, |secret| secret),
    changes: &[
        update("a tag set", |s| with(s, |secret| secret.tag("a", "1"))),
        update("tags cleared", |s| with(s, |secret| secret)),
        update("a value", |s| valued(s, WORD)),
        update("another value", |s| valued(s, OTHER)),
        update("a description", |s| with(s, |secret| secret.description("d"))),
        update("a key", |s| with(s, |secret| secret.kms_key_id("alias/own"))),
        update("the account's own key", |s| with(s, |secret| secret)),
        create_first("everything, under a name", |s| {
            with(s, |secret| secret.name("prod/database").secret_string(word(WORD)).description("d").kms_key_id("alias/own").tag("a", "1"));
        }),
        update("gone at once", |s| with(s, |secret| secret.name("prod/database").force_delete_without_recovery(true))),
        create_first("another name", |s| with(s, |secret| secret.name("b").recovery_window_in_days(7))),
    ],
    creates: "CreateSecret",
    deletes: "DeleteSecret",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("secret", Secret::new().adopt(&ids["secret"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn the_value_is_nowhere_in_clear() {
    run(assert_hidden([|s| valued(s, WORD), |s| valued(s, OTHER)], "PutSecretValue", &[WORD, OTHER]));
}

#[test]
fn a_name_that_a_deleted_one_keeps_is_refused_with_the_way_out() {
    run(async {
        let world = World::new();
        let program = |s: &Scope| with(s, |secret| secret.name("a"));
        world.up(program).await;
        world.destroy().await;
        let report = world.stack(program).up().await.unwrap();
        let error = &report.failed[0].error;
        assert!(error.to_string().contains("already scheduled for deletion"), "{error}");
        let hint = error.hint().unwrap();
        assert!(hint.contains("restore-secret --secret-id a") && hint.contains("--force-delete-without-recovery"), "{hint}");
    });
}

#[test]
fn a_name_that_somebody_else_has_is_not_taken() {
    run(async {
        let world = World::new();
        let program = |s: &Scope| with(s, |secret| secret.name("a"));
        world.up(program).await;
        let report = world.beside().stack(program).up().await.unwrap();
        let error = &report.failed[0].error;
        assert!(error.to_string().starts_with("field `name`: the name `a` is taken by an object of the stack `test`"), "{error}");
    });
}

#[test]
fn a_value_that_nobody_declares_is_not_read() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        world.calls();
        world.stack(KIND.minimal).preview().await.unwrap();
        assert_eq!(world.calls(), ["DescribeSecret"]);
    });
}
