//! The targets that the stacks here may run against.

use async_trait::async_trait;
use blogstack_aws::target::{AwsTarget, EndpointTarget, simulated};
use blogstack_core::{
    cli::App,
    target::{Connection, Pins, Target, TargetError},
};
use blogstack_sim::{Sim, SimBuilder};

/// A program with its settings' folder and every target there is.
pub fn all(app: App) -> App {
    all_on(app, |sim| sim)
}

/// The same, where something exists in the simulated world before the first run.
pub fn all_on(app: App, prepare: fn(SimBuilder) -> SimBuilder) -> App {
    let app = app.settings(concat!(env!("CARGO_MANIFEST_DIR"), "/stacks"));
    app.target(SimTarget::new(prepare)).target(AwsTarget).target(EndpointTarget)
}

/// The embedded simulation, `--target sim`: its world is kept in a file in the state folder, which all stacks share.
#[derive(Debug, Clone, Copy)]
pub struct SimTarget {
    prepare: fn(SimBuilder) -> SimBuilder,
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

fn unusable(wanted: &str, error: &blogstack_sim::SimError) -> TargetError {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    let hint = match error {
        blogstack_sim::SimError::Locked { .. } => "another stack runs on this simulation: wait, or use another `--state` folder",
        blogstack_sim::SimError::Damaged { .. } => "remove the state folder to begin anew: nothing in a simulation is real",
        _ => "make the state folder writable, or name another one with `--state`",
    };
    let refused = matches!(error, blogstack_sim::SimError::Locked { .. } | blogstack_sim::SimError::Damaged { .. });
    let error = TargetError::new(wanted, format!("{error}{cause}"), Some(hint));
    if refused { error.refused() } else { error }
}
