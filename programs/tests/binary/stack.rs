//! A stack of one of the programs in folders of its own.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use blogstack_tests::served::{Endpoint, output, told};
use tempfile::TempDir;

/// A stack: its program, its state, and the folders of the user who runs it.
pub(crate) struct Stack {
    program: &'static str,
    folder: TempDir,
}

impl Stack {
    /// One of the small example that has never been run.
    pub(crate) fn new() -> Self {
        Self::of(env!("CARGO_BIN_EXE_network"))
    }

    /// One of the blog that has never been run.
    pub(crate) fn of_the_blog() -> Self {
        Self::of(env!("CARGO_BIN_EXE_prod"))
    }

    fn of(program: &'static str) -> Self {
        Self { program, folder: TempDir::new().unwrap() }
    }

    /// The same stack at the same moment, to go on with apart.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::of(self.program);
        copy_folder(self.folder.path(), copy.folder.path());
        copy
    }

    /// The folder for whatever belongs to the stack's user.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The program with arguments, against AWS as it is found there.
    pub(crate) fn command(&self, there: &impl Endpoint, arguments: &[&str]) -> Command {
        let mut command = there.client(Command::new(self.program));
        let state = self.folder.path().join("state");
        command.args(arguments).args(["--set", "stack.consistency_window=5"]).arg("--state").arg(state);
        for (name, folder) in [("HOME", "home"), ("XDG_CONFIG_HOME", "home/config"), ("XDG_STATE_HOME", "home/state")] {
            command.env(name, self.folder.path().join(folder));
        }
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    /// Runs it to its end and expects it to succeed.
    pub(crate) fn run(&self, there: &impl Endpoint, arguments: &[&str]) -> String {
        let arguments = [arguments, &["--target", "aws", "--yes"]].concat();
        let output = output(&mut self.command(there, &arguments));
        assert!(output.status.success(), "{arguments:?}: {}\n{}", output.status, told(&output));
        String::from_utf8(output.stdout).unwrap()
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let there = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy_folder(&entry.path(), &there),
            false => drop(fs::copy(entry.path(), there).unwrap()),
        }
    }
}
