//! A disk that fills up in the middle of a run, and what is left behind.

use std::{
    io,
    sync::atomic::{AtomicUsize, Ordering},
};

use super::*;
use crate::disk::{LockError, LockGuard};

/// The real disk, with room for so many writes to journals.
#[derive(Debug)]
pub(super) struct Full {
    real: RealDisk,
    room: AtomicUsize,
}

impl Full {
    pub(super) fn after(writes: usize) -> Arc<Self> {
        Arc::new(Self { real: RealDisk::new(), room: writes.into() })
    }
}

impl Disk for Full {
    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        match self.room.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |room| room.checked_sub(1)) {
            Ok(_) => self.real.append(path, bytes),
            Err(_) => Err(io::Error::new(io::ErrorKind::StorageFull, "no space left")),
        }
    }

    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        self.real.read(path)
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        self.real.exists(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.real.list(folder)
    }

    fn overwrite(&self, path: &Path, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.real.overwrite(path, offset, bytes)
    }

    fn truncate(&self, path: &Path, length: u64) -> io::Result<()> {
        self.real.truncate(path, length)
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        self.real.sync(path)
    }

    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.real.replace(path, bytes)
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.real.create_folder(path)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.real.remove(path)
    }

    fn lock(&self, path: &Path, holder: &str) -> Result<Box<dyn LockGuard>, LockError> {
        self.real.lock(path, holder)
    }
}

#[test]
fn a_full_disk_stops_the_run_and_the_report_says_how_far_it_got() {
    let bench = Bench::new();
    // The header, and three entries for the first shelf.
    let ran = bench.run_on(&bench.app(), "up --parallel 1", Full::after(4));
    assert_eq!(ran.exit, Exit::Failed);
    let (_, report) = ran.err.split_once("3 to create.\n").expect("the plan comes first");
    expect![[r#"
          creating `base` (shop/shelf)
        + created `base` (shop/shelf) in no time
          creating `room/shelf-0` (shop/shelf)
        ! failed: creating `room/shelf-0` (shop/shelf)
        error: creating `room/shelf-0` (shop/shelf): writing `BENCH/state/shop/demo/sim/journal`: no space left
          --> blogstack-core/src/cli/tests.rs:LINE
          hint: make room and run again; what was acknowledged is kept
        Not begun, because the state could not be written: `room/shelf-1`.
        Failed: 1 operation done, 1 failed, 1 not tried. What was done is recorded; run again to go on.
        error: writing `BENCH/state/shop/demo/sim/journal`: no space left
          hint: make room and run again; what was acknowledged is kept
    "#]]
    .assert_eq(report);
    assert!(ran.out.is_empty(), "{}", ran.out);
    let again = bench.run("up");
    assert_eq!(again.exit, Exit::Done, "{}", again.err);
    assert!(again.err.contains("2 to create"), "{}", again.err);
}

#[test]
fn an_attempt_that_was_left_open_can_be_closed() {
    let bench = Bench::new();
    // The header and the first shelf's intent: its id is not written any more.
    assert_eq!(bench.run_on(&bench.app(), "up", Full::after(2)).exit, Exit::Failed);
    bench.check(
        "state list",
        Exit::Done,
        &expect![[r#"
        An interrupted run left open ends: the next `up`, `preview` or `refresh` finds out what became of them.
    "#]],
    );
    bench.check(
        "state unprotect base",
        Exit::Usage,
        &expect![[r#"
        error: nothing recorded is called `base`
          hint: `state list` shows what is recorded
    "#]],
    );
    bench.check(
        "state rm bas",
        Exit::Usage,
        &expect![[r#"
        error: nothing recorded is called `bas`
          hint: did you mean `base`? `state list` shows what is recorded
    "#]],
    );
    bench.check(
        "state rm base",
        Exit::Done,
        &expect![[r#"
        Closed an unfinished attempt to make `base`. What it may have made stays as it is.
    "#]],
    );
    bench.check("state list", Exit::Done, &expect![[r""]]);
}
