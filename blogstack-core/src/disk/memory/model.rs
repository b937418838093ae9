//! What a [`MemoryDisk`](super::MemoryDisk) holds: files by number, the names seen and the names durable.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::Kept;
use crate::disk::LockError;

type Names = BTreeMap<PathBuf, usize>;

/// The state of the disk, without gates.
#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    files: Vec<File>,
    seen: Names,
    durable: Names,
    /// Changes of names that await the sync of their folder, in order.
    renamed: Vec<(PathBuf, Option<usize>)>,
    folders: BTreeSet<PathBuf>,
    locks: BTreeMap<PathBuf, String>,
    pub(super) capacity: Option<u64>,
    /// Which sync from now fails; 0 for none.
    pub(super) failing_sync: u64,
}

#[derive(Debug, Clone, Default)]
struct File {
    seen: Vec<u8>,
    durable: Vec<u8>,
    /// Changes that await a sync, in order.
    changes: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Change {
    Append(usize, Vec<u8>),
    Overwrite(usize, Vec<u8>),
    Truncate(usize),
}

impl Model {
    pub(super) fn read(&self, path: &Path) -> Option<Vec<u8>> {
        self.seen.get(path).map(|&number| self.files[number].seen.clone())
    }

    pub(super) fn exists(&self, path: &Path) -> bool {
        self.seen.contains_key(path) || self.folders.contains(path)
    }

    pub(super) fn list(&self, folder: &Path) -> Vec<String> {
        let inside = self.seen.keys().filter(|path| path.parent() == Some(folder));
        inside.filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())).collect()
    }

    pub(super) fn append(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let fits = self.fits(bytes.len());
        let file = self.file(path)?;
        file.change(Change::Append(file.seen.len(), bytes[..fits].to_vec()));
        full_unless(fits == bytes.len())
    }

    pub(super) fn overwrite(&mut self, path: &Path, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let offset = size(offset)?;
        let free = self.fits(usize::MAX);
        let file = self.file(path)?;
        let room = file.seen.len().saturating_add(free).saturating_sub(offset);
        let fits = bytes.len().min(room);
        file.change(Change::Overwrite(offset, bytes[..fits].to_vec()));
        full_unless(fits == bytes.len())
    }

    pub(super) fn truncate(&mut self, path: &Path, length: u64) -> io::Result<()> {
        let length = size(length)?;
        self.file(path)?.change(Change::Truncate(length));
        Ok(())
    }

    pub(super) fn sync(&mut self, path: &Path) -> io::Result<()> {
        let fails = self.sync_fails();
        let file = self.file(path)?;
        for change in std::mem::take(&mut file.changes) {
            if !fails {
                change.apply(&mut file.durable);
            }
        }
        failed_if(fails)
    }

    /// A new file under this name. One that does not fit goes away again.
    pub(super) fn create(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.remove(path);
        self.name(path, Some(self.files.len()));
        self.files.push(File::default());
        self.append(path, bytes).inspect_err(|_| self.remove(path))
    }

    pub(super) fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        let number = self.seen.get(from).copied().ok_or(ErrorKind::NotFound)?;
        self.name(from, None);
        self.name(to, Some(number));
        Ok(())
    }

    pub(super) fn remove(&mut self, path: &Path) {
        if self.seen.contains_key(path) {
            self.name(path, None);
        }
    }

    pub(super) fn sync_folder_of(&mut self, path: &Path) -> io::Result<()> {
        let fails = self.sync_fails();
        for (name, number) in std::mem::take(&mut self.renamed) {
            if name.parent() != path.parent() {
                self.renamed.push((name, number));
            } else if !fails {
                set(&mut self.durable, name, number);
            }
        }
        failed_if(fails)
    }

    pub(super) fn create_folder(&mut self, path: &Path) {
        self.folders.extend(path.ancestors().map(Path::to_path_buf));
    }

    pub(super) fn lock(&mut self, path: &Path, holder: &str) -> Result<(), LockError> {
        if let Some(holder) = self.locks.get(path) {
            return Err(LockError::Held { holder: holder.clone() });
        }
        self.locks.insert(path.into(), holder.into());
        Ok(())
    }

    pub(super) fn unlock(&mut self, path: &Path) {
        self.locks.remove(path);
    }

    /// What is left after a kill of the process.
    pub(super) fn killed(&self) -> Self {
        Self { locks: BTreeMap::new(), failing_sync: 0, ..self.clone() }
    }

    /// What is left after a power cut.
    pub(super) fn crashed(&self, kept: Kept) -> Self {
        let mut names = self.durable.clone();
        for (name, number) in self.renamed.iter().filter(|_| kept.renamed) {
            set(&mut names, name.clone(), *number);
        }
        let files = self.files.iter().map(|file| file.crashed(kept)).collect();
        let folders = self.folders.clone();
        Self { files, seen: names.clone(), durable: names, folders, capacity: self.capacity, ..Self::default() }
    }

    fn file(&mut self, path: &Path) -> io::Result<&mut File> {
        let number = *self.seen.get(path).ok_or(ErrorKind::NotFound)?;
        Ok(&mut self.files[number])
    }

    fn name(&mut self, path: &Path, number: Option<usize>) {
        set(&mut self.seen, path.into(), number);
        self.renamed.push((path.into(), number));
    }

    /// How many of `wanted` further bytes there is room for.
    fn fits(&self, wanted: usize) -> usize {
        let Some(capacity) = self.capacity else { return wanted };
        let used: usize = self.seen.values().map(|&number| self.files[number].seen.len()).sum();
        let free = usize::try_from(capacity).unwrap_or(usize::MAX).saturating_sub(used);
        wanted.min(free)
    }

    fn sync_fails(&mut self) -> bool {
        let fails = self.failing_sync == 1;
        self.failing_sync = self.failing_sync.saturating_sub(1);
        fails
    }
}

impl File {
    fn change(&mut self, change: Change) {
        change.apply(&mut self.seen);
        self.changes.push(change);
    }

    fn crashed(&self, mut kept: Kept) -> Self {
        let mut content = self.durable.clone();
        for change in self.changes.iter().filter_map(|change| change.reached(&mut kept)) {
            change.apply(&mut content);
        }
        Self { seen: content.clone(), durable: content, changes: Vec::new() }
    }
}

impl Change {
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Self::Truncate(length) => content.truncate(*length),
            Self::Append(offset, bytes) | Self::Overwrite(offset, bytes) => {
                // Bytes between that were lost read as zeros.
                content.resize(content.len().max(offset + bytes.len()), 0);
                content[*offset..offset + bytes.len()].copy_from_slice(bytes);
            }
        }
    }

    /// The part of the change that reaches the disk.
    fn reached(&self, kept: &mut Kept) -> Option<Self> {
        let Self::Append(offset, bytes) = self else { return kept.overwritten.then(|| self.clone()) };
        let reached = bytes.len().min(kept.appended);
        kept.appended -= reached;
        (reached > 0).then(|| Self::Append(*offset, bytes[..reached].to_vec()))
    }
}

fn set(names: &mut Names, name: PathBuf, number: Option<usize>) {
    match number {
        Some(number) => names.insert(name, number),
        None => names.remove(&name),
    };
}

fn size(bytes: u64) -> io::Result<usize> {
    usize::try_from(bytes).map_err(|_| ErrorKind::FileTooLarge.into())
}

fn full_unless(fits: bool) -> io::Result<()> {
    if fits { Ok(()) } else { Err(ErrorKind::StorageFull.into()) }
}

fn failed_if(fails: bool) -> io::Result<()> {
    if fails { Err(io::Error::other("input/output error")) } else { Ok(()) }
}
