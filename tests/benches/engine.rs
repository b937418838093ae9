//! How long the engine and the simulation take, and how much they allocate, by divan: `cargo bench -p blogstack-tests --bench engine`.

use std::hint::black_box;

use blogstack_aws::ec2::{KeyPair, SecurityGroup, Vpc};
use blogstack_core::{Scope, display::plan_json, testing::Lab};
use blogstack_sim::{Delays, Sim};
use blogstack_tests::{
    run,
    toy::{Board, Note},
    world::World,
};
use divan::{AllocProfiler, Bencher};

#[global_allocator]
static ALLOC: AllocProfiler = AllocProfiler::system();

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl a";

fn main() {
    divan::main();
}

/// Notes, each tenth below another one.
fn notes(count: usize) -> impl Fn(&Scope) + Send + Sync + 'static {
    move |s| {
        let mut above = None;
        for number in 0..count {
            let note = Note::new(format!("note number {number}"));
            let note = if number % 10 == 9 { note.below(above.as_ref()) } else { note };
            above = Some(s.add(format!("note-{number}"), note));
        }
    }
}

/// A preview of a stack in which nothing has changed: state is loaded, every object read, everything compared.
#[divan::bench(args = [100, 1_000, 10_000])]
fn preview_of_unchanged_notes(bencher: Bencher, count: usize) {
    let lab = Lab::new(Board::default().connection());
    assert!(run(async { lab.stack(notes(count)).up().await }).expect("a board").is_complete());
    bencher.bench_local(|| assert!(run(async { lab.stack(notes(count)).preview().await }).expect("a board").is_empty()));
}

#[divan::bench]
fn json_of_a_plan_of_1000(bencher: Bencher) {
    let lab = Lab::new(Board::default().connection());
    let plan = run(async { lab.stack(notes(1_000)).preview().await }).expect("a board");
    bencher.bench_local(|| black_box(plan_json(&plan)));
}

fn world() -> World {
    World::with(Sim::builder().delays(Delays::none()))
}

fn keys(s: &Scope) {
    (0..1_000).for_each(|number| drop(s.add(format!("key-{number}"), KeyPair::new(KEY))));
}

/// Through the whole SDK: requests written, answers parsed.
#[divan::bench(sample_count = 10)]
fn up_of_1000_key_pairs_on_the_simulation(bencher: Bencher) {
    bencher.with_inputs(world).bench_local_values(|world| run(world.up(keys)));
}

#[divan::bench(sample_count = 20)]
fn preview_of_1000_unchanged_key_pairs(bencher: Bencher) {
    let world = world();
    run(world.up(keys));
    bencher.bench_local(|| assert!(run(async { world.stack(keys).preview().await }).expect("a simulation").is_empty()));
}

#[divan::bench]
fn preview_of_a_small_network(bencher: Bencher) {
    let stack = |s: &Scope| {
        let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
        s.add("group", SecurityGroup::new(&vpc, "a group"));
    };
    let world = world();
    run(world.up(stack));
    bencher.bench_local(|| assert!(run(async { world.stack(stack).preview().await }).expect("a simulation").is_empty()));
}
