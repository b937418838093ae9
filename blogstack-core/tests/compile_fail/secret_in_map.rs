use blogstack_core::prelude::*;

mod kinds;
use kinds::*;

fn program(scope: &Scope, vpn: &Handle<VpnConnection>) {
    let length = vpn.configuration.map(|text| u32::try_from(text.expose().len()).unwrap_or(0));
    scope.export("length", &length);
}

fn main() {}
