//! A machine made of a folder: what is on its `PATH` first, and what was called.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use blogstack_tests::fields::repository;
use tempfile::TempDir;

/// A machine of stand-ins.
pub(crate) struct Place(TempDir);

impl Place {
    /// One with these stand-ins: the lines of a shell script each, which find the folder in `$PLACE`. Each call of one is noted.
    pub(crate) fn new(stand_ins: &[(&str, &str)]) -> Self {
        let place = Self(TempDir::new().unwrap());
        fs::create_dir(place.path("bin")).unwrap();
        for (name, script) in stand_ins {
            place.stand_in(name, script);
        }
        place
    }

    /// Another stand-in, in the place of an earlier one.
    pub(crate) fn stand_in(&self, name: &str, script: &str) {
        let path = self.path("bin").join(name);
        fs::write(&path, format!("#!/bin/bash\necho \"{name} $*\" >>\"$PLACE/calls\"\n{script}\n")).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A file of the machine.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// What stands in a file; nothing when there is none.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// Writes a file, and the folders that it is in.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Who may read and write a file, and run it.
    pub(crate) fn mode(&self, name: &str) -> u32 {
        fs::metadata(self.path(name)).unwrap().permissions().mode() & 0o7777
    }

    /// The calls of stand-ins so far.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.read("calls").lines().map(str::to_owned).collect()
    }

    /// A script of `programs/scripts` on this machine.
    pub(crate) fn command(&self, script: &str) -> Command {
        let mut command = Command::new("bash");
        let path = format!("{}:{}:/usr/sbin:/sbin", self.path("bin").display(), std::env::var("PATH").unwrap());
        command.arg(repository("programs/scripts").join(script)).env("PATH", path).env("PLACE", self.0.path());
        command.env("PAUSE", "0").stdin(Stdio::null());
        command
    }
}

/// How a script ended, and what it said: on both outputs, since both end in the journal.
pub(crate) fn ended(command: &mut Command) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code(), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
}
