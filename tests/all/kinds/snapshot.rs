use std::time::Duration;

use blogstack_aws::ec2::{Snapshot, SnapshotArgs, Volume};
use blogstack_core::{Declare, Id, Scope};
use blogstack_sim::{Delays, Sim};
use blogstack_tests::{
    kinds::{self, Kind, create_first, update},
    run,
    world::World,
};

fn with(s: &Scope, more: impl FnOnce(SnapshotArgs) -> SnapshotArgs) {
    let volume = s.add("volume", Volume::new("eu-west-1a").size(10_u32));
    s.add("snapshot", more(Snapshot::new(&volume)));
}

fn of_another(s: &Scope) {
    s.add("volume", Volume::new("eu-west-1a").size(10_u32));
    let other = s.add("other-volume", Volume::new("eu-west-1b").size(10_u32));
    s.add("snapshot", Snapshot::new(&other));
}

pub(super) const KIND: Kind = Kind {
    subject: "snapshot",
    minimal: |s| with(s, |snapshot| snapshot),
    changes: &[
        update("a tag set", |s| with(s, |snapshot| snapshot.tag("a", "1"))),
        update("a tag changed", |s| with(s, |snapshot| snapshot.tag("a", "2"))),
        update("tags cleared", |s| with(s, |snapshot| snapshot)),
        create_first("said what it is", |s| with(s, |snapshot| snapshot.description("nightly"))),
        create_first("said otherwise", |s| with(s, |snapshot| snapshot.description("weekly"))),
        create_first("of another volume", of_another),
    ],
    creates: "CreateSnapshot",
    deletes: "DeleteSnapshot",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("snapshot", Snapshot::new(Id::<Volume>::new(&*ids["volume"])).adopt(&ids["snapshot"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn the_next_one_of_a_volume_waits_until_aws_takes_it() {
    run(async {
        let world = World::with(Sim::builder().seed(7).delays(Delays { snapshot_interval: Duration::from_mins(1), ..Delays::none() }));
        world.up(KIND.minimal).await;
        world.up(|s| with(s, |snapshot| snapshot.description("nightly"))).await;
        assert!(world.calls().iter().filter(|call| *call == "CreateSnapshot").count() > 2);
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
    });
}

#[test]
fn a_snapshot_outlives_its_volume() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let (snapshot, volume) = (world.id("snapshot").await, world.id("volume").await);
        let alone = move |s: &Scope| {
            s.add("snapshot", Snapshot::new(Id::<Volume>::new(&*volume)));
            s.add("copy", Volume::new("eu-west-1b").snapshot(Id::<Snapshot>::new(&*snapshot)));
        };
        world.up(alone.clone()).await;
        assert!(world.stack(alone).preview().await.unwrap().is_empty());
    });
}
