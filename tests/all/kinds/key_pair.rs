use blogstack_aws::ec2::{KeyPair, KeyPairArgs};
use blogstack_core::{
    Declare, Scope,
    display::{Style, plan_text},
};
use blogstack_sim::{FaultKind, on};
use blogstack_tests::{
    kinds::{self, Kind, create_first, delete_first, same, update},
    run,
    world::World,
};

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl blog";
const SAME: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl somebody@else";
const OTHER: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0000000000000000000000000000000000000000aa blog";

fn with(s: &Scope, more: impl FnOnce(KeyPairArgs) -> KeyPairArgs) {
    s.add("admin", more(KeyPair::new(KEY)));
}

fn named(s: &Scope, key: &str) {
    s.add("admin", KeyPair::new(key).key_name("admin"));
}

pub(super) const KIND: Kind = Kind {
    subject: "admin",
    minimal: |s| with(s, |key| key),
    changes: &[
        update("a tag set", |s| with(s, |key| key.tag("a", "1"))),
        update("a tag changed", |s| with(s, |key| key.tag("a", "2"))),
        update("tags cleared", |s| with(s, |key| key)),
        same("another comment", |s| drop(s.add("admin", KeyPair::new(SAME)))),
        create_first("a name set", |s| named(s, KEY)),
        delete_first("another key under this name", |s| named(s, OTHER)),
        same("the name cleared", |s| drop(s.add("admin", KeyPair::new(OTHER)))),
        create_first("another key", |s| with(s, |key| key)),
    ],
    creates: "ImportKeyPair",
    deletes: "DeleteKeyPair",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("admin", KeyPair::new(KEY).adopt(&ids["admin"]));
    },
};

blogstack_tests::lives!(KIND);

async fn name(world: &World) -> String {
    let state = world.state().await;
    state.records.values().next().unwrap().outputs.get("key_name").unwrap().as_text().unwrap().to_owned()
}

#[test]
fn a_name_is_made_from_the_path_and_stays_out_of_plans() {
    run(async {
        let world = World::new();
        let program = |s: &Scope| with(&s.child("bastion"), |key| key);
        let first = plan_text(&world.stack(program).preview().await.unwrap(), Style::plain());
        world.up(program).await;
        let name = name(&world).await;
        let digits = name.strip_prefix("bastion-admin-").unwrap();
        assert_eq!(digits.len(), 16);
        let next = plan_text(&world.stack(|s| with(&s.child("bastion"), |key| key.tag("a", "1"))).preview().await.unwrap(), Style::plain());
        assert!(!first.contains(digits) && !next.contains(digits), "{first}{next}");
    });
}

#[test]
fn a_name_that_somebody_else_has_is_not_taken() {
    run(async {
        let world = World::new();
        world.up(|s| named(s, KEY)).await;
        let id = world.id("admin").await;
        let report = world.beside().stack(|s| named(s, OTHER)).up().await.unwrap();
        let error = &report.failed[0].error;
        assert!(error.to_string().starts_with("field `key_name`: The keypair already exists: admin (ec2:ImportKeyPair"), "{error}");
        assert_eq!(error.hint(), Some(format!("choose another `key_name`, or take it over with `.adopt(\"{id}\")`")));
        assert_eq!(world.sim.objects().len(), 1);
    });
}

#[test]
fn a_name_that_a_call_of_ours_took_is_ours() {
    run(async {
        let world = World::new();
        world.sim.add_fault(on("ImportKeyPair").after_effect(FaultKind::Throttle));
        world.up(|s| named(s, KEY)).await;
        assert_eq!(world.calls().iter().filter(|call| *call == "ImportKeyPair").count(), 2);
        assert_eq!(world.sim.objects().len(), 1);
        assert!(world.stack(|s| named(s, KEY)).preview().await.unwrap().is_empty());
    });
}

#[test]
fn what_is_no_public_key_is_refused_before_any_call() {
    run(async {
        let world = World::new();
        let error = world.stack(|s| drop(s.add("admin", KeyPair::new("hunter2")))).preview().await.unwrap_err().to_string();
        assert!(error.contains("not an RSA or ED25519 public key") && !error.contains("hunter2"), "{error}");
    });
}

#[test]
fn the_comment_that_aws_tells_is_no_difference() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        kinds::overwrite(&world, &world.id("admin").await, "public_key", SAME.into());
        assert!(world.stack(KIND.minimal).preview().await.unwrap().is_empty());
    });
}
