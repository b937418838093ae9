//! How long the engine and the simulation take, by criterion: `cargo bench -p blogstack-tests --bench engine`.

use std::hint::black_box;

use blogstack_aws::ec2::{KeyPair, SecurityGroup, Vpc};
use blogstack_core::{Scope, display::plan_json, testing::Lab};
use blogstack_sim::{Delays, Sim};
use blogstack_tests::{
    run,
    toy::{Board, Note},
    world::World,
};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl a";

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
fn unchanged(c: &mut Criterion) {
    for count in [100, 1_000, 10_000] {
        let lab = Lab::new(Board::default().connection());
        assert!(run(async { lab.stack(notes(count)).up().await }).expect("a board").is_complete());
        c.bench_function(&format!("preview of {count} unchanged notes"), |b| {
            b.iter(|| assert!(run(async { lab.stack(notes(count)).preview().await }).expect("a board").is_empty()));
        });
    }
}

/// The first plan, and its JSON.
fn first_plan(c: &mut Criterion) {
    let lab = Lab::new(Board::default().connection());
    let plan = run(async { lab.stack(notes(1_000)).preview().await }).expect("a board");
    c.bench_function("JSON of a plan of 1000", |b| b.iter(|| black_box(plan_json(&plan))));
}

fn world() -> World {
    World::with(Sim::builder().delays(Delays::none()))
}

/// Through the whole SDK: requests written, answers parsed.
fn on_the_simulation(c: &mut Criterion) {
    let keys = |s: &Scope| (0..1_000).for_each(|number| drop(s.add(format!("key-{number}"), KeyPair::new(KEY))));
    let mut group = c.benchmark_group("simulation");
    group.sample_size(10);
    group.bench_function("1000 key pairs made", |b| b.iter_batched(world, |world| run(world.up(keys)), BatchSize::PerIteration));
    let world = world();
    run(world.up(keys));
    group.bench_function("1000 key pairs unchanged", |b| {
        b.iter(|| assert!(run(async { world.stack(keys).preview().await }).expect("a simulation").is_empty()));
    });
    group.finish();
}

fn network(c: &mut Criterion) {
    let stack = |s: &Scope| {
        let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
        s.add("group", SecurityGroup::new(&vpc, "a group"));
    };
    let world = world();
    run(world.up(stack));
    c.bench_function("preview of a small network", |b| {
        b.iter(|| assert!(run(async { world.stack(stack).preview().await }).expect("a simulation").is_empty()));
    });
}

criterion_group!(benches, unchanged, first_plan, on_the_simulation, network);
criterion_main!(benches);
