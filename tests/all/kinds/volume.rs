use blogstack_aws::ec2::{Snapshot, Volume, VolumeArgs, VolumeType};
use blogstack_core::{Declare, Scope};
use blogstack_sim::{FaultKind, on};
use blogstack_tests::{
    kinds::{self, Kind, create_first, same, update},
    run,
    world::World,
};

const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/00000000-1111-2222-3333-444444444444";

fn with(s: &Scope, more: impl FnOnce(VolumeArgs) -> VolumeArgs) {
    s.add("data", more(Volume::new("eu-west-1a").size(10_u32)));
}

fn gp3(s: &Scope, more: impl FnOnce(VolumeArgs) -> VolumeArgs) {
    with(s, |data| more(data.size(20_u32).volume_type(VolumeType::Gp3)));
}

/// One that begins as a copy of another volume.
fn copy(s: &Scope, more: impl FnOnce(VolumeArgs) -> VolumeArgs) {
    let source = s.add("source", Volume::new("eu-west-1b").size(10_u32));
    let snapshot = s.add("snapshot", Snapshot::new(&source));
    s.add("data", more(Volume::new("eu-west-1a").snapshot(&snapshot)));
}

pub(super) const KIND: Kind = Kind {
    subject: "data",
    minimal: |s| with(s, |data| data),
    changes: &[
        same("its type as it is", |s| with(s, |data| data.volume_type(VolumeType::Gp2))),
        update("grown", |s| with(s, |data| data.size(20_u32))),
        update("another type", |s| gp3(s, |data| data)),
        update("faster", |s| gp3(s, |data| data.iops(4000_u32).throughput(200_u32))),
        update("faster still", |s| gp3(s, |data| data.iops(5000_u32).throughput(200_u32))),
        same("whatever its speed", |s| gp3(s, |data| data)),
        update("grown again", |s| gp3(s, |data| data.size(30_u32))),
        update("a tag set", |s| gp3(s, |data| data.size(30_u32).tag("a", "1"))),
        update("a tag changed", |s| gp3(s, |data| data.size(30_u32).tag("a", "2"))),
        update("tags cleared", |s| gp3(s, |data| data.size(30_u32))),
        create_first("smaller", |s| gp3(s, |data| data)),
        create_first("fast from the first", |s| gp3(s, |data| data.size(10_u32).iops(4000_u32).throughput(200_u32))),
        create_first("encrypted", |s| gp3(s, |data| data.encrypted(true))),
        create_first("another key", |s| gp3(s, |data| data.encrypted(true).kms_key_id(KEY))),
        same("the key left to AWS", |s| gp3(s, |data| data.encrypted(true))),
        create_first("another zone", |s| drop(s.add("data", Volume::new("eu-west-1b").size(10_u32)))),
        create_first("of a snapshot", |s| copy(s, |data| data)),
        update("grown beyond the snapshot", |s| copy(s, |data| data.size(11_u32))),
        create_first("of none", |s| with(s, |data| data)),
    ],
    creates: "CreateVolume",
    deletes: "DeleteVolume",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("data", Volume::new("eu-west-1a").size(10_u32).adopt(&ids["data"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn a_change_whose_answer_is_lost_is_made_once() {
    run(async {
        for fault in [on("ModifyVolume").after_effect(FaultKind::Reset), on("ModifyVolume").before_effect(FaultKind::Reset)] {
            let world = World::new();
            world.up(KIND.minimal).await;
            world.sim.add_fault(fault);
            let grown = |s: &Scope| with(s, |data| data.size(20_u32));
            world.stack(grown).up().await.expect("it runs");
            world.up(grown).await;
            assert!(world.stack(grown).preview().await.unwrap().is_empty());
            let succeeded = world
                .sim
                .calls()
                .into_iter()
                .filter(|call| call.operation == "ModifyVolume" && !matches!(call.outcome, blogstack_sim::Outcome::Faulted { .. }));
            assert!(succeeded.count() <= 1);
        }
    });
}

#[test]
fn what_aws_would_refuse_is_refused_before_any_call() {
    run(async {
        let problem = |program: fn(&Scope)| async move { World::new().stack(program).preview().await.unwrap_err().to_string() };
        let error = problem(|s| drop(s.add("data", Volume::new("eu-west-1a")))).await;
        assert!(error.contains("field `size`: a volume has a size, or a snapshot that has one"), "{error}");
        let error = problem(|s| with(s, |data| data.volume_type(VolumeType::St1))).await;
        assert!(error.contains("field `size`: `st1` takes 125 to 16384 GiB, not 10"), "{error}");
        let error = problem(|s| with(s, |data| data.volume_type(VolumeType::Io2))).await;
        assert!(error.contains("field `iops`: `io2` needs so many operations a second"), "{error}");
        let error = problem(|s| with(s, |data| data.throughput(200_u32))).await;
        assert!(error.contains("field `throughput`: `gp2` takes none"), "{error}");
        let error = problem(|s| with(s, |data| data.kms_key_id("alias/blog"))).await;
        assert!(error.contains("field `kms_key_id`: the key `alias/blog` is not given by its ARN"), "{error}");
    });
}
