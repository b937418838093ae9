use blogstack_aws::iam::{Condition, Policy, PolicyDocument, Principal, Role, RoleArgs, Statement};
use blogstack_core::{Declare, Scope};
use blogstack_sim::Sim;
use blogstack_tests::{
    kinds::{self, Kind, create_first, delete_first, update},
    run,
    world::World,
};
use serde_json::json;

fn with(s: &Scope, more: impl FnOnce(RoleArgs) -> RoleArgs) {
    s.add("web", more(Role::new(Principal::service("ec2.amazonaws.com"))));
}

fn named(s: &Scope, more: impl FnOnce(RoleArgs) -> RoleArgs) {
    with(s, |role| more(role.role_name("web")));
}

pub(super) const KIND: Kind = Kind {
    subject: "web",
    minimal: |s| with(s, |role| role),
    changes: &[
        update("the trust policy", |s| {
            s.add("web", Role::new(Principal::account("123456789012")));
        }),
        update("a trust policy with conditions", |s| {
            let allow = Statement::allow(["sts:AssumeRole"]).principals([Principal::arn("123456789012")]);
            let deny = Statement::deny(["sts:AssumeRole"]).principals([Principal::Anyone]);
            let deny = deny.conditions([Condition::new("NotIpAddress", "aws:SourceIp", ["10.0.0.0/8"])]);
            s.add("web", Role::new(PolicyDocument::new([allow, deny])));
        }),
        update("the trust policy back", |s| with(s, |role| role)),
        update("a description", |s| with(s, |role| role.description("web servers"))),
        update("another description", |s| with(s, |role| role.description("servers"))),
        update("a session duration beside it", |s| with(s, |role| role.description("servers").max_session_duration(7200_u32))),
        update("the description cleared", |s| with(s, |role| role.max_session_duration(7200_u32))),
        update("the session duration cleared", |s| with(s, |role| role)),
        update("a boundary", |s| with(s, |role| role.permissions_boundary(Policy::of_aws("ReadOnlyAccess")))),
        update("another boundary", |s| with(s, |role| role.permissions_boundary(Policy::of_aws("AdministratorAccess")))),
        update("the boundary cleared", |s| with(s, |role| role)),
        update("a tag set", |s| with(s, |role| role.tag("a", "1"))),
        update("a tag changed", |s| with(s, |role| role.tag("a", "2"))),
        update("tags cleared", |s| with(s, |role| role)),
        create_first("a path", |s| with(s, |role| role.path("/app/"))),
        create_first("a name", |s| named(s, |role| role.path("/app/"))),
        delete_first("another path", |s| named(s, |role| role.path("/web/"))),
        create_first("everything at once", |s| {
            with(s, |role| {
                let role = role.role_name("other").description("all").max_session_duration(3600_u32).tag("a", "1");
                role.permissions_boundary(Policy::of_aws("ReadOnlyAccess"))
            });
        }),
    ],
    creates: "CreateRole",
    deletes: "DeleteRole",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("web", Role::new(Principal::service("ec2.amazonaws.com")).adopt(&ids["web"]));
    },
};

blogstack_tests::lives!(KIND);

fn document(statements: &serde_json::Value) -> String {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

#[test]
fn a_trust_policy_that_means_the_same_is_no_difference() {
    run(async {
        let world = World::new();
        let program = |s: &Scope| {
            let one = Statement::allow(["sts:AssumeRole"]).principals([Principal::arn("123456789012")]);
            let two = Statement::allow(["sts:TagSession", "sts:AssumeRole"]).principals([Principal::service("ec2.amazonaws.com")]);
            s.add("web", Role::new([one, two]));
        };
        world.up(program).await;
        let same = document(&json!([
            { "Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"], "Principal": { "Service": ["ec2.amazonaws.com"] } },
            { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "AWS": "arn:aws:iam::123456789012:root" } },
        ]));
        kinds::overwrite(&world, &world.id("web").await, "trust", same.into());
        let plan = world.stack(program).preview().await.unwrap();
        assert!(plan.is_empty(), "{:#?}", plan.steps);
        let other = document(&json!({ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*" }));
        kinds::overwrite(&world, &world.id("web").await, "trust", other.into());
        assert!(!world.stack(program).preview().await.unwrap().is_empty());
    });
}

#[test]
fn a_role_trusts_another_that_is_made_in_the_same_run() {
    run(async {
        let world = World::with(Sim::builder().consistency(blogstack_sim::Consistency::window(std::time::Duration::from_secs(20))));
        let program = |s: &Scope| {
            let one = s.add("one", Role::new(Principal::service("ec2.amazonaws.com")));
            s.add("two", Role::new(Principal::role(&one)));
        };
        world.up(program).await;
        assert!(world.stack(program).preview().await.unwrap().is_empty());
        world.destroy().await;
    });
}

#[test]
fn a_name_that_somebody_else_has_is_refused() {
    run(async {
        let world = World::new();
        world.up(|s| named(s, |role| role)).await;
        let error = world.beside().stack(|s| named(s, |role| role)).up().await.unwrap();
        let text = format!("{error:?}");
        assert!(text.contains("the name `web` is taken by an object of the stack"), "{text}");
    });
}

#[test]
fn what_somebody_else_put_into_a_role_blocks_its_end_and_is_named() {
    run(async {
        let world = World::new();
        world.up(|s| named(s, |role| role)).await;
        let call = |form: String| {
            let who = "AWS4-HMAC-SHA256 Credential=123456789012/20260101/us-east-1/iam/aws4_request";
            let request = ureq::http::Request::post("/").header("authorization", who).body(form.into_bytes()).unwrap();
            let sim = world.sim.clone();
            async move { assert_eq!(sim.answer(request).await.unwrap().status(), 200) }
        };
        call("Action=AttachRolePolicy&RoleName=web&PolicyArn=arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned()).await;
        call("Action=CreateInstanceProfile&InstanceProfileName=foreign".to_owned()).await;
        call("Action=AddRoleToInstanceProfile&InstanceProfileName=foreign&RoleName=web".to_owned()).await;
        let report = world.stack(|_| ()).destroy().await.unwrap();
        let text = format!("{report:?}");
        let has =
            "the role `web` has the attached policy `arn:aws:iam::aws:policy/ReadOnlyAccess`, a place in the instance profile `foreign`";
        assert!(text.contains(has), "{text}");
        call("Action=DetachRolePolicy&RoleName=web&PolicyArn=arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned()).await;
        call("Action=RemoveRoleFromInstanceProfile&InstanceProfileName=foreign&RoleName=web".to_owned()).await;
        world.destroy().await;
    });
}

#[test]
fn reads_do_not_grow_with_the_number_of_roles() {
    run(async {
        let calls = async |count: usize| {
            let world = World::new();
            let program = move |s: &Scope| {
                for k in 0..count {
                    s.add(format!("role-{k}"), Role::new(Principal::service("ec2.amazonaws.com")).description("x").tag("a", "1"));
                }
            };
            world.up(program).await;
            world.calls();
            assert!(world.stack(program).preview().await.unwrap().is_empty());
            world.calls()
        };
        assert_eq!(calls(3).await, calls(30).await);
        assert_eq!(calls(1).await.iter().filter(|call| *call == "GetRole").count(), 1);
    });
}

#[test]
fn what_aws_would_refuse_is_refused_before_anything_is_made() {
    run(async {
        let world = World::new();
        for (program, message) in [
            (
                (|s| drop(s.add("web", Role::new(Statement::allow(["sts:AssumeRole"]))))) as fn(&Scope),
                "a statement of a trust policy needs `principals`",
            ),
            (|s| drop(s.add("web", Role::new("{}"))), "it has no `Statement`"),
            (|s| with(s, |role| role.max_session_duration(60_u32)), "60 is not between 3600 and 43200"),
            (|s| with(s, |role| role.path("app")), "`app` does not begin and end with `/`"),
        ] {
            let error = world.stack(program).preview().await.unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
        assert!(world.sim.calls().iter().all(|call| !call.mutating));
    });
}
