use blogstack_core::prelude::*;

mod kinds;
use kinds::*;

fn program(scope: &Scope, vpc: &Handle<Vpc>) {
    scope.add("web", SecurityGroup::new(vpc, 80));
}

fn main() {}
