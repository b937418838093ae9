use blogstack_core::prelude::*;

mod kinds;
use kinds::*;

fn program(scope: &Scope, vpn: &Handle<VpnConnection>) {
    scope.export("tunnel", &interpolate!("{}", vpn.tunnels.at(0)));
}

fn main() {}
