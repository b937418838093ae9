//! What a stack costs in calls and in bytes, and how that grows with every object. No times: those are for the benchmarks.

use std::{collections::BTreeMap, sync::Arc};

use blogstack_aws::{
    ec2::{Image, Instance, InstanceType, KeyPair, Rule, SecurityGroup, Subnet, Vpc},
    iam::{Principal, Role},
    route53::{HostedZone, Record, RecordType},
};
use blogstack_core::Scope;
use blogstack_sim::{Consistency, Delays, Sim};
use blogstack_tests::{run, weighed::WeighedDisk, world::World};
use expect_test::{Expect, expect};
use programs::network;

use crate::programs::settings;

/// A cloud in which nothing takes time: what is counted is what AWS makes everybody ask for.
fn prompt() -> World {
    World::with(Sim::builder().seed(7).delays(Delays::none()).consistency(Consistency::none()))
}

/// The operations called since the last look, with how often.
fn tally(world: &World) -> BTreeMap<String, usize> {
    let mut tally = BTreeMap::new();
    for operation in world.calls() {
        *tally.entry(operation).or_default() += 1;
    }
    tally
}

fn check(world: &World, expected: &Expect) {
    let tally = tally(world);
    let lines: Vec<String> = tally.iter().map(|(operation, count)| format!("{count} {operation}")).collect();
    expected.assert_eq(&format!("{} calls\n{}\n", tally.values().sum::<usize>(), lines.join("\n")));
}

#[test]
fn a_network_takes_few_calls() {
    run(async {
        let settings: network::Settings = settings("network");
        let declare = move |s: &Scope| network::program(s, &settings);
        let world = prompt();
        world.up(declare.clone()).await;
        check(
            &world,
            &expect![[r#"
            57 calls
            2 AllocateAddress
            2 AssociateAddress
            4 AssociateRouteTable
            1 AttachInternetGateway
            1 AuthorizeSecurityGroupIngress
            1 CreateInternetGateway
            3 CreateRoute
            3 CreateRouteTable
            1 CreateSecurityGroup
            4 CreateSubnet
            1 CreateVpc
            4 DescribeAddresses
            1 DescribeAvailabilityZones
            3 DescribeInstances
            2 DescribeInternetGateways
            8 DescribeRouteTables
            3 DescribeSecurityGroups
            2 DescribeSubnets
            1 DescribeTags
            2 DescribeVpcs
            1 GetParameter
            2 ModifyNetworkInterfaceAttribute
            2 ModifySubnetAttribute
            1 ModifyVpcAttribute
            2 RunInstances
        "#]],
        );
        assert!(world.stack(declare).preview().await.unwrap().is_empty());
        check(
            &world,
            &expect![[r#"
                13 calls
                1 DescribeAddresses
                1 DescribeAvailabilityZones
                2 DescribeInstanceAttribute
                1 DescribeInstances
                1 DescribeInternetGateways
                2 DescribeRouteTables
                1 DescribeSecurityGroups
                1 DescribeSubnets
                1 DescribeVpcAttribute
                1 DescribeVpcs
                1 GetParameter
            "#]],
        );
        world.destroy().await;
        check(
            &world,
            &expect![[r#"
                49 calls
                1 DeleteInternetGateway
                3 DeleteRoute
                3 DeleteRouteTable
                1 DeleteSecurityGroup
                4 DeleteSubnet
                1 DeleteVpc
                4 DescribeAddresses
                2 DescribeInstanceAttribute
                2 DescribeInstances
                3 DescribeInternetGateways
                6 DescribeRouteTables
                2 DescribeSecurityGroups
                3 DescribeSubnets
                1 DescribeVpcAttribute
                2 DescribeVpcs
                1 DetachInternetGateway
                2 DisassociateAddress
                4 DisassociateRouteTable
                2 ReleaseAddress
                2 TerminateInstances
            "#]],
        );
    });
}

fn groups(count: usize) -> impl Fn(&Scope) + Send + Sync + Clone + 'static {
    move |s| {
        let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
        for number in 0..count {
            s.add(format!("group-{number}"), SecurityGroup::new(&vpc, "one of many").ingress([Rule::tcp(80).from("10.0.0.0/8")]));
        }
    }
}

/// The calls of an `up`, a preview without changes, and a `destroy`.
async fn life(count: usize) -> [usize; 3] {
    let world = prompt();
    world.up(groups(count)).await;
    let up = world.calls().len();
    assert!(world.stack(groups(count)).preview().await.unwrap().is_empty());
    let preview = world.calls().len();
    world.destroy().await;
    [up, preview, world.calls().len()]
}

#[test]
fn calls_grow_by_what_aws_forces_for_each_object() {
    run(async {
        let (some, more) = (life(100).await, life(200).await);
        println!("calls of up, preview and destroy: {some:?} with 100 groups, {more:?} with 200");
        let [up, preview, destroy] = [0, 1, 2].map(|step| more[step] - some[step]);
        // Each group is made by one call and gets its rule by another; what is read is read for many at a time.
        assert!((200..=220).contains(&up), "{up} more calls to make 100 more groups");
        // 200 groups are listed by one call.
        assert_eq!(preview, 0);
        assert!((100..=115).contains(&destroy), "{destroy} more calls to delete 100 more groups");
    });
}

/// Servers, groups, records and roles: each sort is told by a call of its own.
fn many_of_each(s: &Scope) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/20"));
    let zone = s.add("zone", HostedZone::new("example.com"));
    let image = s.look_up(Image::by_parameter("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"));
    for number in 0..100 {
        s.add(format!("server-{number}"), Instance::new(&image, InstanceType("t3.nano".into()), &subnet));
        s.add(format!("group-{number}"), SecurityGroup::new(&vpc, "one of many"));
        let record = Record::new(&zone, format!("host-{number}.example.com").as_str(), RecordType::A);
        s.add(format!("record-{number}"), record.ttl(300_u32).resource_records(["192.0.2.1"]));
    }
    for number in 0..30 {
        s.add(format!("role-{number}"), Role::new(Principal::service("ec2.amazonaws.com")));
    }
}

#[test]
fn many_objects_of_many_kinds_are_read_in_few_calls() {
    run(async {
        let world = prompt();
        world.up(many_of_each).await;
        world.calls();
        assert!(world.stack(many_of_each).preview().await.unwrap().is_empty());
        check(
            &world,
            &expect![[r#"
            8 calls
            1 DescribeInstances
            1 DescribeSecurityGroups
            1 DescribeSubnets
            1 DescribeVpcs
            1 GetAccountAuthorizationDetails
            1 GetHostedZone
            1 GetParameter
            1 ListResourceRecordSets
        "#]],
        );
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
    });
}

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl a";

fn keys(count: usize, tag: &'static str) -> impl Fn(&Scope) + Send + Sync + 'static {
    move |s| {
        for number in 0..count {
            s.add(format!("key-{number}"), KeyPair::new(KEY).tag("tag", if number == 0 { tag } else { "same" }));
        }
    }
}

/// The bytes written by an `up`, held after it, and written by the change of one object.
async fn bytes(count: usize) -> [u64; 3] {
    let disk = WeighedDisk::default();
    let world = prompt().on(Arc::new(disk.clone()));
    world.up(keys(count, "a")).await;
    let (written, held) = (disk.written(), disk.held("/state/journal"));
    world.up(keys(count, "b")).await;
    [written, held, disk.written()]
}

#[test]
fn bytes_grow_with_the_objects_and_not_with_the_stack() {
    run(async {
        let (some, more) = (bytes(200).await, bytes(400).await);
        println!("bytes written, held, written for a change: {some:?} with 200 keys, {more:?} with 400");
        assert!(more[0] < some[0] * 21 / 10, "twice the objects, more than twice the bytes");
        assert!(more[0] < more[1] * 4, "more than four times the final state was written");
        assert!(more[2] < some[2] + 1024, "the change of one object writes more where there are more others");
    });
}
