//! The simulation in this process as a target of the command line.

use async_trait::async_trait;
use blogstack_core::target::{Connection, Pins, Target, TargetError};
use blogstack_sim::{Sim, SimBuilder, SimError};

use super::simulated;

/// The embedded simulation, `--target sim`: its world is kept in a file in the state folder, which all stacks share.
///
/// ```
/// use blogstack_aws::target::{AwsTarget, SimTarget};
/// # use blogstack_core::{Scope, cli::{App, NoSettings}};
///
/// # fn program(_: &Scope, _: &NoSettings) {}
/// // A bucket that somebody made by hand exists there, too.
/// let simulated = SimTarget::new(|sim| sim.bucket("images"));
/// let app = App::new("shop", "prod", program).target(simulated).target(AwsTarget);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct SimTarget {
    prepare: fn(SimBuilder) -> SimBuilder,
}

impl Default for SimTarget {
    /// A world in which nothing exists but what AWS itself has.
    fn default() -> Self {
        Self::new(|sim| sim)
    }
}

impl SimTarget {
    /// A simulated world; `prepare` says what exists there before the first run.
    pub fn new(prepare: fn(SimBuilder) -> SimBuilder) -> Self {
        Self { prepare }
    }
}

#[async_trait]
impl Target for SimTarget {
    fn name(&self) -> &'static str {
        "sim"
    }

    async fn connect(&self, wanted: &str, pins: &Pins) -> Result<Connection, TargetError> {
        let mut builder = (self.prepare)(Sim::builder());
        if let Some(account) = &pins.account {
            builder = builder.account(account);
        }
        if let Some(region) = &pins.region {
            builder = builder.region(region);
        }
        let sim = builder.file(pins.folder.join("simulated-aws")).build().map_err(|error| unusable(wanted, &error))?;
        let identity = format!("simulation {}", sim.instance_id());
        Ok(simulated(sim.http_client(), &identity, sim.account(), sim.region()))
    }
}

fn unusable(wanted: &str, error: &SimError) -> TargetError {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    let hint = match error {
        SimError::Locked { .. } => "another stack runs on this simulation: wait, or use another `--state` folder",
        SimError::Damaged { .. } => "remove the state folder to begin anew: nothing in a simulation is real",
        SimError::Existing { .. } => "correct what the program says exists there before the first run",
        _ => "make the state folder writable, or name another one with `--state`",
    };
    let refused = matches!(error, SimError::Locked { .. } | SimError::Damaged { .. });
    let error = TargetError::new(wanted, format!("{error}{cause}"), Some(hint));
    if refused { error.refused() } else { error }
}
