//! What is broken on disk is refused where it was durable, and cut off where it was not.

use super::*;

const RECORDS: [&str; 6] = ["blog 1", "second", "3", "the fourth one", "5", "last"];

/// Flips each bit of the file in turn.
async fn flip_all(disk: &MemoryDisk, path: &str) {
    let whole = content(disk, path);
    for bit in 0..whole.len() * 8 {
        let mut spoiled = whole.clone();
        spoiled[bit / 8] ^= 1 << (bit % 8);
        put(disk, path, &spoiled);
        let error = refused(disk).await;
        assert!(error.starts_with("reading journal"), "bit {bit} of {path}: {error}");
    }
    put(disk, path, &whole);
}

async fn cut_everywhere(disk: &MemoryDisk, path: &str) {
    let whole = content(disk, path);
    for length in 0..whole.len() {
        put(disk, path, &whole[..length]);
        let error = refused(disk).await;
        assert!(error.starts_with("reading journal"), "{path} cut to {length}: {error}");
    }
    put(disk, path, &whole);
}

#[tokio::test]
async fn every_flipped_bit_and_every_cut_below_the_watermark_is_refused() {
    let disk = with(&RECORDS).await;
    for path in [JOURNAL, HEAD] {
        flip_all(&disk, path).await;
        cut_everywhere(&disk, path).await;
    }
    assert_eq!(open(&disk).await.1, RECORDS);
}

#[tokio::test]
async fn the_same_holds_after_a_compaction() {
    let disk = with(&RECORDS).await;
    let (journal, _) = open(&disk).await;
    journal.compact(vec!["blog all".into()]).await.unwrap();
    journal.append("new".into()).await.unwrap();
    drop(journal);
    for path in [JOURNAL, HEAD] {
        flip_all(&disk, path).await;
        cut_everywhere(&disk, path).await;
    }
    assert_eq!(open(&disk).await.1, ["blog all", "new"]);
}

/// Six records, of which the watermark knows three, and the bytes of both files.
async fn lagging() -> (MemoryDisk, Vec<u8>, usize) {
    let disk = with(&RECORDS[..3]).await;
    let (durable, head) = (content(&disk, JOURNAL).len(), content(&disk, HEAD));
    let (journal, _) = open(&disk).await;
    for record in &RECORDS[3..] {
        journal.append((*record).into()).await.unwrap();
    }
    drop(journal);
    put(&disk, HEAD, &head);
    let whole = content(&disk, JOURNAL);
    (disk, whole, durable)
}

/// What is read is a prefix that includes the durable records, and the journal goes on from there.
async fn goes_on(disk: &MemoryDisk, spoiled: &[u8], case: &str) -> (usize, Option<TornTail>) {
    let disk = disk.kill();
    put(&disk, JOURNAL, spoiled);
    let (journal, replay) = try_open(&disk).await.unwrap_or_else(|error| panic!("{case}: {error}"));
    let count = replay.payloads.len();
    assert!(count >= 3, "{case}");
    assert_eq!(texts(&replay), RECORDS[..count], "{case}");
    journal.append("more".into()).await.unwrap();
    drop(journal);
    // Durable now: also what was found above the old watermark.
    let (_, records) = open(&disk.crash()).await;
    assert_eq!(records, [&RECORDS[..count], &["more"]].concat(), "{case}");
    (count, replay.torn)
}

#[tokio::test]
async fn a_torn_tail_is_cut_off_wherever_it_is_torn() {
    let (disk, whole, durable) = lagging().await;
    for length in durable..=whole.len() {
        let scan = frame::scan(&Bytes::copy_from_slice(&whole), durable as u64).unwrap();
        let ends: Vec<usize> = scan.frames.iter().map(|frame| usize::try_from(frame.end).unwrap()).collect();
        let fitting = ends.iter().filter(|&&end| end <= length).count() - 1;
        let (count, torn) = goes_on(&disk, &whole[..length], &format!("cut to {length}")).await;
        let lost = (length - ends[fitting]) as u64;
        assert_eq!((count, torn.map_or(0, |torn| torn.bytes)), (fitting, lost), "cut to {length}");
    }
}

#[tokio::test]
async fn garbage_above_the_watermark_never_becomes_a_record() {
    let (disk, whole, durable) = lagging().await;
    for bit in durable * 8..whole.len() * 8 {
        let mut spoiled = whole.clone();
        spoiled[bit / 8] ^= 1 << (bit % 8);
        let (count, torn) = goes_on(&disk, &spoiled, &format!("bit {bit}")).await;
        assert!(count < 6 && torn.is_some(), "bit {bit}");
    }
    let zeros = [&whole[..durable], &[0; 4096]].concat();
    assert_eq!(goes_on(&disk, &zeros, "zeros").await.0, 3);
}

#[tokio::test]
async fn a_missing_file_is_damage_and_a_foreign_one_is_named() {
    let disk = with(&RECORDS).await;
    let without = |path: &str| {
        let disk = disk.kill();
        disk.remove(Path::new(path)).unwrap();
        disk
    };
    let error = refused(&without(HEAD)).await;
    assert_eq!(error, "reading journal `/state/journal`: `journal.head` beside it is missing");
    let error = try_open(&without(JOURNAL)).await.unwrap_err();
    assert_eq!(error.to_string(), "reading journal `/state/journal`: the file is missing, though `journal.head` beside it is not");
    assert_eq!(error.hint().unwrap(), "nothing was changed; restore the folder `/state` as a whole from its newest copy");
    put(&disk, JOURNAL, b"{}");
    assert_eq!(refused(&disk).await, "reading journal `/state/journal`: it is not a blogstack journal");
    put(&disk, JOURNAL, b"blogstack journal 2\n");
    assert_eq!(refused(&disk).await, "reading journal `/state/journal`: it has format 2, which this program does not know");
}

#[tokio::test]
async fn a_damaged_record_is_named() {
    let disk = with(&RECORDS).await;
    let mut spoiled = content(&disk, JOURNAL);
    spoiled[100 + 46 + 9] ^= 4;
    put(&disk, JOURNAL, &spoiled);
    let error = refused(&disk).await;
    assert_eq!(error, "reading journal `/state/journal`: record 2 at byte 146 has a wrong hash");
    assert_eq!(content(&disk, JOURNAL), spoiled, "nothing is repaired");
}

#[tokio::test]
async fn a_head_of_another_journal_is_damage() {
    let (disk, other) = (with(&RECORDS).await, with(&["blog 1", "SECOND", "3", "the fourth one", "5", "last"]).await);
    put(&disk, HEAD, &content(&other, HEAD));
    assert!(refused(&disk).await.ends_with("it is another one than `journal.head` beside it speaks of"));
}
