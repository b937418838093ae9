//! New objects for old ones: which first, and who is drawn along.

use blogstack_aws::ec2::{Subnet, Vpc};
use blogstack_core::{
    Configure, Scope,
    plan::Plan,
    step::{Action, Work},
};
use blogstack_tests::{run, world::World};

const CREATE_FIRST: Action = Action::Replace { delete_first: false };
const DELETE_FIRST: Action = Action::Replace { delete_first: true };

/// Applies `before`, then tells what `after` would do, does it, and checks that it converges.
async fn change(before: fn(&Scope), after: fn(&Scope)) -> Vec<(String, Action)> {
    let world = World::new();
    world.up(before).await;
    let plan = world.stack(after).preview().await.unwrap();
    world.up(after).await;
    assert!(world.stack(after).preview().await.unwrap().is_empty());
    world.destroy().await;
    assert!(world.sim.objects().is_empty(), "{:#?}", world.sim.objects());
    plan.steps.iter().map(|step| (step.urn.path().to_owned(), step.action)).collect()
}

fn actions(pairs: &[(&str, Action)]) -> Vec<(String, Action)> {
    pairs.iter().map(|(path, action)| ((*path).to_owned(), *action)).collect()
}

#[test]
fn a_subnet_with_another_range_is_made_first() {
    run(async {
        let before = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("a", Subnet::new(&vpc, "10.0.0.0/24"));
        };
        let after = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("a", Subnet::new(&vpc, "10.0.1.0/24"));
        };
        assert_eq!(change(before, after).await, actions(&[("vpc", Action::Same), ("a", CREATE_FIRST)]));
    });
}

#[test]
fn a_subnet_with_an_overlapping_range_is_deleted_first() {
    run(async {
        let before = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("a", Subnet::new(&vpc, "10.0.0.0/24"));
        };
        let after = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("a", Subnet::new(&vpc, "10.0.0.0/25"));
        };
        assert_eq!(change(before, after).await, actions(&[("vpc", Action::Same), ("a", DELETE_FIRST)]));
    });
}

#[test]
fn a_new_network_draws_its_subnets_along() {
    run(async {
        let before = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("a", Subnet::new(&vpc, "10.0.0.0/24"));
        };
        let after = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/15"));
            s.add("a", Subnet::new(&vpc, "10.0.0.0/24"));
        };
        let too_large = |s: &Scope| {
            s.add("vpc", Vpc::new("10.0.0.0/15"));
        };
        let error = World::new().stack(too_large).preview().await.unwrap_err();
        assert_eq!(error.to_string(), "`vpc`: field `cidr_block`: 10.0.0.0/15 is not between /16 and /28");
        let _ = (before, after);
        let after = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.1.0.0/16"));
            s.add("a", Subnet::new(&vpc, "10.1.0.0/24"));
        };
        assert_eq!(change(before, after).await, actions(&[("vpc", CREATE_FIRST), ("a", CREATE_FIRST)]));
    });
}

#[test]
fn deleting_first_spreads_to_what_cannot_let_go() {
    run(async {
        let before = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("a", Subnet::new(&vpc, "10.0.0.0/24"));
        };
        let after = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/20").delete_before_replace());
            s.add("a", Subnet::new(&vpc, "10.0.0.0/24"));
        };
        assert_eq!(change(before, after).await, actions(&[("vpc", DELETE_FIRST), ("a", DELETE_FIRST)]));
    });
}

fn order(plan: &Plan) -> Vec<(String, Work)> {
    plan.tasks.iter().map(|task| (plan.steps[task.step].urn.path().to_owned(), task.work)).collect()
}

#[test]
fn a_range_is_free_before_another_subnet_takes_it() {
    run(async {
        let before = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("old", Subnet::new(&vpc, "10.0.0.0/24"));
        };
        let after = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("new", Subnet::new(&vpc, "10.0.0.0/25"));
        };
        let world = World::new();
        world.up(before).await;
        let plan = world.stack(after).preview().await.unwrap();
        assert_eq!(order(&plan), [("old".to_owned(), Work::Remove), ("new".to_owned(), Work::Make)]);
        world.up(after).await;
    });
}
