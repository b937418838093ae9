//! The file of a simulation: every change is in it before the answer is given.
//!
//! One line of JSON for the header, one for each call that changed anything, each behind its checksum. The file is written anew,
//! with one line for the whole world, whenever it is opened. A write that was cut short leaves a line without an end, which is
//! dropped: its call was never answered. Anything else that does not fit is refused. The file survives a killed process, not a
//! machine that loses power.

mod line;
mod lock;

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::engine::{Changes, RegionChanges};
use crate::error::SimError;
use crate::journal::line::{Entry, Header};
use crate::moment::Moment;
use crate::state::world::World;

/// The open file of a simulation.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    file: File,
    /// Whole lines that are not in the file yet.
    pending: Vec<u8>,
    /// Set for good by the first write that failed.
    broken: bool,
    _lock: File,
}

impl Journal {
    /// Opens a file, or makes it with a world of the given seed.
    pub(crate) fn open(path: &Path, seed: u64, patience: Duration) -> Result<(Self, World), SimError> {
        let lock = lock::acquire(path, patience)?;
        let mut world = match std::fs::read(path) {
            Ok(bytes) if !bytes.is_empty() => read(path, &bytes)?,
            Ok(_) => World::new(seed),
            Err(error) if error.kind() == io::ErrorKind::NotFound => World::new(seed),
            Err(error) => return Err(failed(path, "reading")(error)),
        };
        world.session = world.session.saturating_add(1);
        world.calls = 0;
        let file = replace(path, &world).map_err(failed(path, "writing"))?;
        let journal = Self { path: path.to_owned(), file, pending: Vec::new(), broken: false, _lock: lock };
        Ok((journal, world))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Queues what a call changed; [`Journal::flush`] writes it.
    pub(crate) fn queue(&mut self, now: Moment, changes: Changes) {
        if !changes.is_empty() {
            line::write(&mut self.pending, &Entry { now, regions: changes });
        }
    }

    /// Writes everything that is queued.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        if self.broken {
            return Err(io::Error::other("an earlier write to the simulation's file failed"));
        }
        let pending = std::mem::take(&mut self.pending);
        let written = self.file.write_all(&pending);
        self.broken = written.is_err();
        written
    }

    /// Writes the whole file anew.
    pub(crate) fn rewrite(&mut self, world: &World) -> Result<(), SimError> {
        self.pending.clear();
        self.file = replace(&self.path, world).map_err(failed(&self.path, "writing"))?;
        Ok(())
    }
}

/// Writes a whole world into a new file, which takes the old one's place at once.
fn replace(path: &Path, world: &World) -> io::Result<File> {
    let mut bytes = Vec::new();
    line::write(&mut bytes, &Header::of(world));
    line::write(&mut bytes, &Entry { now: world.now, regions: whole(world) });
    let new = beside(path, ".new");
    let mut file = File::create(&new)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    std::fs::rename(&new, path)?;
    OpenOptions::new().append(true).open(path)
}

/// The world as one set of changes.
fn whole(world: &World) -> Changes {
    let regions = world.regions.iter().map(|(key, region)| {
        let objects = region.records().into_iter().map(|(kind, id, record)| (kind.to_owned(), id, Some(record)));
        (key.clone(), RegionChanges { counters: region.counters.clone(), objects: objects.collect() })
    });
    regions.collect()
}

fn read(path: &Path, bytes: &[u8]) -> Result<World, SimError> {
    let damaged = |line: usize, why: String| SimError::Damaged { path: path.to_owned(), line, why };
    let mut lines = line::whole_lines(bytes).enumerate().map(|(index, line)| (index.saturating_add(1), line));
    let (_, first) = lines.next().ok_or_else(|| damaged(1, "the header is missing".to_owned()))?;
    let header: Header = line::read(first).map_err(|why| damaged(1, why))?;
    if header.version() > line::VERSION {
        return Err(SimError::Newer { path: path.to_owned(), version: header.version() });
    }
    let mut world = header.world();
    for (number, text) in lines {
        let entry: Entry = line::read(text).map_err(|why| damaged(number, why))?;
        replay(&mut world, entry).map_err(|why| damaged(number, why))?;
    }
    Ok(world)
}

fn replay(world: &mut World, entry: Entry) -> Result<(), String> {
    world.now = entry.now;
    for (key, changes) in entry.regions {
        let region = world.regions.entry(key).or_default();
        region.counters.extend(changes.counters);
        for (kind, id, record) in changes.objects {
            let replayed = region.replay(&kind, &id, record).ok_or_else(|| format!("there is no kind `{kind}`"))?;
            replayed.map_err(|error| format!("`{id}`: {error}"))?;
        }
        region.commit(false);
        region.moved_counters();
    }
    Ok(())
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn failed(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> SimError {
    let path = path.to_owned();
    move |source| SimError::File { path, doing, source }
}
