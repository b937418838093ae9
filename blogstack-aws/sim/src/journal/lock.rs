//! The lock beside the file: a file of its own that is never replaced.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::error::SimError;

const PAUSE: Duration = Duration::from_millis(20);

/// Takes the lock of a simulation's file, waiting for it a while. It is held as long as the answer lives.
#[expect(clippy::disallowed_methods, reason = "another process holds the lock: virtual time would not wait for it")]
pub(crate) fn acquire(path: &Path, patience: Duration) -> Result<File, SimError> {
    let file = open(path).map_err(super::failed(path, "locking"))?;
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if begun.elapsed() < patience => std::thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => {
                return Err(SimError::Locked { path: path.to_owned(), waited: patience.as_secs() });
            }
            Err(TryLockError::Error(error)) => return Err(super::failed(path, "locking")(error)),
        }
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    OpenOptions::new().create(true).truncate(false).write(true).open(super::beside(path, ".lock"))
}
