use blogstack_aws::ec2::{Image, Instance, InstanceType, Subnet, Volume, VolumeAttachment, Vpc};
use blogstack_core::{Declare, Handle, Id, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first, delete_first},
    run,
    world::World,
};
use serde_json::Value as Json;

const IMAGE: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

fn parts(s: &Scope) -> ([Handle<Instance>; 2], [Handle<Volume>; 2]) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24").availability_zone("eu-west-1a"));
    let image = s.look_up(Image::by_parameter(IMAGE));
    let server = |name: &str, host: u8| {
        let instance = Instance::new(&image, InstanceType("t3.nano".into()), &subnet);
        s.add(name, instance.private_ip(std::net::Ipv4Addr::new(10, 0, 0, host)))
    };
    let volume = |name: &str| s.add(name, Volume::new("eu-west-1a").size(10_u32));
    ([server("server", 10), server("other-server", 11)], [volume("data"), volume("other-data")])
}

fn attached(s: &Scope, volume: usize, server: usize, device: &str) {
    let (servers, volumes) = parts(s);
    s.add("attachment", VolumeAttachment::new(&volumes[volume], &servers[server], device));
}

pub(super) const KIND: Kind = Kind {
    subject: "attachment",
    minimal: |s| attached(s, 0, 0, "/dev/sdf"),
    changes: &[
        delete_first("another device", |s| attached(s, 0, 0, "/dev/sdg")),
        delete_first("another instance", |s| attached(s, 0, 1, "/dev/sdg")),
        delete_first("another volume in its place", |s| attached(s, 1, 1, "/dev/sdg")),
        create_first("everything else", |s| attached(s, 0, 0, "/dev/sdf")),
    ],
    creates: "AttachVolume",
    deletes: "DetachVolume",
    vanish: |world, id| kinds::overwrite(world, id, "attachment", Json::Null),
    adopting: |s, ids| {
        let (volume, server) = (Id::<Volume>::new(&*ids["data"]), Id::<Instance>::new(&*ids["server"]));
        s.add("attachment", VolumeAttachment::new(volume, server, "/dev/sdf").adopt(&ids["attachment"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn a_volume_that_is_in_use_elsewhere_is_left_alone() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let (volume, server) = (world.id("data").await, world.id("other-server").await);
        let second = world.beside();
        let stealing = move |s: &Scope| {
            let (volume, server) = (Id::<Volume>::new(&*volume), Id::<Instance>::new(&*server));
            s.add("attachment", VolumeAttachment::new(volume, server, "/dev/sdf"));
        };
        let report = second.stack(stealing).up().await.unwrap();
        let error = report.failed[0].error.to_string();
        assert!(error.contains("is in use at `i-") && error.contains("as `/dev/sdf` already"), "{error}");
    });
}

#[test]
fn an_instance_that_is_replaced_hands_its_volume_over() {
    run(async {
        let world = World::new();
        let program = |script: &'static str| {
            move |s: &Scope| {
                let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
                let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24").availability_zone("eu-west-1a"));
                let image = s.look_up(Image::by_parameter(IMAGE));
                let server = s.add("server", Instance::new(&image, InstanceType("t3.nano".into()), &subnet).user_data(script));
                let data = s.add("data", Volume::new(&subnet.availability_zone).size(10_u32));
                s.add("data", VolumeAttachment::new(&data, &server, "/dev/sdf"));
            }
        };
        world.up(program("#!/bin/sh\necho one")).await;
        let data = world.state().await.records.values().find(|record| record.urn.kind() == "aws:ec2/volume").unwrap().id.clone();
        let changed = program("#!/bin/sh\necho two");
        world.up(changed).await;
        assert!(world.stack(changed).preview().await.unwrap().is_empty());
        let volume = world.sim.objects().into_iter().find(|(key, _)| key.ends_with(&data)).expect("the volume stays").1;
        let server = world.state().await.records.values().find(|record| record.urn.kind() == "aws:ec2/instance").unwrap().id.clone();
        assert_eq!(volume["attachment"]["instance"], server);
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
    });
}

#[test]
fn what_is_no_device_is_refused_before_any_call() {
    run(async {
        let error = World::new().stack(|s| attached(s, 0, 0, "f")).preview().await.unwrap_err().to_string();
        assert!(error.contains("field `device`: `f` is no device, which looks like `/dev/sdf`"), "{error}");
    });
}
