//! Parameters, plain and secure.

use blogstack_aws::ssm::{Parameter, SecureParameter, Tier};
use blogstack_core::{Configure, Scope, Secret};
use blogstack_tests::crash::Run;

use super::survives;

fn word(word: &str) -> Secret<String> {
    Secret::new(word.to_owned())
}

fn before(s: &Scope) {
    s.add("url", Parameter::new("https://example.org").name("/blog/url").tag("a", "1"));
    s.add("size", Parameter::new("1").name("/blog/size").tier(Tier::Advanced));
    s.add("moved", Parameter::new("1").name("/blog/old"));
    s.add("gone", Parameter::new("1").description("for a while"));
    s.add("password", SecureParameter::new(word("one")));
}

/// Updates, replacements in both orders, one object less and one more.
fn after(s: &Scope) {
    s.add("url", Parameter::new("https://example.com").name("/blog/url").tag("b", "2").description("where"));
    s.add("size", Parameter::new("1").name("/blog/size").tier(Tier::Standard));
    s.add("moved", Parameter::new("1").name("/blog/new"));
    s.add("password", SecureParameter::new(word("two")).tag("a", "1"));
    s.add("other", SecureParameter::new(word("three")).name("/blog/other").delete_before_replace());
}

#[test]
fn ssm_survives_every_stop() {
    survives(&Run::up(before), &Run::up(after), [40, 60, 30]);
}
