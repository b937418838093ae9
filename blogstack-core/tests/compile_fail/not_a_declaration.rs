use blogstack_core::prelude::*;

mod kinds;
use kinds::*;

fn program(scope: &Scope, vpc: &Handle<Vpc>) {
    scope.add("vpc", vpc);
}

fn main() {}
