//! Notes of journals' heads, kept apart from the journals, so that an older copy of one is noticed.
//!
//! Whoever restores a journal *and* its note from the same old copy goes unnoticed, and so does any copy on a machine
//! that never saw the newer one: no file can tell what nobody remembers.

use std::fmt::Debug;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::position::Position;
use crate::disk::{Disk, file_name};

/// The furthest head seen of one journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// Which journal, wherever it is copied to.
    pub lineage: String,
    /// Its head.
    pub position: Position,
}

/// Where anchors are kept: not beside the journals.
pub trait Anchors: Send + Sync + Debug {
    /// What was noted last about `lineage`. A note that is damaged is an error, not absent.
    fn read(&self, lineage: &str) -> io::Result<Option<Anchor>>;

    /// Notes this head in place of the one before, durably.
    fn write(&self, anchor: &Anchor) -> io::Result<()>;
}

/// Keeps no anchors: for journals that nobody needs to protect from being rolled back.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoAnchors;

impl Anchors for NoAnchors {
    fn read(&self, _lineage: &str) -> io::Result<Option<Anchor>> {
        Ok(None)
    }

    fn write(&self, _anchor: &Anchor) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps each anchor in a small text file of its own.
#[derive(Debug, Clone)]
pub struct FolderAnchors {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
}

impl FolderAnchors {
    /// Anchors in `folder`, which is made when the first is written.
    pub fn new(disk: Arc<dyn Disk>, folder: impl Into<PathBuf>) -> Self {
        Self { disk, folder: folder.into() }
    }

    /// The file that holds the anchor of `lineage`.
    pub fn path(&self, lineage: &str) -> PathBuf {
        self.folder.join(file_name(lineage, "anchor"))
    }

    /// Forgets what was noted about `lineage`: whatever its journal is when it is opened next, is noted then.
    ///
    /// # Errors
    /// What the disk says.
    pub fn forget(&self, lineage: &str) -> io::Result<()> {
        self.disk.remove(&self.path(lineage))
    }
}

impl Anchors for FolderAnchors {
    fn read(&self, lineage: &str) -> io::Result<Option<Anchor>> {
        let path = self.path(lineage);
        let Some(bytes) = self.disk.read(&path)? else { return Ok(None) };
        let anchor = decode(&bytes).filter(|anchor| anchor.lineage == lineage);
        anchor.map(Some).ok_or_else(|| damaged(&path))
    }

    fn write(&self, anchor: &Anchor) -> io::Result<()> {
        self.disk.create_folder(&self.folder)?;
        self.disk.replace(&self.path(&anchor.lineage), encode(anchor).as_bytes())
    }
}

fn damaged(path: &Path) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, format!("the anchor `{}` is damaged", path.display()))
}

fn encode(Anchor { lineage, position: Position { sequence, hash } }: &Anchor) -> String {
    let text = format!("blogstack anchor 1\nlineage {lineage}\nsequence {sequence}\nhash {hash}\n");
    let crc = crc32c::crc32c(text.as_bytes());
    format!("{text}crc {crc:08x}\n")
}

/// Only what [`encode`] writes is believed, to the last byte.
fn decode(bytes: &[u8]) -> Option<Anchor> {
    let text = std::str::from_utf8(bytes).ok()?;
    let field = |name| text.lines().find_map(|line: &str| line.strip_prefix(name));
    let position = Position { sequence: field("sequence ")?.parse().ok()?, hash: field("hash ")?.parse().ok()? };
    let anchor = Anchor { lineage: field("lineage ")?.into(), position };
    (encode(&anchor) == text).then_some(anchor)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;
    use crate::disk::MemoryDisk;
    use crate::journal::RecordHash;

    #[test]
    fn an_anchor_reads_back_whole_or_not_at_all() {
        let disk = Arc::new(MemoryDisk::new());
        let anchors = FolderAnchors::new(disk.clone(), "/anchors");
        let position = Position { sequence: 12, hash: RecordHash::ZERO };
        let anchor = Anchor { lineage: "blog".into(), position };
        assert_eq!(anchors.read("blog").unwrap(), None);
        anchors.write(&anchor).unwrap();
        assert_eq!(anchors.read("blog").unwrap(), Some(anchor));

        let path = anchors.path("blog");
        let bytes = disk.read(&path).unwrap().unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut spoiled = bytes.clone();
            spoiled[bit / 8] ^= 1 << (bit % 8);
            disk.replace(&path, &spoiled).unwrap();
            assert_eq!(anchors.read("blog").unwrap_err().kind(), ErrorKind::InvalidData, "bit {bit}");
        }
        disk.replace(&anchors.path("shop"), &bytes).unwrap();
        assert_eq!(anchors.read("shop").unwrap_err().kind(), ErrorKind::InvalidData);
    }
}
