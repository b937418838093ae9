//! The file system of the operating system.

use std::collections::HashMap;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::{Disk, LockError, LockGuard};

/// Files of this user alone: on Unix, files are made with mode 0600 and folders with 0700.
#[derive(Debug, Default)]
pub struct RealDisk {
    /// The handles that unsynced bytes were written through. Syncing through the same handle is what reports a write
    /// that failed in between; each is used once, so that none outlives a replaced file.
    unsynced: Mutex<HashMap<PathBuf, File>>,
}

impl RealDisk {
    /// The file system.
    pub fn new() -> Self {
        Self::default()
    }

    fn take(&self, path: &Path) -> Option<File> {
        self.unsynced.lock().unwrap_or_else(PoisonError::into_inner).remove(path)
    }

    fn keep(&self, path: &Path, file: File) {
        self.unsynced.lock().unwrap_or_else(PoisonError::into_inner).insert(path.into(), file);
    }
}

impl Disk for RealDisk {
    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        absent_is_none(fs::read(path))
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        path.try_exists()
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in absent_is_none(fs::read_dir(folder))?.into_iter().flatten() {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names.sort();
        Ok(names)
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().append(true).open(path)?;
        file.write_all(bytes)?;
        self.keep(path, file);
        Ok(())
    }

    fn overwrite(&self, path: &Path, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).open(path)?;
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(bytes)?;
        self.keep(path, file);
        Ok(())
    }

    fn truncate(&self, path: &Path, length: u64) -> io::Result<()> {
        self.take(path);
        let file = OpenOptions::new().write(true).open(path)?;
        file.set_len(length)?;
        file.sync_all()
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        match self.take(path) {
            Some(file) => file.sync_data(),
            None => OpenOptions::new().write(true).open(path)?.sync_data(),
        }
    }

    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.take(path);
        let temporary = temporary(path)?;
        let moved = write_new(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
        if moved.is_err() {
            // What is left of the attempt only takes space; the error that matters is the first one.
            let _ = fs::remove_file(&temporary);
        }
        moved?;
        sync_folder_of(path)
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        if path.is_dir() {
            // Whoever made it may have been killed before its name was durable.
            return permitted(sync_folder_of(path));
        }
        self.create_folder(folder_of(path))?;
        match private_folder().create(path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
            _ => sync_folder_of(path),
        }
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.take(path);
        match absent_is_none(fs::remove_file(path))? {
            Some(()) => sync_folder_of(path),
            None => Ok(()),
        }
    }

    fn lock(&self, path: &Path, holder: &str) -> Result<Box<dyn LockGuard>, LockError> {
        let mut file = private_file().create(true).truncate(false).read(true).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LockError::Held { holder: read_holder(path) }),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        file.set_len(0)?;
        file.write_all(holder.as_bytes())?;
        Ok(Box::new(FileLock { _file: file }))
    }
}

/// The lock is on the open file: closing it, in whatever way, frees it.
#[derive(Debug)]
struct FileLock {
    _file: File,
}

impl LockGuard for FileLock {}

fn read_holder(path: &Path) -> String {
    fs::read(path).map(|text| String::from_utf8_lossy(&text).trim().to_owned()).unwrap_or_default()
}

fn absent_is_none<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A folder above the first one that we made need not be readable for us, and is durable anyway.
fn permitted(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(()),
        other => other,
    }
}

/// The name beside `path` under which its successor is written.
fn temporary(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "the path names no file"))?;
    let mut temporary = name.to_owned();
    temporary.push(".new");
    Ok(path.with_file_name(temporary))
}

/// Whatever an earlier attempt left under this name is removed, so that its mode and its links do not count.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    absent_is_none(fs::remove_file(path))?;
    let mut file = private_file().create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// A created, renamed or removed name survives a power cut only once its folder is synced.
#[cfg(unix)]
fn sync_folder_of(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

/// Elsewhere folders cannot be opened, and the file system keeps names by itself.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature everywhere")]
fn sync_folder_of(_path: &Path) -> io::Result<()> {
    Ok(())
}

fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn private_folder() -> DirBuilder {
    let builder = DirBuilder::new();
    #[cfg(unix)]
    let builder = {
        let mut builder = builder;
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
    };
    builder
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn a_file_lives_through_every_call() {
        let folder = tempfile::tempdir().unwrap();
        let (disk, path) = (RealDisk::new(), folder.path().join("deep/er/file"));
        assert_eq!(disk.read(&path).unwrap(), None);
        disk.create_folder(folder_of(&path)).unwrap();
        for refused in [disk.append(&path, b"x"), disk.overwrite(&path, 0, b"x"), disk.truncate(&path, 0), disk.sync(&path)] {
            assert_eq!(refused.unwrap_err().kind(), ErrorKind::NotFound);
        }
        disk.replace(&path, b"one").unwrap();
        disk.append(&path, b"two").unwrap();
        disk.sync(&path).unwrap();
        disk.overwrite(&path, 1, b"NE").unwrap();
        disk.sync(&path).unwrap();
        assert_eq!(disk.read(&path).unwrap().unwrap(), b"oNEtwo");
        disk.truncate(&path, 4).unwrap();
        assert_eq!(disk.read(&path).unwrap().unwrap(), b"oNEt");
        assert_eq!(disk.list(folder_of(&path)).unwrap(), ["file"]);
        disk.remove(&path).unwrap();
        disk.remove(&path).unwrap();
        assert!(!disk.exists(&path).unwrap());
    }

    #[test]
    fn a_second_holder_learns_who_has_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let first = RealDisk::new().lock(&path, "pid 1 on a rather long host name").unwrap();
        let refused = RealDisk::new().lock(&path, "pid 2").unwrap_err();
        assert_eq!(refused.to_string(), "held by pid 1 on a rather long host name");
        drop(first);
        let _second = RealDisk::new().lock(&path, "pid 3").unwrap();
        assert_eq!(read_holder(&path), "pid 3");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_what_is_written() {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let folder = tempfile::tempdir().unwrap();
        let (disk, inner) = (RealDisk::new(), folder.path().join("inner"));
        let (file, lock) = (inner.join("file"), inner.join("lock"));
        disk.create_folder(&inner).unwrap();
        fs::write(temporary(&file).unwrap(), "left by an earlier attempt, readable by all").unwrap();
        disk.replace(&file, b"secret").unwrap();
        let _guard = disk.lock(&lock, "me").unwrap();
        assert_eq!((mode(&inner), mode(&file), mode(&lock)), (0o700, 0o600, 0o600));
    }
}
