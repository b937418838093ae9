//! The same seed and the same calls answer the same bytes.

use crate::consistency::Consistency;
use crate::delays::Delays;
use crate::testing::World;

async fn transcript(world: &World) -> Vec<String> {
    let mut replies = Vec::new();
    let mut send = async |operation: &str, parameters: &[(&str, &str)]| {
        let body = world.reply(operation, parameters).await.text();
        replies.push(body.clone());
        crate::testing::values(&body, "vpcId").first().cloned().unwrap_or_default()
    };
    let vpc = send("CreateVpc", &[("CidrBlock", "10.0.0.0/16")]).await;
    for block in ["10.0.1.0/24", "10.0.2.0/24", "10.0.1.0/25"] {
        send("CreateSubnet", &[("VpcId", &vpc), ("CidrBlock", block)]).await;
    }
    send("AllocateAddress", &[]).await;
    send("CreateKeyPair", &[("KeyName", "blog")]).await;
    send("NoSuchThing", &[]).await;
    world.sim.advance(std::time::Duration::from_secs(2));
    for operation in ["DescribeSubnets", "DescribeAddresses", "DescribeSecurityGroups", "DescribeImages", "DescribeRouteTables"] {
        send(operation, &[]).await;
    }
    replies
}

fn world(seed: u64) -> World {
    let window = Consistency::window(std::time::Duration::from_secs(4));
    World::with(|builder| builder.seed(seed).delays(Delays::realistic()).consistency(window))
}

#[tokio::test(start_paused = true)]
async fn one_seed_gives_one_transcript() {
    let (one, same, other) = (world(7), world(7), world(8));
    let transcript_of_one = transcript(&one).await;
    assert_eq!(transcript_of_one, transcript(&same).await);
    assert_ne!(transcript_of_one, transcript(&other).await);
    assert_eq!(one.sim.snapshot(), same.sim.snapshot());
    assert_eq!(one.sim.instance_id(), same.sim.instance_id());
}

#[tokio::test(start_paused = true)]
async fn a_restored_world_goes_on_as_the_first_one_did() {
    let world = world(7);
    world.vpc().await;
    let snapshot = world.sim.snapshot();
    let first = transcript(&world).await;
    world.sim.restore(snapshot.clone()).unwrap();
    assert_eq!(world.sim.snapshot(), snapshot);
    assert_eq!(transcript(&world).await, first);
}

#[tokio::test(start_paused = true)]
async fn reads_do_not_move_ids() {
    let (one, other) = (world(7), world(7));
    other.ok("DescribeVpcs", &[]).await;
    other.refused("CreateVpc", &[("CidrBlock", "10.0.0.0/8")], "InvalidVpc.Range").await;
    assert_eq!(one.vpc().await, other.vpc().await);
    one.in_region("us-east-1").vpc().await;
    assert_eq!(one.vpc().await, other.vpc().await);
}
