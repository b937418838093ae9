use blogstack_core::prelude::*;

mod kinds;
use kinds::*;

fn program(scope: &Scope, vpn: &Handle<VpnConnection>) {
    println!("{} {:?}", vpn.configuration, scope.region());
}

fn main() {}
