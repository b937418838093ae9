//! The blog as one program: what a reader is shown of it, that it runs, and that nobody reaches what they should not.

mod existing;
mod isolation;
mod lives;
mod ready;
mod regions;
mod settings;
mod thousand;

use blogstack_aws::target::SimTarget;
use blogstack_core::{
    Scope,
    display::{Style, plan_text},
    state::Record,
    target::{Pins, Target as _},
    testing::Lab,
    value::Value,
};
use blogstack_sim::Sim;
use blogstack_tests::{run, world::World};
use programs::blog::{self, Engine, Mode, Region, Settings};
use tempfile::TempDir;

use crate::programs::document;

/// As the stack has them.
fn settings() -> Settings {
    crate::programs::settings("prod")
}

/// For trying things out.
fn staging() -> Settings {
    crate::programs::settings("staging")
}

/// In two regions, whose networks are joined.
fn in_two_regions() -> Settings {
    let mut settings = settings();
    settings.regions.push(Region { name: "us-east-1".into(), cidr_block: "10.31.0.0/16".parse().unwrap() });
    settings.peering = true;
    settings
}

/// With two front ends that Salt builds.
fn fixed() -> Settings {
    let mut settings = settings();
    settings.web.mode = Mode::Fixed;
    settings
}

fn declare(settings: Settings) -> impl Fn(&Scope) + Clone + Send + Sync + 'static {
    move |s| blog::program(s, &settings)
}

fn world() -> World {
    World::with(blog::simulated(Sim::builder().seed(7)))
}

/// Goes up, and stays as it is.
async fn up(settings: Settings) -> World {
    let world = world();
    world.up(declare(settings.clone())).await;
    let plan = world.stack(declare(settings)).preview().await.unwrap();
    assert!(plan.is_empty(), "{}", plan_text(&plan, Style::plain()));
    world
}

#[test]
fn its_plan_reads_well() {
    run(async {
        for (name, settings) in [("prod", settings()), ("prod-two-regions", in_two_regions()), ("staging", staging())] {
            let plan = world().stack(declare(settings)).preview().await.unwrap();
            document(&format!("plan-{name}"), &plan_text(&plan, Style::plain()));
        }
    });
}

#[test]
fn it_runs() {
    run(async {
        up(settings()).await;
    });
}

#[test]
fn it_runs_for_trying_things_out() {
    run(async {
        up(staging()).await;
    });
}

#[test]
fn it_runs_with_two_front_ends_that_salt_builds() {
    run(async {
        up(fixed()).await;
    });
}

#[test]
fn it_runs_with_mysql() {
    run(async {
        let mut settings = settings();
        settings.database.engine = Engine::Mysql;
        up(settings).await;
    });
}

#[test]
fn it_runs_in_two_regions_between_which_latency_decides() {
    run(async {
        let world = up(in_two_regions()).await;
        let state = world.state().await;
        let records = state.records.values().filter(|record| record.urn.path().ends_with("/blog"));
        let said = |record: &Record, field| record.inputs.get(field).and_then(Value::as_text).unwrap_or_default().to_owned();
        let mut answers: Vec<_> = records.map(|record| ["name", "record_type", "region"].map(|field| said(record, field))).collect();
        answers.sort();
        assert_eq!(answers, ["eu-west-1", "us-east-1"].map(|region| ["blog.example.com", "A", region].map(str::to_owned)));
    });
}

/// As somebody who has just cloned the repository runs it.
#[test]
fn its_own_simulation_has_what_it_looks_up() {
    run(async {
        let folder = TempDir::new().unwrap();
        let pins = Pins { account: None, region: None, window: None, folder: folder.path().to_owned() };
        let connection = SimTarget::new(blog::simulated).connect("sim", &pins).await.unwrap();
        let there = Lab::new(connection).stack(declare(settings())).preview().await.unwrap();
        let here = world().stack(declare(settings())).preview().await.unwrap();
        assert_eq!(there.summary(), here.summary());
        assert!(blog::app("prod").help(&["up"]).unwrap().contains("prod up"));
    });
}
