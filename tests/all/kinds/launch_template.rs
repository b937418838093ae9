use std::collections::BTreeMap;

use blogstack_aws::ec2::{
    BlockDevice, BlockDeviceArgs, CpuCredits, HttpTokens, InstanceTenancy, LaunchInterface, LaunchInterfaceArgs, LaunchTemplate,
    LaunchTemplateArgs, MetadataOptions, MetadataOptionsArgs, SecurityGroup, ShutdownBehavior, Snapshot, Subnet, Switch, VolumeType, Vpc,
};
use blogstack_core::{Configure, Declare, Handle, Id, Scope};
use blogstack_sim::{FaultKind, on};
use blogstack_tests::{
    kinds::{self, Kind, create_first, same, update},
    run,
    world::World,
};

const SCRIPT: &str = "#!/bin/sh\necho hello";

fn with(s: &Scope, more: impl FnOnce(LaunchTemplateArgs) -> LaunchTemplateArgs) {
    s.add("web", more(LaunchTemplate::new().image("ami-0123456789abcdef0")));
}

fn network(s: &Scope) -> (Handle<Subnet>, Handle<SecurityGroup>) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24").availability_zone("eu-west-1a"));
    (subnet, s.add("group", SecurityGroup::new(&vpc, "web servers")))
}

fn with_interface(s: &Scope, more: impl FnOnce(LaunchInterfaceArgs) -> LaunchInterfaceArgs) {
    let (subnet, group) = network(s);
    with(s, |web| web.network_interfaces([more(LaunchInterface::new().subnet(&subnet).security_groups([&group]))]));
}

fn everything_of_a_disk() -> BlockDeviceArgs {
    let disk = BlockDevice::new("/dev/xvda").volume_size(20_u32).volume_type(VolumeType::Gp3).iops(4000_u32).throughput(200_u32);
    disk.encrypted(true).kms_key_id("alias/blog").delete_on_termination(false).snapshot(Id::<Snapshot>::new("snap-0123456789abcdef0"))
}

fn everything_of_the_metadata() -> MetadataOptionsArgs {
    let options = MetadataOptions::new().http_tokens(HttpTokens::Required).http_put_response_hop_limit(1_u8);
    options.http_endpoint(Switch::Enabled).instance_metadata_tags(Switch::Enabled)
}

fn tags(value: &str) -> BTreeMap<String, String> {
    [("Name".to_owned(), value.to_owned())].into()
}

pub(super) const KIND: Kind = Kind {
    subject: "web",
    minimal: |s| with(s, |web| web),
    changes: &[
        update("a type set", |s| with(s, |web| web.instance_type("t3.micro"))),
        update("a type changed", |s| with(s, |web| web.instance_type("t3.nano"))),
        update("the type cleared", |s| with(s, |web| web)),
        update("another image", |s| drop(s.add("web", LaunchTemplate::new().image("ami-0123456789abcdef1")))),
        update("an old image", |s| with(s, |web| web)),
        update("said what it is", |s| with(s, |web| web.version_description("first"))),
        update("a key", |s| with(s, |web| web.key_name("admin").user_data(SCRIPT))),
        update("a profile", |s| with(s, |web| web.iam_instance_profile("web"))),
        update("groups", |s| {
            let (_, group) = network(s);
            with(s, |web| web.security_groups([&group]));
        }),
        update("an interface", |s| with_interface(s, |one| one.associate_public_ip_address(true))),
        update("all of an interface", |s| {
            with_interface(s, |one| {
                let one = one.device_index(0_u8).private_ip_address(std::net::Ipv4Addr::new(10, 0, 0, 9));
                one.delete_on_termination(true).description("the first")
            });
        }),
        update("a disk", |s| with(s, |web| web.block_device_mappings([BlockDevice::new("/dev/xvda").volume_size(20_u32)]))),
        update("all of a disk", |s| with(s, |web| web.block_device_mappings([everything_of_a_disk()]))),
        update("no disk", |s| with(s, |web| web)),
        update("metadata options", |s| with(s, |web| web.metadata_options(everything_of_the_metadata()))),
        update("switches", |s| {
            with(s, |web| web.monitoring(true).ebs_optimized(true).disable_api_termination(true).disable_api_stop(true));
        }),
        update("a switch off", |s| with(s, |web| web.monitoring(false))),
        update("words", |s| {
            with(s, |web| {
                let web = web.instance_initiated_shutdown_behavior(ShutdownBehavior::Terminate).cpu_credits(CpuCredits::Standard);
                web.placement_group("close").tenancy(InstanceTenancy::Default)
            });
        }),
        update("tags of instances", |s| with(s, |web| web.instance_tags(tags("web")))),
        update("tags of all that is made", |s| {
            with(s, |web| web.instance_tags(tags("a")).volume_tags(tags("b")).network_interface_tags(tags("c")))
        }),
        update("tags of nothing", |s| with(s, |web| web)),
        update("a tag set", |s| with(s, |web| web.tag("a", "1"))),
        update("a tag changed", |s| with(s, |web| web.tag("a", "2"))),
        update("tags cleared", |s| with(s, |web| web)),
        create_first("a name set", |s| with(s, |web| web.launch_template_name("web"))),
        create_first("another name", |s| with(s, |web| web.launch_template_name("www"))),
        same("the name cleared", |s| with(s, |web| web)),
    ],
    creates: "CreateLaunchTemplate",
    deletes: "DeleteLaunchTemplate",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("web", LaunchTemplate::new().image("ami-0123456789abcdef0").adopt(&ids["web"]));
    },
};

blogstack_tests::lives!(KIND);

/// The template as the simulation has it.
fn template(world: &World) -> serde_json::Value {
    world.sim.objects().into_iter().find(|(key, _)| key.contains("/launch-template/")).expect("a template").1
}

#[test]
fn each_change_makes_one_version_and_takes_it() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let changed = |s: &Scope| with(s, |web| web.instance_type("t3.micro").user_data(SCRIPT));
        world.up(changed).await;
        let there = template(&world);
        assert_eq!((&there["latest_version"], &there["default_version"]), (&2.into(), &2.into()));
        world.up(|s| with(s, |web| web.instance_type("t3.micro").user_data(SCRIPT).tag("a", "1"))).await;
        assert_eq!(template(&world)["latest_version"], 2, "a tag is the template's, not a version's");
    });
}

#[test]
fn a_version_whose_answer_is_lost_is_made_once() {
    run(async {
        for operation in ["CreateLaunchTemplateVersion", "ModifyLaunchTemplate"] {
            for fault in [on(operation).after_effect(FaultKind::Reset), on(operation).before_effect(FaultKind::Reset)] {
                let world = World::new();
                world.up(KIND.minimal).await;
                world.sim.add_fault(fault);
                let changed = |s: &Scope| with(s, |web| web.instance_type("t3.micro"));
                world.stack(changed).up().await.expect("it runs");
                world.up(changed).await;
                assert!(world.stack(changed).preview().await.unwrap().is_empty());
                let there = template(&world);
                assert_eq!((&there["latest_version"], &there["default_version"]), (&2.into(), &2.into()), "{operation}");
            }
        }
    });
}

#[test]
fn another_default_version_is_drift_and_mended_by_the_one_that_is_there() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let changed = |s: &Scope| with(s, |web| web.instance_type("t3.micro"));
        world.up(changed).await;
        kinds::overwrite(&world, &world.id("web").await, "default_version", 1.into());
        let plan = world.stack(changed).preview().await.unwrap();
        assert_eq!(plan.summary()["update"], 1);
        world.up(changed).await;
        let there = template(&world);
        assert_eq!((&there["latest_version"], &there["default_version"]), (&2.into(), &2.into()));
    });
}

#[test]
fn what_nobody_manages_is_carried_into_the_next_version() {
    run(async {
        let world = World::new();
        world.up(|s| with(s, |web| web.key_name("admin").instance_tags(tags("web")).retain())).await;
        let id = world.id("web").await;
        world.up(|_| ()).await;
        let adopting = move |s: &Scope| drop(s.add("web", LaunchTemplate::new().instance_type("t3.micro").adopt(id.clone())));
        world.up(adopting).await;
        let data = &template(&world)["versions"][1]["data"];
        assert_eq!((&data["KeyName"], &data["InstanceType"]), (&"admin".into(), &"t3.micro".into()));
        assert_eq!(data["TagSpecification.1.Tag.1.Value"], "web");
    });
}

#[test]
fn what_no_instance_could_be_launched_with_is_refused_before_any_call() {
    run(async {
        let problem = |program: fn(&Scope)| async move { World::new().stack(program).preview().await.unwrap_err().to_string() };
        let error = problem(|s| with(s, |web| web.launch_template_name("ab"))).await;
        assert!(error.contains("field `launch_template_name`: a name has 3 to 128"), "{error}");
        let error = problem(|s| with(s, |web| web.user_data("x".repeat(16 * 1024 + 1)))).await;
        assert!(error.contains("field `user_data`: it has 16385 bytes, and AWS takes 16384"), "{error}");
        let disk = |s: &Scope| with(s, |web| web.block_device_mappings([BlockDevice::new("/dev/xvda").kms_key_id("alias/blog")]));
        let error = problem(disk).await;
        assert!(error.contains("has a key, but is not to be encrypted"), "{error}");
        let both = |s: &Scope| {
            let (_, group) = network(s);
            with(s, |web| web.security_groups([&group]).network_interfaces([LaunchInterface::new()]));
        };
        let error = problem(both).await;
        assert!(error.contains("field `security_groups`: with `network_interfaces`"), "{error}");
    });
}

#[test]
fn a_name_that_somebody_else_has_is_not_taken() {
    run(async {
        let world = World::new();
        let named = |s: &Scope| with(s, |web| web.launch_template_name("web"));
        world.up(named).await;
        let id = world.id("web").await;
        let report = world.beside().stack(named).up().await.unwrap();
        let error = &report.failed[0].error;
        assert!(error.to_string().starts_with("field `launch_template_name`: Launch template name already in use."), "{error}");
        assert_eq!(error.hint(), Some(format!("choose another `launch_template_name`, or take it over with `.adopt(\"{id}\")`")));
    });
}
