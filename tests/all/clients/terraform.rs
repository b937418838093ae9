//! Terraform's AWS provider applies the objects of the program `network`, finds nothing to do, changes and destroys them.

use std::process::Output;

use blogstack_sim::{Call, Outcome, Sim};
use blogstack_tests::{
    served::{Served, told},
    terraform::Terraform,
};

use super::trace;

/// A change of tags, of a rule, and of what an instance must be stopped for.
const CHANGED: [&str; 3] = ["-var=owner=other", "-var=nat_instance_type=t3.micro", "-var=ssh=[\"203.0.113.0/24\"]"];

/// How Terraform's `plan -detailed-exitcode` says that there is nothing to do.
const NOTHING_TO_DO: i32 = 0;

fn assert_ends(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}", told(output));
}

#[test]
fn the_network_is_applied_changed_and_destroyed() {
    let Some(terraform) = Terraform::with("network") else { return };
    let served = Served::new(Sim::builder().time_scale(100.0).keep_answers());
    let run = |subcommand: &str, arguments: &[&str]| terraform.run(&served, subcommand, arguments);
    assert_ends(&run("init", &[]), 0);
    for variables in [&[][..], &CHANGED] {
        assert_ends(&run("apply", &[&["-auto-approve"], variables].concat()), 0);
        assert_ends(&run("plan", &[&["-detailed-exitcode"], variables].concat()), NOTHING_TO_DO);
    }
    assert_eq!(kinds(&served.sim), MADE);
    assert_ends(&run("destroy", &[&["-auto-approve"], &CHANGED[..]].concat()), 0);
    assert!(served.sim.objects().is_empty(), "{:#?}", served.sim.objects());
    let calls = served.sim.calls();
    let strange: Vec<&Call> =
        calls.iter().filter(|call| !call.ignored.is_empty() || matches!(call.outcome, Outcome::NotSimulated { .. })).collect();
    assert!(strange.is_empty(), "{strange:#?}");
    trace::record_if_asked("network", &calls);
}

/// What there is when all is applied: kinds and how many of each.
const MADE: [(&str, usize); 13] = [
    ("elastic-ip", 3),
    ("instance", 2),
    ("internet-gateway", 1),
    ("key-pair", 1),
    ("natgateway", 1),
    ("network-acl", 1),
    ("network-interface", 3),
    ("route-table", 4),
    ("security-group", 2),
    ("security-group-rule", 6),
    ("subnet", 4),
    ("volume", 2),
    ("vpc", 1),
];

fn kinds(sim: &Sim) -> Vec<(&'static str, usize)> {
    let objects = sim.objects();
    let count = |kind: &str| objects.keys().filter(|key| key.contains(&format!("/{kind}/"))).count();
    MADE.iter().map(|(kind, _)| (*kind, count(kind))).collect()
}
