//! Which stops are tried, and what the runs after them must agree on.

use std::{
    collections::{BTreeSet, HashSet},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::{Ended, Run, Situation, Stage, Stop};
use crate::world::Canonical;

/// Stops a run at every effect; after each, the next run must reach what an undisturbed one reaches. Returns the number of stops.
///
/// # Panics
/// When one does not.
pub fn every_stop(stage: &Stage, run: &Run) -> usize {
    every_stop_with(stage, run, |_| ())
}

/// The same, and looks at each run on its own: the one that was stopped, and the next.
///
/// # Panics
/// When one of them does not reach what an undisturbed one reaches.
pub fn every_stop_with(stage: &Stage, run: &Run, look: impl Fn(&Ended) + Sync) -> usize {
    let undisturbed = stage.finish(run);
    let wanted = undisturbed.stage.canonical();
    in_parallel(&stops(undisturbed.effects), |&stop| {
        let stopped = stage.run(run, Some(stop));
        if stopped.report.is_some() {
            return 0;
        }
        let next = stopped.stage.finish(run);
        [&stopped, &next].into_iter().for_each(&look);
        agree(&wanted, &next.stage.canonical(), &format!("stopped at {stop:?}\n{stopped:?}\nthen {next:?}"));
        1
    })
}

/// Stops a run at every effect, and tells what the next one leaves in the cloud beyond what an undisturbed one leaves. It need not
/// succeed.
pub fn left_over(stage: &Stage, run: &Run) -> BTreeSet<String> {
    let undisturbed = stage.finish(run);
    let wanted = undisturbed.stage.canonical();
    let left = Mutex::new(BTreeSet::new());
    in_parallel(&stops(undisturbed.effects), |&stop| {
        let next = stage.run(run, Some(stop)).stage.run(run, None);
        let found = next.stage.canonical().cloud.into_iter().filter(|object| !wanted.cloud.contains(object));
        left.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
        1
    });
    left.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Lets the next run follow on everything that a stop can leave behind, each once: of stops that leave the same objects and the
/// same bytes, one is tried. Returns the undisturbed run and how many were tried.
///
/// What a stop leaves behind is seen in passing, as in [`every_pair`]. Each next run is shown, with the undisturbed one.
///
/// # Panics
/// When a next run does not reach what the undisturbed one reaches.
pub fn every_different_stop(stage: &Stage, run: &Run, look: impl Fn(&Ended, &Ended) + Sync) -> (Ended, usize) {
    let undisturbed = stage.finish(run);
    let wanted = undisturbed.stage.canonical_at_rest();
    let mut seen = HashSet::new();
    let all = stage.every_situation(run).into_iter();
    let different: Vec<_> = all.filter(|(_, situation, _)| seen.insert(situation.clone())).collect();
    let tried = in_parallel(&different, |(stop, _, left)| {
        let next = left.finish(run);
        look(&undisturbed, &next);
        agree(&wanted, &next.stage.canonical_at_rest(), &format!("stopped at {stop:?}, then {next:?}"));
        1
    });
    (undisturbed, tried)
}

/// How many pairs of stops were tried, and how many different situations they left behind.
#[derive(Debug, Clone, Copy)]
pub struct Pairs {
    /// First stop, second stop.
    pub tried: usize,
    /// Cloud and disk as they were then, whatever the time.
    pub different: usize,
}

/// Stops a run at every effect, and the run after it at every one of its own.
///
/// The second run is not repeated for each of its stops: what a stop leaves behind is seen in passing, which is the same (see
/// the test that compares them). Where two stops leave the same objects and the same bytes behind, what follows is tried once.
///
/// # Panics
/// When the third run does not reach what an undisturbed one reaches.
pub fn every_pair(stage: &Stage, run: &Run) -> Pairs {
    let undisturbed = stage.finish(run);
    let wanted = undisturbed.stage.canonical();
    let (firsts, seconds) = (Mutex::new(HashSet::new()), Mutex::new(HashSet::new()));
    let is_new =
        |seen: &Mutex<HashSet<Situation>>, situation: Situation| seen.lock().unwrap_or_else(PoisonError::into_inner).insert(situation);
    let tried = in_parallel(&stops(undisturbed.effects), |&first| {
        let once = stage.run(run, Some(first));
        if once.report.is_some() || !is_new(&firsts, once.stage.situation()) {
            return 0;
        }
        let seconds_of_it = once.stage.every_situation(run);
        let tried = seconds_of_it.len();
        for (second, situation, left) in seconds_of_it {
            if is_new(&seconds, situation) {
                let last = left.finish(run);
                agree(&wanted, &last.stage.canonical(), &format!("stopped at {first:?} and {second:?}\n{once:?}\n{last:?}"));
            }
        }
        tried
    });
    let different = seconds.lock().unwrap_or_else(PoisonError::into_inner).len();
    Pairs { tried, different }
}

/// Every place to stop at in a run of so many effects. What runs side by side may make it a few more.
fn stops(effects: usize) -> Vec<Stop> {
    (0..effects + 4).flat_map(|number| [Stop::Before(number), Stop::After(number)]).collect()
}

/// Tries each on all cores, and adds up.
pub fn in_parallel<T: Sync>(items: &[T], attempt: impl Fn(&T) -> usize + Sync) -> usize {
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(1, Into::into);
    std::thread::scope(|scope| {
        let work = || {
            let each = std::iter::from_fn(|| items.get(next.fetch_add(1, Ordering::Relaxed)));
            each.map(&attempt).sum::<usize>()
        };
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).sum()
    })
}

fn agree(wanted: &Canonical, found: &Canonical, what: &str) {
    let differences = |wanted: &[String], found: &[String]| {
        let missing = wanted.iter().filter(|one| !found.contains(one)).map(|one| format!("- {one}"));
        let extra = found.iter().filter(|one| !wanted.contains(one)).map(|one| format!("+ {one}"));
        missing.chain(extra).collect::<Vec<_>>().join("\n")
    };
    assert!(
        wanted == found,
        "{what}\nit left another cloud:\n{}\nor another state:\n{}\nopen intents {}",
        differences(&wanted.cloud, &found.cloud),
        differences(&wanted.records, &found.records),
        found.intents,
    );
}
