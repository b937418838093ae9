//! The AWS CLI creates, lists, changes and deletes each kind, as the scripts in `tests/clients` say.

use std::{collections::BTreeMap, time::Duration};

use blogstack_sim::{Call, Outcome, Sim};
use blogstack_tests::{
    fields::{schemas, service_and_name},
    python::Python,
    served::{Served, output, told},
};
use serde_json::Value;

use super::script::{Expected, Step, filled, steps, text};

const SCRIPTS: [&str; 19] = [
    "network",
    "addresses",
    "instances",
    "compute",
    "vpn",
    "iam",
    "ssm",
    "elbv2",
    "autoscaling",
    "logs",
    "elasticache",
    "kms",
    "secretsmanager",
    "acm",
    "route53",
    "s3",
    "cloudwatch",
    "elb",
    "dlm",
];

/// Plays a script on an empty simulation whose time stands still unless the script lets it pass. Nothing is left behind.
fn play(script: &str) -> Vec<Call> {
    let Some(python) = Python::with("clients") else { return Vec::new() };
    let served = Served::new(Sim::builder().time_scale(0.0));
    let mut kept = BTreeMap::new();
    for step in steps(&text(script)) {
        match step {
            Step::Pass(seconds) => served.sim.advance(Duration::from_secs(seconds)),
            Step::Run { line, words, expected } => {
                let words: Vec<String> = words.iter().map(|word| filled(word, &kept)).collect();
                let at = format!("{script}.cli:{line}: aws {}", words.join(" "));
                let output = output(served.client(python.command("aws")).args(["--output", "json"]).args(words));
                let refused = expected.iter().any(|expected| matches!(expected, Expected::Refused { .. }));
                assert_eq!(output.status.success(), !refused, "{at}\n{}", told(&output));
                let answer = serde_json::from_slice(&output.stdout).unwrap_or_default();
                let answered = Answer { at: &at, json: &answer, error: &told(&output) };
                for expected in &expected {
                    answered.check(expected, &mut kept);
                }
            }
        }
    }
    assert!(served.sim.objects().is_empty(), "{script}.cli leaves {:#?}", served.sim.objects());
    served.sim.calls()
}

/// What a command answered, and where it stands.
struct Answer<'a> {
    at: &'a str,
    json: &'a Value,
    error: &'a str,
}

impl Answer<'_> {
    fn check(&self, expected: &Expected, kept: &mut BTreeMap<String, String>) {
        let Self { at, json, error } = self;
        match expected {
            Expected::Holds { pointer, text } => assert_eq!(self.text(pointer), filled(text, kept), "{at}\n{pointer} of {json:#}"),
            Expected::Kept { name, pointer } => {
                assert_ne!(self.text(pointer), "", "{at}\n{pointer} of {json:#}");
                kept.insert(name.clone(), self.text(pointer));
            }
            Expected::Refused { code } => assert!(error.contains(&format!("({code})")), "{at}\n{error}"),
        }
    }

    fn text(&self, pointer: &str) -> String {
        match self.json.pointer(pointer) {
            None => String::new(),
            Some(value) => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        }
    }
}

/// Every call was known, and so was every parameter.
fn assert_known(calls: &[Call]) {
    let strange: Vec<&Call> =
        calls.iter().filter(|call| !call.ignored.is_empty() || matches!(call.outcome, Outcome::NotSimulated { .. })).collect();
    assert!(strange.is_empty(), "{strange:#?}");
}

#[test]
fn networks() {
    assert_known(&play("network"));
}

#[test]
fn addresses() {
    assert_known(&play("addresses"));
}

#[test]
fn instances() {
    assert_known(&play("instances"));
}

#[test]
fn templates_volumes_and_images() {
    assert_known(&play("compute"));
}

#[test]
fn vpns() {
    assert_known(&play("vpn"));
}

#[test]
fn certificates() {
    assert_known(&play("acm"));
}

#[test]
fn zones() {
    assert_known(&play("route53"));
}

#[test]
fn buckets() {
    assert_known(&play("s3"));
}

#[test]
fn what_is_lacking_is_an_error_of_awss_own_and_a_call_in_the_log() {
    let calls = play("lacking");
    assert!(calls.iter().all(|call| matches!(call.outcome, Outcome::NotSimulated { .. })), "{calls:#?}");
}

#[test]
fn the_scripts_name_every_kind() {
    let texts = SCRIPTS.map(text).concat();
    let headings = texts.lines().filter_map(|line| line.strip_prefix("## ")).flat_map(|line| line.split(", "));
    let named = headings.filter_map(|heading| heading.split_once("::"));
    let mut named: Vec<String> = named.map(|(service, name)| format!("{service}/{}", kebab(name))).collect();
    let kinds = schemas().into_iter().map(|schema| service_and_name(schema.kind));
    let mut kinds: Vec<String> = kinds.map(|(service, name)| format!("{service}/{name}")).collect();
    named.sort();
    kinds.sort();
    assert_eq!(named, kinds);
}

/// `nat-gateway` for `NatGateway`.
fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.push(c.to_ascii_lowercase());
    }
    kebab
}

#[test]
fn roles_and_policies() {
    assert_known(&play("iam"));
}

#[test]
fn parameters() {
    assert_known(&play("ssm"));
}

#[test]
fn load_balancers() {
    assert_known(&play("elbv2"));
}

#[test]
fn classic_load_balancers() {
    assert_known(&play("elb"));
}

#[test]
fn alarms() {
    assert_known(&play("cloudwatch"));
}

#[test]
fn policies_that_make_snapshots() {
    assert_known(&play("dlm"));
}

#[test]
fn groups_of_instances() {
    assert_known(&play("autoscaling"));
}

#[test]
fn log_groups() {
    assert_known(&play("logs"));
}

#[test]
fn caches() {
    assert_known(&play("elasticache"));
}

#[test]
fn keys() {
    assert_known(&play("kms"));
}

#[test]
fn secrets() {
    assert_known(&play("secretsmanager"));
}
