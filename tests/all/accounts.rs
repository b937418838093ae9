//! Several accounts and regions in one stack: what lives elsewhere is recorded with the way there, and deleted through it.

use blogstack_aws::{
    assume_role,
    ec2::{ConnectivityType, NatGateway, Subnet, Vpc},
};
use blogstack_core::{Home, Scope, deployment::DeploymentError};
use blogstack_tests::{
    run,
    world::{ACCOUNT, REGION, World},
};
use expect_test::expect;

const OTHER: &str = "210987654321";
const DEPLOY: &str = "arn:aws:iam::210987654321:role/deploy";
const ADMIN: &str = "arn:aws:iam::210987654321:role/admin";

fn everywhere(s: &Scope) {
    s.add("here", Vpc::new("10.0.0.0/16"));
    s.in_region("us-east-1").add("far", Vpc::new("10.1.0.0/16"));
    let backup = assume_role(&s.child("backup"), DEPLOY);
    let vpc = backup.add("vpc", Vpc::new("10.2.0.0/16"));
    backup.add("subnet", Subnet::new(&vpc, "10.2.0.0/24"));
}

/// The places in which there is something, each with how many objects.
fn places(world: &World) -> Vec<String> {
    let objects = world.sim.objects();
    let of_ours = objects.iter().filter(|(_, object)| object["tags"]["blogstack:uid"].is_string());
    let mut places: Vec<String> = of_ours.map(|(key, _)| key.rsplit_once('/').map_or("", |(place, _)| place).to_owned()).collect();
    places.sort();
    places
}

fn refused(outcome: Result<impl Sized, DeploymentError>) -> String {
    match outcome {
        Err(DeploymentError::Invalid(problems) | DeploymentError::Refused(problems)) => problems.to_string(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it is not refused"),
    }
}

#[test]
fn objects_live_where_they_are_declared_and_are_deleted_there() {
    run(async {
        let world = World::new();
        world.up(everywhere).await;
        let elsewhere = |kind: &str| format!("{OTHER}/{REGION}/{kind}");
        assert_eq!(places(&world), [elsewhere("subnet"), elsewhere("vpc"), format!("{REGION}/vpc"), "us-east-1/vpc".to_owned()]);
        let state = world.state().await;
        let home = |path: &str| state.records.values().find(|record| record.urn.path() == path).unwrap().home.clone();
        assert_eq!(home("here"), Home::new(ACCOUNT, Some(REGION)));
        assert_eq!(home("far"), Home::new(ACCOUNT, Some("us-east-1")));
        assert_eq!(home("backup/vpc"), Home { role: Some(DEPLOY.into()), ..Home::new(OTHER, Some(REGION)) });
        assert!(world.stack(everywhere).preview().await.unwrap().is_empty());
        // The program that leaves does not know the role any more: the record does.
        world.destroy().await;
        assert_eq!(places(&world), [""; 0]);
    });
}

#[test]
fn a_role_is_assumed_once() {
    run(async {
        let world = World::new();
        world.up(everywhere).await;
        let assumed =
            world.sim.calls().into_iter().filter(|call| call.operation == "AssumeRole").map(|call| call.request["RoleArn"].clone());
        assert_eq!(assumed.collect::<Vec<_>>(), [DEPLOY]);
    });
}

#[test]
fn another_role_of_the_same_account_leaves_objects_alone_and_is_used_from_then_on() {
    run(async {
        let world = World::new();
        world.up(everywhere).await;
        let through_admin = |s: &Scope| {
            let backup = assume_role(&s.child("backup"), ADMIN);
            backup.add("vpc", Vpc::new("10.2.0.0/16"));
        };
        let before = places(&world);
        world.up(through_admin).await;
        assert_eq!(places(&world), before.into_iter().filter(|place| place == &format!("{OTHER}/{REGION}/vpc")).collect::<Vec<_>>());
        let state = world.state().await;
        assert_eq!(state.records.values().map(|record| record.home.role.clone()).collect::<Vec<_>>(), [Some(ADMIN.to_owned())]);
    });
}

#[test]
fn a_place_is_freed_through_one_role_before_it_is_taken_through_another() {
    run(async {
        let world = World::new();
        let subnet = |name: &'static str, role: &'static str| {
            move |s: &Scope| {
                let scope = assume_role(s, role);
                let vpc = scope.add("vpc", Vpc::new("10.2.0.0/16"));
                let subnet = scope.add(name, Subnet::new(&vpc, "10.2.0.0/24"));
                // Until it is gone, which takes its time, the subnet cannot go.
                if name == "old" {
                    scope.add("nat", NatGateway::new(&subnet).connectivity_type(ConnectivityType::Private));
                }
            }
        };
        world.up(subnet("old", DEPLOY)).await;
        world.up(subnet("new", ADMIN)).await;
        assert_eq!(world.state().await.records.len(), 2);
    });
}

#[test]
fn another_account_replaces() {
    run(async {
        let world = World::new();
        let network = |role: Option<&'static str>| {
            move |s: &Scope| {
                let scope = role.map_or_else(|| s.clone(), |role| assume_role(s, role));
                scope.add("vpc", Vpc::new("10.0.0.0/16"));
            }
        };
        world.up(network(None)).await;
        let plan = world.stack(network(Some(DEPLOY))).preview().await.unwrap();
        assert_eq!(plan.steps[0].reasons, [format!("it moves from {REGION} in account {ACCOUNT} to {REGION} in account {OTHER}")]);
        world.up(network(Some(DEPLOY))).await;
        assert_eq!(places(&world), [format!("{OTHER}/{REGION}/vpc")]);
    });
}

#[test]
fn an_id_of_another_account_is_a_problem() {
    run(async {
        let world = World::new();
        let mixed = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            assume_role(s, DEPLOY).add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
        };
        let text = refused(world.stack(mixed).preview().await);
        expect!["`subnet`: it is in account 210987654321, but its field `vpc` refers to `vpc` in account 123456789012"]
            .assert_eq(&without_lines(&text));
    });
}

#[test]
fn what_is_no_role_is_a_problem() {
    run(async {
        let world = World::new();
        let wrong = |s: &Scope| drop(assume_role(&s.child("backup"), "deploy").add("vpc", Vpc::new("10.0.0.0/16")));
        expect![[r#"
            `backup`: `deploy` is not the ARN of a role
              hint: it looks like `arn:aws:iam::123456789012:role/name`"#]]
        .assert_eq(&without_lines(&refused(world.stack(wrong).preview().await)));
    });
}

/// Numbers of lines move with every edit of this file.
fn without_lines(text: &str) -> String {
    let line = |line: &str| line.split_once("accounts.rs:").map_or_else(|| line.to_owned(), |(before, _)| format!("{before}accounts.rs"));
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}
