//! Groups of instances with their policies, hooks and scheduled actions.

use blogstack_aws::{
    autoscaling::{
        AdjustmentType, AutoScalingGroup, InstanceRefresh, LifecycleHook, LifecycleTransition, PolicyType, ScalingPolicy, ScalingProcess,
        ScheduledAction,
    },
    ec2::{Image, LaunchTemplate, LaunchTemplateArgs, Subnet, Vpc},
    elbv2::{Protocol, TargetGroup},
};
use blogstack_core::{Configure, Scope};
use blogstack_tests::crash::Run;

use super::survives;

fn template(s: &Scope, kind: &'static str) -> LaunchTemplateArgs {
    let image = s.look_up(Image::by_parameter("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"));
    LaunchTemplate::new().image(&image).instance_type(kind)
}

fn before(s: &Scope) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
    let targets = s.add("targets", TargetGroup::new(&vpc, Protocol::Http, 80_u16));
    let template = s.add("template", template(s, "t3.nano"));
    let group = AutoScalingGroup::new([&subnet], 2_u32).min_size(1).launch_template(&template).target_group_arns([&targets]);
    let web = s.add("web", group.instance_refresh(InstanceRefresh::new()).tag("a", "1"));
    let simple = ScalingPolicy::new(&web, "up", PolicyType::SimpleScaling).adjustment_type(AdjustmentType::ChangeInCapacity);
    s.add("up", simple.scaling_adjustment(1));
    s.add("hook", LifecycleHook::new(&web, "own", LifecycleTransition::Terminating).heartbeat_timeout(30));
    s.add("morning", ScheduledAction::new(&web, "morning").recurrence("0 7 1 12 *").min_size(1_u32));
    s.add("gone", AutoScalingGroup::new([&subnet], 0_u32).launch_template(&template));
}

/// Updates, a refresh, replacements, one object less.
fn after(s: &Scope) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
    let targets = s.add("targets", TargetGroup::new(&vpc, Protocol::Http, 8080_u16));
    let template = s.add("template", template(s, "t3.micro"));
    let group = AutoScalingGroup::new([&subnet], 2_u32).min_size(1).launch_template(&template).target_group_arns([&targets]);
    let group = group.suspended_processes([ScalingProcess::AzRebalance]).tag("b", "2");
    let web = s.add("web", group.instance_refresh(InstanceRefresh::new()));
    let simple = ScalingPolicy::new(&web, "down", PolicyType::SimpleScaling).adjustment_type(AdjustmentType::ChangeInCapacity);
    s.add("up", simple.scaling_adjustment(-1).delete_before_replace());
    s.add("hook", LifecycleHook::new(&web, "own", LifecycleTransition::Terminating).heartbeat_timeout(60));
    s.add("morning", ScheduledAction::new(&web, "morning").recurrence("0 8 1 12 *").min_size(1_u32));
}

#[test]
fn autoscaling_survives_every_stop() {
    survives(&Run::up(before), &Run::up(after), [40, 40, 30]);
}
