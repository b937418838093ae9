//! Names, aliases, protection, retention, adoption.

use blogstack_aws::ec2::{Subnet, Vpc};
use blogstack_core::{Configure, Declare, Scope, deployment::DeploymentError, step::Action};
use blogstack_tests::{run, world::World};
use expect_test::{Expect, expect};

fn refused(error: &DeploymentError, expected: &Expect) {
    assert!(matches!(error, DeploymentError::Refused(_)), "{error:?}");
    expected.assert_eq(&error.to_string());
}

#[test]
fn an_alias_frees_a_name_and_a_new_resource_takes_it() {
    run(async {
        let world = World::new();
        world
            .up(|s| {
                s.add("net", Vpc::new("10.0.0.0/16"));
            })
            .await;
        let after = |s: &Scope| {
            s.add("old", Vpc::new("10.0.0.0/16").alias("net"));
            s.add("net", Vpc::new("10.1.0.0/16"));
        };
        let plan = world.stack(after).preview().await.unwrap();
        let actions: Vec<_> = plan.steps.iter().map(|step| (step.urn.path(), step.action)).collect();
        assert_eq!(actions, [("old", Action::Same), ("net", Action::Create)]);
        world.calls();
        world.up(after).await;
        assert!(!world.calls().iter().any(|call| call.starts_with("Delete") || call.starts_with("Modify") || call == "CreateTags"));
        // The alias may stay in the program: the name `net` belongs to the new one now.
        assert!(world.stack(after).preview().await.unwrap().is_empty());
        assert_eq!(world.state().await.records.len(), 2);
    });
}

#[test]
fn a_renamed_component_keeps_its_objects() {
    run(async {
        let world = World::new();
        let component = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("a", Subnet::new(&vpc, "10.0.0.0/24"));
        };
        world.up(move |s| component(&s.child("network"))).await;
        let after = move |s: &Scope| component(&s.child("net").alias("network"));
        assert!(world.stack(after).preview().await.unwrap().is_empty());
        world.up(after).await;
        let state = world.state().await;
        let mut paths: Vec<_> = state.records.values().map(|record| record.urn.path().to_owned()).collect();
        paths.sort();
        assert_eq!(paths, ["net/a", "net/vpc"]);
    });
}

#[test]
fn protection_refuses_replacing_and_deleting_until_it_is_lifted() {
    run(async {
        let world = World::new();
        let declared = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("a", Subnet::new(&vpc, "10.0.0.0/24").protect());
            s.add("b", Subnet::new(&vpc, "10.0.1.0/24"));
        };
        world.up(declared).await;
        let replacing = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("a", Subnet::new(&vpc, "10.0.9.0/24"));
        };
        let error = world.stack(replacing).preview().await.unwrap_err();
        refused(
            &error,
            &expect![[r#"
            `a`: it is protected, but this change would replace it: field `cidr_block`
              hint: undo the change, or lift the protection first: `state unprotect 'a#aws:ec2/subnet'`"#]],
        );
        let removing = |s: &Scope| {
            s.add("vpc", Vpc::new("10.0.0.0/16"));
        };
        let error = world.stack(removing).up().await.unwrap_err();
        refused(
            &error,
            &expect![[r#"
            `a`: it is protected, but the program does not declare it any more
              hint: declare it again, or lift the protection: `state unprotect 'a#aws:ec2/subnet'`"#]],
        );
        // Destroying keeps it and what it is built on, and says so.
        world.destroy().await;
        let state = world.state().await;
        let mut left: Vec<_> = state.records.values().map(|record| record.urn.path().to_owned()).collect();
        left.sort();
        assert_eq!(left, ["a", "vpc"]);
        let stack = world.stack(|_| ());
        let session = stack.open().await.unwrap();
        session.unprotect("a").await.unwrap();
        session.close().await.unwrap();
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
    });
}

#[test]
fn a_retained_object_is_forgotten_and_loses_our_tags() {
    run(async {
        let world = World::new();
        world
            .up(|s| {
                s.add("vpc", Vpc::new("10.0.0.0/16").tag("Name", "kept").retain());
            })
            .await;
        world.destroy().await;
        assert!(world.state().await.records.is_empty());
        let left: Vec<_> = world.sim.objects().into_iter().filter(|(key, _)| key.contains("/vpc/")).collect();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].1["tags"].to_string(), r#"{"Name":"kept"}"#);
    });
}

#[test]
fn an_existing_object_is_adopted_as_it_is() {
    run(async {
        let world = World::new();
        world
            .up(|s| {
                s.add("vpc", Vpc::new("10.0.0.0/16").enable_dns_hostnames(true).tag("Name", "theirs").retain());
            })
            .await;
        let id = world.state().await.records.values().next().unwrap().id.clone();
        world.destroy().await;
        let adopting = {
            let id = id.clone();
            move |s: &Scope| {
                s.add("network", Vpc::new("10.0.0.0/16").adopt(id.as_str()));
            }
        };
        let plan = world.stack(adopting.clone()).preview().await.unwrap();
        assert_eq!(plan.steps[0].action, Action::Adopt);
        assert!(plan.steps[0].changes.is_empty(), "what is not declared is not managed");
        world.calls();
        world.up(adopting.clone()).await;
        assert_eq!(world.calls().into_iter().filter(|call| !call.starts_with("Describe")).collect::<Vec<_>>(), ["CreateTags"]);
        assert!(world.stack(adopting).preview().await.unwrap().is_empty());
        assert_eq!(world.state().await.records.values().next().unwrap().id, id);

        let elsewhere = World::new();
        let error = elsewhere.stack(|s| drop(s.add("network", Vpc::new("10.0.0.0/16").adopt("vpc-0")))).preview().await.unwrap_err();
        expect![[r#"
            `network`: there is no ec2/vpc with the id `vpc-0` to adopt
              hint: check the id and the region, or declare it without `.adopt(..)` to make a new one"#]]
        .assert_eq(&error.to_string());
    });
}

#[test]
fn two_resources_of_one_name_are_refused_with_both_lines() {
    run(async {
        let program = |s: &Scope| {
            s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("vpc", Vpc::new("10.1.0.0/16"));
            s.add("a/b", Vpc::new("10.0.0.0/16"));
        };
        let Err(DeploymentError::Invalid(problems)) = World::new().stack(program).preview().await else { panic!("it is refused") };
        expect![[r#"
            `vpc`: two resources of kind ec2/vpc have this name
            `a/b`: the name `a/b` holds '/'; use letters, digits, `-`, `_` and `.`"#]]
        .assert_eq(&problems.to_string());
        let lines = (problems.0[0].line.unwrap().line(), problems.0[0].related.unwrap().0.line());
        assert_eq!(lines.0, lines.1 + 1);
    });
}

#[test]
fn a_reference_into_another_region_is_refused() {
    run(async {
        let program = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.in_region("us-east-1").add("a", Subnet::new(&vpc, "10.0.0.0/24"));
        };
        let error = World::new().stack(program).preview().await.unwrap_err();
        expect!["`a`: it is in us-east-1, but its field `vpc` refers to `vpc` in eu-west-1"].assert_eq(&error.to_string());
    });
}

#[test]
fn what_a_retained_object_is_built_on_is_given_up_with_it() {
    run(async {
        let world = World::new();
        world
            .up(|s| {
                let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
                s.add("a", Subnet::new(&vpc, "10.0.0.0/24").retain());
                s.add("b", Subnet::new(&vpc, "10.0.1.0/24"));
            })
            .await;
        let report = world.stack(|_| ()).destroy().await.unwrap();
        assert!(report.is_complete(), "{report:?}");
        let mut actions: Vec<_> = report.done.iter().map(|done| (done.urn.path(), done.action)).collect();
        actions.sort();
        assert_eq!(actions, [("a", Action::Forget), ("b", Action::Delete), ("vpc", Action::Forget)]);
        assert!(world.state().await.records.is_empty());
    });
}
