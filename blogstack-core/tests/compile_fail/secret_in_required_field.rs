use blogstack_core::prelude::*;

mod kinds;
use kinds::*;

fn program(scope: &Scope, vpc: &Handle<Vpc>, vpn: &Handle<VpnConnection>) {
    scope.add("web", SecurityGroup::new(vpc, &vpn.configuration));
}

fn main() {}
