use blogstack_core::prelude::*;

fn program(scope: &Scope, key: &Secret<String>) {
    scope.problem(blogstack_core::Problem::new("vpn", format!("the key is {}", key)));
}

fn main() {}
