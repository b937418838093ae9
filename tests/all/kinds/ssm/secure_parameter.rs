use blogstack_aws::ssm::{SecureParameter, SecureParameterArgs, Tier};
use blogstack_core::{Declare, Scope, Secret, step::Action};
use blogstack_tests::{
    hidden::assert_hidden,
    kinds::{self, CREATE_FIRST, Change, DELETE_FIRST, Kind},
    run,
};

const WORD: &str = "correct-horse-battery-staple";
const OTHER: &str = "tr0ub4dor-and-3";

fn secret(word: &str) -> Secret<String> {
    Secret::new(word.to_owned())
}

fn with(s: &Scope, more: impl FnOnce(SecureParameterArgs) -> SecureParameterArgs) {
    s.add("password", more(SecureParameter::new(secret(WORD))));
}

fn named(s: &Scope, word: &str, tier: Tier) {
    s.add("password", SecureParameter::new(secret(word)).name("/blog/password").tier(tier));
}

pub(super) const KIND: Kind = Kind {
    subject: "password",
    minimal: |s| with(s, |password| password),
    changes: &[
        Change { what: "a tag set", program: |s| with(s, |password| password.tag("a", "1")), action: Action::Update },
        Change { what: "tags cleared", program: |s| with(s, |password| password), action: Action::Update },
        Change { what: "a key", program: |s| with(s, |password| password.key_id("alias/aws/secretsmanager")), action: Action::Update },
        Change { what: "the account's own key", program: |s| with(s, |password| password), action: Action::Update },
        Change { what: "a description", program: |s| with(s, |password| password.description("hush")), action: Action::Update },
        Change { what: "a pattern", program: |s| with(s, |password| password.allowed_pattern("^c")), action: Action::Update },
        Change { what: "no pattern", program: |s| with(s, |password| password), action: Action::Update },
        Change { what: "a name", program: |s| named(s, WORD, Tier::Standard), action: CREATE_FIRST },
        Change { what: "another value and more room", program: |s| named(s, "other", Tier::Advanced), action: Action::Update },
        Change { what: "less room", program: |s| named(s, "other", Tier::Standard), action: DELETE_FIRST },
        Change { what: "more room again", program: |s| named(s, "other", Tier::Advanced), action: Action::Update },
        Change {
            what: "no more said of how much room",
            program: |s| drop(s.add("password", SecureParameter::new(secret("other")).name("/blog/password"))),
            action: DELETE_FIRST,
        },
    ],
    creates: "PutParameter",
    deletes: "DeleteParameter",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("password", SecureParameter::new(secret(WORD)).adopt(&ids["password"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn the_value_is_nowhere_in_clear() {
    run(assert_hidden([KIND.minimal, |s| drop(s.add("password", SecureParameter::new(secret(OTHER))))], "PutParameter", &[WORD, OTHER]));
}
