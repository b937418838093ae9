use blogstack_core::prelude::*;

mod kinds;
use kinds::*;

fn program(scope: &Scope, vpn: &Handle<VpnConnection>) {
    scope.add("web", Vpc::new("10.0.0.0/16").description(vpn.tunnels.at(0).get(Tunnel::psk)));
}

fn main() {}
