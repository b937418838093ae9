use std::collections::BTreeMap;

use blogstack_aws::{
    Arn,
    autoscaling::{
        AutoScalingGroup, AutoScalingGroupArgs, DeletionProtection, GroupMetric, HealthCheckType, InstanceMaintenancePolicy,
        InstanceRefresh, InstancesDistribution, LaunchTemplateOverride, LaunchTemplateSpecification, MixedInstancesPolicy,
        MixedInstancesPolicyArgs, ScaleInProtectedInstances, ScalingProcess, SpotAllocationStrategy, StandbyInstances, TerminationPolicy,
    },
    ec2::{LaunchTemplate, Subnet},
    elbv2::{Protocol, TargetGroup},
};
use blogstack_core::{Declare, Handle, Id, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first, update},
    moto::judge::Judge,
    run,
    world::{ACCOUNT, World},
};

use super::{Network, network, template};

/// What a group may be made of.
struct Parts {
    template: Handle<LaunchTemplate>,
    targets: [Handle<TargetGroup>; 2],
}

fn of(s: &Scope, kind: &'static str, more: impl FnOnce(AutoScalingGroupArgs, &Parts) -> AutoScalingGroupArgs) {
    placed(s, kind, 0, 4, more);
}

/// In one of the two subnets, and with so many instances at most.
fn placed(
    s: &Scope,
    kind: &'static str,
    subnet: usize,
    most: u32,
    more: impl FnOnce(AutoScalingGroupArgs, &Parts) -> AutoScalingGroupArgs,
) {
    let Network { vpc, subnets } = network(s);
    let targets = ["one", "other"].map(|name| s.add(name, TargetGroup::new(&vpc, Protocol::Http, 80_u16)));
    let parts = Parts { template: s.add("template", template(s, kind)), targets };
    s.add("web", more(AutoScalingGroup::new([&subnets[subnet]], most), &parts));
}

fn with(s: &Scope, more: impl FnOnce(AutoScalingGroupArgs, &Parts) -> AutoScalingGroupArgs) {
    of(s, "t3.nano", |group, parts| more(group.launch_template(&parts.template), parts));
}

fn tags(value: &str) -> BTreeMap<String, String> {
    [("Name".to_owned(), value.to_owned())].into()
}

/// With instances, of this type, which are replaced when it changes.
fn refreshed(s: &Scope, kind: &'static str) {
    of(s, kind, |group, parts| {
        let how = InstanceRefresh::new().instance_warmup(30_u32).auto_rollback(true).bake_time(60_u32);
        let how = how.scale_in_protected_instances(ScaleInProtectedInstances::Refresh).standby_instances(StandbyInstances::Ignore);
        group.min_size(1).launch_template(&parts.template).instance_refresh(how)
    });
}

fn policy(parts: &Parts, kind: &'static str) -> MixedInstancesPolicyArgs {
    let own = LaunchTemplateOverride::new().instance_type(kind).weighted_capacity(1_u32).launch_template(&parts.template);
    let spot = InstancesDistribution::new()
        .on_demand_base_capacity(1_u32)
        .on_demand_percentage_above_base_capacity(50_u32)
        .spot_allocation_strategy(SpotAllocationStrategy::LowestPrice)
        .spot_instance_pools(3_u32)
        .spot_max_price("0.05");
    MixedInstancesPolicy::new(&parts.template).overrides([own]).instances_distribution(spot)
}

fn mixed(s: &Scope, kind: &'static str, refresh: bool) {
    of(s, "t3.nano", |group, parts| {
        let group = group.min_size(1).mixed_instances_policy(policy(parts, kind));
        group.instance_refresh(refresh.then(InstanceRefresh::new))
    });
}

pub(super) const KIND: Kind = Kind {
    subject: "web",
    minimal: |s| with(s, |group, _| group),
    changes: &[
        update("a tag set", |s| with(s, |group, _| group.tag("a", "1"))),
        update("the tag given to instances", |s| with(s, |group, _| group.instance_tags(tags("web")))),
        update("tags cleared", |s| with(s, |group, _| group)),
        update("health", |s| with(s, |group, _| group.health_check_type(HealthCheckType::Elb).health_check_grace_period(60))),
        update("as it was", |s| with(s, |group, _| group)),
        update("how it ages", |s| {
            with(s, |group, _| {
                let group = group.default_cooldown(60).default_instance_warmup(30_u32).max_instance_lifetime(86_400_u32);
                let group = group.termination_policies([TerminationPolicy::OldestInstance, TerminationPolicy::Default]);
                let group = group.instance_maintenance_policy(InstanceMaintenancePolicy::new().max_healthy_percentage(150));
                group.new_instances_protected_from_scale_in(true).capacity_rebalance(true).placement_group("rack")
            })
        }),
        update("as AWS has it", |s| with(s, |group, _| group)),
        update("a role and a protection", |s| {
            with(s, |group, _| {
                let role = "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling_own";
                group.service_linked_role_arn(Arn(role.to_owned())).deletion_protection(DeletionProtection::PreventForceDeletion)
            })
        }),
        update("the protection lifted", |s| with(s, |group, _| group.deletion_protection(DeletionProtection::None))),
        update("processes and metrics", |s| {
            with(s, |group, _| {
                let group = group.suspended_processes([ScalingProcess::AzRebalance, ScalingProcess::Launch]);
                group.enabled_metrics([GroupMetric::GroupMinSize, GroupMetric::GroupMaxSize])
            })
        }),
        update("fewer of them", |s| {
            with(s, |group, _| group.suspended_processes([ScalingProcess::AzRebalance]).enabled_metrics([GroupMetric::GroupMinSize]))
        }),
        update("none of them", |s| with(s, |group, _| group)),
        update("a target group and a load balancer", |s| {
            with(s, |group, parts| group.target_group_arns([&parts.targets[0]]).load_balancer_names(["classic"]))
        }),
        update("another target group, another load balancer", |s| {
            with(s, |group, parts| group.target_group_arns([&parts.targets[1]]).load_balancer_names(["other"]))
        }),
        update("none of them", |s| with(s, |group, _| group)),
        update("instances", |s| with(s, |group, _| group.min_size(1).desired_capacity(2_u32))),
        update("another subnet", |s| placed(s, "t3.nano", 1, 4, |group, parts| group.min_size(1).launch_template(&parts.template))),
        update("a way to replace instances", |s| refreshed(s, "t3.nano")),
        update("another type", |s| refreshed(s, "t3.micro")),
        update("a mixed policy, which waits for new instances", |s| mixed(s, "t3.micro", false)),
        update("other types, at once", |s| mixed(s, "t3.small", true)),
        update("fewer at most", |s| placed(s, "t3.nano", 0, 2, |group, parts| group.launch_template(&parts.template))),
        create_first("a name, and load balancers from the beginning", |s| {
            with(s, |group, parts| {
                let group = group.target_group_arns([&parts.targets[0]]).load_balancer_names(["classic"]);
                group.auto_scaling_group_name("web")
            })
        }),
        update("to go at once", |s| with(s, |group, _| group.auto_scaling_group_name("web").force_delete(true).wait_for_capacity(false))),
    ],
    creates: "CreateAutoScalingGroup",
    deletes: "DeleteAutoScalingGroup",
    vanish: kinds::delete,
    adopting: |s, ids| {
        let template = LaunchTemplateSpecification::new(Id::<LaunchTemplate>::new(&*ids["template"])).version(1);
        let group = AutoScalingGroup::new([Id::<Subnet>::new(&*ids["a"])], 4_u32).launch_template(template);
        s.add("web", group.adopt(&ids["web"]));
    },
};

blogstack_tests::lives!(KIND);

fn pairs(given: &[(&str, &str)]) -> Vec<(String, String)> {
    given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// What scaling makes of it is no drift; what the program makes of it is a change.
#[test]
fn the_desired_capacity_is_left_alone_once_it_is_scaled() {
    fn program(s: &Scope, desired: u32) {
        with(s, |group, _| group.min_size(1).desired_capacity(desired));
    }
    run(async {
        let world = World::new();
        world.up(|s| program(s, 2)).await;
        let name = world.id("web").await;
        let judge = Judge::of(&world.sim, ACCOUNT);
        let scale = pairs(&[("AutoScalingGroupName", &name), ("DesiredCapacity", "3")]);
        assert_eq!(judge.ask("autoscaling", "SetDesiredCapacity", &scale).await.status, 200);
        assert!(world.stack(|s| program(s, 2)).preview().await.unwrap().is_empty());
        let larger = |group: AutoScalingGroupArgs| group.min_size(1).desired_capacity(2_u32);
        world.up(move |s| placed(s, "t3.nano", 0, 5, |group, parts| larger(group).launch_template(&parts.template))).await;
        let desired = async || world.sim.objects()[&format!("eu-west-1/auto-scaling-group/{name}")]["desired_capacity"].clone();
        assert_eq!(desired().await, 3, "another change does not touch it");
        world.up(|s| program(s, 4)).await;
        assert_eq!(desired().await, 4);
        world.destroy().await;
    });
}

#[test]
fn making_it_waits_for_its_instances_and_says_what_keeps_them_away() {
    run(async {
        let world = World::new();
        world.up(|s| with(s, |group, _| group.min_size(2))).await;
        let instances = |state: &str| {
            let objects = world.sim.objects();
            objects.iter().filter(|(key, object)| key.contains("/instance/") && object["state"] == state).count()
        };
        assert_eq!(instances("running"), 2);
        world.destroy().await;
        assert_eq!(instances("running"), 0);
        let report = World::new().stack(|s| {
            let Network { subnets: [a, _], .. } = network(s);
            let template = s.add("template", template(s, "t3.nano").key_name("nobody"));
            s.add("web", AutoScalingGroup::new([&a], 1_u32).min_size(1).launch_template(&template));
        });
        let report = report.up().await.unwrap();
        let error = report.failed[0].error.to_string();
        assert!(error.contains("has all its instances in service") && error.contains("'nobody' does not exist"), "{error}");
    });
}

#[test]
fn it_is_deleted_with_protected_instances_and_suspended_processes() {
    run(async {
        let world = World::new();
        world
            .up(|s| {
                with(s, |group, _| {
                    let group = group.min_size(2).new_instances_protected_from_scale_in(true);
                    group.suspended_processes([ScalingProcess::Terminate])
                });
            })
            .await;
        world.destroy().await;
        assert!(world.sim.objects().is_empty(), "{:#?}", world.sim.objects());
    });
}

#[test]
fn what_aws_would_refuse_is_told_before_any_call() {
    run(async {
        let world = World::new();
        let problem = async |program: fn(&Scope)| world.stack(program).preview().await.unwrap_err().to_string();
        for (program, expected) in [
            ((|s| with(s, |group, _| group.min_size(5))) as fn(&Scope), "it is 5, and `max_size` is 4"),
            (|s| with(s, |group, _| group.desired_capacity(5_u32)), "it is 5, and the group has 0 to 4 instances"),
            (|s| of(s, "t3.nano", |group, _| group), "a group needs a `launch_template` or a `mixed_instances_policy`"),
            (
                |s| with(s, |group, parts| group.mixed_instances_policy(policy(parts, "t3.nano"))),
                "a group has either a `launch_template` or a `mixed_instances_policy`",
            ),
            (|s| with(s, |group, _| group.auto_scaling_group_name("a:b")), "`a:b` is not 1 to 255 characters"),
            (|s| with(s, |group, _| group.max_instance_lifetime(60_u32)), "an instance lives for 86400 seconds at least"),
            (
                |s| with(s, |group, _| group.instance_refresh(InstanceRefresh::new().max_healthy_percentage(99))),
                "`max_healthy_percentage` 100 to 200",
            ),
            (|s| with(s, |group, _| group.tag("Name", "a").instance_tags(tags("b"))), "the tag `Name` stands in `tags` too"),
        ] {
            let error = problem(program).await;
            assert!(error.contains(expected), "{error}");
        }
        assert!(world.sim.objects().is_empty());
    });
}
