//! Options on fields that replace by a rule of the kind, or that cannot be read.

use blogstack_aws::ec2::{Instance, InstanceArgs, RootVolume};
use blogstack_core::{Configure, Declare, Scope, step::Action};
use blogstack_tests::{run, world::World};

use super::{SCRIPT, with};

const OTHER: &str = "#!/bin/sh\necho goodbye";

/// What becomes of the instance made by `first` when the program says `then`.
async fn then(
    first: impl Fn(InstanceArgs) -> InstanceArgs + Copy + Send + Sync + 'static,
    then: impl Fn(InstanceArgs) -> InstanceArgs + Copy + Send + Sync + 'static,
) -> Action {
    let world = World::new();
    world.up(move |s: &Scope| drop(with(s, first))).await;
    let plan = world.stack(move |s: &Scope| drop(with(s, then))).preview().await.unwrap();
    plan.steps.iter().find(|step| step.urn.path() == "web").unwrap().action
}

#[test]
fn a_field_that_is_ignored_replaces_by_no_rule_of_its_kind() {
    run(async {
        let script = |web: InstanceArgs| web.user_data(SCRIPT);
        let replace = Action::Replace { delete_first: false };
        assert_eq!(then(script, |web| web.user_data(OTHER)).await, replace);
        assert_eq!(then(script, |web| web.user_data(OTHER).ignore_changes(Instance::user_data)).await, Action::Same);

        let volume = |size: u32| RootVolume::new().volume_size(size).encrypted(true);
        let large = move |web: InstanceArgs| web.root_volume(volume(30));
        let size = || Instance::root_volume.then(RootVolume::volume_size);
        assert_eq!(then(large, move |web| web.root_volume(volume(20))).await, replace);
        assert_eq!(then(large, move |web| web.root_volume(volume(20)).ignore_changes(size())).await, Action::Same);
        let open = move |web: InstanceArgs| web.root_volume(volume(20).encrypted(false)).ignore_changes(size());
        assert_eq!(then(large, open).await, replace, "only what is ignored is left alone");
    });
}

#[test]
fn what_is_ignored_is_recorded_as_it_is() {
    run(async {
        let world = World::new();
        world.up(|s: &Scope| drop(with(s, |web| web.user_data(SCRIPT)))).await;
        world.up(|s: &Scope| drop(with(s, |web| web.user_data(OTHER).ignore_changes(Instance::user_data).tag("a", "1")))).await;
        let state = world.state().await;
        let web = state.records.values().find(|record| record.urn.path() == "web").unwrap();
        assert_eq!(web.outputs.get("user_data").and_then(|text| text.as_text()), Some(SCRIPT));
    });
}

#[test]
fn what_cannot_be_read_is_no_reason_not_to_adopt() {
    run(async {
        let world = World::new();
        world.up(|s: &Scope| drop(with(s, |web| web.user_data(SCRIPT).retain()))).await;
        let id = world.id("web").await;
        world.up(|s: &Scope| drop(super::place(s))).await;
        let adopting = |address: bool| {
            let id = id.clone();
            move |s: &Scope| {
                let web = |web: InstanceArgs| {
                    let web = web.associate_public_ip_address(address).user_data_replace_on_change(false);
                    web.replace_on(Instance::user_data_replace_on_change).adopt(id.clone())
                };
                drop(with(s, web));
            }
        };
        let plan = world.stack(adopting(false)).preview().await.unwrap();
        let web = plan.steps.iter().find(|step| step.urn.path() == "web").unwrap();
        let fields: Vec<(&str, bool)> = web.changes.iter().map(|change| (change.field, change.replaces)).collect();
        assert_eq!((web.action, fields), (Action::Adopt, vec![("user_data_replace_on_change", false)]));
        world.up(adopting(false)).await;
        assert_eq!(world.id("web").await, id);
        assert!(world.stack(adopting(false)).preview().await.unwrap().is_empty());
        // From here on it is known what was applied.
        let plan = world.stack(adopting(true)).preview().await.unwrap();
        assert_eq!(plan.summary()["replace"], 1);
    });
}
