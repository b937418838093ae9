//! `cargo run -- --help`. The list of hosts is the file that `OFFICE_HOSTS` names, or `hosts` in this folder.

use std::process::ExitCode;

use blogstack_aws::target::{AwsTarget, SimTarget};
use blogstack_core::cli::App;
use office::{hosts::Hosts, program};

fn main() -> ExitCode {
    let hosts = Hosts::new(std::env::var_os("OFFICE_HOSTS").unwrap_or_else(|| "hosts".into()));
    App::new("office", "wiki", program)
        .settings(concat!(env!("CARGO_MANIFEST_DIR"), "/stacks"))
        .target(SimTarget::default())
        .target(AwsTarget)
        .around_providers(move |providers| providers.with(hosts.clone()))
        .main()
}
