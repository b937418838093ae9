//! The blog: for now its network.

use blogstack_core::{Scope, cli::App};
use serde::Deserialize;

use crate::{network, target};

/// `stacks/prod.toml` and `stacks/staging.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The network.
    pub network: network::Settings,
}

/// The stack that readers meet: two NAT instances.
pub fn program(s: &Scope, settings: &Settings) {
    network::program(&s.child("network"), &settings.network);
}

/// The stack for trying things out: the same components, with one NAT gateway that nobody has to look after.
pub fn staging(s: &Scope, settings: &Settings) {
    network::with_gateway(&s.child("network"), &settings.network);
}

/// `prod` with its command line.
pub fn app() -> App {
    target::all(App::new("blog", "prod", program))
}

/// `staging` with its command line.
pub fn staging_app() -> App {
    target::all(App::new("blog", "staging", staging))
}
