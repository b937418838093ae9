//! Random pairs of programs: whatever came before, a stack becomes what its program says, and nothing else is touched.

use std::{collections::BTreeMap, sync::Mutex};

use blogstack_aws::ec2::{Subnet, Vpc};
use blogstack_core::{
    Scope,
    deployment::DeploymentError,
    display::{Style, plan_json, plan_text},
    plan::Plan,
    testing::Lab,
};
use blogstack_tests::{run, world::World};
use proptest::test_runner::{Config, FileFailurePersistence, TestRunner};

mod program;

use program::{OPTIONS, Program, pairs};

/// How often each kind went through each action, and was declared with each option.
#[derive(Default)]
struct Counts {
    actions: BTreeMap<(String, &'static str), usize>,
    options: BTreeMap<(String, &'static str), usize>,
    refused: usize,
    circles: usize,
}

/// Objects that belong to somebody else.
fn foreign(s: &Scope) {
    let vpc = s.add("theirs", Vpc::new("10.0.0.0/16").tag("Name", "theirs"));
    s.add("theirs", Subnet::new(&vpc, "10.0.0.0/24"));
}

fn text(plan: &Plan) -> String {
    format!("{}{}", plan_text(plan, Style::plain()), plan_json(plan))
}

/// Plans, twice the same; applies; then nothing is left to do.
async fn settles(world: &World, program: &Program, counts: &Mutex<Counts>) -> Result<(), String> {
    let (program, plan) = allowed(world, program.clone(), counts).await?;
    let declare = || {
        let program = program.clone();
        move |s: &Scope| program.declare(s)
    };
    let again = world.stack(declare()).preview().await.map_err(|error| error.to_string())?;
    if text(&plan) != text(&again) {
        return Err(format!("two plans of one program differ:\n{}\n{}", text(&plan), text(&again)));
    }
    note(&plan, &program, counts);
    let report = world.stack(declare()).up().await.map_err(|error| error.to_string())?;
    if !report.is_complete() {
        return Err(format!("{}\n{report:#?}", text(&plan)));
    }
    let after = world.stack(declare()).preview().await.map_err(|error| error.to_string())?;
    if after.is_empty() { Ok(()) } else { Err(format!("after\n{}\nthere is still\n{}", text(&plan), text(&after))) }
}

/// What is refused is refused for a reason: something is protected, or steps wait for each other. Both are said at plan time.
async fn allowed(world: &World, program: Program, counts: &Mutex<Counts>) -> Result<(Program, Plan), String> {
    let preview = async |program: &Program| {
        let program = program.clone();
        world.stack(move |s: &Scope| program.declare(s)).preview().await
    };
    let refused = match preview(&program).await {
        Err(DeploymentError::Refused(problems)) => problems.to_string(),
        other => return other.map(|plan| (program, plan)).map_err(|error| error.to_string()),
    };
    counts.lock().unwrap().refused += 1;
    let known = refused.contains("it is protected") || refused.contains("these steps wait for each other");
    assert!(known, "{refused}");
    world.unprotect_all().await;
    let program = program.unprotected();
    match preview(&program).await {
        Err(DeploymentError::Refused(problems)) => {
            assert!(problems.to_string().contains("these steps wait for each other"), "{problems}");
            counts.lock().unwrap().circles += 1;
            world.destroy().await;
            let plan = preview(&program).await.map_err(|error| error.to_string())?;
            Ok((program, plan))
        }
        other => other.map(|plan| (program, plan)).map_err(|error| error.to_string()),
    }
}

fn note(plan: &Plan, program: &Program, counts: &Mutex<Counts>) {
    let mut counts = counts.lock().unwrap();
    for step in &plan.steps {
        *counts.actions.entry((step.urn.kind().to_owned(), step.action.word())).or_default() += 1;
    }
    for (kind, option) in program.options() {
        *counts.options.entry((kind.to_owned(), option)).or_default() += 1;
    }
}

fn check(before: &Program, after: &Program, counts: &Mutex<Counts>) -> Result<(), String> {
    run(async {
        let world = World::new();
        let others = World { lab: Lab::new(blogstack_tests::world::connection(&world.sim)).seed(99).named("theirs"), ..world.clone() };
        others.up(foreign).await;
        let theirs = world.sim.objects();
        settles(&world, before, counts).await?;
        settles(&world, after, counts).await?;
        world.unprotect_all().await;
        let plan = world.stack(|_| ()).preview().await.map_err(|error| error.to_string())?;
        note(&plan, &Program::default(), counts);
        let report = world.stack(|_| ()).destroy().await.map_err(|error| error.to_string())?;
        if !report.is_complete() {
            return Err(format!("{report:#?}"));
        }
        // What was retained is nobody's now; everything else is gone.
        let left = world.sim.objects();
        let ours: Vec<_> = left.iter().filter(|(key, _)| !theirs.contains_key(*key)).filter(|(_, object)| is_ours(object)).collect();
        if !ours.is_empty() {
            return Err(format!("left behind: {ours:#?}"));
        }
        let touched: Vec<_> = theirs.iter().filter(|(key, object)| left.get(*key) != Some(object)).collect();
        if touched.is_empty() { Ok(()) } else { Err(format!("touched: {touched:#?}")) }
    })
}

fn is_ours(object: &serde_json::Value) -> bool {
    object["tags"].as_object().is_some_and(|tags| tags.contains_key("blogstack:uid"))
}

const CASES: u32 = 1000;
const WORKERS: u32 = 2;

#[test]
fn any_program_after_any_other_becomes_what_it_says() {
    let counts = Mutex::new(Counts::default());
    std::thread::scope(|scope| {
        for worker in 0..WORKERS {
            let counts = &counts;
            scope.spawn(move || {
                let config = Config {
                    cases: CASES / WORKERS,
                    failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
                    ..Config::default()
                };
                let seed = [u8::try_from(worker).unwrap(); 32];
                let rng = proptest::test_runner::TestRng::from_seed(proptest::test_runner::RngAlgorithm::ChaCha, &seed);
                let mut runner = TestRunner::new_with_rng(config, rng);
                let outcome = runner
                    .run(&pairs(), |(before, after)| check(&before, &after, counts).map_err(proptest::test_runner::TestCaseError::fail));
                outcome.unwrap_or_else(|failure| panic!("{failure}"));
            });
        }
    });
    let counts = counts.into_inner().unwrap();
    println!("{:#?}\n{:#?}\nrefused {}, in circles {}", counts.actions, counts.options, counts.refused, counts.circles);
    for (kind, actions) in program::KINDS {
        for action in *actions {
            let count = counts.actions.get(&((*kind).to_owned(), *action)).copied().unwrap_or_default();
            assert!(count >= 20, "{kind} {action}: only {count}");
        }
        for option in OPTIONS {
            let count = counts.options.get(&((*kind).to_owned(), *option)).copied().unwrap_or_default();
            assert!(count >= 20 || !program::takes(kind, option), "{kind} with {option}: only {count}");
        }
    }
}
