//! What a run takes from the machine: streams, files, keys, randomness, the time.

use std::{fs::File, io, path::Path, sync::Arc};

use aws_lc_rs::digest;

use super::{args::Colour, console::Console, failure::Failure};
use crate::{
    backend::FileBackend,
    clock::{Clock, SystemClock},
    disk::{Disk, RealDisk, hex},
    entropy::{Entropy, SystemEntropy},
    journal::{Anchors, FolderAnchors},
    keys::UserFolders,
    state::Parts,
};

/// The machine, or a test's stand-in for it.
pub(super) struct Surroundings {
    pub(super) console: Box<dyn Fn(Colour) -> Console>,
    pub(super) disk: Arc<dyn Disk>,
    /// The user's folders, when they are not where the system has them.
    pub(super) folders: Option<UserFolders>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) clock: Arc<dyn Clock>,
    /// A digest of the program that runs.
    pub(super) executable: Box<dyn Fn() -> io::Result<String>>,
}

impl Surroundings {
    /// This process and this user.
    pub(super) fn of_process() -> Self {
        Self {
            console: Box::new(Console::of_process),
            disk: Arc::new(RealDisk::new()),
            folders: None,
            entropy: Arc::new(SystemEntropy),
            clock: Arc::new(SystemClock),
            executable: Box::new(executable),
        }
    }

    pub(super) fn console(&self, colour: Colour) -> Console {
        (self.console)(colour)
    }

    fn folders(&self) -> Result<UserFolders, Failure> {
        Ok(self.folders.clone().map_or_else(UserFolders::of_user, Ok)?)
    }

    /// What this machine remembers of journals.
    pub(super) fn anchors(&self) -> Result<FolderAnchors, Failure> {
        Ok(FolderAnchors::new(self.disk.clone(), self.folders()?.anchors()))
    }

    /// What the state in `folder` is opened with, under these anchors.
    pub(super) fn parts(&self, folder: &Path, anchors: Arc<dyn Anchors>) -> Result<Parts, Failure> {
        Ok(Parts {
            backend: Arc::new(FileBackend::new(self.disk.clone(), folder, anchors)),
            disk: self.disk.clone(),
            folders: self.folders()?,
            entropy: self.entropy.clone(),
            clock: self.clock.clone(),
        })
    }
}

/// What runs is not always what its path leads to: it may have been built anew meanwhile. Linux has another way to it.
fn executable() -> io::Result<String> {
    let running = Path::new("/proc/self/exe");
    let mut file = if running.exists() { File::open(running)? } else { File::open(std::env::current_exe()?)? };
    let mut digest = Digest(digest::Context::new(&digest::SHA256));
    io::copy(&mut file, &mut digest)?;
    Ok(hex(digest.0.finish().as_ref()))
}

struct Digest(digest::Context);

impl io::Write for Digest {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_executable_has_one_digest() {
        let digest = executable().expect("a test runs from a file");
        assert_eq!((digest.len(), executable().ok()), (64, Some(digest.clone())));
    }
}
