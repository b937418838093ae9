//! Secrets.

use blogstack_aws::secretsmanager::Secret;
use blogstack_core::{Configure, Scope};
use blogstack_tests::crash::Run;

use super::survives;

fn word(word: &str) -> blogstack_core::Secret<String> {
    blogstack_core::Secret::new(word.to_owned())
}

fn before(s: &Scope) {
    s.add("one", Secret::new().secret_string(word("one")).tag("a", "1"));
    s.add("two", Secret::new().name("two").description("two"));
    s.add("renamed", Secret::new().name("old").force_delete_without_recovery(true));
    s.add("anew", Secret::new().name("before").secret_string(word("anew")));
    s.add("gone", Secret::new().recovery_window_in_days(7));
}

/// Updates, replacements in both orders, one object less.
fn after(s: &Scope) {
    s.add("one", Secret::new().secret_string(word("two")).tag("b", "2"));
    s.add("two", Secret::new().name("two").description("second").kms_key_id("alias/own"));
    s.add("renamed", Secret::new().name("new").force_delete_without_recovery(true));
    s.add("anew", Secret::new().name("after").secret_string(word("anew")).delete_before_replace());
}

#[test]
fn secretsmanager_survives_every_stop() {
    survives(&Run::up(before), &Run::up(after), [30, 30, 20]);
}
