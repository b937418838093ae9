//! What an instance does besides living its life.

use blogstack_aws::ec2::{
    CpuCredits, HttpTokens, Instance, InstanceTenancy, InternetGateway, MetadataOptions, RootVolume, SecurityGroup, ShutdownBehavior,
    Switch, VolumeType,
};
use blogstack_core::{Configure, Handle, Scope, step::Action};
use blogstack_sim::{FaultKind, Sim, SimBuilder, on};
use blogstack_tests::{
    crash::{Run, Stage, every_stop, every_stop_with, realistic},
    run,
    world::World,
};
use serde_json::{Value as Json, json};
use std::net::Ipv4Addr;

use super::{KIND, SCRIPT, image, only, place};

/// The first object of a kind.
fn object(world: &World, kind: &str) -> Json {
    let objects = world.sim.objects();
    let found = objects.into_iter().find(|(key, _)| key.contains(&format!("/{kind}/")));
    found.unwrap_or_else(|| panic!("there is no {kind}")).1
}

fn id(object: &Json) -> &str {
    object["id"].as_str().unwrap()
}

/// Calls that change something.
fn changing(world: &World) -> Vec<String> {
    let calls = world.sim.calls();
    world.sim.clear_calls();
    calls.into_iter().filter(|call| call.mutating).map(|call| call.operation).collect()
}

async fn is_settled(world: &World, program: fn(&Scope)) -> bool {
    world.stack(program).preview().await.unwrap().is_empty()
}

async fn failure(world: &World, program: impl Fn(&Scope) + Send + Sync + 'static) -> String {
    let report = world.stack(program).up().await.unwrap();
    let [failure] = &report.failed[..] else { panic!("{report:#?}") };
    format!("{}\nhint: {}", failure.error, failure.error.hint().unwrap_or_default())
}

fn with_profiles() -> SimBuilder {
    Sim::builder().seed(7).instance_profile("web")
}

#[test]
fn everything_can_be_set_at_launch() {
    run(async {
        fn program(s: &Scope, protected: bool) {
            let subnet = place(s);
            let group = s.add("group", SecurityGroup::new(&subnet.vpc, "web"));
            let disk =
                RootVolume::new().volume_size(20_u32).volume_type(VolumeType::Gp3).iops(4000_u32).throughput(250_u32).encrypted(true);
            let options = MetadataOptions::new().http_tokens(HttpTokens::Required).http_put_response_hop_limit(3_u8);
            let web = Instance::new(&image(s, "9"), "t3.micro", &subnet)
                .security_groups([&group])
                .private_ip(Ipv4Addr::new(10, 0, 0, 9))
                .associate_public_ip_address(true)
                .source_dest_check(false)
                .iam_instance_profile("web")
                .user_data(SCRIPT)
                .root_volume(disk.delete_on_termination(true))
                .metadata_options(options.http_endpoint(Switch::Enabled).instance_metadata_tags(Switch::Enabled))
                .disable_api_termination(protected)
                .disable_api_stop(true)
                .instance_initiated_shutdown_behavior(ShutdownBehavior::Terminate)
                .monitoring(true)
                .ebs_optimized(true)
                .cpu_credits(CpuCredits::Unlimited)
                .placement_group("near")
                .tenancy(InstanceTenancy::Default)
                .tag("Name", "web");
            let web = s.add("web", web);
            s.export("address", &web.public_ip);
        }
        let world = World::with(with_profiles());
        world.up(|s| program(s, true)).await;
        assert!(is_settled(&world, |s| program(s, true)).await);
        let (instance, volume, interface) = (object(&world, "instance"), object(&world, "volume"), object(&world, "network-interface"));
        assert_eq!(instance["user_data"], "IyEvYmluL3NoCmVjaG8gaGVsbG8=");
        assert_eq!(volume["tags"], instance["tags"]);
        assert_eq!((&volume["size"], &volume["iops"], &interface["private_address"]), (&json!(20), &json!(4000), &json!("10.0.0.9")));
        assert_eq!(world.state().await.exports["address"].as_text(), interface["public_address"].as_str());
        world.up(|s| program(s, false)).await;
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
    });
}

#[test]
fn it_is_stopped_only_for_what_needs_it_and_comes_last() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        changing(&world);
        let changed = |s: &Scope| {
            let subnet = place(s);
            s.add("web", Instance::new(&image(s, "9"), "t3.large", &subnet).monitoring(true).tag("a", "b"));
        };
        world.up(changed).await;
        assert_eq!(
            changing(&world),
            ["MonitorInstances", "CreateTags", "CreateTags", "StopInstances", "ModifyInstanceAttribute", "StartInstances", "DeleteTags"]
        );
        assert_eq!(object(&world, "instance")["state"], "running");
    });
}

#[test]
fn one_that_somebody_stopped_stays_stopped() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        assert!(world.sim.out_of_band().set(id(&object(&world, "instance")), "state", "stopped").unwrap());
        assert!(is_settled(&world, KIND.minimal).await);
        world.up(|s| only(s, |web| web.tag("a", "b").source_dest_check(false))).await;
        assert_eq!(object(&world, "instance")["state"], "stopped");
        let larger = |s: &Scope| drop(s.add("web", Instance::new(&image(s, "9"), "t3.large", &place(s)).tag("a", "b")));
        world.up(larger).await;
        assert!(is_settled(&world, larger).await);
        assert_eq!(object(&world, "instance")["state"], "stopped");
    });
}

#[test]
fn a_change_that_broke_off_while_it_was_stopped_ends_with_a_running_instance() {
    run(async {
        let refused = FaultKind::Error { code: "InsufficientInstanceCapacity".into(), message: "none left".into(), status: 400 };
        let world = World::with(Sim::builder().seed(7).fault(on("StartInstances").before_effect(refused)));
        world.up(KIND.minimal).await;
        let larger = |s: &Scope| drop(s.add("web", Instance::new(&image(s, "9"), "t3.large", &place(s))));
        failure(&world, larger).await;
        assert_eq!(object(&world, "instance")["state"], "stopped");
        let program = |s: &Scope| drop(s.add("web", Instance::new(&image(s, "9"), "t3.large", &place(s)).tag("changed", "again")));
        world.up(program).await;
        assert_eq!(object(&world, "instance")["state"], "running");
        assert!(is_settled(&world, program).await);
    });
}

#[test]
fn protection_is_not_lifted_on_the_way() {
    run(async {
        let world = World::new();
        world.up(|s| only(s, |web| web.disable_api_termination(true).disable_api_stop(true))).await;
        let gone = |s: &Scope| drop(place(s));
        let message = failure(&world, gone).await;
        assert!(
            message.contains("OperationNotPermitted") && message.contains("hint: it is protected: apply `.disable_api_termination(false)`"),
            "{message}"
        );
        let larger = |s: &Scope| {
            let web = Instance::new(&image(s, "9"), "t3.large", &place(s)).disable_api_termination(true).disable_api_stop(true);
            s.add("web", web);
        };
        let message = failure(&world, larger).await;
        assert!(message.contains("apply `.disable_api_stop(false)` first"), "{message}");
        world.up(KIND.minimal).await;
        world.up(gone).await;
    });
}

#[test]
fn a_profile_that_ec2_does_not_know_yet_is_waited_for() {
    run(async {
        let message = "Value (web) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name".to_owned();
        let unknown = || FaultKind::Error { code: "InvalidParameterValue".into(), message: message.clone(), status: 400 };
        let faults =
            [on("RunInstances").times(3).before_effect(unknown()), on("AssociateIamInstanceProfile").times(3).before_effect(unknown())];
        let world = World::with(faults.into_iter().fold(with_profiles(), SimBuilder::fault));
        let program = |s: &Scope| only(s, |web| web.iam_instance_profile("web"));
        world.up(program).await;
        assert!(is_settled(&world, program).await);
        world.up(KIND.minimal).await;
        world.up(program).await;
        assert!(is_settled(&world, program).await);
        let message = failure(&world, |s| only(s, |web| web.iam_instance_profile("no-such-profile"))).await;
        assert!(message.contains("`iam_instance_profile`") && message.contains("Invalid IAM Instance Profile"), "{message}");
    });
}

#[test]
fn calls_whose_answer_is_lost_are_not_made_twice() {
    run(async {
        let changed = |s: &Scope| {
            let disk = RootVolume::new().volume_size(16_u32).delete_on_termination(false);
            let web = Instance::new(&image(s, "9"), "t3.large", &place(s)).root_volume(disk).iam_instance_profile("web").monitoring(true);
            s.add("web", web.user_data(SCRIPT).user_data_replace_on_change(false).cpu_credits(CpuCredits::Standard));
        };
        let operations = [
            "ModifyVolume",
            "AssociateIamInstanceProfile",
            "MonitorInstances",
            "StopInstances",
            "ModifyInstanceAttribute",
            "StartInstances",
            "ModifyInstanceCreditSpecification",
        ];
        for operation in operations {
            let world = World::with(with_profiles().fault(on(operation).after_effect(FaultKind::Reset)));
            world.up(|s| only(s, |web| web.user_data("#!/bin/sh"))).await;
            changing(&world);
            world.up(changed).await;
            let calls = changing(&world);
            assert!(calls.iter().any(|call| call == operation), "{calls:?}");
            assert_eq!(calls.iter().filter(|call| *call == "ModifyVolume").count(), 1, "{operation}: {calls:?}");
            assert!(is_settled(&world, changed).await, "{operation}");
        }
    });
}

#[test]
fn a_token_that_was_used_before_is_no_reason_to_launch_again() {
    run(async {
        let error = |code: &str| FaultKind::Error { code: code.into(), message: "the token was used".into(), status: 400 };
        let world = World::with(Sim::builder().seed(7).fault(on("RunInstances").after_effect(error("IdempotentParameterMismatch"))));
        world.up(KIND.minimal).await;
        assert_eq!(changing(&world).iter().filter(|call| *call == "RunInstances").count(), 1);
        assert!(is_settled(&world, KIND.minimal).await);
        let world = World::with(Sim::builder().seed(7).fault(on("RunInstances").before_effect(error("IdempotentInstanceTerminated"))));
        let message = failure(&world, KIND.minimal).await;
        assert!(message.contains("hint: it was launched and terminated again; run again"), "{message}");
        world.up(KIND.minimal).await;
    });
}

#[test]
fn a_terminated_instance_is_gone_and_a_dying_one_is_replaced() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let first = object(&world, "instance");
        assert!(world.sim.out_of_band().set(id(&first), "state", "shutting-down").unwrap());
        let plan = world.stack(KIND.minimal).preview().await.unwrap();
        assert_eq!(plan.summary()["replace"], 1);
        assert!(world.sim.out_of_band().set(id(&first), "state", "terminated").unwrap());
        let plan = world.stack(KIND.minimal).preview().await.unwrap();
        assert_eq!(plan.summary()["create"], 1);
    });
}

#[test]
fn what_somebody_else_changed_is_put_right() {
    run(async {
        let world = World::new();
        let program = |s: &Scope| only(s, |web| web.source_dest_check(false).monitoring(true).disable_api_stop(false).user_data(SCRIPT));
        world.up(program).await;
        let (instance, interface) = (object(&world, "instance"), object(&world, "network-interface"));
        assert!(world.sim.out_of_band().set(id(&interface), "source_dest_check", true).unwrap());
        assert!(world.sim.out_of_band().set(id(&instance), "monitoring", false).unwrap());
        assert!(world.sim.out_of_band().set(id(&instance), "disable_api_stop", true).unwrap());
        let plan = world.stack(program).preview().await.unwrap();
        let web = plan.steps.iter().find(|step| step.urn.path() == "web").unwrap();
        assert_eq!((web.action, web.changes.len()), (Action::Update, 3));
        world.up(program).await;
        assert_eq!(object(&world, "network-interface")["source_dest_check"], false);
        assert!(is_settled(&world, program).await);
        // Unset is unmanaged: nothing of it is even read.
        world.up(KIND.minimal).await;
        assert!(world.sim.out_of_band().set(id(&instance), "disable_api_stop", true).unwrap());
        world.calls();
        assert!(is_settled(&world, KIND.minimal).await);
        assert!(!world.calls().contains(&"DescribeInstanceAttribute".to_owned()));
    });
}

#[test]
fn it_is_launched_after_and_terminated_before_the_way_to_the_internet() {
    run(async {
        let world = World::new();
        let program = |s: &Scope| {
            let subnet = place(s);
            let web = s.add("web", Instance::new(&image(s, "9"), "t3.micro", &subnet).associate_public_ip_address(true));
            s.add("gateway", InternetGateway::new(&subnet.vpc));
            s.export("address", &web.public_ip);
        };
        world.up(program).await;
        world.destroy().await;
        let order = ["AttachInternetGateway", "RunInstances", "TerminateInstances", "DetachInternetGateway"];
        let calls: Vec<String> = changing(&world).into_iter().filter(|call| order.contains(&call.as_str())).collect();
        assert_eq!(calls, order);
    });
}

#[test]
fn one_that_is_given_up_keeps_no_mark_of_ours() {
    run(async {
        let world = World::new();
        world.up(|s| only(s, |web| web.retain().tag("Name", "web"))).await;
        world.up(|s| drop(place(s))).await;
        let tags = json!({ "Name": "web" });
        assert_eq!((&object(&world, "instance")["tags"], &object(&world, "volume")["tags"]), (&tags, &tags));
    });
}

#[test]
fn wrong_fields_are_refused_before_any_call() {
    run(async {
        let world = World::new();
        let wrong = |s: &Scope| {
            let subnet = place(s);
            let instance = || Instance::new("ami-0123456789abcdef0", "t3.micro", &subnet);
            s.add("a", instance().private_ip(Ipv4Addr::new(10, 0, 1, 9)));
            s.add("b", instance().private_ip(Ipv4Addr::new(10, 0, 0, 3)));
            s.add("c", instance().security_groups(Vec::<Handle<SecurityGroup>>::new().iter().collect::<Vec<_>>()));
            s.add("d", instance().user_data("x".repeat(16 * 1024 + 1)));
            s.add("e", instance().metadata_options(MetadataOptions::new().http_put_response_hop_limit(65_u8)));
            s.add("f", instance().root_volume(RootVolume::new().encrypted(true).kms_key_id("alias/blog")));
            s.add("g", instance().root_volume(RootVolume::new().kms_key_id("arn:aws:kms:eu-west-1:1:key/k")).tag("aws:x", "y"));
        };
        let error = world.stack(wrong).preview().await.unwrap_err().to_string();
        let parts = [
            "10.0.1.9 lies outside the subnet's 10.0.0.0/24",
            "10.0.0.3 is one that AWS keeps",
            "has one group at least",
            "has 16385 bytes",
            "a hop limit of 65",
            "`alias/blog` is not given by its ARN",
            "not to be encrypted",
            "reserved prefix",
        ];
        for part in parts {
            assert!(error.contains(part), "no `{part}` in {error}");
        }
        assert!(changing(&world).is_empty());
    });
}

#[test]
fn an_image_that_is_not_there_is_named_in_the_error() {
    run(async {
        let world = World::new();
        let missing = "ami-00000000000000000";
        let message = failure(&world, move |s| drop(s.add("web", Instance::new(missing, "t3.micro", &place(s))))).await;
        assert!(message.contains(missing) && message.contains("RunInstances"), "{message}");
        let with_disk = move |s: &Scope| {
            let subnet = place(s);
            s.add("web", Instance::new(missing, "t3.micro", &subnet).root_volume(RootVolume::new().volume_size(9_u32)));
        };
        let message = failure(&world, with_disk).await;
        assert!(message.contains(missing) && message.contains("field `image`"), "{message}");
    });
}

/// A public instance whose type, script and disk change, then one that has to make room for its successor.
fn in_place(s: &Scope, kind: &str, size: u32) -> Handle<Instance> {
    let subnet = place(s);
    let disk = RootVolume::new().volume_size(size).delete_on_termination(true);
    let web = Instance::new(&image(s, "9"), kind, &subnet).root_volume(disk).source_dest_check(size == 8);
    s.add("web", web.private_ip(Ipv4Addr::new(10, 0, 0, 8)).user_data(format!("#!{kind}")).user_data_replace_on_change(false))
}

#[test]
fn changes_survive_every_stop() {
    let stage = Stage::empty(realistic);
    let (before, after) = (Run::up(|s| drop(in_place(s, "t3.micro", 8))), Run::up(|s| drop(in_place(s, "t3.large", 9))));
    let first = every_stop(&stage, &before);
    let up = stage.finish(&before).stage;
    let change = every_stop(&up, &after);
    let changed = up.finish(&after).stage;
    let replaced =
        Run::up(|s| drop(s.add("web", Instance::new(&image(s, "8"), "t3.large", &place(s)).private_ip(Ipv4Addr::new(10, 0, 0, 8)))));
    let replace = every_stop(&changed, &replaced);
    let destroy = every_stop(&changed.finish(&replaced).stage, &Run::Destroy);
    println!("stops tried: {first} in a first up, {change} in a change, {replace} in a replacement, {destroy} in a destroy");
    assert!(first > 40 && change > 50 && replace > 40 && destroy > 20, "{first} {change} {replace} {destroy}");
}

/// Whether it was to have a public address cannot be read, and needs a new instance. What only got another tag is not in doubt.
#[test]
fn a_change_that_was_stopped_makes_no_new_instance() {
    let public = |tag: &'static str| Run::up(move |s: &Scope| only(s, |web| web.associate_public_ip_address(true).tag("a", tag)));
    let up = Stage::empty(realistic).finish(&public("1")).stage;
    let stops = every_stop_with(&up, &public("2"), |ended| {
        assert!(!ended.calls.iter().any(|call| call == "RunInstances"), "{ended:?}");
    });
    assert!(stops > 10, "{stops}");
}

#[test]
fn one_that_is_being_terminated_is_not_asked_about_any_further() {
    run(async {
        let world = World::new();
        let program = |s: &Scope| only(s, |web| web.user_data(SCRIPT));
        world.up(program).await;
        let id = world.id("web").await;
        assert!(world.sim.out_of_band().set(&id, "state", "shutting-down").unwrap());
        world.sim.clear_calls();
        let plan = world.stack(program).preview().await.unwrap();
        assert_eq!(plan.summary()["replace"], 1);
        assert!(!world.calls().contains(&"DescribeInstanceAttribute".to_owned()));
    });
}
