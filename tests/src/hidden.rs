//! Whether a secret shows anywhere: in plans, state, reports, errors, debug output, and the simulation's log.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use blogstack_core::{
    Scope,
    disk::{Disk as _, MemoryDisk},
    display::{Style, plan_json, plan_text},
    testing::Lab,
};
use blogstack_sim::{FaultKind, Sim, on};

use crate::world::{World, connection};

/// Declares something secret.
pub type Program = fn(&Scope);

/// A first program is set up, changed into a second, and refused on its way back. None of the words shows anywhere but in the
/// cloud, where the last one arrived.
///
/// # Panics
/// When one shows, or when nothing was kept or shown at all.
pub async fn assert_hidden(programs: [Program; 2], refused: &str, words: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("calls.jsonl");
    let disk = MemoryDisk::new();
    let sim = Sim::builder().seed(7).log(&log).build().expect("a simulation");
    let lab = Lab::new(connection(&sim)).on(Arc::new(disk.clone()));
    let world = World { sim, lab };
    let mut shown = Vec::new();
    for program in programs {
        let plan = world.stack(program).preview().await.unwrap_or_else(|error| panic!("{error}"));
        shown.extend([plan_text(&plan, Style::plain()), plan_json(&plan).to_string(), format!("{plan:?}")]);
        let report = world.stack(program).up().await.unwrap_or_else(|error| panic!("{error}"));
        assert!(report.is_complete(), "{report:?}");
        shown.push(format!("{report:?}{:?}", world.state().await));
    }
    let there = format!("{:?}", world.sim.objects());
    assert!(words.last().is_some_and(|word| there.contains(word)), "nothing secret arrived: {there}");
    let refusal = FaultKind::Error { code: "ValidationException".into(), message: "it is refused".into(), status: 400 };
    world.sim.add_fault(on(refused).before_effect(refusal));
    let report = world.stack(programs[0]).up().await.unwrap_or_else(|error| panic!("{error}"));
    assert!(!report.failed.is_empty(), "{refused} was not called: {report:?}");
    shown.push(format!("{report:?}{}", report.failed[0].error));
    shown.push(kept(&disk));
    shown.push(std::fs::read_to_string(&log).expect("a log"));
    for text in shown {
        assert!(text.len() > 80, "{text}");
        let found = words.iter().find(|word| text.contains(*word));
        assert_eq!(found, None, "in {text}");
    }
}

/// Everything that is on a disk.
pub fn kept(disk: &MemoryDisk) -> String {
    let folders = ["/state/journal", "/state/user/config/keys", "/state/user/data/anchors"];
    let files = |folder: &&str| {
        let names = disk.list(Path::new(*folder)).unwrap_or_default();
        names.into_iter().map(|name| Path::new(folder).join(name)).collect::<Vec<PathBuf>>()
    };
    let bytes: Vec<u8> = folders.iter().flat_map(files).filter_map(|path| disk.read(&path).ok().flatten()).flatten().collect();
    String::from_utf8_lossy(&bytes).into_owned()
}
