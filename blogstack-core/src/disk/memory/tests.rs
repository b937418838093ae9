//! What the model forgets, keeps and refuses.

use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};

const PATH: &str = "/folder/file";

fn path() -> &'static Path {
    Path::new(PATH)
}

fn text(disk: &MemoryDisk) -> String {
    disk.read(path()).unwrap().map_or("(absent)".into(), |bytes| String::from_utf8(bytes).unwrap())
}

fn holding(bytes: &[u8]) -> MemoryDisk {
    let disk = MemoryDisk::new();
    disk.replace(path(), bytes).unwrap();
    disk
}

#[test]
fn a_crash_forgets_what_was_not_synced() {
    let disk = holding(b"one");
    disk.append(path(), b"two").unwrap();
    disk.overwrite(path(), 0, b"O").unwrap();
    assert_eq!(text(&disk), "Onetwo");
    assert_eq!(text(&disk.crash()), "one");
    assert_eq!(text(&disk.crash_keeping(2)), "onetw");
    assert_eq!(text(&disk.crash_with(Kept { overwritten: true, ..Kept::default() })), "One");
    assert_eq!(text(&disk.crash_with(Kept::ALL)), "Onetwo");
    assert_eq!(text(&disk.kill()), "Onetwo");
    assert_eq!(text(&disk.kill().crash()), "one");
    disk.sync(path()).unwrap();
    assert_eq!(text(&disk.crash()), "Onetwo");
}

#[test]
fn a_failed_sync_loses_the_bytes_for_good() {
    let disk = holding(b"one");
    disk.append(path(), b"two").unwrap();
    disk.fail_sync(1);
    disk.sync(path()).unwrap_err();
    disk.sync(path()).unwrap();
    assert_eq!((text(&disk), text(&disk.crash())), ("onetwo".into(), "one".into()));
    disk.overwrite(path(), 3, b"two").unwrap();
    disk.sync(path()).unwrap();
    assert_eq!(text(&disk.crash()), "onetwo");
}

#[test]
fn a_full_disk_takes_what_fits() {
    let disk = holding(b"one");
    disk.set_capacity(Some(5));
    let full = disk.append(path(), b"two").unwrap_err();
    assert_eq!((full.kind(), text(&disk)), (io::ErrorKind::StorageFull, "onetw".into()));
    assert_eq!(disk.replace(path(), b"x").unwrap_err().kind(), io::ErrorKind::StorageFull);
    assert_eq!(disk.list(Path::new("/folder")).unwrap(), ["file"]);
}

struct StopAfter(EffectKind);

impl Gate for StopAfter {
    fn before(&self, _: &DiskEffect) -> Verdict {
        Verdict::Pass
    }

    fn after(&self, effect: &DiskEffect) -> Verdict {
        if effect.kind == self.0 { Verdict::Stop } else { Verdict::Pass }
    }
}

#[test]
fn a_rename_is_durable_after_the_sync_of_its_folder() {
    for (stop, crashed, lucky) in [
        (EffectKind::WriteTemporary, "old", "old"),
        (EffectKind::SyncTemporary, "old", "old"),
        (EffectKind::Rename, "old", "new"),
        (EffectKind::SyncFolder, "new", "new"),
    ] {
        let disk = holding(b"old").with_gate(Arc::new(StopAfter(stop)));
        assert_eq!(disk.replace(path(), b"new").unwrap_err().to_string(), "stopped");
        disk.read(path()).unwrap_err();
        assert_eq!(text(&disk.crash()), crashed, "after {stop:?}");
        assert_eq!(text(&disk.crash_with(Kept { renamed: true, ..Kept::default() })), lucky, "after {stop:?}");
    }
}

#[derive(Default)]
struct StopBefore(AtomicUsize);

impl Gate for StopBefore {
    fn before(&self, _: &DiskEffect) -> Verdict {
        if self.0.fetch_add(1, Ordering::Relaxed) == 1 { Verdict::Stop } else { Verdict::Pass }
    }

    fn after(&self, _: &DiskEffect) -> Verdict {
        Verdict::Pass
    }
}

#[test]
fn an_effect_that_is_stopped_before_does_not_happen() {
    let disk = holding(b"one").with_gate(Arc::new(StopBefore::default()));
    disk.append(path(), b"two").unwrap();
    disk.append(path(), b"three").unwrap_err();
    assert_eq!(text(&disk.kill()), "onetwo");
}

#[test]
fn a_lock_has_one_holder_until_it_is_dropped_or_the_disk_crashes() {
    let disk = MemoryDisk::new();
    let guard = disk.lock(path(), "me").unwrap();
    assert_eq!(disk.lock(path(), "you").unwrap_err().to_string(), "held by me");
    disk.crash().lock(path(), "you").unwrap();
    drop(guard);
    disk.lock(path(), "you").unwrap();
}
