//! What large stacks cost: time, processor time, memory and bytes written, each in a process of its own, on a real disk.
//! `cargo bench -p blogstack-tests --bench scale`; Linux only.

#![expect(clippy::print_stdout, reason = "what was measured is shown")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use blogstack_core::{
    Scope,
    backend::FileBackend,
    clock::SystemClock,
    deployment::{Deployment, How},
    disk::RealDisk,
    entropy::SystemEntropy,
    journal::NoAnchors,
    keys::UserFolders,
    state::Parts,
};
use blogstack_tests::{
    toy::{Board, Note},
    used::Used,
};
use tokio::time::Instant;

const COUNTS: [usize; 4] = [1_000, 2_000, 10_000, 100_000];

/// What is done in one process.
const JOBS: [&str; 3] = ["first up", "preview, unchanged", "up, one changed"];

fn main() {
    let arguments: Vec<String> = env::args().collect();
    match arguments.iter().position(|argument| argument == "--job") {
        Some(at) => job(&arguments[at + 1], &arguments[at + 2], Path::new(&arguments[at + 3])),
        None => all(),
    }
}

/// Every job for every count, as rows of a table.
fn all() {
    println!(
        "| resources | | seconds | CPU seconds | peak MiB | MiB written | MiB of state |\n| ---: | --- | ---: | ---: | ---: | ---: | ---: |"
    );
    for count in COUNTS {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in JOBS {
            let program = env::current_exe().expect("this program");
            let status = Command::new(program).args(["--job", name, &count.to_string()]).arg(folder.path()).status();
            assert!(status.expect("this program again").success(), "{name} with {count}");
        }
    }
}

fn job(name: &str, count: &str, folder: &Path) {
    let count: usize = count.parse().expect("a number");
    let changed = if name == "up, one changed" { "changed" } else { "as it was" };
    let begun = Instant::now();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        // The board of a later process is empty: what is recorded is believed.
        let how = How { no_refresh: name != "first up", ..How::default() };
        let stack = Deployment::new("bench", "scale", Board::default().connection(), parts(folder), notes(count, changed)).how(how);
        if name == "preview, unchanged" {
            assert!(stack.preview().await.expect("a plan").is_empty());
        } else {
            drop(stack.up().await.expect("a report"));
        }
    });
    let used = Used::so_far();
    let mib = |bytes: u64| bytes.div_ceil(1 << 20);
    println!(
        "| {count} | {name} | {:.2} | {:.2} | {} | {} | {} |",
        begun.elapsed().as_secs_f64(),
        used.seconds,
        mib(used.peak),
        mib(used.written),
        mib(size(&folder.join("journal")))
    );
}

fn notes(count: usize, first: &'static str) -> impl Fn(&Scope) + Send + Sync + 'static {
    move |s| {
        let mut above = None;
        for number in 0..count {
            let text = if number == 0 { first.to_owned() } else { format!("note number {number}") };
            let note = Note::new(text);
            let note = if number % 10 == 9 { note.below(above.as_ref()) } else { note };
            above = Some(s.add(format!("note-{number}"), note));
        }
    }
}

fn parts(folder: &Path) -> Parts {
    let disk = Arc::new(RealDisk::new());
    Parts {
        backend: Arc::new(FileBackend::new(disk.clone(), &folder.join("journal"), Arc::new(NoAnchors))),
        disk,
        folders: UserFolders::below(&folder.join("user")),
        entropy: Arc::new(SystemEntropy),
        clock: Arc::new(SystemClock),
    }
}

fn size(folder: &PathBuf) -> u64 {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    entries.map(|entry| entry.metadata().expect("a file").len()).sum()
}
