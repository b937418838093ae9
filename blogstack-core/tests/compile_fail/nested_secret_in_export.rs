use blogstack_core::prelude::*;

mod kinds;
use kinds::*;

fn program(scope: &Scope, vpn: &Handle<VpnConnection>) {
    scope.export("tunnels", &vpn.tunnels);
}

fn main() {}
