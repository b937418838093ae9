use std::time::Duration;

use crate::delays::Delays;
use crate::testing::World;

async fn volume(world: &World) -> String {
    world.get("CreateVolume", &[("AvailabilityZone", "eu-west-1a"), ("Size", "10")], "volumeId").await
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_is_completed_in_a_while_and_not_begun_too_often() {
    let delays = Delays { volume_available: Duration::ZERO, ..Delays::realistic() };
    let world = World::with(|builder| builder.delays(delays));
    let volume = volume(&world).await;
    let request = [("VolumeId", volume.as_str()), ("Description", "nightly")];
    let id = world.get("CreateSnapshot", &request, "snapshotId").await;
    world.refused("CreateSnapshot", &request, "SnapshotCreationPerVolumeRateExceeded").await;
    world.refused("CreateVolume", &[("AvailabilityZone", "eu-west-1a"), ("SnapshotId", &id)], "IncorrectState").await;
    tokio::time::advance(Duration::from_secs(21)).await;
    let completed = [("Filter.1.Name", "status"), ("Filter.1.Value.1", "completed"), ("Owner.1", "self")];
    assert_eq!(world.get("DescribeSnapshots", &completed, "description").await, "nightly");
    world.ok("CreateSnapshot", &request).await;
    world.ok("DeleteVolume", &[("VolumeId", &volume)]).await;
    world.ok("DeleteSnapshot", &[("SnapshotId", &id)]).await;
    world.refused("DeleteSnapshot", &[("SnapshotId", &id)], "InvalidSnapshot.NotFound").await;
}

#[tokio::test(start_paused = true)]
async fn a_volume_that_is_being_made_has_no_snapshot() {
    let world = World::with(|builder| builder.delays(Delays::realistic()));
    let volume = volume(&world).await;
    world.refused("CreateSnapshot", &[("VolumeId", &volume)], "IncorrectState").await;
}
