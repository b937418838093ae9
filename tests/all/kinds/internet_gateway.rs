use blogstack_aws::ec2::{InternetGateway, InternetGatewayArgs, Vpc};
use blogstack_core::{Declare, Id, Scope};
use blogstack_sim::{FaultKind, on};
use blogstack_tests::{
    kinds::{self, Kind, create_first, update},
    run,
    world::World,
};
use serde_json::Value as Json;

fn with(s: &Scope, more: impl FnOnce(InternetGatewayArgs) -> InternetGatewayArgs) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    s.add("other", Vpc::new("10.1.0.0/16"));
    s.add("internet", more(InternetGateway::new(&vpc)));
}

pub(super) const KIND: Kind = Kind {
    subject: "internet",
    minimal: |s| with(s, |gateway| gateway),
    changes: &[
        update("a tag set", |s| with(s, |gateway| gateway.tag("a", "1"))),
        update("a tag changed", |s| with(s, |gateway| gateway.tag("a", "2"))),
        update("tags cleared", |s| with(s, |gateway| gateway)),
        update("the network changed", in_other),
        create_first("the network replaced", in_new),
    ],
    creates: "CreateInternetGateway",
    deletes: "DeleteInternetGateway",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("internet", InternetGateway::new(Id::<Vpc>::new(&*ids["vpc"])).adopt(&ids["internet"]));
    },
};

blogstack_tests::lives!(KIND);

fn in_other(s: &Scope) {
    s.add("vpc", Vpc::new("10.0.0.0/16"));
    let other = s.add("other", Vpc::new("10.1.0.0/16"));
    s.add("internet", InternetGateway::new(&other));
}

fn in_new(s: &Scope) {
    s.add("vpc", Vpc::new("10.0.0.0/16"));
    let other = s.add("other", Vpc::new("10.2.0.0/16"));
    s.add("internet", InternetGateway::new(&other));
}

#[test]
fn one_that_was_made_and_not_attached_is_attached_by_the_next_run() {
    run(async {
        let world = World::new();
        world.sim.add_fault(on("AttachInternetGateway").always().before_effect(FaultKind::Error {
            code: "UnauthorizedOperation".into(),
            message: "no".into(),
            status: 403,
        }));
        let report = world.stack(KIND.minimal).up().await.unwrap();
        assert_eq!(report.failed.len(), 1);
        world.sim.clear_faults();
        world.up(KIND.minimal).await;
        assert_eq!(world.calls().iter().filter(|call| *call == "CreateInternetGateway").count(), 1);
        assert!(world.stack(KIND.minimal).preview().await.unwrap().is_empty());
    });
}

#[test]
fn an_attachment_or_detachment_whose_answer_is_lost_counts() {
    run(async {
        let world = World::new();
        world.sim.add_fault(on("AttachInternetGateway").after_effect(FaultKind::Reset));
        world.up(KIND.minimal).await;
        world.sim.add_fault(on("DetachInternetGateway").after_effect(FaultKind::Reset));
        world.up(in_other).await;
        assert!(world.stack(in_other).preview().await.unwrap().is_empty());
    });
}

#[test]
fn one_that_somebody_detached_is_attached_again() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let id = world.state().await.records.values().find(|record| record.urn.path() == "internet").unwrap().id.clone();
        kinds::overwrite(&world, &id, "vpc", Json::Null);
        let plan = world.stack(KIND.minimal).preview().await.unwrap();
        let step = plan.steps.iter().find(|step| step.urn.path() == "internet").unwrap();
        assert_eq!(format!("{:?}", step.changes[0].old), "Some(\"detached\")");
        world.up(KIND.minimal).await;
        assert!(world.stack(KIND.minimal).preview().await.unwrap().is_empty());
    });
}
