//! How a simulation is set up.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::consistency::Consistency;
use crate::delays::Delays;
use crate::error::SimError;
use crate::fault::Fault;
use crate::image::{self, Image};
use crate::journal::Journal;
use crate::limits::Limits;
use crate::settings::Settings;
use crate::sim::Sim;
use crate::state::world::World;

/// How long a locked file is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Sets up a simulation: [`Sim::builder`].
#[derive(Clone, Debug)]
#[must_use]
pub struct SimBuilder {
    seed: u64,
    settings: Settings,
    faults: Vec<Fault>,
    file: Option<PathBuf>,
    patience: Duration,
}

impl SimBuilder {
    pub(crate) fn new() -> Self {
        let settings = Settings { images: image::amazon_linux(), ..Settings::default() };
        Self { seed: 0, settings, faults: Vec::new(), file: None, patience: PATIENCE }
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

    /// Adds an image that exists before the first run.
    pub fn image(mut self, image: Image) -> Self {
        self.settings.images.push(image);
        self
    }

    /// Adds an SSM parameter that exists before the first run.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.parameters.insert(name.into(), value.into());
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
    /// When the file cannot be opened, is held by another program, or is damaged.
    pub fn build(self) -> Result<Sim, SimError> {
        let (journal, world) = match &self.file {
            Some(path) => Journal::open(path, self.seed, self.patience).map(|(journal, world)| (Some(journal), world))?,
            None => (None, World::new(self.seed)),
        };
        Ok(Sim::new(Arc::new(crate::sim::Shared::new(world, self.settings, journal, self.faults))))
    }
}
