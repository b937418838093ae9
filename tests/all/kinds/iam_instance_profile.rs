use std::time::Duration;

use blogstack_aws::{
    ec2::{Instance, Subnet, Vpc},
    iam::{InstanceProfile, InstanceProfileArgs, Principal, Role},
};
use blogstack_core::{Declare, Id, Scope};
use blogstack_sim::{Consistency, Sim};
use blogstack_tests::{
    kinds::{self, Kind, create_first, delete_first, update},
    run,
    world::World,
};

fn with(s: &Scope, more: impl FnOnce(InstanceProfileArgs) -> InstanceProfileArgs) {
    let role = s.add("role", Role::new(Principal::service("ec2.amazonaws.com")));
    s.add("web", more(InstanceProfile::new().role(&role)));
}

fn with_another_role(s: &Scope) {
    s.add("role", Role::new(Principal::service("ec2.amazonaws.com")));
    let other = s.add("other", Role::new(Principal::service("ec2.amazonaws.com")));
    s.add("web", InstanceProfile::new().role(&other));
}

fn without_a_role(s: &Scope) {
    s.add("role", Role::new(Principal::service("ec2.amazonaws.com")));
    s.add("web", InstanceProfile::new());
}

pub(super) const KIND: Kind = Kind {
    subject: "web",
    minimal: |s| with(s, |profile| profile),
    changes: &[
        update("another role", with_another_role),
        update("no role", without_a_role),
        update("a role again", |s| with(s, |profile| profile)),
        update("a tag set", |s| with(s, |profile| profile.tag("a", "1"))),
        update("a tag changed", |s| with(s, |profile| profile.tag("a", "2"))),
        update("tags cleared", |s| with(s, |profile| profile)),
        create_first("a path", |s| with(s, |profile| profile.path("/app/").tag("a", "1"))),
        create_first("a name", |s| with(s, |profile| profile.path("/app/").instance_profile_name("own"))),
        delete_first("another path", |s| with(s, |profile| profile.path("/web/").instance_profile_name("own"))),
    ],
    creates: "CreateInstanceProfile",
    deletes: "DeleteInstanceProfile",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("web", InstanceProfile::new().role(Id::<Role>::new(&*ids["role"])).adopt(&ids["web"]));
    },
};

blogstack_tests::lives!(KIND);

fn instance(s: &Scope, role: &str, path: &str) {
    let role = s.add("role", Role::new(Principal::service("ec2.amazonaws.com")).role_name(role).path(path));
    let profile = s.add("web", InstanceProfile::new().role(&role));
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
    let image = s.look_up(blogstack_aws::ec2::Image::by_parameter("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"));
    s.add("web", Instance::new(&image, "t3.nano", &subnet).iam_instance_profile(&profile));
}

#[test]
fn an_instance_gets_a_profile_that_is_made_in_the_same_run() {
    run(async {
        let world = World::with(Sim::builder().consistency(Consistency::window(Duration::from_secs(20))));
        let program = |s: &Scope| instance(s, "web", "/");
        world.up(program).await;
        assert!(world.stack(program).preview().await.unwrap().is_empty());
        let state = world.state().await;
        let instance = state.records.values().find(|record| record.urn.kind() == "aws:ec2/instance").unwrap();
        let profile = state.records.values().find(|record| record.urn.kind() == "aws:iam/instance-profile").unwrap();
        assert_eq!(instance.outputs.get("iam_instance_profile").and_then(|name| name.as_text()), Some(&*profile.id));
        world.destroy().await;
    });
}

#[test]
fn a_role_that_makes_room_for_another_leaves_its_profile_first() {
    run(async {
        let world = World::new();
        world.up(|s| instance(s, "web", "/")).await;
        // The name is taken until the old role is gone, and the profile holds that.
        let program = |s: &Scope| instance(s, "web", "/app/");
        world.up(program).await;
        assert!(world.stack(program).preview().await.unwrap().is_empty());
        world.up(|s| instance(s, "other", "/app/")).await;
        world.destroy().await;
    });
}
