use blogstack_aws::iam::{Principal, Role, RolePolicy, Statement, grant};
use blogstack_core::{Declare, Id, Scope, interpolate};
use blogstack_tests::{
    kinds::{self, Kind, create_first, update},
    run,
    world::World,
};

fn saying(s: &Scope, name: &str, action: &str) {
    let role = s.add("role", Role::new(Principal::service("ec2.amazonaws.com")));
    s.add("own", RolePolicy::new(&role, name, Statement::allow([action]).resources(["*"])));
}

fn of_another_role(s: &Scope) {
    s.add("role", Role::new(Principal::service("ec2.amazonaws.com")));
    let other = s.add("other", Role::new(Principal::service("ec2.amazonaws.com")));
    s.add("own", RolePolicy::new(&other, "renamed", Statement::allow(["s3:GetObject"]).resources(["*"])));
}

pub(super) const KIND: Kind = Kind {
    subject: "own",
    minimal: |s| saying(s, "own", "s3:GetObject"),
    changes: &[
        update("the document", |s| saying(s, "own", "s3:PutObject")),
        create_first("the name", |s| saying(s, "renamed", "s3:GetObject")),
        create_first("the role", of_another_role),
    ],
    creates: "PutRolePolicy",
    deletes: "DeleteRolePolicy",
    vanish: kinds::delete,
    adopting: |s, ids| {
        let own = Statement::allow(["s3:GetObject"]).resources(["*"]);
        s.add("own", RolePolicy::new(Id::<Role>::new(&*ids["role"]), "own", own).adopt(&ids["own"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn a_policy_of_the_same_name_that_somebody_else_made_is_not_overwritten() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let role = world.id("role").await;
        let program = move |s: &Scope| {
            let other = Statement::deny(["*"]).resources(["*"]);
            s.add("own", RolePolicy::new(Id::<Role>::new(role.as_str()), "own", other));
        };
        let report = world.beside().stack(program).up().await.unwrap();
        let text = format!("{report:?}");
        assert!(text.contains("has a policy `own` already"), "{text}");
        assert!(world.stack(KIND.minimal).preview().await.unwrap().is_empty());
    });
}

#[test]
fn a_grant_is_an_inline_policy_that_is_called_after_its_place() {
    run(async {
        let world = World::new();
        let program = |s: &Scope| {
            let role = s.add("role", Role::new(Principal::service("ec2.amazonaws.com")));
            let blog = s.child("blog");
            let own = interpolate!("{}/*", &role.arn);
            grant(&blog, "watch", &role, Statement::allow(["sts:TagSession"]).resources([&own]));
        };
        world.up(program).await;
        let role = world.id("role").await;
        assert_eq!(world.id("blog/watch").await, format!("{role}:blog-watch"));
        assert!(world.stack(program).preview().await.unwrap().is_empty());
        world.destroy().await;
    });
}
