//! The programs of this workspace: what a reader is shown of them, and that they run.

use std::path::Path;

use blogstack_core::{
    Scope,
    display::{Style, plan_text},
};
use blogstack_tests::{run, world::World};
use programs::{blog, network};
use serde::de::DeserializeOwned;

pub(crate) fn settings<S: DeserializeOwned>(stack: &str) -> S {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../programs/stacks");
    let text = std::fs::read_to_string(folder.join(format!("{stack}.toml"))).unwrap();
    toml::from_str(&text).unwrap()
}

/// A text that people read, under `snapshots/`.
pub(crate) fn document(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, text);
    });
}

/// Its first plan is a document; it goes up, stays as it is, and leaves nothing behind.
#[test]
fn network_runs() {
    run(async {
        let settings: network::Settings = settings("network");
        let declare = move |s: &Scope| network::program(s, &settings);
        let world = World::new();
        let plan = world.stack(declare.clone()).preview().await.unwrap();
        document("plan-network", &plan_text(&plan, Style::plain()));
        world.up(declare.clone()).await;
        assert!(world.stack(declare).preview().await.unwrap().is_empty());
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
    });
}

#[test]
fn one_more_zone_changes_no_existing_subnet() {
    run(async {
        let with = |zones| {
            let settings = network::Settings { zones, ..settings("network") };
            move |s: &Scope| network::program(s, &settings)
        };
        let world = World::new();
        world.up(with(2)).await;
        let plan = world.stack(with(3)).preview().await.unwrap();
        let summary = plan.summary();
        assert_eq!((summary["create"], summary.get("replace"), summary.get("delete"), summary.get("update")), (4, None, None, None));
        world.up(with(3)).await;
    });
}

#[test]
fn a_network_that_is_too_small_says_so_for_each_subnet() {
    run(async {
        let settings = network::Settings { subnet_prefix: 17, ..settings("network") };
        let error = World::new().stack(move |s| network::program(s, &settings)).preview().await.unwrap_err().to_string();
        assert!(error.contains("`public-1`: 10.0.0.0/16 has no room for range number 3 of /17"), "{error}");
        assert!(error.contains("hint: choose a wider `cidr_block`"), "{error}");
    });
}

/// Every command's `--help`, one below the other.
#[test]
fn help_teaches() {
    let state = ["list", "show", "rm", "forget", "unprotect", "accept", "new-key"].map(|command| vec!["state", command]);
    let others = ["up", "preview", "refresh", "destroy", "outputs", "graph", "state"].map(|command| vec![command]);
    let commands = [vec![]].into_iter().chain(others).chain(state);
    let page = |command: Vec<&str>| {
        let words = [&["prod"], &command[..], &["--help"]].concat().join(" ");
        format!("$ {words}\n\n{}\n", blog::app("prod").help(&command).unwrap())
    };
    document("help", &commands.map(page).collect::<Vec<_>>().join("\n"));
}
