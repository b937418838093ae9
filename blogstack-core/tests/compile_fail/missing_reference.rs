use blogstack_core::prelude::*;

mod kinds;
use kinds::*;

fn program(scope: &Scope, vpc: Handle<Vpc>) {
    scope.add("a", Subnet::new(vpc, "10.0.1.0/24"));
}

fn main() {}
