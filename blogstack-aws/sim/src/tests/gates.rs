//! A gate sees each call before and after its effect.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::call::Outcome;
use crate::fault::FaultTime;
use crate::gate::Verdict;
use crate::testing::{GateOf, World};

const CREATE: [(&str, &str); 1] = [("CidrBlock", "10.0.0.0/16")];

async fn is_lost(world: &World) -> bool {
    tokio::time::timeout(Duration::from_mins(1), world.reply("CreateVpc", &CREATE)).await.is_err()
}

#[tokio::test(start_paused = true)]
async fn a_call_is_lost_before_or_after_its_effect() {
    for (before, after, made) in [(Verdict::Drop, Verdict::Pass, false), (Verdict::Pass, Verdict::Drop, true)] {
        let world = World::new();
        world.sim.gate(Arc::new(GateOf(move |_: &_| before, move |_: &_| after)));
        let task = tokio::spawn({
            let world = world.clone();
            async move { world.exchange("CreateVpc", &CREATE).await }
        });
        tokio::time::sleep(Duration::from_mins(1)).await;
        // The exchange itself is over; the connector waits for ever.
        assert!(task.is_finished());
        assert!(matches!(task.await.unwrap(), crate::exchange::Exchange::Gone));
        assert_eq!(!world.sim.objects().is_empty(), made);
        let time = if made { FaultTime::AfterEffect } else { FaultTime::BeforeEffect };
        assert_eq!(world.sim.calls()[0].outcome, Outcome::Dropped { time });
        world.sim.clear_gate();
        assert!(!is_lost(&world).await);
    }
}

#[tokio::test(start_paused = true)]
async fn a_gate_sees_calls_in_their_order_and_may_look_around() {
    let world = World::new();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (before, after) = (Arc::clone(&seen), Arc::clone(&seen));
    let (sim, same) = (world.sim.clone(), world.sim.clone());
    let count = |sim: &crate::sim::Sim| sim.objects().keys().filter(|key| key.contains("/vpc/")).count();
    world.sim.gate(Arc::new(GateOf(
        move |call: &crate::call::CallInfo| {
            before.lock().unwrap().push((call.number, call.operation.clone(), count(&sim)));
            Verdict::Pass
        },
        move |call: &crate::call::CallInfo| {
            after.lock().unwrap().push((call.number, call.operation.clone(), count(&same)));
            Verdict::Pass
        },
    )));
    tokio::join!(world.vpc(), world.vpc());
    let seen: Vec<(u64, usize)> = seen.lock().unwrap().iter().map(|(number, _, vpcs)| (*number, *vpcs)).collect();
    assert_eq!(seen, [(0, 0), (0, 1), (1, 1), (1, 2)]);
}

#[tokio::test(start_paused = true)]
async fn what_a_gate_sees_after_the_effect_is_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sim.json");
    let world = World::of(crate::sim::Sim::builder().seed(7).file(&path).build().unwrap());
    world.sim.gate(Arc::new(GateOf(|_: &_| Verdict::Pass, |_: &_| Verdict::Drop)));
    world.exchange("CreateVpc", &CREATE).await;
    let objects = world.sim.objects();
    drop(world);
    let world = World::of(crate::sim::Sim::builder().seed(7).file(&path).build().unwrap());
    assert_eq!((world.sim.objects(), objects.len()), (objects, 6));
}

#[tokio::test(start_paused = true)]
async fn concurrent_calls_come_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::of(crate::sim::Sim::builder().seed(7).file(folder.path().join("sim.json")).build().unwrap());
    let inside = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let (enter, leave) = (Arc::clone(&inside), Arc::clone(&inside));
    world.sim.gate(Arc::new(GateOf(
        move |_: &_| {
            assert_eq!(enter.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0);
            Verdict::Pass
        },
        move |_: &_| {
            leave.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
            Verdict::Pass
        },
    )));
    tokio::join!(world.vpc(), world.vpc(), world.vpc(), world.vpc());
    assert_eq!(inside.load(std::sync::atomic::Ordering::SeqCst), 0);
}
