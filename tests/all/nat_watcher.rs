//! Two NAT instances watch each other: the script that they run, with the real AWS CLI against a served simulation, under the roles that they
//! have, and with a `ping` of our own.

mod pair;
mod rights;

use blogstack_sim::{FaultKind, on};

use pair::{Pair, SETTINGS};

#[test]
fn one_that_hangs_loses_its_route_is_rebooted_and_gets_it_back() {
    let Some(pair) = Pair::new() else { return };
    let watcher = pair.watch(0, &[]);
    pair.impair(1, "instance");
    watcher.wait("it took the route", |pair| pair.leads(1) == 0);
    watcher.wait("it gave the route back", |pair| pair.leads(1) == 1);
    assert_eq!(pair.changes(), ["ReplaceRoute", "RebootInstances", "ReplaceRoute"], "{}", watcher.told());
    assert_eq!(pair.leads(0), 0);
    for said in ["AWS calls it running and impaired: I take its routes", "asked AWS to reboot", "answers again"] {
        assert!(watcher.told().contains(said), "`{said}` is not said:\n{}", watcher.told());
    }
}

#[test]
fn one_that_a_reboot_does_not_help_is_stopped_and_started() {
    let Some(pair) = Pair::new() else { return };
    let watcher = pair.watch(1, &[]);
    pair.impair(0, "system");
    watcher.wait("it gave the route back", |pair| pair.changes().len() == 5 && pair.leads(0) == 0);
    let expected = ["ReplaceRoute", "RebootInstances", "StopInstances", "StartInstances", "ReplaceRoute"];
    assert_eq!(pair.changes(), expected, "{}", watcher.told());
}

/// Whoever stops an instance on purpose has some time to start it again.
#[test]
fn one_that_was_stopped_is_left_alone_for_a_while_and_then_started() {
    let Some(pair) = Pair::new() else { return };
    let watcher = pair.watch(0, &[("RESTART_AFTER", "6")]);
    pair.stop(1);
    watcher.wait("it gave the route back", |pair| pair.changes().len() == 3 && pair.leads(1) == 1);
    assert_eq!(pair.changes(), ["ReplaceRoute", "StartInstances", "ReplaceRoute"], "{}", watcher.told());
    let looks = pair.calls().iter().filter(|call| *call == "DescribeInstanceStatus").count();
    assert!(looks >= 6, "it was started after {looks} looks");
}

#[test]
fn restarts_end_when_they_are_to_no_avail() {
    let Some(pair) = Pair::new() else { return };
    let watcher = pair.watch(0, &[("RESTARTS", "1"), ("RESTART_PATIENCE", "1")]);
    pair.impair(1, "system");
    watcher.wait("it gave up", |_| watcher.told().contains("was restarted 1 times to no avail: a person has to look at it"));
    assert_eq!(pair.changes(), ["ReplaceRoute", "RebootInstances"], "{}", watcher.told());
    assert_eq!(pair.leads(1), 0);
}

/// Each call that it makes is refused, or lost, at least once.
#[test]
fn errors_of_aws_are_survived() {
    let Some(pair) = Pair::new() else { return };
    let faults = [
        on("DescribeInstances").times(2).before_effect(FaultKind::Throttle),
        on("DescribeInstanceStatus").before_effect(FaultKind::ServerError),
        on("DescribeRouteTables").before_effect(FaultKind::Unavailable),
        on("ReplaceRoute").before_effect(FaultKind::Unavailable),
        on("ReplaceRoute").nth(2).after_effect(FaultKind::Reset),
        on("RebootInstances").before_effect(FaultKind::Throttle),
        on("ReplaceRoute").nth(3).before_effect(FaultKind::CutBody),
    ];
    for fault in faults {
        pair.served.sim.add_fault(fault);
    }
    let watcher = pair.watch(0, &[]);
    pair.impair(1, "instance");
    watcher.wait("it gave the route back", |pair| pair.changes().contains(&"RebootInstances".to_owned()) && pair.leads(1) == 1);
    assert!(watcher.told().contains("AWS did not tell of the other one, which is tried again after 2 rounds"), "{}", watcher.told());
    assert!(watcher.told().contains("RequestLimitExceeded"), "{}", watcher.told());
}

#[test]
fn whoever_does_not_reach_the_internet_changes_nothing() {
    let Some(pair) = Pair::new() else { return };
    let watcher = pair.watch(0, &[]);
    pair.cut_off(0);
    pair.impair(1, "instance");
    watcher.wait("it noticed", |_| watcher.told().contains("but I do not reach the internet either: I change nothing"));
    watcher.let_rounds_pass(4);
    assert_eq!(pair.changes(), [""; 0], "{}", watcher.told());
}

#[test]
fn two_that_only_lose_sight_of_each_other_keep_their_routes() {
    let Some(pair) = Pair::new() else { return };
    pair.part();
    let watchers = [pair.watch(0, &[]), pair.watch(1, &[])];
    for watcher in &watchers {
        watcher.wait("it noticed", |_| watcher.told().contains("perhaps only the way between us is broken, so I change nothing"));
        watcher.let_rounds_pass(3);
    }
    assert_eq!(pair.changes(), [""; 0]);
    assert_eq!([pair.leads(0), pair.leads(1)], [0, 1]);
}

/// Both live and reach the internet, and both are called unwell: one goes first, and neither is restarted for ever.
#[test]
fn two_that_lose_sight_of_each_other_and_are_called_unwell_end_with_living_routes() {
    let Some(pair) = Pair::new() else { return };
    pair.part();
    pair.impair(0, "system");
    pair.impair(1, "instance");
    let watchers = [pair.watch(0, &[]), pair.watch(1, &[])];
    watchers[0].wait("it has both routes", |pair| [pair.leads(0), pair.leads(1)] == [0, 0] && pair.is_well(1));
    watchers[1].wait("the other one goes first", |_| watchers[1].told().contains("but has my routes and may live: it goes first"));
    let before = pair.changes();
    watchers[0].let_rounds_pass(4);
    watchers[1].let_rounds_pass(4);
    assert_eq!(pair.changes(), before, "{}\n{}", watchers[0].told(), watchers[1].told());
    assert_eq!([pair.leads(0), pair.leads(1)], [0, 0]);
    assert!(pair.runs(0) && pair.runs(1));
    assert!(!watchers[1].told().contains("asked AWS to"), "{}", watchers[1].told());
}

/// What it has done before is not kept: who has which route is read.
#[test]
fn one_that_is_started_anew_goes_on() {
    let Some(pair) = Pair::new() else { return };
    let watcher = pair.watch(0, &[("RESTART_AFTER", "1000")]);
    pair.impair(1, "instance");
    watcher.wait("it took the route", |pair| pair.leads(1) == 0);
    drop(watcher);
    let watcher = pair.watch(0, &[]);
    watcher.wait("it gave the route back", |pair| pair.leads(1) == 1);
    assert_eq!(pair.changes(), ["ReplaceRoute", "RebootInstances", "ReplaceRoute"], "{}", watcher.told());
}

#[test]
fn what_it_is_not_told_is_an_error() {
    let Some(pair) = Pair::new() else { return };
    for (name, said) in [("PLACE", "PLACE is '', neither 0 nor 1"), ("VPC", "VPC is not set"), ("OWN_TABLES", "OWN_TABLES is not set")] {
        let settings = pair.settings(0).lines().filter(|line| !line.starts_with(name)).collect::<Vec<_>>().join("\n");
        let output = pair.script(0, &settings).envs(SETTINGS).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains(said), "{output:?}");
    }
}
