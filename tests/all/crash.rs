//! Killed at any instant: no duplicate, no orphan, no manual step.

use std::collections::BTreeSet;

use blogstack_aws::ec2::{Subnet, Vpc};
use blogstack_core::{Configure, Scope};
use blogstack_tests::{
    crash::{Run, Stage, every_pair, every_stop, every_stop_with, left_over, prompt, realistic},
    sabotage,
    world::World,
};

mod compute;
mod everything;
mod iam;
mod network;
mod renames;
mod web;

fn before(s: &Scope) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16").enable_dns_hostnames(true));
    s.add("a", Subnet::new(&vpc, "10.0.0.0/24").availability_zone("eu-west-1a").map_public_ip_on_launch(true));
    s.add("b", Subnet::new(&vpc, "10.0.1.0/24").availability_zone("eu-west-1a"));
    s.add("c", Subnet::new(&vpc, "10.0.2.0/24").availability_zone("eu-west-1a"));
}

fn after(s: &Scope) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16").enable_dns_hostnames(false).tag("changed", "yes"));
    s.add("a", Subnet::new(&vpc, "10.0.0.0/25").availability_zone("eu-west-1a").map_public_ip_on_launch(true));
    s.add("b", Subnet::new(&vpc, "10.0.9.0/24").availability_zone("eu-west-1a"));
    s.add("c", Subnet::new(&vpc, "10.0.2.0/24").availability_zone("eu-west-1a").delete_before_replace().map_public_ip_on_launch(true));
    s.add("d", Subnet::new(&vpc, "10.0.3.0/24").availability_zone("eu-west-1a"));
}

/// Stops everywhere in a first up, in a change and in a destroy; each has more stops than the least.
fn survives(before: &Run, after: &Run, least: [usize; 3]) {
    let stage = Stage::empty(realistic);
    let first = every_stop(&stage, before);
    let up = stage.finish(before).stage;
    let change = every_stop(&up, after);
    let changed = up.finish(after).stage;
    let destroy = every_stop(&changed, &Run::Destroy);
    println!("stops tried: {first} in a first up, {change} in a change, {destroy} in a destroy");
    assert!(first > least[0] && change > least[1] && destroy > least[2], "{first} {change} {destroy}");
}

#[test]
fn networks_survive_every_stop() {
    let stage = Stage::empty(realistic);
    let first = every_stop(&stage, &Run::up(before));
    let up = stage.finish(&Run::up(before)).stage;
    let change = every_stop(&up, &Run::up(after));
    let changed = up.finish(&Run::up(after)).stage;
    let destroy = every_stop(&changed, &Run::Destroy);
    println!("stops tried: {first} in a first up, {change} in a change, {destroy} in a destroy");
    assert!(first > 40 && change > 40 && destroy > 20);
}

/// Without one of the safeguards the same enumeration must leave something of each kind in the cloud that nobody knows of, or twice.
fn leaves_behind(safeguard: &str, tune: fn(World) -> World) {
    let program = Run::up(|s: &Scope| {
        let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
        s.add("a", Subnet::new(&vpc, "10.0.0.0/24").availability_zone("eu-west-1a"));
    });
    let of_kind = |left: &BTreeSet<String>, kind: &str| left.iter().any(|object| object.contains(kind));
    let with = left_over(&Stage::empty(realistic), &program);
    assert!(with.is_empty(), "with {safeguard}: {with:#?}");
    let without = left_over(&Stage::empty(realistic).tuned(tune), &program);
    for kind in ["/vpc/", "/subnet/"] {
        assert!(of_kind(&without, kind), "without {safeguard} no {kind} was left over: {without:#?}");
    }
}

#[test]
fn without_intents_objects_are_lost() {
    leaves_behind("intents", sabotage::without_intents);
}

#[test]
fn without_the_look_up_objects_are_made_twice() {
    leaves_behind("the look-up", sabotage::without_look_up);
}

#[test]
fn without_the_wait_for_consistency_objects_are_made_twice() {
    leaves_behind("the wait for consistency", sabotage::without_patience);
}

#[test]
fn names_that_are_passed_on_survive_every_stop() {
    let stage = Stage::empty(realistic);
    let up = stage.finish(&Run::up(renames::before)).stage;
    let stops = every_stop_with(&up, &Run::up(renames::after), |ended| {
        assert!(!ended.calls.iter().any(|call| call.starts_with("Delete")), "{ended:?}");
    });
    println!("stops tried: {stops} in a run that passes names on");
    assert!(stops > 40, "{stops}");
}

#[test]
fn every_kind_survives_every_stop() {
    survives(&Run::up(everything::before), &Run::up(everything::after), [300, 200, 150]);
}

#[test]
fn network_kinds_survive_every_stop() {
    survives(&Run::up_and_look(network::before), &Run::up_and_look(network::after), [450, 420, 180]);
}

#[test]
fn compute_kinds_survive_every_stop() {
    survives(&Run::up(compute::before), &Run::up(compute::after), [300, 200, 150]);
}

/// One object after the other: where two could be made at once, no two runs are quite alike.
fn in_a_row(s: &Scope) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16").enable_dns_hostnames(true));
    let a = s.add("a", Subnet::new(&vpc, "10.0.0.0/24").map_public_ip_on_launch(true));
    let b = s.add("b", Subnet::new(&vpc, "10.0.1.0/24").depends_on(&a));
    s.add("c", Subnet::new(&vpc, "10.0.2.0/24").depends_on(&b));
}

#[test]
fn what_a_stop_leaves_behind_is_what_is_seen_in_passing() {
    // Nor are they where something is waited for, because the pauses are a matter of chance.
    let (stage, run) = (Stage::empty(prompt), Run::up(in_a_row));
    let seen = stage.every_situation(&run);
    assert!(seen.len() > 100, "{}", seen.len());
    for (stop, situation, _) in seen {
        let stopped = stage.run(&run, Some(stop));
        assert!(stopped.report.is_none(), "{stop:?} is never reached");
        assert_eq!(stopped.stage.situation(), situation, "{stop:?}");
    }
}

#[test]
fn eight_objects_survive_every_pair_of_stops() {
    let stage = Stage::empty(realistic);
    let up = every_pair(&stage, &Run::up(everything::eight));
    let there = stage.finish(&Run::up(everything::eight)).stage;
    let destroy = every_pair(&there, &Run::Destroy);
    println!("pairs of stops tried: {up:?} in a first up, {destroy:?} in a destroy");
    assert!(up.tried > 15_000 && up.different > 1_200 && destroy.tried > 3_500 && destroy.different > 320, "{up:?} {destroy:?}");
}
