use blogstack_aws::ec2::{Eip, EipAssociation, EipAssociationArgs, Image, Instance, InternetGateway, Subnet, Vpc};
use blogstack_core::{Declare, Handle, Id, Scope};
use blogstack_sim::{FaultKind, on};
use blogstack_tests::{
    kinds::{self, DELETE_FIRST, Kind, create_first, delete_first, same, update},
    run,
    world::World,
};
use serde_json::Value as Json;

const IMAGE: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

struct Network {
    addresses: [Handle<Eip>; 2],
    instances: [Handle<Instance>; 2],
}

fn network(s: &Scope) -> Network {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    s.add("internet", InternetGateway::new(&vpc));
    let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24").availability_zone("eu-west-1a"));
    let image = s.look_up(Image::by_parameter(IMAGE));
    let instance = |(name, last)| {
        let address = std::net::Ipv4Addr::new(10, 0, 0, last);
        s.add(name, Instance::new(&image, "t3.nano", &subnet).private_ip(address))
    };
    Network { addresses: ["address", "second"].map(|name| s.add(name, Eip::new())), instances: [("web", 10), ("other", 11)].map(instance) }
}

fn with(s: &Scope, address: usize, instance: usize, more: impl FnOnce(EipAssociationArgs) -> EipAssociationArgs) {
    let Network { addresses, instances } = network(s);
    s.add("association", more(EipAssociation::new(&addresses[address], &instances[instance])));
}

pub(super) const KIND: Kind = Kind {
    subject: "association",
    minimal: |s| with(s, 0, 0, |association| association),
    changes: &[
        same("the private address set as it is", |s| {
            with(s, 0, 0, |association| association.private_ip(std::net::Ipv4Addr::new(10, 0, 0, 10)))
        }),
        same("the private address cleared", |s| with(s, 0, 0, |association| association)),
        update("moving allowed", |s| with(s, 0, 0, |association| association.allow_reassociation(true))),
        update("moving not allowed any more", |s| with(s, 0, 0, |association| association)),
        delete_first("another instance", |s| with(s, 0, 1, |association| association)),
        delete_first("another address", |s| with(s, 1, 1, |association| association)),
        create_first("another address and instance, and which of its addresses", |s| {
            with(s, 0, 0, |association| association.private_ip(std::net::Ipv4Addr::new(10, 0, 0, 10)))
        }),
    ],
    creates: "AssociateAddress",
    deletes: "DisassociateAddress",
    vanish: |world, id| kinds::overwrite(world, id, "association", Json::Null),
    adopting: |s, ids| {
        let (address, instance) = (Id::<Eip>::new(&*ids["address"]), Id::<Instance>::new(&*ids["web"]));
        s.add("association", EipAssociation::new(address, instance).adopt(&ids["association"]));
    },
};

blogstack_tests::lives!(KIND);

/// Another stack wants the address for its own instance.
async fn rival(world: &World, allowed: bool) -> blogstack_core::apply::Report {
    let (address, other) = (world.id("address").await, world.id("other").await);
    let program = move |s: &Scope| {
        let association = EipAssociation::new(Id::<Eip>::new(&*address), Id::<Instance>::new(&*other));
        s.add("association", association.allow_reassociation(allowed));
    };
    world.beside().stack(program).up().await.unwrap()
}

#[test]
fn an_address_that_is_in_use_is_not_taken_away() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        world.calls();
        let report = rival(&world, false).await;
        let (address, web) = (world.id("address").await, world.id("web").await);
        let error = report.failed[0].error.to_string();
        assert_eq!(error, format!("the address `{address}` stands for `{web}` already (ec2:DescribeAddresses)"));
        assert!(!world.calls().contains(&"AssociateAddress".to_owned()));
    });
}

#[test]
fn it_is_taken_away_where_the_program_says_so_also_if_the_answer_is_lost() {
    run(async {
        for fault in [on("AssociateAddress").after_effect(FaultKind::Reset), on("AssociateAddress").before_effect(FaultKind::Reset)] {
            let world = World::new();
            world.up(KIND.minimal).await;
            world.sim.add_fault(fault);
            assert!(rival(&world, true).await.is_complete());
            let plan = world.stack(KIND.minimal).preview().await.unwrap();
            let step = plan.steps.iter().find(|step| step.urn.path() == "association").unwrap();
            assert_eq!((step.action, step.changes[0].field), (DELETE_FIRST, "instance"));
            world.up(KIND.minimal).await;
            assert!(world.stack(KIND.minimal).preview().await.unwrap().is_empty());
        }
    });
}

#[test]
fn an_instance_that_is_pending_is_waited_for() {
    run(async {
        let world = World::new();
        world.sim.add_fault(on("AssociateAddress").times(3).before_effect(FaultKind::Error {
            code: "InvalidInstanceID".into(),
            message: "The pending instance 'i-0' is not in a valid state for this operation.".into(),
            status: 400,
        }));
        world.up(KIND.minimal).await;
        assert_eq!(world.calls().iter().filter(|call| *call == "AssociateAddress").count(), 4);
    });
}

#[test]
fn it_comes_after_the_gateway_and_goes_before_it() {
    run(async {
        let world = World::new();
        let plan = world.stack(KIND.minimal).preview().await.unwrap();
        let at = |path: &str| plan.tasks.iter().position(|task| plan.steps[task.step].urn.path() == path).unwrap();
        assert!(at("internet") < at("association"));
        world.up(KIND.minimal).await;
        world.calls();
        world.destroy().await;
        let calls = world.calls();
        let first = |operation: &str| calls.iter().position(|call| call == operation).unwrap();
        assert!(first("DisassociateAddress") < first("DetachInternetGateway"));
        assert_eq!(calls.iter().filter(|call| *call == "DetachInternetGateway").count(), 1);
    });
}
