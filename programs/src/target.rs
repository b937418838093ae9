//! The targets that the stacks here may run against.

use blogstack_aws::target::{AwsTarget, EndpointTarget, SimTarget};
use blogstack_core::cli::App;
use blogstack_sim::SimBuilder;

/// A program with its settings' folder and every target there is.
pub fn all(app: App) -> App {
    all_on(app, |sim| sim)
}

/// The same, where something exists in the simulated world before the first run.
pub fn all_on(app: App, prepare: fn(SimBuilder) -> SimBuilder) -> App {
    let app = app.settings(concat!(env!("CARGO_MANIFEST_DIR"), "/stacks"));
    app.target(SimTarget::new(prepare)).target(AwsTarget).target(EndpointTarget)
}
