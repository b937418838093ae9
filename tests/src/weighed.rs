//! A disk that counts what is written to it.

use std::{
    io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use blogstack_core::disk::{Disk, LockError, LockGuard, MemoryDisk};

/// A disk in memory, and how many bytes were written to it.
#[derive(Debug, Default, Clone)]
pub struct WeighedDisk {
    disk: MemoryDisk,
    written: Arc<AtomicU64>,
}

impl WeighedDisk {
    /// The bytes written since the last look.
    pub fn written(&self) -> u64 {
        self.written.swap(0, Ordering::SeqCst)
    }

    /// The bytes that all files in a folder hold.
    ///
    /// # Panics
    /// When they cannot be read.
    pub fn held(&self, folder: &str) -> u64 {
        let folder = Path::new(folder);
        let names = self.disk.list(folder).expect("a folder");
        names.iter().map(|name| self.disk.read(&folder.join(name)).expect("a file").map_or(0, |bytes| bytes.len() as u64)).sum()
    }

    fn weigh(&self, bytes: &[u8]) {
        self.written.fetch_add(bytes.len() as u64, Ordering::SeqCst);
    }
}

impl Disk for WeighedDisk {
    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        self.disk.read(path)
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        self.disk.exists(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.disk.list(folder)
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.weigh(bytes);
        self.disk.append(path, bytes)
    }

    fn overwrite(&self, path: &Path, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.weigh(bytes);
        self.disk.overwrite(path, offset, bytes)
    }

    fn truncate(&self, path: &Path, length: u64) -> io::Result<()> {
        self.disk.truncate(path, length)
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        self.disk.sync(path)
    }

    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.weigh(bytes);
        self.disk.replace(path, bytes)
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.disk.create_folder(path)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.disk.remove(path)
    }

    fn lock(&self, path: &Path, holder: &str) -> Result<Box<dyn LockGuard>, LockError> {
        self.disk.lock(path, holder)
    }
}
