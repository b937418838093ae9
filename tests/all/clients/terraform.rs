//! Terraform's AWS provider applies configurations, finds nothing to do, changes and destroys them.

use std::{collections::BTreeMap, process::Output};

use blogstack_sim::{Call, Outcome, Sim};
use blogstack_tests::{
    served::{Served, told},
    terraform::Terraform,
};

use super::trace;

/// How Terraform's `plan -detailed-exitcode` says that there is nothing to do.
const NOTHING_TO_DO: i32 = 0;

/// Takes a configuration of `tests/terraform` through its life on an empty simulation: as it is, then with other variables, then
/// gone. In between there are so many objects of each kind.
fn live(name: &str, changed: &[&str], made: &[(&str, usize)]) {
    let Some(terraform) = Terraform::with(name) else { return };
    let served = Served::new(trace::world().time_scale(100.0).keep_answers());
    let run = |subcommand: &str, arguments: &[&str]| terraform.run(&served, subcommand, arguments);
    assert_ends(&run("init", &[]), 0);
    for variables in [&[], changed] {
        assert_ends(&run("apply", &[&["-auto-approve"], variables].concat()), 0);
        assert_ends(&run("plan", &[&["-detailed-exitcode"], variables].concat()), NOTHING_TO_DO);
        assert_eq!(kinds(&served.sim), made.iter().map(|(kind, count)| ((*kind).to_owned(), *count)).collect());
    }
    assert_ends(&run("destroy", &[&["-auto-approve"], changed].concat()), 0);
    assert!(served.sim.objects().is_empty(), "{:#?}", served.sim.objects());
    let calls = served.sim.calls();
    let strange: Vec<&Call> =
        calls.iter().filter(|call| !call.ignored.is_empty() || matches!(call.outcome, Outcome::NotSimulated { .. })).collect();
    assert!(strange.is_empty(), "{strange:#?}");
    trace::record_if_asked(name, &calls);
}

fn assert_ends(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}", told(output));
}

/// What there is: kinds and how many of each.
fn kinds(sim: &Sim) -> BTreeMap<String, usize> {
    let mut kinds = BTreeMap::new();
    for key in sim.objects().keys() {
        let kind = key.rsplit('/').nth(1).unwrap_or_default().to_owned();
        *kinds.entry(kind).or_default() += 1;
    }
    kinds
}

/// The objects of the program `network`; changed are tags, a rule, and what an instance must be stopped for. The rules are two of the
/// default group, two of the NAT instances' subnets, one for log-in and one outwards.
#[test]
fn the_network_is_applied_changed_and_destroyed() {
    let changed = ["-var=owner=other", "-var=nat_instance_type=t3.micro", "-var=ssh=[\"203.0.113.0/24\"]"];
    let made = [
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
    live("network", &changed, &made);
}

/// What the provider has besides: rules by themselves, look-ups, every setting of an instance, changed in place.
#[test]
fn each_kind_is_applied_changed_and_destroyed() {
    let made = [
        ("elastic-ip", 1),
        ("iam-instance-profile-association", 1),
        ("instance", 1),
        ("internet-gateway", 1),
        ("key-pair", 1),
        ("natgateway", 1),
        ("network-acl", 1),
        ("network-interface", 2),
        ("route-table", 3),
        ("security-group", 3),
        ("security-group-rule", 3),
        ("subnet", 1),
        ("volume", 1),
        ("vpc", 1),
    ];
    live("kinds", &["-var=changed=true"], &made);
}

/// What stands around subnets. The groups have no rules but those between them, and the network's own group has two.
#[test]
fn what_stands_around_subnets_is_applied_changed_and_destroyed() {
    let made = [
        ("dhcp-options", 1),
        ("network-acl", 3),
        ("network-interface", 2),
        ("route-table", 2),
        ("security-group", 3),
        ("security-group-rule", 4),
        ("subnet", 2),
        ("vpc", 1),
        ("vpc-endpoint", 2),
        ("vpc-flow-log", 1),
    ];
    live("around", &["-var=changed=true"], &made);
}
