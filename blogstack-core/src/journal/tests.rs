//! The promises of the module, each tried at every place where it could break.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::*;
use crate::disk::{DiskEffect, EffectKind, Gate, MemoryDisk, RealDisk, Verdict};

mod crash;
mod damage;
mod rollback;

const FOLDER: &str = "/state";
const JOURNAL: &str = "/state/journal";
const HEAD: &str = "/state/journal.head";

fn lineage_of(payloads: &[Bytes]) -> Option<String> {
    let first = String::from_utf8_lossy(payloads.first()?).into_owned();
    first.split_once(' ').map(|(lineage, _)| lineage.into())
}

async fn try_open(disk: &MemoryDisk) -> Result<(Journal, Replay), OpenError> {
    let disk: Arc<dyn Disk> = Arc::new(disk.clone());
    let anchors = Arc::new(FolderAnchors::new(disk.clone(), "/user/anchors"));
    Journal::open(disk, Path::new(FOLDER), anchors, "pid 7, since noon", lineage_of).await
}

async fn open(disk: &MemoryDisk) -> (Journal, Vec<String>) {
    let (journal, replay) = try_open(disk).await.unwrap();
    (journal, texts(&replay))
}

async fn refused(disk: &MemoryDisk) -> String {
    match try_open(disk).await {
        Ok((_, replay)) => format!("opened with {:?}", texts(&replay)),
        Err(error) => error.to_string(),
    }
}

fn texts(replay: &Replay) -> Vec<String> {
    replay.payloads.iter().map(|payload| String::from_utf8(payload.to_vec()).unwrap()).collect()
}

/// A closed journal with these records.
async fn with(records: &[&str]) -> MemoryDisk {
    let disk = MemoryDisk::new();
    let (journal, _) = open(&disk).await;
    for record in records {
        journal.append((*record).into()).await.unwrap();
    }
    journal.close().await.unwrap();
    disk
}

fn content(disk: &MemoryDisk, path: &str) -> Vec<u8> {
    disk.read(Path::new(path)).unwrap().unwrap()
}

fn put(disk: &MemoryDisk, path: &str, bytes: &[u8]) {
    disk.replace(Path::new(path), bytes).unwrap();
}

#[tokio::test]
async fn records_come_back_in_order_and_the_chain_goes_on() {
    let disk = MemoryDisk::new();
    let (journal, records) = open(&disk).await;
    assert_eq!((records, journal.head().sequence, journal.size()), (vec![], 0, 100));
    let first = journal.append("blog 1".into()).await.unwrap();
    assert_eq!((first, first.sequence), (journal.head(), 1));
    journal.close().await.unwrap();

    let (journal, records) = open(&disk).await;
    assert_eq!((records, journal.head()), (vec!["blog 1".to_owned()], first));
    let second = journal.append("2".into());
    assert_eq!((journal.head().sequence, journal.durable_head()), (2, first));
    assert_eq!(second.await.unwrap(), journal.durable_head());
    assert_eq!(journal.size(), content(&disk, JOURNAL).len() as u64);
    drop(journal);
    assert_eq!(open(&disk).await.1, ["blog 1", "2"]);
}

#[tokio::test]
async fn the_same_records_have_the_same_head() {
    let (one, other) = (with(&["a", "b"]).await, with(&["a", "b"]).await);
    assert_eq!(content(&one, JOURNAL), content(&other, JOURNAL));
    assert_eq!(open(&one).await.0.head(), open(&other).await.0.head());
    assert_ne!(open(&one).await.0.head().hash, open(&with(&["b", "a"]).await).await.0.head().hash);
}

#[derive(Default)]
struct Count(AtomicUsize);

impl Gate for Count {
    fn before(&self, effect: &DiskEffect) -> Verdict {
        if effect.kind == EffectKind::Sync && effect.path == Path::new(JOURNAL) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
        Verdict::Pass
    }

    fn after(&self, _: &DiskEffect) -> Verdict {
        Verdict::Pass
    }
}

#[tokio::test]
async fn what_is_queued_together_is_synced_once_in_the_order_of_the_calls() {
    let count = Arc::new(Count::default());
    let disk = MemoryDisk::new().with_gate(count.clone());
    let (journal, _) = open(&disk).await;
    let queued: Vec<_> = (0..100).map(|number| journal.append(format!("{number}").into())).collect();
    // Asked for in another order, and some never.
    for pending in queued.into_iter().rev().step_by(3) {
        pending.await.unwrap();
    }
    assert_eq!(count.0.load(Ordering::Relaxed), 1);
    drop(journal);
    let expected: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    assert_eq!(open(&disk).await.1, expected);
}

#[tokio::test]
async fn a_compacted_journal_continues_the_chain() {
    let disk = MemoryDisk::new();
    let (journal, _) = open(&disk).await;
    let before = journal.append(vec![b'x'; 10_000]);
    let compacted = journal.compact(vec!["blog sum".into(), "more".into()]);
    let after = journal.append("after".into());
    assert_eq!(after.await.unwrap().sequence, 5);
    assert_eq!((before.await.unwrap().sequence, compacted.await.unwrap().sequence), (1, 4));
    assert_eq!(journal.size(), content(&disk, JOURNAL).len() as u64);
    assert!(journal.size() < 300);
    let head = journal.head();
    journal.close().await.unwrap();
    let (journal, records) = open(&disk).await;
    assert_eq!((records.as_slice(), journal.head()), (&["blog sum", "more", "after"].map(String::from)[..], head));
}

#[tokio::test]
async fn a_payload_that_cannot_be_a_record_changes_nothing() {
    let disk = MemoryDisk::new();
    let (journal, _) = open(&disk).await;
    let head = journal.head();
    let refused = journal.append(Vec::new()).await.unwrap_err();
    assert_eq!(refused.to_string(), "adding a record to the journal: the record is empty");
    journal.compact(vec!["fine".into(), Vec::new()]).await.unwrap_err();
    assert_eq!(journal.head(), head);
    journal.append("fine".into()).await.unwrap();
}

#[tokio::test]
async fn a_second_opening_is_refused_and_told_who_has_it() {
    let disk = MemoryDisk::new();
    let (journal, _) = open(&disk).await;
    journal.append("a".into()).await.unwrap();
    assert_eq!(refused(&disk).await, "locking journal `/state/journal`: it is held by pid 7, since noon");
    drop(journal);
    let (journal, records) = open(&disk).await;
    assert_eq!(records, ["a"]);
    journal.close().await.unwrap();
    open(&disk).await;
}

/// Holds back syncs of the journal until it is let go.
#[derive(Default)]
struct Hold(Mutex<()>);

impl Gate for Hold {
    fn before(&self, effect: &DiskEffect) -> Verdict {
        if effect.kind == EffectKind::Sync {
            let _held = self.0.lock().unwrap();
        }
        Verdict::Pass
    }

    fn after(&self, _: &DiskEffect) -> Verdict {
        Verdict::Pass
    }
}

#[tokio::test]
#[expect(clippy::await_holding_lock, reason = "the writer's thread waits for it, no task does")]
async fn the_lock_is_held_until_a_batch_under_way_is_written() {
    let hold = Arc::new(Hold::default());
    let disk = MemoryDisk::new().with_gate(hold.clone());
    let (journal, _) = open(&disk).await;
    let (under_way, queued) = {
        let _held = hold.0.lock().unwrap();
        let under_way = journal.append("a".into());
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        let queued = journal.append("b".into());
        drop(journal);
        disk.lock(Path::new("/state/lock"), "too early").unwrap_err();
        (under_way, queued)
    };
    under_way.await.unwrap();
    assert!(matches!(queued.await, Err(JournalError::Closed)));
    assert_eq!(open(&disk).await.1, ["a"]);
}

#[test]
fn a_journal_outlives_its_runtime_as_closed() {
    let runtime = || tokio::runtime::Builder::new_current_thread().build().unwrap();
    let disk = MemoryDisk::new();
    let (journal, _) = runtime().block_on(open(&disk));
    let refused = runtime().block_on(journal.append("a".into())).unwrap_err();
    assert_eq!(refused.to_string(), "adding a record to the journal: it was closed");
}

#[cfg(unix)]
#[tokio::test]
async fn on_a_real_disk_nobody_else_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let temporary = tempfile::tempdir().unwrap();
    let (folder, notes) = (temporary.path().join("stack/target"), temporary.path().join("anchors"));
    let disk: Arc<dyn Disk> = Arc::new(RealDisk::new());
    let anchors = Arc::new(FolderAnchors::new(disk.clone(), &notes));
    for round in 0..3_u8 {
        let (journal, replay) = Journal::open(disk.clone(), &folder, anchors.clone(), "me", lineage_of).await.unwrap();
        assert_eq!(replay.payloads.len(), usize::from(round));
        journal.append("blog 1".into()).await.unwrap();
        if round == 1 {
            journal.compact(vec!["blog 1".into(), "2".into()]).await.unwrap();
        }
        journal.close().await.unwrap();
    }
    let files = ["journal", "journal.head", "lock"].map(|name| folder.join(name));
    for file in files.into_iter().chain([anchors.path("blog")]) {
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
    }
    assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
}

#[tokio::test(start_paused = true)]
async fn under_a_paused_clock_timers_wait_for_the_disk() {
    let disk = MemoryDisk::new();
    let (journal, _) = open(&disk).await;
    for _ in 0..200 {
        let shortly = std::time::Duration::from_millis(1);
        tokio::time::timeout(shortly, journal.append("a".into())).await.unwrap().unwrap();
    }
    journal.close().await.unwrap();
}
