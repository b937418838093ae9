//! Parameters, plain and secure.

use blogstack_aws::ssm::{Parameter, SecureParameter, Tier};
use blogstack_core::{Configure, Scope, Secret};
use blogstack_tests::crash::{Run, Stage, every_stop, realistic};

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
    let stage = Stage::empty(realistic);
    let (before, after) = (Run::up(before), Run::up(after));
    let first = every_stop(&stage, &before);
    let up = stage.finish(&before).stage;
    let change = every_stop(&up, &after);
    let changed = up.finish(&after).stage;
    let destroy = every_stop(&changed, &Run::Destroy);
    println!("stops tried: {first} in a first up, {change} in a change, {destroy} in a destroy");
    assert!(first > 40 && change > 60 && destroy > 30, "{first} {change} {destroy}");
}
