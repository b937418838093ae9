use blogstack_core::prelude::*;

mod kinds;
use kinds::*;

fn program(scope: &Scope, vpn: &Handle<VpnConnection>) {
    let port = vpn.tunnels.at(0).map(|tunnel| tunnel.psk.expose().clone());
    scope.export("port", &port);
}

fn main() {}
