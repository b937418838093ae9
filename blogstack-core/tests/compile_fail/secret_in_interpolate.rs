use blogstack_core::prelude::*;

mod kinds;
use kinds::*;

fn program(scope: &Scope, vpn: &Handle<VpnConnection>) {
    scope.export("address", &interpolate!("configured as {}", vpn.configuration));
}

fn main() {}
