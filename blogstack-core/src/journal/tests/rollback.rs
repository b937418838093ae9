//! An older copy, whole in itself, is noticed by the note kept elsewhere.

use super::*;

const ANCHOR: &str = "/user/anchors/blog.anchor";

/// The journal's own two files: what a backup of the folder holds.
fn copy(disk: &MemoryDisk) -> [Vec<u8>; 2] {
    [JOURNAL, HEAD].map(|path| content(disk, path))
}

fn restore(disk: &MemoryDisk, [journal, head]: &[Vec<u8>; 2]) {
    put(disk, JOURNAL, journal);
    put(disk, HEAD, head);
}

#[tokio::test]
async fn an_older_copy_is_refused_until_it_is_accepted() {
    let disk = with(&["blog 1", "2"]).await;
    let old = copy(&disk);
    let (journal, _) = open(&disk).await;
    journal.append("3".into()).await.unwrap();
    journal.close().await.unwrap();
    restore(&disk, &old);
    let error = try_open(&disk).await.unwrap_err();
    assert!(error.hint().unwrap().contains("`state accept`"));
    assert!(error.to_string().contains("it was rolled back or replaced: it ends with record 2 ("), "{error}");
    let OpenError::RolledBack(rollback) = error else { panic!("{error}") };
    assert_eq!((rollback.lineage.as_str(), rollback.expected.sequence), ("blog", 3));
    assert_eq!(copy(&disk), old, "nothing is changed");

    let anchors = FolderAnchors::new(Arc::new(disk.clone()), "/user/anchors");
    anchors.write(&Anchor { lineage: rollback.lineage, position: rollback.found }).unwrap();
    assert_eq!(open(&disk).await.1, ["blog 1", "2"]);
}

#[tokio::test]
async fn every_older_state_of_the_folder_is_refused() {
    let disk = MemoryDisk::new();
    let mut copies = Vec::new();
    for round in 0..4 {
        let (journal, _) = open(&disk).await;
        journal.append(format!("blog {round}").into()).await.unwrap();
        if round == 2 {
            journal.compact(vec!["blog 0-2".into()]).await.unwrap();
        }
        journal.close().await.unwrap();
        copies.push(copy(&disk));
    }
    let newest = copies.pop().unwrap();
    for (round, old) in copies.iter().enumerate() {
        restore(&disk, old);
        let error = refused(&disk).await;
        assert!(error.contains("rolled back"), "copy {round}: {error}");
    }
    restore(&disk, &newest);
    open(&disk).await;
}

#[tokio::test]
async fn another_history_of_the_same_length_is_refused() {
    let (disk, other) = (with(&["blog 1", "2"]).await, with(&["blog 1", "two"]).await);
    restore(&disk, &copy(&other));
    assert!(refused(&disk).await.contains("rolled back or replaced"));
    // Also when it has gone on since.
    let (journal, _) = open(&other).await;
    journal.append("three".into()).await.unwrap();
    journal.close().await.unwrap();
    restore(&disk, &copy(&other));
    assert!(refused(&disk).await.contains("rolled back or replaced"));
}

#[tokio::test]
async fn another_history_is_refused_at_the_record_that_a_compaction_replaced() {
    let (disk, other) = (with(&["blog 1", "2"]).await, with(&["blog 1", "two"]).await);
    let (journal, _) = open(&other).await;
    journal.compact(vec!["blog 1".into()]).await.unwrap();
    journal.close().await.unwrap();
    restore(&disk, &copy(&other));
    assert!(refused(&disk).await.contains("rolled back or replaced"));
}

#[tokio::test]
async fn opening_brings_an_anchor_up_to_date_that_a_kill_left_behind() {
    let disk = with(&["blog 1"]).await;
    let old = copy(&disk);
    let (journal, _) = open(&disk).await;
    journal.append("2".into()).await.unwrap();
    drop(journal);
    drop(open(&disk).await);
    restore(&disk, &old);
    assert!(refused(&disk).await.contains("rolled back"));
}

#[tokio::test]
async fn a_machine_without_memory_accepts_and_remembers() {
    let disk = with(&["blog 1"]).await;
    let anchor = content(&disk, ANCHOR);
    disk.remove(Path::new(ANCHOR)).unwrap();
    drop(open(&disk).await);
    assert_eq!(content(&disk, ANCHOR), anchor);
}

#[tokio::test]
async fn a_damaged_anchor_is_an_error_of_its_own() {
    let disk = with(&["blog 1"]).await;
    put(&disk, ANCHOR, b"blogstack anchor 1\n");
    let error = try_open(&disk).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "reading the anchor of journal `/state/journal` (lineage `blog`): the anchor `/user/anchors/blog.anchor` is damaged"
    );
    assert!(error.hint().unwrap().starts_with("the journal itself is whole"));
}
