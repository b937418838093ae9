//! Random pairs of programs: whatever came before, a stack becomes what its program says, and nothing else is touched.

use std::sync::Mutex;

use blogstack_aws::ec2::{Subnet, Vpc};
use blogstack_core::{
    Scope,
    deployment::{DeploymentError, How},
    display::{Style, plan_json, plan_text},
    plan::{Plan, Selection},
    state::Record,
    step::{Action, Work},
    testing::Lab,
};
use blogstack_tests::{run, world::World};
use proptest::test_runner::{Config, FileFailurePersistence, RngAlgorithm, TestCaseError, TestRng, TestRunner};

mod counts;
mod every_kind;
mod pairs;
mod program;
mod slot;

use counts::Counts;
use pairs::{Pair, pairs};
use program::Program;
use slot::{Choice, number};

/// Objects that belong to somebody else.
fn foreign(s: &Scope) {
    let vpc = s.add("theirs", Vpc::new("10.0.0.0/16").tag("Name", "theirs"));
    s.add("theirs", Subnet::new(&vpc, "10.0.0.0/24"));
}

fn text(plan: &Plan) -> String {
    format!("{}{}", plan_text(plan, Style::plain()), plan_json(plan))
}

/// One pair and its stack.
struct Life<'a> {
    world: World,
    counts: &'a Mutex<Counts>,
}

fn sentence(error: impl std::fmt::Display) -> String {
    error.to_string()
}

impl Life<'_> {
    async fn preview(&self, program: &Program, replaced: &[&str]) -> Result<Plan, DeploymentError> {
        self.replacing(replaced).lab.stack(declaring(program)).preview().await
    }

    /// The same stack, where some resources are replaced because somebody asks for it.
    fn replacing(&self, slots: &[&str]) -> World {
        let patterns: Vec<String> = slots.iter().flat_map(|slot| [(*slot).to_owned(), format!("{slot}-renamed")]).collect();
        let selection = Selection::new(&[], &[], &patterns).expect("names are patterns");
        World { lab: self.world.lab.clone().how(How { selection, ..How::default() }), ..self.world.clone() }
    }

    /// Plans, twice the same; applies; then nothing is left to do. Returns what was given up on the way.
    async fn settles(&self, program: &Program, replaced: &[&str], before: Option<&Program>) -> Result<Vec<Record>, String> {
        let plan = self.preview(program, replaced).await.map_err(sentence)?;
        let again = self.preview(program, replaced).await.map_err(sentence)?;
        if text(&plan) != text(&again) {
            return Err(format!("two plans of one program differ:\n{}\n{}", text(&plan), text(&again)));
        }
        if let Some(before) = before {
            self.note(&plan, before, program);
        }
        let old = self.world.state().await;
        let report = self.replacing(replaced).lab.stack(declaring(program)).up().await.map_err(sentence)?;
        if !report.is_complete() {
            return Err(format!("{}\n{:#?}, not tried {:#?}", text(&plan), report.failed, report.not_tried));
        }
        let after = self.preview(program, &[]).await.map_err(|error| format!("after\n{}\n{error}", text(&plan)))?;
        if !after.is_empty() {
            return Err(format!("after\n{}\nthere is still\n{}", text(&plan), text(&after)));
        }
        let new = self.world.state().await;
        let released: Vec<_> =
            report.done.iter().filter(|done| done.work == Work::Release).map(|done| Program::slot_of(done.urn.path())).collect();
        let is_released =
            |record: &Record| !new.records.contains_key(&record.uid) && released.contains(&Program::slot_of(record.urn.path()));
        let given_up: Vec<Record> = old.records.into_values().filter(is_released).collect();
        self.stays(&given_up)?;
        Ok(given_up)
    }

    /// What is given up is there, and not ours.
    fn stays(&self, given_up: &[Record]) -> Result<(), String> {
        let objects = self.world.sim.objects();
        for record in given_up.iter().filter(|record| record.outputs.get("tags").is_some()) {
            match objects.iter().find(|(key, _)| key.ends_with(&format!("/{}", record.id))) {
                None => return Err(format!("`{}` was given up and is gone", record.urn.path())),
                Some((_, object)) if is_ours(object) => return Err(format!("given up and still ours: {object:#?}")),
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn note(&self, plan: &Plan, before: &Program, after: &Program) {
        let mut counts = self.counts.lock().unwrap();
        counts.plans += 1;
        counts.note(plan, |slot, is_gone| if is_gone { before.choices(slot) } else { after.choices(slot) });
    }

    /// What is refused is refused for a reason that is said at plan time. Then a person gives in.
    async fn allowed(&self, pair: &mut Pair) -> Result<Plan, String> {
        for _ in 0..2 {
            let refused = match self.preview(&pair.after, &pair.replaced).await {
                Err(DeploymentError::Refused(problems)) => problems.to_string(),
                other => return other.map_err(sentence),
            };
            let is_protected = refused.contains("it is protected");
            let Some((reason, _)) = REFUSALS.iter().find(|(reason, _)| refused.contains(reason)) else { return Err(refused) };
            *self.counts.lock().unwrap().refused.entry(reason).or_default() += 1;
            if is_protected {
                self.world.unprotect_all().await;
                pair.before = pair.before.without(&[Choice::Protect]);
                pair.after = pair.after.without(&[Choice::Protect]);
            } else {
                self.world.unprotect_all().await;
                self.world.destroy().await;
                pair.after.ids.clear();
            }
        }
        self.preview(&pair.after, &pair.replaced).await.map_err(sentence)
    }

    /// Forgets by hand what the next program takes over as it is, or with an update.
    async fn forget(&self, pair: &Pair, plan: &Plan) {
        let stack = self.world.stack(|_| ());
        let session = stack.open().await.unwrap();
        for step in plan.steps.iter().filter(|step| matches!(step.action, Action::Same | Action::Update)) {
            let Some(slot) = Program::slot_of(step.urn.path()).filter(|slot| pair.adopted.contains(slot)) else { continue };
            if pair.after.choices(slot).has(Choice::Adopt) {
                let urn = step.renamed_from.as_ref().unwrap_or(&step.urn);
                session.forget(urn.as_str()).await.unwrap();
            }
        }
        session.close().await.unwrap();
    }

    async fn lives(&self, mut pair: Pair) -> Result<(), String> {
        self.settles(&pair.before, &[], Some(&Program::default())).await?;
        for record in self.world.state().await.records.into_values() {
            Program::slot_of(record.urn.path()).map(|slot| pair.after.ids.insert(slot, record.id));
        }
        let plan = self.allowed(&mut pair).await?;
        self.forget(&pair, &plan).await;
        let mut given_up = self.settles(&pair.after, &pair.replaced, Some(&pair.before)).await?;
        // Whoever has it now takes it away, because nothing that it is built on could go otherwise.
        given_up.sort_by_key(|record| std::cmp::Reverse(Program::slot_of(record.urn.path()).map(number)));
        for record in given_up {
            self.world.lab.take_away(&record).await.map_err(|error| format!("taking `{}` away: {error}", record.urn.path()))?;
        }
        if pair.lifts {
            pair.after = pair.after.without(&[Choice::Retain]);
            self.settles(&pair.after, &[], None).await?;
        }
        self.ends(&pair.after).await
    }

    /// What was retained is nobody's now; everything else is gone.
    async fn ends(&self, program: &Program) -> Result<(), String> {
        self.world.unprotect_all().await;
        let program = program.without(&[Choice::Protect]);
        let plan = self.world.stack(|_| ()).preview().await.map_err(sentence)?;
        self.note(&plan, &program, &program);
        let old = self.world.state().await;
        let report = self.world.stack(|_| ()).destroy().await.map_err(sentence)?;
        if !report.is_complete() {
            return Err(format!("{}\n{:#?}, not tried {:#?}", text(&plan), report.failed, report.not_tried));
        }
        let released: Vec<_> = report.done.iter().filter(|done| done.work == Work::Release).map(|done| &done.urn).collect();
        let given_up: Vec<Record> = old.records.into_values().filter(|record| released.contains(&&record.urn)).collect();
        self.stays(&given_up)
    }
}

fn declaring(program: &Program) -> impl Fn(&Scope) + Send + Sync + 'static {
    let program = program.clone();
    move |s: &Scope| program.declare(s)
}

fn is_ours(object: &serde_json::Value) -> bool {
    object["tags"].as_object().is_some_and(|tags| tags.contains_key("blogstack:uid"))
}

fn check(pair: &Pair, counts: &Mutex<Counts>) -> Result<(), String> {
    run(async {
        let world = World::new();
        let others = World { lab: Lab::new(blogstack_tests::world::connection(&world.sim)).seed(99).named("theirs"), ..world.clone() };
        others.up(foreign).await;
        let theirs = world.sim.objects();
        Life { world: world.clone(), counts }.lives(pair.clone()).await?;
        let left = world.sim.objects();
        let ours: Vec<_> = left.iter().filter(|(key, _)| !theirs.contains_key(*key)).filter(|(_, object)| is_ours(object)).collect();
        if !ours.is_empty() {
            return Err(format!("left behind: {ours:#?}"));
        }
        let touched: Vec<_> = theirs.iter().filter(|(key, object)| left.get(*key) != Some(object)).collect();
        if touched.is_empty() { Ok(()) } else { Err(format!("touched: {touched:#?}")) }
    })
}

/// What may be refused, and in how many of a hundred pairs at most.
const REFUSALS: [(&str, usize); 3] = [("it is protected", 35), ("it would take the place of", 20), ("these steps wait for each other", 8)];
const CASES: u32 = 1200;
const WORKERS: u32 = 2;

#[test]
fn any_program_after_any_other_becomes_what_it_says() {
    let counts = Mutex::new(Counts::default());
    let cases = std::env::var("BLOGSTACK_PAIRS_OF_PROGRAMS").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES);
    std::thread::scope(|scope| {
        for worker in 0..WORKERS {
            let counts = &counts;
            scope.spawn(move || {
                let failure_persistence: Option<Box<dyn proptest::test_runner::FailurePersistence>> =
                    Some(Box::new(FileFailurePersistence::Off));
                let config = Config { cases: cases / WORKERS, failure_persistence, ..Config::default() };
                let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[u8::try_from(worker).unwrap(); 32]);
                let mut runner = TestRunner::new_with_rng(config, rng);
                let outcome = runner.run(&pairs(), |pair| check(&pair, counts).map_err(TestCaseError::fail));
                outcome.unwrap_or_else(|failure| panic!("{failure}"));
            });
        }
    });
    let counts = counts.into_inner().unwrap();
    println!("{}\n{} plans, refused {:?}", counts.summary(), counts.plans, counts.refused);
    let wrong = counts.wrong(20);
    assert!(wrong.is_empty(), "{} triples: {wrong:#?}", wrong.len());
    for (reason, at_most) in REFUSALS {
        let refused = counts.refused.get(reason).copied().unwrap_or_default();
        assert!(refused <= cases as usize * at_most / 100, "{refused} of {cases} pairs were refused: {reason}");
    }
}
