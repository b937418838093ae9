use blogstack_core::prelude::*;

mod kinds;
use kinds::*;

fn program(scope: &Scope, subnet: &Handle<Subnet>) {
    scope.add("a", Subnet::new(subnet, "10.0.1.0/24"));
}

fn main() {}
