//! Changing what a tier is launched from rolls it, and the load balancer has a healthy target at every moment.

use std::{pin::pin, time::Duration};

use blogstack_aws::{
    autoscaling::{AutoScalingGroup, AutoScalingGroupArgs, HealthCheckType, InstanceRefresh},
    ec2::{LaunchTemplate, SecurityGroup},
    elbv2::{Action, Listener, LoadBalancer, Protocol, TargetGroup, TargetGroupAttributes},
};
use blogstack_core::Scope;
use blogstack_sim::{FaultKind, Image, Sim, on};
use blogstack_tests::{
    moto::judge::Judge,
    run,
    world::{ACCOUNT, World},
};

use super::{Network, network, template};

/// A tier behind a load balancer: what it is launched from, who may reach it, and at which port.
#[derive(Clone, Copy)]
struct Tier {
    size: u32,
    kind: &'static str,
    who: &'static str,
    port: u16,
    image: Option<&'static str>,
    protection: fn(AutoScalingGroupArgs) -> AutoScalingGroupArgs,
}

const TIER: Tier = Tier { size: 1, kind: "t3.nano", who: "web servers", port: 80, image: None, protection: protected };

/// As it is recommended.
fn protected(group: AutoScalingGroupArgs) -> AutoScalingGroupArgs {
    group.health_check_type(HealthCheckType::Elb).health_check_grace_period(60).instance_refresh(InstanceRefresh::new())
}

impl Tier {
    fn declare(self, s: &Scope) {
        let Network { vpc, subnets: [a, b] } = network(s);
        let servers = s.add("servers", SecurityGroup::new(&vpc, self.who));
        let drains = TargetGroupAttributes::new().deregistration_delay_timeout_seconds(30_u32);
        let targets = s.add("targets", TargetGroup::new(&vpc, Protocol::Http, self.port).attributes(drains));
        let balancer = s.add("balancer", LoadBalancer::new([&a, &b]));
        s.add("listener", Listener::new(&balancer, Protocol::Http, 80_u16, Action::forwarding(&targets)));
        let template = match self.image {
            Some(image) => LaunchTemplate::new().image(image).instance_type(self.kind),
            None => template(s, self.kind),
        };
        let template = s.add("template", template.security_groups([&servers]));
        let group = AutoScalingGroup::new([&a, &b], 4_u32).min_size(self.size).launch_template(&template);
        s.add("web", (self.protection)(group.target_group_arns([&targets])));
    }

    async fn up(self, world: &World) {
        world.up(move |s| self.declare(s)).await;
    }
}

/// How many targets are healthy now.
async fn healthy(world: &World, targets: &str) -> usize {
    let asked = [("TargetGroupArn".to_owned(), targets.to_owned())];
    let told = Judge::of(&world.sim, ACCOUNT).ask("elbv2", "DescribeTargetHealth", &asked).await;
    told.texts("State").filter(|state| *state == "healthy").count()
}

/// A tier that serves.
async fn serving(tier: Tier) -> World {
    serving_in(World::new(), tier).await
}

async fn serving_in(world: World, tier: Tier) -> World {
    tier.up(&world).await;
    let targets = world.id("targets").await;
    tokio::time::sleep(Duration::from_mins(10)).await;
    assert_eq!(healthy(&world, &targets).await, usize::try_from(tier.size).unwrap());
    world
}

/// Changes the tier, and tells the fewest healthy targets of any tenth of a second meanwhile.
async fn fewest_during(world: &World, tier: Tier) -> usize {
    let targets = world.id("targets").await;
    let mut change = pin!(tier.up(world));
    let mut fewest = healthy(world, &targets).await;
    loop {
        tokio::select! {
            () = &mut change => return fewest,
            () = tokio::time::sleep(Duration::from_millis(100)) => fewest = fewest.min(healthy(world, &targets).await),
        }
    }
}

fn types(world: &World) -> Vec<String> {
    let objects = world.sim.objects();
    let running = objects.iter().filter(|(key, object)| key.contains("/instance/") && object["state"] == "running");
    running.map(|(_, object)| object["instance_type"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn at_every_moment_of_a_roll_there_are_as_many_healthy_targets_as_before() {
    run(async {
        for size in [1, 2] {
            let tier = Tier { size, ..TIER };
            let world = serving(tier).await;
            let fewest = fewest_during(&world, Tier { kind: "t3.micro", ..tier }).await;
            assert_eq!(u32::try_from(fewest).unwrap(), size);
            assert_eq!(types(&world), vec!["t3.micro"; fewest], "and the run has waited for all of them");
            world.destroy().await;
        }
    });
}

/// What protects the tier is needed: with each part of it broken there is a moment without a healthy target.
#[test]
fn without_its_protection_the_load_balancer_has_nobody_to_send_requests_to() {
    let terminating_first: fn(AutoScalingGroupArgs) -> AutoScalingGroupArgs = |group| {
        let how = InstanceRefresh::new().min_healthy_percentage(0).max_healthy_percentage(100);
        group.health_check_type(HealthCheckType::Elb).instance_refresh(how)
    };
    let without_asking: fn(AutoScalingGroupArgs) -> AutoScalingGroupArgs = |group| group.instance_refresh(InstanceRefresh::new());
    run(async {
        for protection in [terminating_first, without_asking] {
            let tier = Tier { protection, ..TIER };
            let world = serving(tier).await;
            assert_eq!(fewest_during(&world, Tier { kind: "t3.micro", ..tier }).await, 0);
        }
    });
}

/// A run that is stopped goes on with the refresh that it finds; and nothing is replaced twice.
#[test]
fn a_refresh_whose_beginning_was_lost_is_waited_for() {
    run(async {
        let world = serving(TIER).await;
        world.sim.add_fault(on("StartInstanceRefresh").after_effect(FaultKind::Reset));
        world.sim.clear_calls();
        assert_eq!(fewest_during(&world, Tier { kind: "t3.micro", ..TIER }).await, 1);
        let launched = world.sim.objects().keys().filter(|key| key.contains("/instance/")).count();
        assert_eq!((launched, types(&world)), (1, vec!["t3.micro".to_owned()]));
        assert!(world.stack(|s| Tier { kind: "t3.micro", ..TIER }.declare(s)).preview().await.unwrap().is_empty());
    });
}

/// What does not work is launched, found wanting, and taken away again; what serves is not touched.
#[test]
fn an_image_that_does_not_work_never_takes_the_place_of_one_that_does() {
    const BROKEN: &str = "ami-0000000000000dead";
    run(async {
        let image = Image { id: Some(BROKEN.to_owned()), ..Image::new("broken", ACCOUNT) };
        let world = serving_in(World::with(Sim::builder().seed(7).image(image).failing_image(BROKEN)), TIER).await;
        let broken = Tier { image: Some(BROKEN), ..TIER };
        let report = world.stack(move |s| broken.declare(s)).up().await.unwrap();
        let error = &report.failed[0].error;
        assert!(error.to_string().contains("ended as `Failed`"), "{error}");
        assert!(error.hint().unwrap().contains("the group launches from what it had before"));
        tokio::time::sleep(Duration::from_mins(10)).await;
        assert_eq!(healthy(&world, &world.id("targets").await).await, 1);
        let plan = world.stack(move |s| broken.declare(s)).preview().await.unwrap();
        assert!(!plan.is_empty(), "the next run tries it again");
        assert_eq!(fewest_during(&world, Tier { kind: "t3.micro", ..TIER }).await, 1);
        assert_eq!(types(&world), ["t3.micro"]);
    });
}

/// A security group that is replaced stays until no instance has it any more.
#[test]
fn a_security_group_is_replaced_behind_a_tier_that_serves() {
    run(async {
        let world = serving(TIER).await;
        let old = world.id("servers").await;
        world.calls();
        let fewest = fewest_during(&world, Tier { who: "servers of the web", ..TIER }).await;
        assert_eq!(fewest, 1);
        let deletions = world.calls().into_iter().filter(|call| call == "DeleteSecurityGroup").count();
        assert_eq!(deletions, 1, "nobody tries to delete it as long as an instance has it");
        assert!(!world.sim.objects().keys().any(|key| key.ends_with(&old)), "the old one is gone");
        world.destroy().await;
    });
}

/// A target group that is replaced is attached before the old one is detached.
#[test]
fn a_target_group_is_replaced_behind_a_group() {
    run(async {
        let world = serving(TIER).await;
        world.calls();
        Tier { port: 8080, ..TIER }.up(&world).await;
        let calls = world.calls();
        let changes: Vec<&str> =
            calls.iter().map(String::as_str).filter(|call| call.contains("TargetGroup") && !call.starts_with("Describe")).collect();
        let attached = changes.iter().position(|call| *call == "AttachLoadBalancerTargetGroups").expect("the new one is attached");
        let detached = changes.iter().position(|call| *call == "DetachLoadBalancerTargetGroups").expect("the old one is detached");
        let deleted = changes.iter().position(|call| *call == "DeleteTargetGroup").expect("the old one is deleted");
        assert!(attached < detached && detached < deleted, "{changes:?}");
        tokio::time::sleep(Duration::from_mins(5)).await;
        assert_eq!(healthy(&world, &world.id("targets").await).await, 1);
        world.destroy().await;
    });
}
