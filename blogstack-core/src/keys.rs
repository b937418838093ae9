//! Where keys and anchors are kept: in the user's own folders, apart from the state that they protect.

use std::io;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use etcetera::BaseStrategy;
use zeroize::Zeroizing;

use crate::disk::{Disk, file_name};
use crate::entropy::Entropy;
use crate::seal::Key;

/// The folders of this user that blogstack keeps files in, whatever the current folder is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserFolders {
    /// What a person should keep a copy of: keys.
    pub config: PathBuf,
    /// What this machine remembers: anchors.
    pub data: PathBuf,
}

impl UserFolders {
    /// `blogstack` in the folders that the system's convention gives (`~/.config` and `~/.local/state` on Linux and
    /// macOS, unless `XDG_CONFIG_HOME` and `XDG_STATE_HOME` name others).
    pub fn of_user() -> Result<Self, KeyError> {
        let folders = etcetera::choose_base_strategy().map_err(|_| KeyError::NoHome)?;
        let data = folders.state_dir().unwrap_or_else(|| folders.data_dir());
        Ok(Self { config: folders.config_dir().join("blogstack"), data: data.join("blogstack") })
    }

    /// Both below one folder, for tests.
    pub fn below(folder: &Path) -> Self {
        Self { config: folder.join("config"), data: folder.join("data") }
    }

    /// Where keys are.
    pub fn keys(&self) -> PathBuf {
        self.config.join("keys")
    }

    /// Where anchors are.
    pub fn anchors(&self) -> PathBuf {
        self.data.join("anchors")
    }
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The user has no folders.
    #[error("finding the user's folders: this user has no home folder")]
    NoHome,
    /// The state was sealed with a key that is not here.
    #[error("reading key `{}`: the file is missing", .path.display())]
    Missing {
        /// Where the key should be.
        path: PathBuf,
    },
    /// The file is not the key that was written there.
    #[error("reading key `{}`: the file is damaged", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("{operation} `{}`: {cause}", .path.display())]
    Io {
        /// What was tried.
        operation: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why it failed.
        cause: io::Error,
    },
}

impl KeyError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoHome => Some("set `HOME` to a folder that outlives this run".into()),
            Self::Missing { .. } => Some(
                "put the file back from a copy or from the machine that has it; when there is none, `state new-key` gives the sealed \
                 values up and makes another key"
                    .into(),
            ),
            Self::Damaged { .. } => Some(
                "put the file back from a copy or from the machine that has it; without the file, all but the secret values can be read"
                    .into(),
            ),
            Self::Io { .. } => None,
        }
    }
}

/// The file in `folder` that holds the key of the state with this lineage.
pub fn path(folder: &Path, lineage: &str) -> PathBuf {
    folder.join(file_name(lineage, "key"))
}

/// The key of the state with this lineage, from its file in `folder` (see [`UserFolders::keys`]).
///
/// Only for a new state, in which nothing was sealed yet, may a missing key be made (`may_create`): another key would
/// not open what the lost one has sealed. Call it while the state is locked, so that no two processes make one.
///
/// # Errors
/// [`KeyError::Missing`] when there is none and none may be made, [`KeyError::Damaged`] when the file is another one.
pub fn load_or_create(disk: &dyn Disk, folder: &Path, lineage: &str, entropy: &dyn Entropy, may_create: bool) -> Result<Key, KeyError> {
    let path = path(folder, lineage);
    let file = tried("reading", &path, disk.read(&path))?.map(Zeroizing::new);
    let key = match file {
        Some(file) => decode(&file).ok_or_else(|| KeyError::Damaged { path: path.clone() })?,
        None if may_create => Key::generate(entropy),
        None => return Err(KeyError::Missing { path }),
    };
    if may_create {
        // One that is found is written too: whoever made it may have been killed before its name was durable.
        tried("creating folder", folder, disk.create_folder(folder))?;
        tried("writing", &path, disk.replace(&path, encode(&key).as_bytes()))?;
    }
    Ok(key)
}

fn encode(key: &Key) -> Zeroizing<String> {
    let secret = Zeroizing::new(BASE64.encode(key.expose()));
    Zeroizing::new(format!("blogstack key 1\nid {}\nkey {}\n", key.id(), *secret))
}

/// Only what [`encode`] writes is believed, to the last byte.
fn decode(file: &[u8]) -> Option<Key> {
    let text = std::str::from_utf8(file).ok()?;
    let secret = text.lines().find_map(|line| line.strip_prefix("key "))?;
    let bytes = Zeroizing::new(BASE64.decode(secret).ok()?);
    let key = Key::new(Zeroizing::new(bytes.as_slice().try_into().ok()?));
    (*encode(&key) == text).then_some(key)
}

fn tried<T>(operation: &'static str, path: &Path, result: io::Result<T>) -> Result<T, KeyError> {
    result.map_err(|cause| KeyError::Io { operation, path: path.into(), cause })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;
    use crate::disk::{MemoryDisk, RealDisk};
    use crate::entropy::SeededEntropy;

    fn load(disk: &MemoryDisk, seed: u64, may_create: bool) -> Result<Key, KeyError> {
        load_or_create(disk, Path::new("/keys"), "blog", &SeededEntropy::new(seed), may_create)
    }

    #[test]
    fn a_key_is_made_once_and_survives_a_power_cut() {
        let disk = MemoryDisk::new();
        let made = load(&disk, 1, true).unwrap();
        for again in [load(&disk, 2, true), load(&disk, 3, false), load(&disk.crash(), 4, false)] {
            assert_eq!(again.unwrap().expose(), made.expose());
        }
    }

    #[test]
    fn the_key_of_an_existing_state_is_never_made_anew() {
        let disk = MemoryDisk::new();
        let error = load(&disk, 1, false).unwrap_err();
        assert_eq!(error.to_string(), "reading key `/keys/blog.key`: the file is missing");
        assert!(error.hint().unwrap().contains("state new-key"));
        assert!(!disk.exists(Path::new("/keys/blog.key")).unwrap());
    }

    #[test]
    fn every_flipped_bit_of_the_file_is_damage_and_stays() {
        let disk = MemoryDisk::new();
        load(&disk, 1, true).unwrap();
        let path = path(Path::new("/keys"), "blog");
        let whole = disk.read(&path).unwrap().unwrap();
        for bit in 0..whole.len() * 8 {
            let mut spoiled = whole.clone();
            spoiled[bit / 8] ^= 1 << (bit % 8);
            disk.replace(&path, &spoiled).unwrap();
            assert!(matches!(load(&disk, 2, true), Err(KeyError::Damaged { .. })), "bit {bit}");
            assert_eq!(disk.read(&path).unwrap().unwrap(), spoiled);
        }
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir().unwrap();
        let folder = UserFolders::below(home.path()).keys();
        load_or_create(&RealDisk::new(), &folder, "blog", &SeededEntropy::new(1), true).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&path(&folder, "blog"))), (0o700, 0o600));
    }
}
