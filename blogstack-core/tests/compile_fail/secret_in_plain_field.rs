use blogstack_core::prelude::*;

mod kinds;
use kinds::*;

fn program(scope: &Scope, vpn: &Handle<VpnConnection>) {
    scope.add("web", Vpc::new("10.0.0.0/16").description(&vpn.configuration));
}

fn main() {}
