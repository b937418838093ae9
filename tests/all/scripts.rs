//! The scripts that machines run, for real, with stand-ins for what a machine has around it. `nat_watcher` has tests of its own.

mod data_volume;
mod identity;
pub(crate) mod place;
mod salt_master;

use std::fs;

use blogstack_tests::{fields::repository, python::Python, served::told};

#[test]
fn shellcheck_finds_nothing() {
    let Some(python) = Python::with("shell") else { return };
    let entries = fs::read_dir(repository("programs/scripts")).unwrap().map(|entry| entry.unwrap().path());
    let mut scripts: Vec<_> = entries.filter(|path| path.extension().is_some_and(|extension| extension == "sh")).collect();
    scripts.sort();
    assert!(scripts.len() >= 7, "{scripts:?}");
    let output = python.command("shellcheck").args(&scripts).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
}
