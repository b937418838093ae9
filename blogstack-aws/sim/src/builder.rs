//! How a simulation is set up.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::clock::Clock;
use crate::consistency::Consistency;
use crate::delays::Delays;
use crate::engine::Engine;
use crate::error::SimError;
use crate::existing::Existing;
use crate::fault::Fault;
use crate::image::{self, Image};
use crate::journal::Journal;
use crate::limits::Limits;
use crate::log::Log;
use crate::settings::Settings;
use crate::sim::{Keep, Shared, Sim, Watch};
use crate::state::world::{Place, World};

/// How long a locked file is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Sets up a simulation: [`Sim::builder`].
#[derive(Clone, Debug)]
#[must_use]
pub struct SimBuilder {
    seed: u64,
    settings: Settings,
    existing: Vec<Existing>,
    faults: Vec<Fault>,
    file: Option<PathBuf>,
    patience: Duration,
    time_scale: Option<f64>,
    log: Option<PathBuf>,
    keep: Keep,
}

impl SimBuilder {
    pub(crate) fn new() -> Self {
        let settings = Settings { images: image::amazon_linux(), ..Settings::default() };
        let keep = Keep { calls: true, answers: false };
        let (existing, faults) = (Vec::new(), Vec::new());
        Self { seed: 0, settings, existing, faults, file: None, patience: PATIENCE, time_scale: None, log: None, keep }
    }

    /// Where ids, addresses and request ids come from. A file that exists keeps its own seed. Default: 0.
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// The account of callers whose access key id is not an account's number. Default: `123456789012`.
    pub fn account(mut self, account: impl Into<String>) -> Self {
        self.settings.account = account.into();
        self
    }

    /// The region of requests that name none. Default: `eu-west-1`.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.settings.region = region.into();
        self
    }

    /// How long reads may miss what was just made. Default: not at all.
    pub fn consistency(mut self, consistency: Consistency) -> Self {
        self.settings.consistency = consistency;
        self
    }

    /// How long things take. Default: [`Delays::realistic`].
    pub fn delays(mut self, delays: Delays) -> Self {
        self.settings.delays = delays;
        self
    }

    /// How many times as fast as tokio's clock virtual time runs. With 0 it stands still but for [`Sim::advance`]. Default: 1.
    pub fn time_scale(self, scale: f64) -> Self {
        Self { time_scale: Some(scale), ..self }
    }

    /// Adds a fault.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Keeps the world in a file: it is read if it exists, and holds every change before the answer is given.
    pub fn file(self, path: impl Into<PathBuf>) -> Self {
        Self { file: Some(path.into()), ..self }
    }

    /// How long to wait for a file that another program has open. Default: ten seconds.
    pub fn lock_wait(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Appends a line of JSON for each call to a file, before the call is answered: see [`Server`](crate::Server#the-log).
    pub fn log(self, path: impl Into<PathBuf>) -> Self {
        Self { log: Some(path.into()), ..self }
    }

    /// Remembers also what was answered: [`Call::answer`](crate::Call::answer). Default: not.
    pub fn keep_answers(mut self) -> Self {
        self.keep.answers = true;
        self
    }

    /// Does not remember calls: [`Sim::calls`] stays empty, and a simulation that runs for long does not grow by them.
    pub fn forget_calls(mut self) -> Self {
        self.keep.calls = false;
        self
    }

    /// Adds an image that exists before the first run.
    pub fn image(mut self, image: Image) -> Self {
        self.settings.images.push(image);
        self
    }

    /// Lets every instance of an image fail the health checks of load balancers: what is on it does not work.
    pub fn failing_image(mut self, id: impl Into<String>) -> Self {
        self.settings.failing_images.insert(id.into());
        self
    }

    /// Adds an SSM parameter that exists before the first run.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.parameters.insert(name.into(), value.into());
        self
    }

    /// Adds an empty bucket that exists before the first run, in the default account and region.
    pub fn bucket(mut self, name: impl Into<String>) -> Self {
        self.existing.push(Existing::Bucket { name: name.into() });
        self
    }

    /// Adds a public hosted zone that exists before the first run, in the default account: its id and its domain.
    pub fn hosted_zone(mut self, id: impl Into<String>, name: impl Into<String>) -> Self {
        self.existing.push(Existing::HostedZone { id: id.into(), name: name.into() });
        self
    }

    /// Adds an IAM instance profile that exists before the first run.
    pub fn instance_profile(mut self, name: impl Into<String>) -> Self {
        self.settings.instance_profiles.insert(name.into());
        self
    }

    /// Limits how many there may be: of `vpcs`, `subnets` (a VPC), `internet-gateways`, `route-tables` (a VPC), `routes` (a table),
    /// `addresses`, `nat-gateways` (a zone), `security-groups`, `rules` (a group and direction), `instances`, `key-pairs`.
    pub fn quota(mut self, name: impl Into<String>, limit: usize) -> Self {
        self.settings.quotas.insert(name.into(), limit);
        self
    }

    /// Limits how many calls may be made in a time. Default: [`Limits::none`].
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings.limits = limits;
        self
    }

    /// Makes the simulation, reading its file if it has one.
    ///
    /// # Errors
    /// When a file cannot be opened, is held by another program, or is damaged; when the time scale is negative or no number; and when
    /// AWS would not let something exist.
    pub fn build(self) -> Result<Sim, SimError> {
        if let Some(scale) = self.time_scale.filter(|scale| !scale.is_finite() || *scale < 0.0) {
            return Err(SimError::TimeScale { scale });
        }
        let (journal, world) = match &self.file {
            Some(path) => Journal::open(path, self.seed, self.patience).map(|(journal, world)| (Some(journal), world))?,
            None => (None, World::new(self.seed)),
        };
        let log = self.log.as_deref().map(Log::open).transpose()?;
        let sim = Sim::new(Arc::new(Shared {
            default: Place { account: self.settings.account.clone(), region: self.settings.region.clone() },
            clock: Clock::at(world.now, self.time_scale),
            turn: tokio::sync::Mutex::new(()),
            engine: Mutex::new(Engine::new(world, self.settings, journal.is_some())),
            journal: journal.map(Mutex::new),
            log: log.map(Mutex::new),
            keep: self.keep,
            watch: Mutex::new(Watch { faults: self.faults, ..Watch::default() }),
        }));
        self.existing.iter().try_for_each(|existing| existing.make(&sim))?;
        Ok(sim)
    }
}
