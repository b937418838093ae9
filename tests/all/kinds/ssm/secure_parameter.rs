use blogstack_aws::ssm::{SecureParameter, SecureParameterArgs, Tier};
use blogstack_core::{Declare, Scope, Secret};
use blogstack_tests::{
    hidden::assert_hidden,
    kinds::{self, Kind, create_first, delete_first, update},
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
        update("a tag set", |s| with(s, |password| password.tag("a", "1"))),
        update("tags cleared", |s| with(s, |password| password)),
        update("a key", |s| with(s, |password| password.key_id("alias/aws/secretsmanager"))),
        update("the account's own key", |s| with(s, |password| password)),
        update("a description", |s| with(s, |password| password.description("hush"))),
        update("a pattern", |s| with(s, |password| password.allowed_pattern("^c"))),
        update("no pattern", |s| with(s, |password| password)),
        create_first("a name", |s| named(s, WORD, Tier::Standard)),
        update("another value and more room", |s| named(s, "other", Tier::Advanced)),
        delete_first("less room", |s| named(s, "other", Tier::Standard)),
        update("more room again", |s| named(s, "other", Tier::Advanced)),
        delete_first("no more said of how much room", |s| {
            drop(s.add("password", SecureParameter::new(secret("other")).name("/blog/password")))
        }),
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
