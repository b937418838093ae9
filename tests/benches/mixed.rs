//! What a thousand objects of many kinds cost: the blog in thirteen regions, made, looked at and deleted on the simulation, under virtual time.
//! `cargo bench -p blogstack-tests --bench mixed`; Linux only.

#![expect(clippy::print_stdout, reason = "what was measured is shown")]

use std::{collections::BTreeSet, time::Instant};

use blogstack_core::Scope;
use blogstack_sim::Sim;
use blogstack_tests::{run, used::Used, world::World};
use programs::blog::{self, Settings};

#[path = "../all/blog/regions.rs"]
mod regions;

fn settings() -> Settings {
    let settings = include_str!("../../programs/stacks/prod.toml");
    regions::in_many_regions(toml::from_str(settings).expect("the settings of `prod`"))
}

/// Does something, and prints a row of what it took.
async fn measured<T>(what: &str, sim: &Sim, work: impl Future<Output = T>) -> T {
    sim.clear_calls();
    let (begun, before, virtually) = (now(), Used::so_far(), sim.now());
    let done = work.await;
    let used = Used::so_far();
    println!(
        "| {what} | {} | {:.2} | {:.2} | {} | {} |",
        sim.calls().len(),
        begun.elapsed().as_secs_f64(),
        used.seconds - before.seconds,
        used.peak.div_ceil(1 << 20),
        sim.now().saturating_sub(virtually).as_secs()
    );
    done
}

#[expect(clippy::disallowed_methods, reason = "real time is measured beside virtual time")]
fn now() -> Instant {
    Instant::now()
}

fn main() {
    let settings = settings();
    let declare = move |s: &Scope| blog::program(s, &settings);
    run(async {
        let world = World::with(blog::simulated(Sim::builder().seed(7)));
        println!("| | calls | seconds | CPU seconds | peak MiB | simulated seconds |\n| --- | ---: | ---: | ---: | ---: | ---: |");
        measured("up", &world.sim, world.up(declare.clone())).await;
        let records = world.state().await.records;
        let kinds: BTreeSet<&str> = records.values().map(|record| record.urn.kind()).collect();
        let plan = measured("preview, unchanged", &world.sim, world.stack(declare).preview()).await.expect("a plan");
        assert!(plan.is_empty(), "something is left to do");
        measured("destroy", &world.sim, world.destroy()).await;
        let left = world.state().await.records.len();
        println!("\n{} objects of {} kinds; {left} are protected and stay.", records.len(), kinds.len());
    });
}
