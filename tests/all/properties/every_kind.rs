//! Random pairs of programs in which every kind takes part, with all the programs of its life, beside others.

use std::sync::Mutex;

use blogstack_core::{Scope, plan::Plan, testing::Lab};
use blogstack_sim::Sim;
use blogstack_tests::{
    crash::in_parallel,
    run,
    world::{World, connection},
};

use super::{foreign, sentence, text};

mod hands;
mod tally;

use hands::{Part, deal};
use tally::Tally;

/// How often each kind is dealt.
const ROUNDS: usize = 36;
/// How often it goes through each action at least.
const FLOOR: usize = 4;

/// What a part declares.
type Program = fn(&Scope);

/// The parts of one of the two programs: each with a scope of its own.
fn declaring(pair: &[Part], program: impl Fn(&Part) -> Option<Program>) -> impl Fn(&Scope) + Clone + Send + Sync + 'static {
    let parts: Vec<_> = pair.iter().filter_map(|part| Some((part.scope.clone(), program(part)?))).collect();
    move |s: &Scope| parts.iter().for_each(|(name, program)| program(&s.child(name)))
}

/// Plans, twice the same; applies; then nothing is left to do. Returns the plan.
async fn settles(world: &World, program: impl Fn(&Scope) + Clone + Send + Sync + 'static) -> Result<Plan, String> {
    let plan = world.stack(program.clone()).preview().await.map_err(sentence)?;
    let again = world.stack(program.clone()).preview().await.map_err(sentence)?;
    if text(&plan) != text(&again) {
        return Err(format!("two plans of one program differ:\n{}\n{}", text(&plan), text(&again)));
    }
    let report = world.stack(program.clone()).up().await.map_err(sentence)?;
    if !report.is_complete() {
        return Err(format!("{}\n{:#?}, not tried {:#?}", text(&plan), report.failed, report.not_tried));
    }
    let after = world.stack(program).preview().await.map_err(|error| format!("after\n{}\n{error}", text(&plan)))?;
    if after.is_empty() { Ok(plan) } else { Err(format!("after\n{}\nthere is still\n{}", text(&plan), text(&after))) }
}

/// Both programs, one after the other, and nothing any more; beside objects that belong to somebody else.
async fn lives(pair: &[Part], tally: &Mutex<Tally>) -> Result<(), String> {
    let world = World::with(Sim::builder().seed(7).instance_profile("web").instance_profile("other"));
    let others = World { lab: Lab::new(connection(&world.sim)).seed(99).named("theirs"), ..world.clone() };
    others.up(foreign).await;
    let theirs = world.sim.objects();
    settles(&world, declaring(pair, |part| part.program(part.before))).await?;
    let plan = settles(&world, declaring(pair, |part| part.program(part.after))).await?;
    tally.lock().unwrap().note(pair, &plan);
    if pair.iter().any(Part::is_protected) {
        settles(&world, declaring(pair, Part::unprotected)).await?;
    }
    settles(&world, |_: &Scope| ()).await?;
    tokio::time::sleep(std::time::Duration::from_hours(1)).await;
    let left = world.sim.objects();
    let other = left.iter().filter(|(key, object)| theirs.get(*key) != Some(object));
    let gone = theirs.iter().filter(|(key, _)| !left.contains_key(*key));
    let differing: Vec<_> = other.chain(gone).collect();
    if differing.is_empty() { Ok(()) } else { Err(format!("left behind or touched: {differing:#?}")) }
}

/// Takes parts away from a pair that fails, as long as it fails.
fn smallest(pair: &[Part], failure: &str) -> String {
    for number in 0..pair.len() {
        let (mut fewer, nobody) = (pair.to_vec(), Mutex::default());
        fewer.remove(number);
        if let Err(failure) = run(lives(&fewer, &nobody)) {
            return smallest(&fewer, &failure);
        }
    }
    format!("{pair:#?}\n{failure}")
}

#[test]
fn every_kind_becomes_what_any_two_programs_say_beside_others() {
    let kinds = crate::kinds::all();
    let rounds = std::env::var("BLOGSTACK_ROUNDS_OF_KINDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS);
    let pairs = deal(&kinds, rounds);
    let (tally, failures) = (Mutex::new(Tally::of(&kinds)), Mutex::new(Vec::new()));
    let tried = in_parallel(&pairs, |pair| {
        if let Err(failure) = run(lives(pair, &tally)) {
            failures.lock().unwrap().push(smallest(pair, &failure));
        }
        1
    });
    let (tally, failures) = (tally.into_inner().unwrap(), failures.into_inner().unwrap());
    println!("{tried} pairs of programs, {}", tally.summary());
    assert!(failures.is_empty(), "{} of {tried} pairs fail:\n{}", failures.len(), failures.join("\n\n"));
    let wrong = tally.below(FLOOR);
    assert!(wrong.is_empty(), "{wrong:#?}");
}
