//! Environments of pinned Python packages in the target folder: other people's clients and servers that tests run against.

use std::{
    env,
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use crate::fields::repository;

/// An environment in which the packages of a file under `tests/python` are installed.
#[derive(Debug, Clone)]
pub struct Python(PathBuf);

impl Python {
    /// The environment of `tests/python/NAME.txt`, made when it is first asked for. Where that is impossible the test that asks is
    /// skipped loudly: then there is none.
    ///
    /// # Panics
    /// When it cannot be made and `CI` is `true`: there, nothing is skipped.
    pub fn with(name: &str) -> Option<Self> {
        match Self::installed(name) {
            Ok(python) => Some(python),
            Err(error) => {
                skip(&format!("tests that need the Python packages `{name}`: {error}"));
                None
            }
        }
    }

    fn installed(name: &str) -> Result<Self, String> {
        let requirements = repository("tests/python").join(name).with_extension("txt");
        let wanted = fs::read_to_string(&requirements).map_err(|error| format!("reading {}: {error}", requirements.display()))?;
        let folder = target().join("python").join(name);
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        // One at a time: tests may run in several processes.
        let lock = File::create(folder.join("lock")).map_err(|error| error.to_string())?;
        lock.lock().map_err(|error| error.to_string())?;
        let stamp = folder.join("installed.txt");
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(Self(folder));
        }
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder.join("venv")))?;
        let python = Self(folder);
        let quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--requirement"];
        run(python.command("python").args(quiet).arg(&requirements))?;
        fs::write(stamp, wanted).map_err(|error| error.to_string())?;
        Ok(python)
    }

    /// A program of the environment.
    pub fn command(&self, program: &str) -> Command {
        Command::new(self.0.join("venv/bin").join(program))
    }
}

/// Says on standard error that something is skipped, also when the output of tests is captured.
///
/// # Panics
/// When `CI` is `true`, or when standard error cannot be written.
pub fn skip(what: &str) {
    assert!(!env::var("CI").is_ok_and(|ci| ci == "true"), "in CI nothing may be skipped: {what}");
    // Not by `eprintln!`, which the test runner hides when a test passes.
    writeln!(std::io::stderr(), "SKIPPED: {what}").expect("standard error can be written");
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("running {}: {error}", command.get_program().display()))?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()) }
}

/// The folder of build products: the one that the running test lies in.
pub fn target() -> PathBuf {
    let program = env::current_exe().unwrap_or_default();
    let profile = program.ancestors().find(|folder| folder.ends_with("deps")).and_then(Path::parent);
    profile.and_then(Path::parent).map_or_else(|| repository("target"), Path::to_owned)
}
