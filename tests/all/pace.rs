//! AWS takes only so many calls in a second: a run slows down to what is accepted, and only where it must.

use std::time::Duration;

use blogstack_aws::ec2::{KeyPair, SecurityGroup, Vpc};
use blogstack_core::Scope;
use blogstack_sim::{Call, Limits, Outcome, Sim};
use blogstack_tests::{run, world::World};

const GROUPS: usize = 120;

fn groups(s: &Scope) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    for i in 0..GROUPS {
        s.add(format!("group-{i}"), SecurityGroup::new(&vpc, "one of many"));
    }
}

fn throttled(calls: &[Call]) -> usize {
    calls.iter().filter(|call| matches!(&call.outcome, Outcome::Faulted { .. })).count()
}

#[test]
fn a_run_slows_down_to_what_is_accepted() {
    run(async {
        let world = World::with(Sim::builder().seed(3).limits(Limits::none().changes(20, 5)));
        world.up(groups).await;
        let calls = world.sim.calls();
        let (all, refused) = (calls.iter().filter(|call| call.mutating).count(), throttled(&calls));
        println!("{all} changing calls, {refused} throttled, {:?}", world.sim.now());
        // Without a pace of its own, every retry of 24 in flight would be refused again and again.
        assert!(refused * 2 < GROUPS, "{refused} of {all}");
        assert!(world.stack(groups).preview().await.unwrap().is_empty());
    });
}

#[test]
fn another_region_is_not_slowed_down() {
    run(async {
        let world = World::with(Sim::builder().seed(3).limits(Limits::none().changes(2, 1)));
        let two = |s: &Scope| {
            for i in 0..20 {
                s.add(format!("slow-{i}"), KeyPair::new(KEY));
            }
            s.in_region("us-east-1").add("alone", KeyPair::new(KEY));
        };
        world.up(two).await;
        let calls = world.sim.calls();
        let last = |region: &str| calls.iter().filter(|call| call.region == region && call.mutating).map(|call| call.at).max().unwrap();
        assert!(last("eu-west-1") > Duration::from_secs(15), "{:?}", last("eu-west-1"));
        assert!(last("us-east-1") < Duration::from_secs(5), "{:?}", last("us-east-1"));
    });
}

#[test]
fn without_limits_nothing_waits() {
    run(async {
        let world = World::with(Sim::builder().seed(3).delays(blogstack_sim::Delays::none()));
        world.up(groups).await;
        assert_eq!(throttled(&world.sim.calls()), 0);
        assert!(world.sim.now() < Duration::from_secs(5), "{:?}", world.sim.now());
    });
}

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl a";
