//! Whole command lines, on a shop that is kept in a file.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use expect_test::{Expect, expect};

use super::*;
use crate::{
    clock::FixedClock,
    disk::{Disk, RealDisk},
    entropy::SeededEntropy,
    keys::UserFolders,
    options::Configure as _,
};

mod shop;

use shop::{Shelf, Shop};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct ShopSettings {
    /// How many.
    shelves: u8,
    /// How wide.
    width: i64,
    #[serde(default)]
    labels: Vec<String>,
    lock: Option<SecretSource>,
    #[serde(default)]
    protect: bool,
    /// Whether the lock's combination is an output.
    #[serde(default)]
    tell_lock: bool,
}

fn program(s: &Scope, settings: &ShopSettings) {
    let base = s.add("base", Shelf::new(settings.width));
    for number in 0..settings.shelves {
        let label = settings.labels.get(usize::from(number)).cloned();
        let lock = settings.lock.as_ref().map(SecretSource::secret);
        let shelf = Shelf::new(10).below(&base).label(label).lock(lock);
        let shelf = if settings.protect && number == 0 { shelf.protect() } else { shelf };
        let shelf = s.child("room").add(format!("shelf-{number}"), shelf);
        s.export(&format!("shelf-{number}"), &shelf.position);
        if settings.tell_lock {
            s.export_secret(&format!("lock-{number}"), &shelf.lock);
        }
    }
}

/// A folder with settings and state.
struct Bench(tempfile::TempDir);

/// What a command line printed, and how it ended.
struct Ran {
    exit: Exit,
    out: String,
    err: String,
}

impl Bench {
    fn new() -> Self {
        let bench = Self(tempfile::tempdir().expect("there is room for a folder"));
        bench.write("stacks/demo.toml", "shelves = 2\nwidth = 80\n");
        bench.write("executable", "one");
        bench
    }

    fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).expect("a folder can be made");
        std::fs::write(path, text).expect("a file can be written");
    }

    fn app(&self) -> App {
        let app = App::new("shop", "demo", program).settings(self.path("stacks"));
        app.target(Shop { simulated: true }).target(Shop { simulated: false })
    }

    fn run(&self, line: &str) -> Ran {
        self.run_app(&self.app(), line)
    }

    fn run_app(&self, app: &App, line: &str) -> Ran {
        self.run_on(app, line, Arc::new(RealDisk::new()))
    }

    fn run_on(&self, app: &App, line: &str, disk: Arc<dyn Disk>) -> Ran {
        let (out, err) = (Arc::<Mutex<Vec<u8>>>::default(), Arc::<Mutex<Vec<u8>>>::default());
        let streams = (out.clone(), err.clone());
        let executable = self.path("executable");
        let surroundings = Surroundings {
            console: Box::new(move |_| Console::into_buffers(streams.0.clone(), streams.1.clone())),
            disk,
            folders: Some(UserFolders::below(&self.path("user"))),
            entropy: Arc::new(SeededEntropy::new(7)),
            clock: Arc::new(FixedClock(1_767_225_600)),
            executable: Box::new(move || std::fs::read_to_string(&executable)),
        };
        let state = self.path("state");
        let words =
            ["demo", "--state"].map(OsString::from).into_iter().chain([state.into()]).chain(line.split_whitespace().map(OsString::from));
        let exit = app.run(words, &surroundings);
        Ran { exit, out: self.text(&out), err: self.text(&err) }
    }

    fn text(&self, bytes: &Mutex<Vec<u8>>) -> String {
        let text = String::from_utf8(bytes.lock().expect("no writer panics").clone()).expect("it is text");
        without_lines(&text.replace(&*self.0.path().to_string_lossy(), "BENCH"))
    }

    /// Runs a command line that must end so, and shows what it printed.
    #[track_caller]
    fn check(&self, line: &str, exit: Exit, expected: &Expect) {
        let ran = self.run(line);
        let shown = format!("{}{}", ran.err, if ran.out.is_empty() { String::new() } else { format!("--- out ---\n{}", ran.out) });
        expected.assert_eq(&shown);
        assert_eq!(ran.exit, exit);
    }

    #[track_caller]
    fn ok(&self, line: &str) {
        let ran = self.run(line);
        assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    }
}

/// Lines of the program below move whenever somebody works on this file.
fn without_lines(text: &str) -> String {
    let masked = |line: &str| match line.split_once("cli/tests.rs:") {
        Some((before, _)) => format!("{before}cli/tests.rs:LINE\n"),
        None => line.to_owned(),
    };
    text.split_inclusive('\n').map(masked).collect()
}

mod accept;
mod commands;
mod full;
mod keyless;
mod refusals;
mod saved;
