use blogstack_aws::iam::{Policy, PolicyArgs, Principal, Role, RolePolicyAttachment, Statement};
use blogstack_core::{Declare, Scope};
use blogstack_sim::{FaultKind, on};
use blogstack_tests::{
    kinds::{self, Kind, create_first, delete_first, same, update},
    run,
    world::World,
};

fn saying(s: &Scope, action: &str, more: impl FnOnce(PolicyArgs) -> PolicyArgs) {
    s.add("own", more(Policy::new(Statement::allow([action]).resources(["*"]))));
}

fn with(s: &Scope, more: impl FnOnce(PolicyArgs) -> PolicyArgs) {
    saying(s, "s3:GetObject", more);
}

pub(super) const KIND: Kind = Kind {
    subject: "own",
    minimal: |s| with(s, |policy| policy),
    changes: &[
        update("the document", |s| saying(s, "s3:PutObject", |policy| policy)),
        update("the document again", |s| saying(s, "s3:List*", |policy| policy)),
        update("the first document again", |s| with(s, |policy| policy)),
        update("a tag set", |s| with(s, |policy| policy.tag("a", "1"))),
        update("a tag changed", |s| with(s, |policy| policy.tag("a", "2"))),
        update("tags cleared", |s| with(s, |policy| policy)),
        create_first("a description", |s| with(s, |policy| policy.description("reads"))),
        same("the description left out", |s| with(s, |policy| policy)),
        create_first("a path", |s| with(s, |policy| policy.path("/app/").tag("a", "1"))),
        create_first("a name", |s| with(s, |policy| policy.path("/app/").policy_name("own"))),
        delete_first("another path", |s| with(s, |policy| policy.path("/web/").policy_name("own"))),
    ],
    creates: "CreatePolicy",
    deletes: "DeletePolicy",
    vanish: kinds::delete,
    adopting: |s, ids| {
        with(s, |policy| policy.adopt(&ids["own"]));
    },
};

blogstack_tests::lives!(KIND);

/// The numbers of the versions, and of the one in force.
async fn versions(world: &World) -> (Vec<u64>, u64) {
    let id = world.id("own").await;
    let objects = world.sim.objects();
    let (_, policy) = objects.iter().find(|(key, _)| key.ends_with(&format!("managed-policy/{id}"))).expect("it is there");
    let number = |version: &serde_json::Value| version.as_u64().expect("a number");
    let all = policy["versions"].as_array().expect("a list").iter().map(|version| number(&version["number"])).collect();
    (all, number(&policy["default_version"]))
}

#[test]
fn the_oldest_version_that_is_not_in_force_goes() {
    run(async {
        let world = World::new();
        for letter in ["a", "b", "c", "d", "e", "f", "g"] {
            world.up(move |s| saying(s, &format!("{letter}:Get"), |policy| policy)).await;
        }
        assert_eq!(versions(&world).await, (vec![3, 4, 5, 6, 7], 7));
        // What an old version says is put in force again.
        world.up(|s| saying(s, "c:Get", |policy| policy)).await;
        assert_eq!(versions(&world).await, (vec![3, 4, 5, 6, 7], 3));
        world.up(|s| saying(s, "h:Get", |policy| policy)).await;
        assert_eq!(versions(&world).await, (vec![3, 5, 6, 7, 8], 8));
        world.destroy().await;
    });
}

#[test]
fn a_version_whose_answer_was_lost_is_found_again() {
    run(async {
        for kind in [FaultKind::Reset, FaultKind::ServerError] {
            let world = World::new();
            world.up(KIND.minimal).await;
            world.sim.add_fault(on("CreatePolicyVersion").after_effect(kind));
            let program = |s: &Scope| saying(s, "s3:PutObject", |policy| policy);
            let report = world.stack(program).up().await.unwrap();
            if !report.is_complete() {
                world.up(program).await;
            }
            assert_eq!(versions(&world).await, (vec![1, 2], 2));
            assert!(world.stack(program).preview().await.unwrap().is_empty());
        }
    });
}

#[test]
fn a_policy_that_somebody_else_attached_stays_and_who_has_it_is_named() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let policy = world.id("own").await;
        let foreign = world.beside();
        let program = move |s: &Scope| {
            let role = s.add("role", Role::new(Principal::service("ec2.amazonaws.com")).role_name("foreign"));
            s.add("role", RolePolicyAttachment::new(&role, blogstack_core::Id::<Policy>::new(policy.as_str())));
        };
        foreign.up(program).await;
        let report = world.stack(|_| ()).destroy().await.unwrap();
        let text = format!("{report:?}");
        assert!(text.contains("the role `foreign` has the policy `") && text.contains("which this stack did not give it"), "{text}");
        foreign.destroy().await;
        world.destroy().await;
    });
}
