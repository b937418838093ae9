use blogstack_core::prelude::*;

mod kinds;
use kinds::*;

fn program(scope: &Scope) {
    scope.add("vpc", Vpc::new("10.0.0.0/16").ignore_changes(Subnet::cidr_block));
}

fn main() {}
