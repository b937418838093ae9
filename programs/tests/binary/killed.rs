//! `kill -9` at any call, before or after its effect: run again, and there is what an undisturbed run makes.

use std::{
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    time::Duration,
};

use blogstack_sim::{CallInfo, Gate, Image, Outcome, Sim, Snapshot, Verdict};
use blogstack_tests::{
    served::{ACCOUNT, Served},
    world::likeness,
};

use crate::stack::Stack;

/// Lets calls pass up to the fatal one, and nothing from then on.
struct Fatal {
    left: AtomicU64,
    after_effect: bool,
    strike: Sender<()>,
}

impl Gate for Fatal {
    fn before(&self, _: &CallInfo) -> Verdict {
        let left = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| Some(left.saturating_sub(1))).unwrap();
        if left > 1 || (left == 1 && self.after_effect) { Verdict::Pass } else { self.kill() }
    }

    fn after(&self, _: &CallInfo) -> Verdict {
        if self.left.load(Ordering::SeqCst) > 0 { Verdict::Pass } else { self.kill() }
    }
}

impl Fatal {
    fn kill(&self) -> Verdict {
        // Nobody listens any more when the program is dead already.
        let _ = self.strike.send(());
        Verdict::Drop
    }
}

/// The life of a stack: what is done to it, one after the other.
type Life = &'static [&'static [&'static str]];

/// What is looked at when a run has ended.
type Look = fn(&Sim) -> Vec<String>;

/// Region and kind of each object. Of a blog no two runs make quite the same: addresses and host names are given out as calls come in.
fn kinds(sim: &Sim) -> Vec<String> {
    let objects = sim.objects();
    objects.keys().map(|key| key.split('/').take(2).collect::<Vec<_>>().join("/")).collect()
}

const NETWORK: Life = &[&["up"], &["up", "--set", "zones=3", "--set", "nat_instance_type=t3.micro"], &["destroy"]];

/// With front ends that need no waiting for an image.
const BLOG: Life = &[
    &["up", "--set", "web.mode=fixed"],
    &["up", "--set", "web.mode=fixed", "--set", "database.volume_size=30", "--set", "network.zones=3"],
    &["destroy", "--set", "web.mode=fixed"],
];

/// What is done to a stack, and what is there before and afterwards.
struct Phase {
    arguments: &'static [&'static str],
    before: (Stack, Snapshot),
    calls: u64,
    afterwards: Vec<String>,
}

/// What the blog finds is there for all.
fn served() -> Served {
    let controller = Image::new("read-only-domain-controller-2026-02-01", ACCOUNT);
    Served::new(programs::blog::simulated(Sim::builder().account(ACCOUNT).time_scale(500.0).image(controller)))
}

/// The phases of a stack's life, each run once without disturbance.
fn phases(mut stack: Stack, life: Life, look: Look) -> Vec<Phase> {
    let served = served();
    let mut phases = Vec::new();
    for arguments in life {
        let before = (stack.copy(), served.sim.snapshot());
        served.sim.clear_calls();
        stack.run(&served, arguments);
        let calls = u64::try_from(served.sim.calls().len()).unwrap();
        phases.push(Phase { arguments, before, calls, afterwards: look(&served.sim) });
        stack = stack.copy();
    }
    phases
}

/// Runs until the call numbered `fatal`, at which the program is killed; `false` when it ended before.
fn killed(stack: &Stack, served: &Served, arguments: &[&str], fatal: u64, after_effect: bool) -> bool {
    let (strike, struck) = channel();
    served.sim.gate(Arc::new(Fatal { left: AtomicU64::new(fatal), after_effect, strike }));
    let arguments = [arguments, &["--target", "aws", "--yes"]].concat();
    let mut child = stack.command(served, &arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let killed = is_struck(&struck, || child.try_wait().unwrap().is_some());
    child.kill().unwrap();
    child.wait().unwrap();
    served.sim.clear_gate();
    killed
}

fn is_struck(struck: &Receiver<()>, mut has_ended: impl FnMut() -> bool) -> bool {
    loop {
        match struck.recv_timeout(Duration::from_millis(5)) {
            Ok(()) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) if has_ended() => return false,
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// One to three kills, then a run to the end. Tells how many kills there were, and how many calls.
fn round(number: u64, phase: &Phase, served: &Served, look: Look) -> (usize, usize) {
    let mut chance = fastrand::Rng::with_seed(number);
    let stack = phase.before.0.copy();
    served.sim.restore(phase.before.1.clone()).unwrap();
    served.sim.clear_calls();
    let fatal = (0..chance.u8(1..=3)).map(|_| (chance.u64(1..=phase.calls), chance.bool()));
    let kills = fatal.filter(|(at, after_effect)| killed(&stack, served, phase.arguments, *at, *after_effect)).count();
    stack.run(served, phase.arguments);
    assert_eq!(look(&served.sim), phase.afterwards, "round {number}, {:?}", phase.arguments);
    stack.run(served, &[phase.arguments, &["--expect-no-changes"]].concat());
    (kills, served.sim.calls().iter().filter(|call| call.outcome == Outcome::Done).count())
}

/// Rounds of kills, two at a time.
fn survives(stack: Stack, life: Life, look: Look, rounds: u64) {
    let phases = &phases(stack, life, look);
    let some = |first: u64| {
        let served = served();
        (first..rounds)
            .step_by(2)
            .map(|number| round(number, &phases[usize::try_from(number).unwrap() % phases.len()], &served, look))
            .collect()
    };
    let outcomes: Vec<(usize, usize)> = std::thread::scope(|scope| {
        let threads: Vec<_> = [0, 1].map(|first| scope.spawn(move || -> Vec<_> { some(first) })).into();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let (kills, calls) = outcomes.iter().fold((0, 0), |(kills, calls), round| (kills + round.0, calls + round.1));
    println!(
        "{} rounds, {kills} kills, {calls} calls; an undisturbed life takes {}",
        outcomes.len(),
        phases.iter().map(|phase| phase.calls).sum::<u64>()
    );
    assert!(kills >= outcomes.len(), "only {kills} kills in {} rounds", outcomes.len());
}

#[test]
fn a_killed_run_is_taken_up_where_it_ended() {
    survives(Stack::new(), NETWORK, likeness, 30);
}

#[test]
fn a_killed_run_of_the_blog_is_taken_up_where_it_ended() {
    survives(Stack::of_the_blog(), BLOG, kinds, 6);
}
