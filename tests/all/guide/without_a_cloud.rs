//! Passwords, ids and commands.

use std::time::Duration;

use blogstack_aws::{
    s3::Bucket,
    ssm::{Parameter, SecureParameter},
};
use blogstack_core::{
    Configure, Scope,
    command::Command,
    interpolate,
    random::{Password, RandomId},
};

use super::own_tests::lab;

/// What nobody chose, and a step on this machine.
pub fn program(s: &Scope) {
    let password = s.add("password", Password::new(24_u16).special("-_"));
    s.add("parameter", SecureParameter::new(&password.result).name("/blog/password"));
    let unique = s.add("unique", RandomId::new(4_u8));
    s.add("images", Bucket::new().bucket(&interpolate!("images-{}", unique.hex)));
    let endpoint = s.add("endpoint", Parameter::new("10.0.0.7").name("/blog/database"));
    let migrate = Command::new("./migrate --to \"$DATABASE\"").directory("schema").environment([("DATABASE", &endpoint.value)]);
    s.add("schema", migrate.triggers(["2026-01-01"]).timeout(Duration::from_mins(10)));
}

#[tokio::test(start_paused = true)]
async fn they_are_made_once() {
    let lab = lab();
    let report = lab.stack(program).up().await.expect("the program is right");
    assert!(report.is_complete(), "{report:?}");
    assert!(lab.stack(program).preview().await.expect("it was just made").is_empty());
}
