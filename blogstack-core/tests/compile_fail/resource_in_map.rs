use blogstack_core::prelude::*;

mod kinds;
use kinds::*;

fn program(scope: &Scope, vpc: &Handle<Vpc>) {
    let scope = scope.clone();
    let made = vpc.cidr_block.map(move |_| scope.add("inner", Vpc::new("10.1.0.0/16")).urn().to_string());
    drop(made);
}

fn main() {}
