//! Opening a journal: read it, judge it, and only then set right what a crash left behind.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::anchor::{Anchor, Anchors};
use super::error::{OpenError, Rollback, tried};
use super::frame::{self, Base, Damage, Scan};
use super::position::RecordHash;
use super::watermark::Watermark;
use crate::disk::{Disk, LockError, LockGuard};

/// The files of a journal.
#[derive(Debug, Clone)]
pub(super) struct Paths {
    pub(super) folder: PathBuf,
    pub(super) journal: PathBuf,
    pub(super) head: PathBuf,
    lock: PathBuf,
}

impl Paths {
    pub(super) fn new(folder: &Path) -> Self {
        let [journal, head, lock] = ["journal", "journal.head", "lock"].map(|name| folder.join(name));
        Self { folder: folder.into(), journal, head, lock }
    }

    fn damaged(&self, what: &str) -> OpenError {
        OpenError::Damaged { path: self.journal.clone(), record: None, offset: 0, what: what.into() }
    }

    fn judge(&self, damage: Damage) -> OpenError {
        let path = self.journal.clone();
        match damage {
            Damage::Foreign => OpenError::Foreign { path },
            Damage::Newer(version) => OpenError::Newer { path, version },
            Damage::Record { number, offset, .. } => OpenError::Damaged { path, record: Some(number), offset, what: damage.to_string() },
        }
    }
}

/// Makes the folder and takes the lock in it.
pub(super) fn lock(disk: &dyn Disk, paths: &Paths, holder: &str) -> Result<Box<dyn LockGuard>, OpenError> {
    tried("creating folder", &paths.folder, disk.create_folder(&paths.folder))?;
    disk.lock(&paths.lock, holder).map_err(|error| match error {
        LockError::Held { holder } => OpenError::Locked { path: paths.journal.clone(), holder },
        LockError::Io(cause) => OpenError::Io { operation: "locking", path: paths.lock.clone(), cause },
    })
}

/// A journal that was read and believed.
pub(super) struct Loaded {
    file: Bytes,
    pub(super) scan: Scan,
    repair: Repair,
}

/// What has to be written before the journal goes on.
enum Repair {
    /// The head alone: it is exact, but whether it is durable is unknown, and compactions rely on it.
    Head,
    /// Both files: they are new, or their creation may have been cut short before their names were durable.
    Create,
    /// The journal: a compaction was cut short after the new file took the name. Whether the name is durable is
    /// unknown, so it is done once more.
    Replace,
    /// What comes behind this many bytes. They are written again although they can be read, since what a failed sync
    /// left in memory looks durable and is not.
    Tail(u64),
}

/// Reads both files and compares them. Changes nothing.
pub(super) fn load(disk: &dyn Disk, paths: &Paths) -> Result<Loaded, OpenError> {
    let file = tried("reading", &paths.journal, disk.read(&paths.journal))?.map(Bytes::from);
    let head = tried("reading", &paths.head, disk.read(&paths.head))?;
    match (file, head) {
        (None, None) => whole(paths, frame::begin(&Base::NEW).0.into(), Repair::Create),
        (None, Some(_)) => Err(paths.damaged("the file is missing, though `journal.head` beside it is not")),
        (Some(file), None) => without_head(paths, file),
        (Some(file), Some(head)) => with_head(paths, file, &head),
    }
}

/// The head is durable before the first record is written, so only a journal without records may lack it.
fn without_head(paths: &Paths, file: Bytes) -> Result<Loaded, OpenError> {
    frame::base(&file).map_err(|damage| paths.judge(damage))?;
    if file == frame::begin(&Base::NEW).0 {
        whole(paths, file, Repair::Create)
    } else {
        Err(paths.damaged("`journal.head` beside it is missing"))
    }
}

fn with_head(paths: &Paths, file: Bytes, head: &[u8]) -> Result<Loaded, OpenError> {
    let base = frame::base(&file).map_err(|damage| paths.judge(damage))?;
    let mark = Watermark::decode(head).ok_or_else(|| paths.damaged("`journal.head` beside it is damaged"))?;
    match mark.base.cmp(&base.sequence) {
        Ordering::Greater => Err(paths.damaged("it is older than `journal.head` beside it")),
        Ordering::Equal => marked(paths, file, &mark),
        Ordering::Less => compacted(paths, file, &base, &mark),
    }
}

fn marked(paths: &Paths, file: Bytes, mark: &Watermark) -> Result<Loaded, OpenError> {
    let scan = frame::scan(&file, mark.length).map_err(|damage| paths.judge(damage))?;
    let record = scan.at(mark.position.sequence).filter(|record| record.end == mark.length);
    if record.is_none_or(|record| record.hash != mark.position.hash) {
        return Err(paths.damaged("it is another one than `journal.head` beside it speaks of"));
    }
    let repair = match mark.length == file.len() as u64 {
        true if file == frame::begin(&Base::NEW).0 => Repair::Create,
        true => Repair::Head,
        false => Repair::Tail(mark.length),
    };
    Ok(Loaded { file, scan, repair })
}

/// The head is exact when a compaction begins and is written before the next append: so it names the very record that
/// was last, and the file has no tail that could be torn.
fn compacted(paths: &Paths, file: Bytes, base: &Base, mark: &Watermark) -> Result<Loaded, OpenError> {
    let follows = mark.position.sequence.checked_add(1) == Some(base.sequence);
    if follows && base.replaced == mark.position.hash {
        whole(paths, file, Repair::Replace)
    } else {
        Err(paths.damaged("it does not continue what `journal.head` beside it speaks of"))
    }
}

fn whole(paths: &Paths, file: Bytes, repair: Repair) -> Result<Loaded, OpenError> {
    let scan = frame::scan(&file, file.len() as u64).map_err(|damage| paths.judge(damage))?;
    Ok(Loaded { file, scan, repair })
}

impl Loaded {
    /// Compares with what was noted outside. Returns the anchor to write when that note lags.
    pub(super) fn compare(&self, paths: &Paths, anchors: &dyn Anchors, lineage: &str) -> Result<Option<Anchor>, OpenError> {
        let noted = anchors.read(lineage).map_err(|cause| failed("reading", paths, lineage, cause))?;
        let found = self.scan.head();
        if let Some(Anchor { position: expected, .. }) = noted {
            let known = self.hash_at(expected.sequence);
            if expected.sequence > found.sequence || known.is_some_and(|hash| hash != expected.hash) {
                let (path, lineage) = (paths.journal.clone(), lineage.into());
                return Err(OpenError::RolledBack(Box::new(Rollback { path, lineage, expected, found })));
            }
        }
        let anchor = Anchor { lineage: lineage.into(), position: found };
        Ok((noted.as_ref() != Some(&anchor)).then_some(anchor))
    }

    /// The hash of this record, when the file still tells it.
    fn hash_at(&self, sequence: u64) -> Option<RecordHash> {
        let Base { sequence: first, replaced } = self.scan.base;
        let last_replaced = (sequence.checked_add(1) == Some(first)).then_some(replaced);
        self.scan.at(sequence).map(|record| record.hash).or(last_replaced)
    }

    /// Writes what has to be written, so that all that was read is durable and nothing else is there.
    pub(super) fn settle(&self, disk: &dyn Disk, paths: &Paths) -> Result<Watermark, OpenError> {
        let mark = Watermark { base: self.scan.base.sequence, length: self.scan.end(), position: self.scan.head() };
        let journal = &paths.journal;
        match self.repair {
            Repair::Head => {}
            Repair::Create | Repair::Replace => tried("writing", journal, disk.replace(journal, &self.file))?,
            Repair::Tail(from) => self.settle_tail(disk, journal, from)?,
        }
        let (head, bytes) = (&paths.head, mark.encode());
        let written = match self.repair {
            Repair::Create => disk.replace(head, &bytes),
            _ => disk.overwrite(head, 0, &bytes).and_then(|()| disk.sync(head)),
        };
        tried("writing", head, written).map(|()| mark)
    }

    fn settle_tail(&self, disk: &dyn Disk, journal: &Path, from: u64) -> Result<(), OpenError> {
        let end = self.scan.end();
        let range = usize::try_from(from).ok().zip(usize::try_from(end).ok());
        let whole = range.and_then(|(from, end)| self.file.get(from..end)).unwrap_or_default();
        tried("writing", journal, disk.overwrite(journal, from, whole))?;
        tried("syncing", journal, disk.sync(journal))?;
        match self.scan.torn {
            Some(_) => tried("cutting", journal, disk.truncate(journal, end)),
            None => Ok(()),
        }
    }
}

/// Writes the anchor that [`Loaded::compare`] asked for.
pub(super) fn write_anchor(anchors: &dyn Anchors, paths: &Paths, anchor: &Anchor) -> Result<(), OpenError> {
    anchors.write(anchor).map_err(|cause| failed("writing", paths, &anchor.lineage, cause))
}

fn failed(operation: &'static str, paths: &Paths, lineage: &str, cause: std::io::Error) -> OpenError {
    OpenError::Anchor { operation, path: paths.journal.clone(), lineage: lineage.into(), cause }
}
