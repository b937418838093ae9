use blogstack_aws::ec2::{
    Architecture, CpuCredits, HttpTokens, Image, Instance, InstanceArgs, InstanceTenancy, MetadataOptions, RootVolume, SecurityGroup,
    ShutdownBehavior, Subnet, Switch, VolumeType, Vpc,
};
use blogstack_core::{Declare, Handle, Output, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first, delete_first, same, update},
    world::World,
};
use std::net::Ipv4Addr;

mod behaviour;
mod options;

/// Amazon Linux 2023 of this version.
fn image(s: &Scope, version: &str) -> Output<Image> {
    s.look_up(Image::named(format!("al2023-ami-2023.{version}.*")).owner("amazon").architecture(Architecture::X86_64))
}

fn place(s: &Scope) -> Handle<Subnet> {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24").availability_zone("eu-west-1a"))
}

fn with(s: &Scope, more: impl FnOnce(InstanceArgs) -> InstanceArgs) -> Handle<Instance> {
    let subnet = place(s);
    s.add("web", more(Instance::new(&image(s, "9"), "t3.micro", &subnet)))
}

fn only(s: &Scope, more: impl FnOnce(InstanceArgs) -> InstanceArgs) {
    with(s, more);
}

fn in_groups(s: &Scope, names: &[&str]) {
    let subnet = place(s);
    let group = |name: &&str| s.add(name, SecurityGroup::new(&subnet.vpc, "a group"));
    let groups: Vec<Handle<SecurityGroup>> = ["a", "b"].iter().map(group).collect();
    let used: Vec<&Handle<SecurityGroup>> = groups.iter().filter(|group| names.contains(&group.urn().path())).collect();
    let instance = Instance::new(&image(s, "9"), "t3.micro", &subnet);
    s.add("web", if used.is_empty() { instance } else { instance.security_groups(used) });
}

/// An instance takes its interface and its volumes along.
fn vanish(world: &World, id: &str) {
    let objects = world.sim.objects();
    let parts = objects.values().filter(|part| part["attachment"]["instance"] == *id).filter_map(|part| part["id"].as_str());
    parts.chain([id]).for_each(|id| kinds::delete(world, id));
}

const SCRIPT: &str = "#!/bin/sh\necho hello";

/// Instances that are launched with every field set. Those of the first interface are sent in two ways.
fn beside(s: &Scope) {
    let subnet = place(s);
    let (image, size) = (image(s, "9"), "t3.micro");
    s.add("web", Instance::new(&image, size, &subnet));
    let group = s.add("a", SecurityGroup::new(&subnet.vpc, "a group"));
    let key = blogstack_aws::ec2::KeyPair::new("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl");
    let key = s.add("key", key.key_name("key"));
    let disk = RootVolume::new().volume_size(20_u32).volume_type(VolumeType::Gp3).iops(4000_u32).throughput(250_u32).encrypted(true);
    let disk = disk.kms_key_id("arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000000");
    let options = MetadataOptions::new().http_tokens(HttpTokens::Required).http_put_response_hop_limit(3_u8);
    let private = Instance::new(&image, size, &subnet)
        .security_groups([&group])
        .private_ip(Ipv4Addr::new(10, 0, 0, 8))
        .key_name(&key.key_name)
        .user_data(SCRIPT)
        .root_volume(disk.delete_on_termination(true))
        .metadata_options(options.http_endpoint(Switch::Enabled).instance_metadata_tags(Switch::Enabled))
        .disable_api_termination(false)
        .disable_api_stop(true)
        .instance_initiated_shutdown_behavior(ShutdownBehavior::Terminate)
        .monitoring(true)
        .ebs_optimized(true)
        .cpu_credits(CpuCredits::Unlimited);
    s.add("private", private.iam_instance_profile("web"));
    let public = Instance::new(&image, size, &subnet).security_groups([&group]).private_ip(Ipv4Addr::new(10, 0, 0, 9));
    s.add("public", public.associate_public_ip_address(true));
}

pub(super) const KIND: Kind = Kind {
    subject: "web",
    minimal: |s| only(s, |web| web),
    changes: &[
        update("a tag set", |s| only(s, |web| web.tag("a", "1"))),
        update("a tag changed", |s| only(s, |web| web.tag("a", "2"))),
        update("tags cleared", |s| only(s, |web| web)),
        same("others beside it, made with everything", beside),
        update("the check off", |s| only(s, |web| web.source_dest_check(false))),
        update("the check cleared", |s| only(s, |web| web)),
        update("a group", |s| in_groups(s, &["a"])),
        update("another group too", |s| in_groups(s, &["a", "b"])),
        update("one group less", |s| in_groups(s, &["b"])),
        update("groups cleared", |s| in_groups(s, &[])),
        update("a profile", |s| only(s, |web| web.iam_instance_profile("web"))),
        update("another profile", |s| only(s, |web| web.iam_instance_profile("other"))),
        update("no profile", |s| only(s, |web| web)),
        update("protected", |s| only(s, |web| web.disable_api_termination(true))),
        update("unprotected", |s| only(s, |web| web)),
        update("protected from stops", |s| only(s, |web| web.disable_api_stop(true))),
        update("a change that needs a stop lifts that, and another one puts it back", |s| {
            drop(s.add("web", Instance::new(&image(s, "9"), "t3.small", &place(s)).disable_api_stop(false)))
        }),
        update("protected again, and another type", |s| only(s, |web| web.disable_api_stop(true))),
        update("not protected from stops", |s| only(s, |web| web)),
        update("gone when it shuts down", |s| only(s, |web| web.instance_initiated_shutdown_behavior(ShutdownBehavior::Terminate))),
        update("stops when it shuts down", |s| only(s, |web| web)),
        update("monitored", |s| only(s, |web| web.monitoring(true))),
        update("not monitored", |s| only(s, |web| web)),
        update("EBS optimized", |s| only(s, |web| web.ebs_optimized(true))),
        update("not EBS optimized", |s| only(s, |web| web)),
        update("credits", |s| only(s, |web| web.cpu_credits(CpuCredits::Standard))),
        update("another type with the same credits", |s| {
            drop(s.add("web", Instance::new(&image(s, "9"), "t3.small", &place(s)).cpu_credits(CpuCredits::Standard)))
        }),
        update("the old type, credits cleared", |s| only(s, |web| web)),
        update("metadata options", |s| {
            only(s, |web| web.metadata_options(MetadataOptions::new().http_tokens(HttpTokens::Optional).http_endpoint(Switch::Enabled)))
        }),
        update("other metadata options", |s| {
            only(s, |web| {
                web.metadata_options(MetadataOptions::new().http_put_response_hop_limit(1_u8).instance_metadata_tags(Switch::Enabled))
            });
        }),
        update("metadata options cleared", |s| only(s, |web| web)),
        same("a volume as it is", |s| only(s, |web| web.root_volume(RootVolume::new().volume_size(8_u32)))),
        update("a larger volume", |s| only(s, |web| web.root_volume(RootVolume::new().volume_size(9_u32)))),
        update("a faster volume that stays", |s| {
            only(s, |web| {
                web.root_volume(RootVolume::new().volume_size(9_u32).iops(4000_u32).throughput(200_u32).delete_on_termination(false))
            })
        }),
        update("a volume of another type that goes", |s| {
            only(s, |web| web.root_volume(RootVolume::new().volume_type(VolumeType::Gp2).delete_on_termination(true)))
        }),
        create_first("a smaller volume", |s| only(s, |web| web.root_volume(RootVolume::new().volume_size(8_u32)))),
        create_first("an encrypted volume", |s| only(s, |web| web.root_volume(RootVolume::new().encrypted(true)))),
        update("the volume cleared", |s| only(s, |web| web)),
        create_first("user data", |s| only(s, |web| web.user_data(SCRIPT))),
        update("the same with the default said", |s| only(s, |web| web.user_data(SCRIPT).user_data_replace_on_change(true))),
        create_first("other user data", |s| only(s, |web| web.user_data("#!/bin/sh"))),
        update("other user data in place", |s| only(s, |web| web.user_data(SCRIPT).user_data_replace_on_change(false))),
        update("user data cleared in place", |s| only(s, |web| web.user_data_replace_on_change(false))),
        update("nothing any more", |s| only(s, |web| web)),
        create_first("an address", |s| only(s, |web| web.private_ip(Ipv4Addr::new(10, 0, 0, 77)))),
        delete_first("another image at the same address", |s| {
            drop(s.add("web", Instance::new(&image(s, "8"), "t3.micro", &place(s)).private_ip(Ipv4Addr::new(10, 0, 0, 77))))
        }),
        same("the address cleared", |s| drop(s.add("web", Instance::new(&image(s, "8"), "t3.micro", &place(s))))),
        create_first("a public address", |s| only(s, |web| web.associate_public_ip_address(true))),
        create_first("no public address", |s| only(s, |web| web.associate_public_ip_address(false))),
        create_first("a placement group", |s| only(s, |web| web.placement_group("near"))),
        create_first("hardware of its own", |s| only(s, |web| web.tenancy(InstanceTenancy::Dedicated))),
        create_first("another subnet", |s| {
            let subnet = place(s);
            let other = s.add("other", Subnet::new(&subnet.vpc, "10.0.1.0/24"));
            s.add("web", Instance::new(&image(s, "9"), "t3.micro", &other));
        }),
    ],
    creates: "RunInstances",
    deletes: "TerminateInstances",
    vanish,
    adopting: |s, ids| {
        let vpc = s.add("vpc", Vpc::new("10.0.0.0/16").adopt(&ids["vpc"]));
        let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24").adopt(&ids["subnet"]));
        s.add("web", Instance::new(&image(s, "9"), "t3.micro", &subnet).adopt(&ids["web"]));
    },
};

blogstack_tests::lives!(KIND);
