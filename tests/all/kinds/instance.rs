use blogstack_aws::ec2::{
    Architecture, CpuCredits, HttpTokens, Image, Instance, InstanceArgs, InstanceTenancy, MetadataOptions, RootVolume, SecurityGroup,
    ShutdownBehavior, Subnet, Switch, VolumeType, Vpc,
};
use blogstack_core::{Declare, Handle, Output, Scope, step::Action};
use blogstack_tests::{
    kinds::{self, CREATE_FIRST, Change, DELETE_FIRST, Kind},
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
        Change { what: "a tag set", program: |s| only(s, |web| web.tag("a", "1")), action: Action::Update },
        Change { what: "a tag changed", program: |s| only(s, |web| web.tag("a", "2")), action: Action::Update },
        Change { what: "tags cleared", program: |s| only(s, |web| web), action: Action::Update },
        Change { what: "others beside it, made with everything", program: beside, action: Action::Same },
        Change { what: "the check off", program: |s| only(s, |web| web.source_dest_check(false)), action: Action::Update },
        Change { what: "the check cleared", program: |s| only(s, |web| web), action: Action::Update },
        Change { what: "a group", program: |s| in_groups(s, &["a"]), action: Action::Update },
        Change { what: "another group too", program: |s| in_groups(s, &["a", "b"]), action: Action::Update },
        Change { what: "one group less", program: |s| in_groups(s, &["b"]), action: Action::Update },
        Change { what: "groups cleared", program: |s| in_groups(s, &[]), action: Action::Update },
        Change { what: "a profile", program: |s| only(s, |web| web.iam_instance_profile("web")), action: Action::Update },
        Change { what: "another profile", program: |s| only(s, |web| web.iam_instance_profile("other")), action: Action::Update },
        Change { what: "no profile", program: |s| only(s, |web| web), action: Action::Update },
        Change { what: "protected", program: |s| only(s, |web| web.disable_api_termination(true)), action: Action::Update },
        Change { what: "unprotected", program: |s| only(s, |web| web), action: Action::Update },
        Change { what: "protected from stops", program: |s| only(s, |web| web.disable_api_stop(true)), action: Action::Update },
        Change {
            what: "a change that needs a stop lifts that, and another one puts it back",
            program: |s| drop(s.add("web", Instance::new(&image(s, "9"), "t3.small", &place(s)).disable_api_stop(false))),
            action: Action::Update,
        },
        Change {
            what: "protected again, and another type",
            program: |s| only(s, |web| web.disable_api_stop(true)),
            action: Action::Update,
        },
        Change { what: "not protected from stops", program: |s| only(s, |web| web), action: Action::Update },
        Change {
            what: "gone when it shuts down",
            program: |s| only(s, |web| web.instance_initiated_shutdown_behavior(ShutdownBehavior::Terminate)),
            action: Action::Update,
        },
        Change { what: "stops when it shuts down", program: |s| only(s, |web| web), action: Action::Update },
        Change { what: "monitored", program: |s| only(s, |web| web.monitoring(true)), action: Action::Update },
        Change { what: "not monitored", program: |s| only(s, |web| web), action: Action::Update },
        Change { what: "EBS optimized", program: |s| only(s, |web| web.ebs_optimized(true)), action: Action::Update },
        Change { what: "not EBS optimized", program: |s| only(s, |web| web), action: Action::Update },
        Change { what: "credits", program: |s| only(s, |web| web.cpu_credits(CpuCredits::Standard)), action: Action::Update },
        Change {
            what: "another type with the same credits",
            program: |s| drop(s.add("web", Instance::new(&image(s, "9"), "t3.small", &place(s)).cpu_credits(CpuCredits::Standard))),
            action: Action::Update,
        },
        Change { what: "the old type, credits cleared", program: |s| only(s, |web| web), action: Action::Update },
        Change {
            what: "metadata options",
            program: |s| {
                only(s, |web| web.metadata_options(MetadataOptions::new().http_tokens(HttpTokens::Optional).http_endpoint(Switch::Enabled)))
            },
            action: Action::Update,
        },
        Change {
            what: "other metadata options",
            program: |s| {
                only(s, |web| {
                    web.metadata_options(MetadataOptions::new().http_put_response_hop_limit(1_u8).instance_metadata_tags(Switch::Enabled))
                });
            },
            action: Action::Update,
        },
        Change { what: "metadata options cleared", program: |s| only(s, |web| web), action: Action::Update },
        Change {
            what: "a volume as it is",
            program: |s| only(s, |web| web.root_volume(RootVolume::new().volume_size(8_u32))),
            action: Action::Same,
        },
        Change {
            what: "a larger volume",
            program: |s| only(s, |web| web.root_volume(RootVolume::new().volume_size(9_u32))),
            action: Action::Update,
        },
        Change {
            what: "a faster volume that stays",
            program: |s| {
                only(s, |web| {
                    web.root_volume(RootVolume::new().volume_size(9_u32).iops(4000_u32).throughput(200_u32).delete_on_termination(false))
                })
            },
            action: Action::Update,
        },
        Change {
            what: "a volume of another type that goes",
            program: |s| only(s, |web| web.root_volume(RootVolume::new().volume_type(VolumeType::Gp2).delete_on_termination(true))),
            action: Action::Update,
        },
        Change {
            what: "a smaller volume",
            program: |s| only(s, |web| web.root_volume(RootVolume::new().volume_size(8_u32))),
            action: CREATE_FIRST,
        },
        Change {
            what: "an encrypted volume",
            program: |s| only(s, |web| web.root_volume(RootVolume::new().encrypted(true))),
            action: CREATE_FIRST,
        },
        Change { what: "the volume cleared", program: |s| only(s, |web| web), action: Action::Update },
        Change { what: "user data", program: |s| only(s, |web| web.user_data(SCRIPT)), action: CREATE_FIRST },
        Change {
            what: "the same with the default said",
            program: |s| only(s, |web| web.user_data(SCRIPT).user_data_replace_on_change(true)),
            action: Action::Update,
        },
        Change { what: "other user data", program: |s| only(s, |web| web.user_data("#!/bin/sh")), action: CREATE_FIRST },
        Change {
            what: "other user data in place",
            program: |s| only(s, |web| web.user_data(SCRIPT).user_data_replace_on_change(false)),
            action: Action::Update,
        },
        Change {
            what: "user data cleared in place",
            program: |s| only(s, |web| web.user_data_replace_on_change(false)),
            action: Action::Update,
        },
        Change { what: "nothing any more", program: |s| only(s, |web| web), action: Action::Update },
        Change { what: "an address", program: |s| only(s, |web| web.private_ip(Ipv4Addr::new(10, 0, 0, 77))), action: CREATE_FIRST },
        Change {
            what: "another image at the same address",
            program: |s| drop(s.add("web", Instance::new(&image(s, "8"), "t3.micro", &place(s)).private_ip(Ipv4Addr::new(10, 0, 0, 77)))),
            action: DELETE_FIRST,
        },
        Change {
            what: "the address cleared",
            program: |s| drop(s.add("web", Instance::new(&image(s, "8"), "t3.micro", &place(s)))),
            action: Action::Same,
        },
        Change { what: "a public address", program: |s| only(s, |web| web.associate_public_ip_address(true)), action: CREATE_FIRST },
        Change { what: "no public address", program: |s| only(s, |web| web.associate_public_ip_address(false)), action: CREATE_FIRST },
        Change { what: "a placement group", program: |s| only(s, |web| web.placement_group("near")), action: CREATE_FIRST },
        Change { what: "hardware of its own", program: |s| only(s, |web| web.tenancy(InstanceTenancy::Dedicated)), action: CREATE_FIRST },
        Change {
            what: "another subnet",
            program: |s| {
                let subnet = place(s);
                let other = s.add("other", Subnet::new(&subnet.vpc, "10.0.1.0/24"));
                s.add("web", Instance::new(&image(s, "9"), "t3.micro", &other));
            },
            action: CREATE_FIRST,
        },
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
