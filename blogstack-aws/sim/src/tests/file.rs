//! A world in a file outlives the process.

use std::path::Path;
use std::time::Duration;

use crate::error::SimError;
use crate::sim::Sim;
use crate::testing::World;

fn open(path: &Path) -> World {
    World::of(Sim::builder().seed(7).file(path).build().unwrap())
}

fn refused(path: &Path) -> SimError {
    Sim::builder().seed(7).file(path).lock_wait(Duration::from_millis(50)).build().unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn everything_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep").join("sim.json");
    let world = open(&path);
    let vpc = world.vpc().await;
    world.subnet(&vpc, "10.0.1.0/24").await;
    let gone = world.subnet(&vpc, "10.0.2.0/24").await;
    world.ok("DeleteSubnet", &[("SubnetId", &gone)]).await;
    world.sim.advance(Duration::from_secs(100));
    world.ok("CreateVpc", &[("CidrBlock", "10.0.0.0/16")]).await;
    assert!(world.sim.out_of_band().tag(&vpc, "k", "v").unwrap());
    let (objects, now, id) = (world.sim.objects(), world.sim.now(), world.sim.instance_id());
    let next = World::new().vpc().await;
    drop(world);
    let world = open(&path);
    assert_eq!((world.sim.objects(), world.sim.now(), world.sim.instance_id()), (objects, now, id));
    assert_ne!(world.vpc().await, next);
    assert_ne!(world.vpc().await, vpc);
}

#[tokio::test(start_paused = true)]
async fn ids_and_changes_go_on_as_if_nothing_had_happened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sim.json");
    let (filed, kept) = (open(&path), World::of(Sim::builder().seed(7).build().unwrap()));
    assert_eq!(filed.vpc().await, kept.vpc().await);
    drop(filed);
    let filed = open(&path);
    assert_eq!(filed.vpc().await, kept.vpc().await);
    for world in [&filed, &kept] {
        world.sim.advance(Duration::from_secs(5));
    }
    assert_eq!(filed.sim.objects(), kept.sim.objects());
}

#[tokio::test(start_paused = true)]
async fn the_change_is_in_the_file_before_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sim.json");
    let world = open(&path);
    let vpc = world.vpc().await;
    let bytes = std::fs::read_to_string(&path).unwrap();
    assert!(bytes.ends_with('\n') && bytes.contains(&vpc));
    let lines = bytes.lines().count();
    world.ok("DescribeVpcs", &[]).await;
    world.sim.advance(Duration::from_secs(5));
    world.ok("ModifyVpcTenancy", &[("VpcId", &vpc), ("InstanceTenancy", "default")]).await;
    let added: usize = std::fs::read_to_string(&path).unwrap().lines().skip(lines).map(str::len).sum();
    assert!(added < 1500, "{added} bytes for one change");
}

#[tokio::test(start_paused = true)]
async fn a_line_that_was_cut_short_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sim.json");
    let world = open(&path);
    world.vpc().await;
    let before = world.sim.objects();
    let whole = std::fs::read(&path).unwrap().len();
    world.vpc().await;
    drop(world);
    let bytes = std::fs::read(&path).unwrap();
    for cut in (whole..bytes.len()).step_by(97).chain([bytes.len() - 1]) {
        std::fs::write(&path, &bytes[..cut]).unwrap();
        assert_eq!(open(&path).sim.objects(), before, "cut at {cut}");
    }
}

#[tokio::test(start_paused = true)]
async fn damage_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sim.json");
    let world = open(&path);
    world.vpc().await;
    world.vpc().await;
    drop(world);
    let bytes = std::fs::read(&path).unwrap();
    let mut flipped = bytes.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    std::fs::write(&path, flipped).unwrap();
    let error = refused(&path);
    assert!(matches!(error, SimError::Damaged { line: 3, .. }), "{error}");
    let text = String::from_utf8(bytes).unwrap();
    let without_header: String = text.split_inclusive('\n').skip(1).collect();
    std::fs::write(&path, without_header).unwrap();
    assert!(matches!(refused(&path), SimError::Damaged { line: 1, .. }));
}

#[tokio::test(start_paused = true)]
async fn a_newer_format_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sim.json");
    let json = r#"{"blogstack_sim":2,"instance_id":"sim-0","seed":7,"session":1}"#;
    std::fs::write(&path, format!("{:08x} {json}\n", crc32c::crc32c(json.as_bytes()))).unwrap();
    assert!(matches!(refused(&path), SimError::Newer { version: 2, .. }));
}

#[tokio::test(start_paused = true)]
async fn one_program_at_a_time_has_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sim.json");
    let first = open(&path);
    assert!(matches!(refused(&path), SimError::Locked { .. }));
    drop(first);
    open(&path);
}

#[tokio::test(start_paused = true)]
async fn a_restored_world_is_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sim.json");
    let world = open(&path);
    world.vpc().await;
    let snapshot = world.sim.snapshot();
    world.vpc().await;
    world.sim.restore(snapshot).unwrap();
    let objects = world.sim.objects();
    world.vpc().await;
    drop(world);
    let world = open(&path);
    let second = world.sim.objects();
    assert!(objects.iter().all(|(key, fields)| second.get(key) == Some(fields)));
    assert_eq!(second.len(), 2 * objects.len());
}
