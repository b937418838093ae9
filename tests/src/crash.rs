//! Stops a run before or after any effect, on disk or in the cloud, and lets the next run go on from what is left.

use std::{
    cell::Cell,
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use blogstack_core::{
    Scope,
    apply::Report,
    deployment::DeploymentError,
    disk::{self, Disk, DiskEffect, MemoryDisk},
};
use blogstack_sim::{Call, CallInfo, Outcome, Sim, Snapshot};
use tokio::sync::Notify;

use crate::world::{ACCOUNT, Canonical, REGION, World};

mod stops;

pub use stops::{Pairs, every_different_stop, every_pair, every_stop, every_stop_with, in_parallel, left_over};

/// Where a run stops: everything in memory is gone, what was synced and the cloud remain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Before the effect with this number.
    Before(usize),
    /// After it: of a call, the reply is lost.
    After(usize),
}

thread_local! {
    static LAST: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Counts effects and stops at one of them, or shows each to somebody who looks on.
struct Tripwire {
    stop: Option<Stop>,
    count: AtomicUsize,
    dead: AtomicBool,
    tripped: Notify,
    onlooker: Mutex<Option<Onlooker>>,
}

/// Called wherever a run could be stopped.
type Onlooker = Box<dyn FnMut(Stop) + Send>;

impl Tripwire {
    fn new(stop: Option<Stop>) -> Arc<Self> {
        Arc::new(Self {
            stop,
            count: AtomicUsize::new(0),
            dead: AtomicBool::new(false),
            tripped: Notify::new(),
            onlooker: Mutex::default(),
        })
    }

    /// Lets somebody look on, or nobody any more.
    fn show(&self, onlooker: Option<Onlooker>) {
        *self.onlooker.lock().unwrap_or_else(PoisonError::into_inner) = onlooker;
    }

    /// Whether the effect that is about to happen does.
    fn enters(&self) -> bool {
        if self.dead.load(Ordering::SeqCst) {
            return false;
        }
        let number = self.count.fetch_add(1, Ordering::SeqCst);
        LAST.set(number);
        self.passes(Stop::Before(number))
    }

    /// Whether anybody hears that it happened.
    fn leaves(&self) -> bool {
        !self.dead.load(Ordering::SeqCst) && self.passes(Stop::After(LAST.get()))
    }

    fn passes(&self, here: Stop) -> bool {
        if let Some(look) = &mut *self.onlooker.lock().unwrap_or_else(PoisonError::into_inner) {
            look(here);
        }
        let stops = self.stop == Some(here);
        if stops {
            self.dead.store(true, Ordering::SeqCst);
            self.tripped.notify_one();
        }
        !stops
    }
}

impl blogstack_sim::Gate for Tripwire {
    fn before(&self, _: &CallInfo) -> blogstack_sim::Verdict {
        if self.enters() { blogstack_sim::Verdict::Pass } else { blogstack_sim::Verdict::Drop }
    }

    fn after(&self, _: &CallInfo) -> blogstack_sim::Verdict {
        if self.leaves() { blogstack_sim::Verdict::Pass } else { blogstack_sim::Verdict::Drop }
    }
}

impl disk::Gate for Tripwire {
    fn before(&self, _: &DiskEffect) -> disk::Verdict {
        if self.enters() { disk::Verdict::Pass } else { disk::Verdict::Stop }
    }

    fn after(&self, _: &DiskEffect) -> disk::Verdict {
        if self.leaves() { disk::Verdict::Pass } else { disk::Verdict::Stop }
    }
}

/// A program, as a value.
pub type Program = Arc<dyn Fn(&Scope) + Send + Sync>;

/// What a run does.
#[derive(Clone)]
pub enum Run {
    /// Makes the cloud as declared.
    Up(Program),
    /// Likewise, and looks once more: a group shows the rules that came after it.
    UpAndLook(Program),
    /// Deletes everything.
    Destroy,
}

impl Run {
    /// `up` of a program.
    pub fn up(program: impl Fn(&Scope) + Send + Sync + 'static) -> Self {
        Self::Up(Arc::new(program))
    }

    /// `up` of a program, and once more without anything left to do, so that records show what came after them.
    pub fn up_and_look(program: impl Fn(&Scope) + Send + Sync + 'static) -> Self {
        Self::UpAndLook(Arc::new(program))
    }
}

/// Cloud and disk at a moment at which nothing runs.
#[derive(Clone)]
pub struct Stage {
    cloud: Snapshot,
    disk: MemoryDisk,
    build: fn() -> Sim,
    tune: fn(World) -> World,
}

/// How a run ended.
pub struct Ended {
    /// What is left.
    pub stage: Stage,
    /// How many effects it had.
    pub effects: usize,
    /// Its report; `None` when it was stopped.
    pub report: Option<Result<Report, DeploymentError>>,
    /// The calls it made.
    pub calls: Vec<String>,
    /// Those of them that were carried out.
    pub carried_out: Vec<String>,
}

impl fmt::Debug for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} after {} effects, calls {:?}", self.report, self.effects, self.calls)
    }
}

/// A simulation with AWS's delays and consistency windows, and the instance profiles that tests of kinds name.
///
/// # Panics
/// When it cannot be built.
pub fn realistic() -> Sim {
    let window = blogstack_sim::Consistency::window(std::time::Duration::from_secs(4));
    let builder = Sim::builder().seed(7).account(ACCOUNT).region(REGION).consistency(window);
    let builder = builder.instance_profile("web").instance_profile("other");
    builder.delays(blogstack_sim::Delays::realistic()).build().expect("a simulation in memory")
}

/// A simulation in which nothing takes time and everything is seen at once.
///
/// # Panics
/// When it cannot be built.
pub fn prompt() -> Sim {
    let builder = Sim::builder().seed(7).account(ACCOUNT).region(REGION).consistency(blogstack_sim::Consistency::none());
    builder.delays(blogstack_sim::Delays::none()).build().expect("a simulation in memory")
}

impl Stage {
    /// An empty cloud and an empty disk.
    pub fn empty(build: fn() -> Sim) -> Self {
        crate::run(async { Self { cloud: build().snapshot(), disk: MemoryDisk::new(), build, tune: |world| world } })
    }

    /// Changes how runs go about it: for negative controls.
    #[must_use]
    pub fn tuned(self, tune: fn(World) -> World) -> Self {
        Self { tune, ..self }
    }

    fn world(&self, disk: Arc<dyn Disk>) -> World {
        let sim = (self.build)();
        sim.restore(self.cloud.clone()).expect("the snapshot is of such a simulation");
        let lab = blogstack_core::testing::Lab::new(crate::world::connection(&sim));
        (self.tune)(World { sim, lab }).on(disk)
    }

    /// Runs, in a runtime of its own, until it ends or is stopped.
    pub fn run(&self, run: &Run, stop: Option<Stop>) -> Ended {
        let wire = Tripwire::new(stop);
        let disk = self.disk.crash().with_gate(wire.clone());
        let (world, report) = crate::run(async {
            let world = self.world(Arc::new(disk.clone()));
            world.sim.gate(wire.clone());
            let report = tokio::select! {
                biased;
                () = wire.tripped.notified() => None,
                report = carry_out(&world, run) => Some(report),
            };
            // Once it is stopped, what a run still says reaches nobody.
            (world, report.filter(|_| !wire.dead.load(Ordering::SeqCst)))
        });
        let names = |calls: &mut dyn Iterator<Item = Call>| calls.map(|call| call.operation).collect();
        let calls = names(&mut world.sim.calls().into_iter());
        let carried_out = names(&mut world.sim.calls().into_iter().filter(|call| matches!(call.outcome, Outcome::Done)));
        let (cloud, disk) = crate::run(async { (world.sim.snapshot(), disk.crash()) });
        let effects = wire.count.load(Ordering::SeqCst);
        Ended { stage: Self { cloud, disk, ..self.clone() }, effects, report, calls, carried_out }
    }

    /// Runs to the end.
    ///
    /// # Panics
    /// When anything fails.
    pub fn finish(&self, run: &Run) -> Ended {
        let ended = self.run(run, None);
        match &ended.report {
            Some(Ok(report)) if report.is_complete() => ended,
            other => panic!("the run did not succeed: {other:#?}"),
        }
    }

    /// What it looks like, whatever the time.
    pub fn situation(&self) -> Situation {
        crate::run(async { Situation::of(&self.world(Arc::new(self.disk.crash())).sim, &self.disk) })
    }

    /// Runs to the end, and tells of each place at which the run could have been stopped what that would have left behind.
    ///
    /// # Panics
    /// When the run fails.
    pub fn every_situation(&self, run: &Run) -> Vec<(Stop, Situation, Self)> {
        let wire = Tripwire::new(None);
        let disk = self.disk.crash().with_gate(wire.clone());
        let seen = Arc::new(Mutex::new(Vec::new()));
        crate::run(async {
            let world = self.world(Arc::new(disk.clone()));
            world.sim.gate(wire.clone());
            let (all, blank, sim) = (seen.clone(), self.clone(), world.sim.clone());
            wire.show(Some(Box::new(move |stop| {
                let stage = Self { cloud: sim.snapshot(), disk: disk.crash(), ..blank.clone() };
                all.lock().unwrap_or_else(PoisonError::into_inner).push((stop, Situation::of(&sim, &stage.disk), stage));
            })));
            let report = carry_out(&world, run).await;
            wire.show(None);
            assert!(report.as_ref().is_ok_and(Report::is_complete), "the run did not succeed: {report:#?}");
        });
        std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The cloud and the state, to look at.
    pub fn open(&self) -> World {
        self.world(Arc::new(self.disk.crash()))
    }

    /// What runs must agree on.
    pub fn canonical(&self) -> Canonical {
        crate::run(async { self.open().canonical().await })
    }

    /// The same an hour later, when the cloud has done what it does by itself, and without the addresses that it picked by chance.
    pub fn canonical_at_rest(&self) -> Canonical {
        crate::run(async {
            let world = self.open();
            tokio::time::sleep(std::time::Duration::from_hours(1)).await;
            world.canonical().await.without_private_addresses()
        })
    }
}

/// The objects of the cloud and the bytes of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Situation(String);

impl Situation {
    fn of(sim: &Sim, disk: &MemoryDisk) -> Self {
        let journal = disk.crash().read(std::path::Path::new("/state/journal/journal")).ok().flatten().unwrap_or_default();
        Self(format!("{:?} {journal:?}", sim.objects()))
    }
}

async fn carry_out(world: &World, run: &Run) -> Result<Report, DeploymentError> {
    match run {
        Run::Up(program) => {
            let program = program.clone();
            world.stack(move |scope| program(scope)).up().await
        }
        Run::UpAndLook(program) => {
            let program = program.clone();
            let stack = world.stack(move |scope| program(scope));
            let report = stack.up().await?;
            if report.is_complete() { stack.up().await } else { Ok(report) }
        }
        Run::Destroy => world.stack(|_| ()).destroy().await,
    }
}
