//! Kills, power cuts, full disks and failed syncs: what was acknowledged is there, and nothing that was not appended.

use super::*;
use crate::disk::Kept;

/// What the records may be after each step of [`life`].
const LIFE: [&[&str]; 5] = [&[], &["blog a"], &["blog a", "b"], &["blog ab"], &["blog ab", "c"]];

/// Appends, compacts, appends, closes. Returns how many steps were acknowledged.
async fn life(disk: &MemoryDisk) -> usize {
    let Ok((journal, _)) = try_open(disk).await else { return 0 };
    let steps = [
        journal.append("blog a".into()).await,
        journal.append("b".into()).await,
        journal.compact(vec!["blog ab".into()]).await,
        journal.append("c".into()).await,
    ];
    let acknowledged = steps.iter().take_while(|step| step.is_ok()).count();
    assert!(steps[acknowledged..].iter().all(Result::is_err), "nothing goes on after a failure");
    let closed = journal.close().await;
    assert!(acknowledged == 4 || closed.is_err(), "closing reports the failure as well");
    acknowledged
}

/// What a kill or a power cut may leave, with these many unsynced appended bytes; each different outcome once.
fn leftovers(disk: &MemoryDisk, appended: &[usize]) -> Vec<MemoryDisk> {
    let flags = [(false, false), (false, true), (true, false), (true, true)];
    let kept = |&appended| flags.map(|(overwritten, renamed)| Kept { appended, overwritten, renamed });
    let mut outcomes = vec![disk.kill()];
    let mut seen = Vec::new();
    for left in appended.iter().flat_map(kept).map(|kept| disk.crash_with(kept)) {
        let files = [JOURNAL, HEAD, "/user/anchors/blog.anchor"].map(|path| left.read(Path::new(path)).unwrap());
        if !seen.contains(&files) {
            seen.push(files);
            outcomes.push(left);
        }
    }
    outcomes
}

/// Opens what a crash left, checks it against what was acknowledged, and lives on through one more crash.
async fn survives(disk: &MemoryDisk, acknowledged: usize, case: &str) {
    let (journal, replay) = try_open(disk).await.unwrap_or_else(|error| panic!("{case}: {error}"));
    let before = texts(&replay);
    let step = LIFE.iter().position(|records| *records == before);
    assert!(step.is_some_and(|step| step >= acknowledged), "{case}: {acknowledged} acknowledged, found {before:?}");

    journal.append("more".into()).await.unwrap();
    drop(journal);
    let mut expected = before;
    expected.push("more".into());
    // A batch that was torn: its bytes are there in part, and were never synced.
    disk.append(Path::new(JOURNAL), &[7; 50]).unwrap();
    for (number, left) in leftovers(disk, &[0, 20]).iter().enumerate() {
        let replay = try_open(left).await.unwrap_or_else(|error| panic!("{case}, then outcome {number}: {error}")).1;
        assert_eq!(texts(&replay), expected, "{case}, then outcome {number}");
    }
}

async fn survives_all(disk: &MemoryDisk, acknowledged: usize, case: &str) {
    let outcomes = leftovers(disk, &[0, 1, 8, 30, 45, 46, 47, 1000]);
    for (number, left) in outcomes.iter().enumerate() {
        survives(left, acknowledged, &format!("{case}, outcome {number}")).await;
    }
}

/// Stops at one effect, before or after it, and counts.
struct StopAt {
    seen: AtomicUsize,
    at: usize,
    after: bool,
}

impl StopAt {
    fn new(at: usize, after: bool) -> Arc<Self> {
        Arc::new(Self { seen: AtomicUsize::new(0), at, after })
    }
}

impl Gate for StopAt {
    fn before(&self, _: &DiskEffect) -> Verdict {
        let number = self.seen.fetch_add(1, Ordering::Relaxed);
        if number == self.at && !self.after { Verdict::Stop } else { Verdict::Pass }
    }

    fn after(&self, _: &DiskEffect) -> Verdict {
        let number = self.seen.load(Ordering::Relaxed) - 1;
        if number == self.at && self.after { Verdict::Stop } else { Verdict::Pass }
    }
}

#[tokio::test]
async fn a_crash_at_any_effect_loses_nothing_that_was_acknowledged() {
    let counter = StopAt::new(usize::MAX, false);
    assert_eq!(life(&MemoryDisk::new().with_gate(counter.clone())).await, 4);
    let effects = counter.seen.load(Ordering::Relaxed);
    assert!(effects > 30, "only {effects} effects");
    for at in 0..effects {
        for after in [false, true] {
            let disk = MemoryDisk::new().with_gate(StopAt::new(at, after));
            let acknowledged = life(&disk).await;
            let place = if after { "after" } else { "before" };
            survives_all(&disk, acknowledged, &format!("stopped {place} effect {at}")).await;
        }
    }
}

/// A crash while a journal is opened that an earlier crash has left.
#[tokio::test]
async fn a_crash_during_recovery_is_recovered_from() {
    for first in 0..40 {
        let disk = MemoryDisk::new().with_gate(StopAt::new(first, true));
        let acknowledged = life(&disk).await;
        for second in 0..12 {
            for left in leftovers(&disk, &[0, 20]) {
                let again = left.with_gate(StopAt::new(second, true));
                let opened = try_open(&again).await.map(drop);
                let case = format!("stopped after effect {first}, then {second} ({opened:?})");
                for twice in leftovers(&again, &[0, 20]) {
                    survives(&twice, acknowledged, &case).await;
                }
            }
        }
    }
}

#[tokio::test]
async fn a_disk_that_fills_up_at_any_byte_loses_nothing_that_was_acknowledged() {
    let mut least = usize::MAX;
    for capacity in 0..1000 {
        let disk = MemoryDisk::new();
        disk.set_capacity(Some(capacity));
        let acknowledged = life(&disk).await;
        least = least.min(acknowledged);
        // Even without room it opens, once it has been created, as long as there is room for the anchor.
        disk.set_capacity(None);
        survives_all(&disk, acknowledged, &format!("room for {capacity} bytes")).await;
        if acknowledged == 4 {
            assert!(least == 0 && capacity > 200, "every step has failed once");
            return;
        }
    }
    panic!("1000 bytes must do");
}

#[tokio::test]
async fn a_full_disk_is_reported_as_such_and_opens_without_more_room() {
    let disk = with(&["blog 1"]).await;
    let (journal, _) = open(&disk).await;
    let used: usize = disk.list(Path::new(FOLDER)).unwrap().len();
    assert!(used >= 2);
    disk.set_capacity(Some(0));
    let error = journal.append("2".into()).await.unwrap_err();
    assert!(error.to_string().starts_with("writing `/state/journal`: "), "{error}");
    assert_eq!(error.hint().unwrap(), "make room and run again; what was acknowledged is kept");
    drop(journal);
    assert_eq!(open(&disk).await.1, ["blog 1"]);
}

#[tokio::test]
async fn a_failed_sync_stops_the_journal_until_it_is_opened_again() {
    for nth in 1..30 {
        let disk = MemoryDisk::new();
        disk.fail_sync(nth);
        let acknowledged = life(&disk).await;
        survives_all(&disk, acknowledged, &format!("sync {nth} failed")).await;
        disk.fail_sync(0);
        // In the same running system: what can be read looks durable, but is not.
        let (journal, records) = open(&disk).await;
        journal.append("more".into()).await.unwrap();
        drop(journal);
        assert_eq!(open(&disk.crash()).await.1.len(), records.len() + 1, "sync {nth} failed");
    }
}

#[tokio::test]
async fn after_a_failed_sync_every_call_fails_with_its_cause() {
    let disk = MemoryDisk::new();
    let (journal, _) = open(&disk).await;
    disk.fail_sync(1);
    let (first, queued) = (journal.append("1".into()), journal.compact(vec!["2".into()]));
    let cause = "syncing `/state/journal`: input/output error";
    assert_eq!(first.await.unwrap_err().to_string(), cause);
    assert_eq!(queued.await.unwrap_err().to_string(), cause);
    assert_eq!(journal.append("3".into()).await.unwrap_err().to_string(), cause);
    assert_eq!(journal.close().await.unwrap_err().to_string(), cause);
    // The record was written, though nobody was told so: it may come back.
    assert_eq!(open(&disk).await.1, ["1"]);
}

#[tokio::test]
async fn a_group_that_a_crash_tears_comes_back_as_a_prefix() {
    for kept in 0..200 {
        let disk = MemoryDisk::new();
        let (journal, _) = open(&disk).await;
        disk.fail_sync(1);
        let group: Vec<_> = ["blog a", "b", "c", "d"].map(|record| journal.append(record.into())).into();
        for pending in group {
            pending.await.unwrap_err();
        }
        // The sync failed, so the bytes never became durable; write them once more to let a cut keep a part.
        let path = Path::new(JOURNAL);
        let whole = content(&disk, JOURNAL);
        put(&disk, JOURNAL, &whole[..100]);
        disk.append(path, &whole[100..]).unwrap();
        let records = open(&disk.crash_keeping(kept)).await.1;
        assert_eq!(records, ["blog a", "b", "c", "d"][..records.len()], "kept {kept}");
        assert_eq!(records.len(), [46, 87, 128, 169].iter().filter(|&&end| end <= kept).count(), "kept {kept}");
    }
}
