//! The scripts that machines run, for real, with stand-ins for what a machine has around it. `nat_watcher` has tests of its own.

mod data_volume;
mod identity;
pub(crate) mod place;
mod salt_master;

use blogstack_tests::{python::Python, served::told};

use crate::tidy::{files, root};

#[test]
fn shellcheck_finds_nothing() {
    let Some(python) = Python::with("shell") else { return };
    let scripts: Vec<_> = files()
        .into_iter()
        .map(|path| root().join(path))
        .filter(|path| path.extension().is_some_and(|extension| extension == "sh"))
        .collect();
    assert!(scripts.len() >= 9, "{scripts:?}");
    let output = python.command("shellcheck").args(&scripts).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
}
