//! The state's format 1, frozen: every later version must read these files.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use blogstack_core::{
    Configure, Scope, Secret,
    backend::FileBackend,
    deployment::DeploymentError,
    disk::{Disk, MemoryDisk},
    journal::{FolderAnchors, Journal, NoAnchors, OpenError},
    provider::ErrorKind,
    state::LedgerError,
    testing::Lab,
};
use blogstack_tests::{
    run,
    toy::{Board, Mishap, Motto, Note},
};
use expect_test::expect;

/// Files that are there twice: journals of different histories.
const FIRST: &str = "format-1";
const FURTHER: &str = "format-1-further";

/// Where a lab has its files, by the ends of their names.
const PLACES: [(&str, &str); 4] =
    [(".key", "/state/user/config/keys"), (".anchor", "/state/user/data/anchors"), ("journal", JOURNAL), ("journal.head", JOURNAL)];
const JOURNAL: &str = "/state/journal";

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(name)
}

fn program(s: &Scope) {
    let first = s.add("first", Note::new("hello").colour("red").password(Secret::new("hunter2".to_owned())));
    s.add("second", Note::new("below").below(&first));
    s.export("first", &first.id);
    s.export_secret("password", &first.password);
}

/// Objects that were made, changed, given up, replaced.
async fn written() -> MemoryDisk {
    let disk = MemoryDisk::new();
    let lab = Lab::new(Board::default().connection()).on(Arc::new(disk.clone()));
    lab.stack(program).up().await.unwrap();
    let changed = |s: &Scope| {
        let first = s.add("first", Note::new("hello").colour("blue").title("one").password(Secret::new("hunter2".to_owned())));
        s.export("first", &first.id);
        s.export_secret("password", &first.password);
    };
    lab.stack(changed).up().await.unwrap();
    disk
}

/// The same place, with anchors.
fn anchored(board: &Board, disk: &MemoryDisk) -> Lab {
    let disk: Arc<dyn Disk> = Arc::new(disk.clone());
    let backend = disk.clone();
    Lab::new(board.connection()).on(disk).around_backend(move |_| {
        let anchors = FolderAnchors::new(backend.clone(), Path::new("/state/user/data/anchors"));
        Arc::new(FileBackend::new(backend.clone(), Path::new(JOURNAL), Arc::new(anchors)))
    })
}

/// What the first journal lacks: it was rewritten, holds an answer, an attempt that had no effect and one of which nothing is known,
/// and the anchor is there.
async fn written_further() -> MemoryDisk {
    let (board, disk) = (Board::default(), MemoryDisk::new());
    let lab = anchored(&board, &disk);
    let program = |text: String, more: Option<&'static str>| {
        move |s: &Scope| {
            let note = s.add("note", Note::new(text.clone()).password(Secret::new("hunter2".to_owned())).protect());
            if let Some(name) = more {
                s.add(name, Note::new("more").below(&note));
            }
            s.export("motto", &s.look_up(Motto {}));
        }
    };
    // So much that it is not worth keeping.
    assert!(lab.stack(program("a".repeat(400_000), None)).up().await.unwrap().is_complete());
    for text in ["short", "shorter"] {
        assert!(lab.stack(program(text.into(), None)).up().await.unwrap().is_complete());
    }
    board.mishap("create", Mishap::Fails(ErrorKind::Rejected));
    assert_eq!(lab.stack(program("shorter".into(), Some("refused"))).up().await.unwrap().failed.len(), 1);
    board.mishap("create", Mishap::Hangs);
    tokio::time::timeout(Duration::from_mins(1), lab.stack(program("shorter".into(), Some("lost"))).up()).await.unwrap_err();
    disk
}

fn save(disk: &MemoryDisk, name: &str) {
    let folder = golden(name);
    std::fs::create_dir_all(&folder).unwrap();
    for (end, place) in PLACES {
        for file in disk.list(Path::new(place)).unwrap().into_iter().filter(|file| file.ends_with(end)) {
            std::fs::write(folder.join(&file), disk.read(&Path::new(place).join(&file)).unwrap().unwrap()).unwrap();
        }
    }
}

fn load(name: &str) -> MemoryDisk {
    let disk = MemoryDisk::new();
    for (_, place) in PLACES {
        disk.create_folder(Path::new(place)).unwrap();
    }
    for entry in std::fs::read_dir(golden(name)).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap();
        let (_, place) = PLACES.into_iter().find(|(end, _)| file.ends_with(end)).unwrap();
        disk.replace(&Path::new(place).join(file), &std::fs::read(&path).unwrap()).unwrap();
    }
    disk
}

/// Golden files are written once, and then looked at.
async fn written_once(name: &str, disk: impl Future<Output = MemoryDisk>) {
    if !golden(name).exists() {
        save(&disk.await, name);
        panic!("the golden files were missing and have been written: look at them and commit them");
    }
}

#[test]
fn format_1_is_read_as_ever() {
    run(async {
        written_once(FIRST, written()).await;
        let state = Lab::new(Board::default().connection()).on(Arc::new(load(FIRST))).state().await.unwrap();
        insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false }, {
            insta::assert_debug_snapshot!("state-format-1", state);
        });
        let password = state.exports["password"].clone();
        assert_eq!(format!("{password:?}"), "[secret]");
        let expected = blogstack_core::Data::encode(&Secret::new("hunter2".to_owned()));
        assert!(password == expected, "the secret is readable with its key");
    });
}

#[test]
fn format_1_is_read_as_ever_rewritten_interrupted_and_anchored() {
    run(async {
        written_once(FURTHER, written_further()).await;
        let disk = load(FURTHER);
        let lab = anchored(&Board::default(), &disk);
        let state = lab.state().await.unwrap();
        insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false }, {
            insta::assert_debug_snapshot!("state-format-1-further", state);
        });
        // The other journal is of the same stack: the anchor is understood, and tells that it is not the newest.
        let older = load(FURTHER);
        for file in ["journal", "journal.head"].map(|file| Path::new(JOURNAL).join(file)) {
            older.replace(&file, &load(FIRST).read(&file).unwrap().unwrap()).unwrap();
        }
        let error = anchored(&Board::default(), &older).state().await.unwrap_err();
        assert!(matches!(error, DeploymentError::State(LedgerError::Open(OpenError::RolledBack(_)))), "{error}");
        // What was left open is found out, and the state goes on.
        assert!(lab.stack(|s| drop(s.add("note", Note::new("short").protect()))).preview().await.is_ok());
    });
}

#[test]
fn the_golden_journals_hold_everything_that_a_journal_can_hold() {
    let journals = [FIRST, FURTHER].map(|name| std::fs::read(golden(name).join("journal")).unwrap());
    let text = journals.iter().map(|journal| String::from_utf8_lossy(journal)).collect::<String>();
    for entry in ["opened", "intended", "created", "abandoned", "recorded", "removed", "pinned", "exported"] {
        assert!(text.contains(&format!(r#"{{"entry":"{entry}""#)), "{entry}");
    }
    for operation in [r#"{"create":"#, r#""operation":"update""#, r#""operation":"delete""#] {
        assert!(text.contains(operation), "{operation}");
    }
    // Behind the first line, length and checksum, and the sequence: the hash of what was replaced.
    let replaced = |journal: &[u8]| journal["blogstack journal 1\n".len() + 16..][..32].iter().any(|byte| *byte != 0);
    assert_eq!([replaced(&journals[0]), replaced(&journals[1])], [false, true]);
}

/// Adds a record to the journal on this disk, as a later version might.
pub(super) async fn append(disk: Arc<dyn Disk>, payload: &str) {
    let (journal, _) = Journal::open(disk, Path::new(JOURNAL), Arc::new(NoAnchors), "a later version", |_| None).await.unwrap();
    journal.append(payload.into()).await.unwrap();
    journal.close().await.unwrap();
}

async fn refusal(disk: MemoryDisk, payload: &str) -> String {
    let disk: Arc<dyn Disk> = Arc::new(disk);
    append(disk.clone(), payload).await;
    let error = Lab::new(Board::default().connection()).on(disk).state().await.unwrap_err();
    let DeploymentError::State(error) = error else { panic!("{error}") };
    format!("{error}\n{}", error.hint().unwrap())
}

/// Only `state accept` writes this entry: it moves the head, and changes nothing else.
#[test]
fn an_acceptance_is_read_as_ever() {
    run(async {
        let disk: Arc<dyn Disk> = Arc::new(load(FIRST));
        let lab = Lab::new(Board::default().connection()).on(disk.clone());
        let before = lab.state().await.unwrap();
        append(disk, r#"{"entry":"accepted","nonce":"00112233445566778899aabbccddeeff"}"#).await;
        assert_eq!(format!("{:?}", lab.state().await.unwrap()), format!("{before:?}"));
    });
}

#[test]
fn what_a_later_version_wrote_is_not_taken_for_damage() {
    run(async {
        let header = refusal(MemoryDisk::new(), r#"{"entry":"opened","format":2,"whose":"somebody's"}"#).await;
        expect![[r#"
            the state has format 2, and this program knows 1 at most
            use the newer version of the program that wrote it"#]]
        .assert_eq(&header);
        let entry = refusal(load(FIRST), r#"{"entry":"embroidered","number":7}"#).await;
        expect![[r#"
            reading an entry of the state: unknown variant `embroidered`, expected one of `opened`, `intended`, `created`, `abandoned`, `recorded`, `removed`, `pinned`, `exported`, `accepted` at line 1 column 22
            a newer version of the program may have written it: use that one. If none did, restore the folder from a backup"#]].assert_eq(&entry);
        let field = refusal(load(FIRST), r#"{"entry":"abandoned","number":7,"why":"no ink"}"#).await;
        expect![[r#"
            reading an entry of the state: unknown field `why`, expected `number`
            a newer version of the program may have written it: use that one. If none did, restore the folder from a backup"#]]
        .assert_eq(&field);
        // Whatever stands further inside is kept or refused, never dropped.
        let record = |home: &str, wishes: &str, more: &str| {
            let uid = "00112233445566778899aabbccddeeff";
            format!(
                r#"{{"urn":"a#toy:board/note","uid":"{uid}","version":2,"home":{{"account":"me"{home}}},"id":"note-a","phase":"complete","inputs":{{}},"outputs":{{}},"dependencies":[],"wishes":{{{wishes}}},"since":1{more}}}"#
            )
        };
        let recorded = |record: String| format!(r#"{{"entry":"recorded","record":{record}}}"#);
        let intended = |record: String| {
            format!(
                r#"{{"entry":"intended","number":9,"uid":"00112233445566778899aabbccddeeff","urn":"a#toy:board/note","attempt":1,"at":1,"operation":{{"create":{{"record":{record},"before":null}}}}}}"#
            )
        };
        for (entry, field) in [
            (recorded(record("", "", r#","ink":"blue""#)), "ink"),
            (recorded(record(r#","planet":"mars""#, "", "")), "planet"),
            (recorded(record("", r#""cherish":true"#, "")), "cherish"),
            (intended(record("", "", r#","ink":"blue""#)), "ink"),
            (recorded(record("", "", "")).replace(r#""record""#, r#""why":1,"record""#), "why"),
            (intended(record("", "", "")).replace(r#""attempt""#, r#""mood":"good","attempt""#), "mood"),
            (intended(record("", "", "")).replace(r#""before""#, r#""after":1,"before""#), "after"),
        ] {
            let told = refusal(load(FIRST), &entry).await;
            assert!(told.starts_with(&format!("reading an entry of the state: unknown field `{field}`")), "{entry}: {told}");
        }
    });
}
