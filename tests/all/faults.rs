//! What AWS does on a bad day: throttling, faults, lost replies, refusals.

use blogstack_aws::ec2::{Subnet, Vpc};
use blogstack_core::{Scope, apply::StepError, provider::ErrorKind};
use blogstack_sim::{FaultKind, Sim, on};
use blogstack_tests::{run, world::World};

fn network(s: &Scope) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16").enable_dns_hostnames(true));
    for i in 0..3_u8 {
        s.add(format!("subnet-{i}"), Subnet::new(&vpc, format!("10.0.{i}.0/24").as_str()).map_public_ip_on_launch(true));
    }
}

fn networks(world: &World) -> usize {
    world.sim.objects().keys().filter(|key| key.contains("/vpc/")).count()
}

fn subnets(world: &World) -> usize {
    world.sim.objects().keys().filter(|key| key.contains("/subnet/")).count()
}

#[test]
fn a_lost_reply_makes_no_duplicate() {
    let lost = [FaultKind::Reset, FaultKind::Timeout, FaultKind::ServerError, FaultKind::CutBody, FaultKind::Unavailable];
    for fault in lost {
        run(async {
            let builder = Sim::builder().seed(3).fault(on("CreateVpc").after_effect(fault.clone()));
            let world = World::with(builder.fault(on("CreateSubnet").nth(2).after_effect(fault.clone())));
            world.up(network).await;
            assert_eq!((networks(&world), subnets(&world)), (1, 3), "{fault:?}");
            assert!(world.stack(network).preview().await.unwrap().is_empty());
        });
    }
}

#[test]
fn a_request_that_never_arrived_is_sent_again() {
    for fault in [FaultKind::Reset, FaultKind::Timeout, FaultKind::Throttle, FaultKind::ServerError] {
        run(async {
            let world = World::with(Sim::builder().seed(3).fault(on("CreateVpc").before_effect(fault.clone())));
            world.up(network).await;
            assert_eq!((networks(&world), subnets(&world)), (1, 3), "{fault:?}");
        });
    }
}

#[test]
fn throttling_everywhere_only_takes_longer() {
    run(async {
        let throttled = ["CreateVpc", "CreateSubnet", "ModifySubnetAttribute", "DescribeSubnets", "DeleteSubnet", "DeleteVpc"];
        let builder = throttled
            .iter()
            .fold(Sim::builder().seed(3), |builder, call| builder.fault(on(*call).times(3).before_effect(FaultKind::Throttle)));
        let world = World::with(builder);
        world.up(network).await;
        assert_eq!(subnets(&world), 3);
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
    });
}

#[test]
fn a_refusal_stops_what_depends_on_it_and_nothing_else() {
    run(async {
        let refused = FaultKind::Error { code: "SubnetLimitExceeded".into(), message: "no more subnets".into(), status: 400 };
        let world = World::with(
            Sim::builder().seed(3).fault(on("CreateSubnet").matching("CidrBlock", "10.0.1.0/24").always().before_effect(refused)),
        );
        let report = world.stack(network).up().await.unwrap();
        assert_eq!(report.done.len(), 3);
        let [failure] = &report.failed[..] else { panic!("{report:?}") };
        assert_eq!(failure.urn.path(), "subnet-1");
        let StepError::Provider(error) = &failure.error else { panic!("{failure:?}") };
        assert_eq!(
            (error.kind, error.code.as_deref(), error.operation.as_str()),
            (ErrorKind::Quota, Some("SubnetLimitExceeded"), "ec2:CreateSubnet")
        );
        assert!(error.request_id.is_some() && error.hint.is_some());
        assert!(failure.line.unwrap().file().ends_with("faults.rs"));
        // What could be done is done, and running again goes on from there.
        world.sim.clear_faults();
        let plan = world.stack(network).preview().await.unwrap();
        assert_eq!(plan.summary()["create"], 1);
        world.up(network).await;
        assert_eq!(subnets(&world), 3);
    });
}

#[test]
fn what_depends_on_a_failure_is_not_tried() {
    run(async {
        let refused = FaultKind::Error { code: "VpcLimitExceeded".into(), message: "no more".into(), status: 400 };
        let world = World::with(Sim::builder().seed(3).fault(on("CreateVpc").always().before_effect(refused)));
        let report = world.stack(network).up().await.unwrap();
        assert_eq!((report.done.len(), report.failed.len(), report.not_tried.len()), (0, 1, 3));
        assert!(report.not_tried.iter().all(|(_, because)| because.as_ref().is_some_and(|urn| urn.path() == "vpc")));
    });
}

#[test]
fn an_interrupt_finishes_what_is_in_flight_and_the_next_run_goes_on() {
    run(async {
        let world = World::new();
        let stack = world.stack(network);
        let cancel = stack.cancellation();
        let events = blogstack_core::event::Events::to(move |event| {
            if matches!(event, blogstack_core::event::Event::Started { .. }) {
                cancel.cancel();
            }
        });
        let stack = stack.how(blogstack_core::deployment::How { events, ..Default::default() });
        let report = stack.up().await.unwrap();
        assert!(report.interrupted);
        assert_eq!((report.done.len(), report.not_tried.len()), (1, 3));
        assert_eq!(world.state().await.intents.len(), 0);
        drop(stack);
        world.up(network).await;
        assert_eq!((networks(&world), subnets(&world)), (1, 3));
    });
}

#[test]
fn what_disappears_behind_our_back_is_made_again() {
    run(async {
        let world = World::new();
        world.up(network).await;
        let gone: Vec<_> =
            world.state().await.records.values().filter(|record| record.urn.path() == "subnet-1").map(|record| record.id.clone()).collect();
        world.sim.out_of_band().delete(&gone[0]).unwrap();
        let plan = world.stack(network).preview().await.unwrap();
        assert_eq!(plan.summary()["create"], 1);
        world.up(network).await;
        assert_eq!(subnets(&world), 3);
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
    });
}

#[test]
fn a_full_disk_stops_before_the_next_effect() {
    run(async {
        for capacity in (2_000..14_000).step_by(500) {
            let disk = blogstack_core::disk::MemoryDisk::new();
            disk.set_capacity(Some(capacity));
            let world = World::new().on(std::sync::Arc::new(disk.clone()));
            let outcome = world.stack(network).up().await;
            disk.set_capacity(None);
            let world = World { sim: world.sim.clone(), lab: world.lab.clone() }.on(std::sync::Arc::new(disk.crash()));
            drop(outcome);
            world.up(network).await;
            assert_eq!((networks(&world), subnets(&world)), (1, 3), "{capacity}");
        }
    });
}
