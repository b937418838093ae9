use blogstack_core::prelude::*;

mod kinds;
use kinds::*;

fn program(scope: &Scope, subnet: &Handle<Subnet>) {
    scope.add("web", Instance::new(subnet).security_groups([subnet]));
}

fn main() {}
