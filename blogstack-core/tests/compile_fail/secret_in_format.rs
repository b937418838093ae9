use blogstack_core::prelude::*;

mod kinds;
use kinds::*;

fn program(scope: &Scope, vpn: &Handle<VpnConnection>) {
    scope.problem(blogstack_core::Problem::new("vpn", format!("configured as {}", vpn.configuration)));
}

fn main() {}
