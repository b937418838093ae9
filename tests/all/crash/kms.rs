//! Keys and their aliases.

use blogstack_aws::kms::{Alias, Key};
use blogstack_core::{Configure, Scope};
use blogstack_tests::crash::Run;

use super::survives;

const POLICY: &str = r#"{"Statement": [{"Effect": "Allow", "Action": "kms:*", "Principal": "*", "Resource": "*"}]}"#;

fn before(s: &Scope) {
    let one = s.add("one", Key::new().description("one").enable_key_rotation(true));
    let two = s.add("two", Key::new().tag("a", "1"));
    s.add("gone", Key::new().pending_window_in_days(7));
    s.add("moved", Alias::new("alias/moved", &one));
    s.add("renamed", Alias::new("alias/old", &two));
    s.add("anew", Alias::new("alias/anew", &two));
}

/// Updates, replacements in both orders, one object less.
fn after(s: &Scope) {
    let one = s.add("one", Key::new().description("first").enable_key_rotation(true).rotation_period_in_days(90));
    let two = s.add("two", Key::new().tag("b", "2").policy(POLICY).enabled(false));
    s.add("moved", Alias::new("alias/moved", &two));
    s.add("renamed", Alias::new("alias/new", &one));
    s.add("anew", Alias::new("alias/another", &one).delete_before_replace());
}

#[test]
fn kms_survives_every_stop() {
    survives(&Run::up(before), &Run::up(after), [30, 30, 20]);
}
