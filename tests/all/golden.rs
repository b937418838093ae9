//! The state's format 1, frozen: every later version must read these files.

use std::{path::Path, sync::Arc};

use blogstack_core::{
    Scope, Secret,
    disk::{Disk, MemoryDisk},
    testing::Lab,
};
use blogstack_tests::{
    run,
    toy::{Board, Note},
};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/format-1");

/// File by file: where it is in the lab, and its name among the golden ones.
const FILES: [(&str, &str); 2] = [("/state/journal/journal", "journal"), ("/state/journal/journal.head", "journal.head")];
const KEYS: &str = "/state/user/config/keys";

fn program(s: &Scope) {
    let first = s.add("first", Note::new("hello").colour("red").password(Secret::new("hunter2".to_owned())));
    s.add("second", Note::new("below").below(&first));
    s.export("first", &first.id);
    s.export_secret("password", &first.password);
}

/// A journal with every kind of entry: made, changed, given up, replaced.
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

fn save(disk: &MemoryDisk) {
    let folder = Path::new(FOLDER);
    std::fs::create_dir_all(folder).unwrap();
    for (path, name) in FILES {
        std::fs::write(folder.join(name), disk.read(Path::new(path)).unwrap().unwrap()).unwrap();
    }
    let key = disk.list(Path::new(KEYS)).unwrap().remove(0);
    std::fs::write(folder.join(&key), disk.read(&Path::new(KEYS).join(&key)).unwrap().unwrap()).unwrap();
}

fn load() -> MemoryDisk {
    let disk = MemoryDisk::new();
    for folder in ["/state", "/state/journal", "/state/user", "/state/user/config", KEYS] {
        disk.create_folder(Path::new(folder)).unwrap();
    }
    for entry in std::fs::read_dir(FOLDER).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let to = FILES.iter().find(|(_, golden)| *golden == name).map_or_else(|| Path::new(KEYS).join(name), |(to, _)| (*to).into());
        disk.replace(&to, &std::fs::read(&path).unwrap()).unwrap();
    }
    disk
}

#[test]
fn format_1_is_read_as_ever() {
    run(async {
        if !Path::new(FOLDER).exists() {
            save(&written().await);
            panic!("the golden files were missing and have been written: look at them and commit them");
        }
        let state = Lab::new(Board::default().connection()).on(Arc::new(load())).state().await.unwrap();
        insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false }, {
            insta::assert_debug_snapshot!("state-format-1", state);
        });
        let password = state.exports["password"].clone();
        assert_eq!(format!("{password:?}"), "[secret]");
        let expected = blogstack_core::Data::encode(&Secret::new("hunter2".to_owned()));
        assert!(password == expected, "the secret is readable with its key");
    });
}
