//! What a run takes from the machine: streams, files, keys, randomness, the time.

use std::{path::Path, sync::Arc};

use super::{args::Colour, console::Console, failure::Failure};
use crate::{
    backend::FileBackend,
    clock::{Clock, SystemClock},
    disk::{Disk, RealDisk},
    entropy::{Entropy, SystemEntropy},
    journal::FolderAnchors,
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
        }
    }

    pub(super) fn console(&self, colour: Colour) -> Console {
        (self.console)(colour)
    }

    /// What the state in `folder` is opened with.
    pub(super) fn parts(&self, folder: &Path) -> Result<Parts, Failure> {
        let folders = self.folders.clone().map_or_else(UserFolders::of_user, Ok)?;
        let anchors = Arc::new(FolderAnchors::new(self.disk.clone(), folders.anchors()));
        Ok(Parts {
            backend: Arc::new(FileBackend::new(self.disk.clone(), folder, anchors)),
            disk: self.disk.clone(),
            folders,
            entropy: self.entropy.clone(),
            clock: self.clock.clone(),
        })
    }
}
