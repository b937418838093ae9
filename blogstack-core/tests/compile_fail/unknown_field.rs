use blogstack_core::prelude::*;

mod kinds;
use kinds::*;

fn program(scope: &Scope) {
    scope.add("vpc", Vpc::new("10.0.0.0/16").descripton("the network"));
}

fn main() {}
