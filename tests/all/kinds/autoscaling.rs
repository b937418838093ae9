//! Groups of instances, and how they scale.

mod auto_scaling_group;
mod lifecycle_hook;
mod rolling;
mod scaling_policy;
mod scheduled_action;

use blogstack_aws::{
    autoscaling::{AutoScalingGroup, AutoScalingGroupArgs},
    ec2::{Image, InternetGateway, LaunchTemplate, LaunchTemplateArgs, Subnet, Vpc},
};
use blogstack_core::{Handle, Scope};
use blogstack_tests::kinds::Kind;

/// Their lives.
pub(super) const KINDS: &[Kind] = &[auto_scaling_group::KIND, lifecycle_hook::KIND, scaling_policy::KIND, scheduled_action::KIND];

/// A network with subnets in two zones and a way to the internet.
struct Network {
    vpc: Handle<Vpc>,
    subnets: [Handle<Subnet>; 2],
}

fn network(s: &Scope) -> Network {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    s.add("internet", InternetGateway::new(&vpc));
    let subnet = |name: &str, block: &str, zone: &str| s.add(name, Subnet::new(&vpc, block).availability_zone(zone));
    let subnets = [subnet("a", "10.0.0.0/24", "eu-west-1a"), subnet("b", "10.0.1.0/24", "eu-west-1b")];
    Network { vpc, subnets }
}

/// What instances are launched from.
fn template(s: &Scope, kind: &'static str) -> LaunchTemplateArgs {
    let image = s.look_up(Image::by_parameter("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"));
    LaunchTemplate::new().image(&image).instance_type(kind)
}

/// A group without instances.
fn group(s: &Scope) -> (Handle<LaunchTemplate>, AutoScalingGroupArgs) {
    let Network { subnets: [a, _], .. } = network(s);
    let template = s.add("template", template(s, "t3.nano"));
    let group = AutoScalingGroup::new([&a], 4_u32).launch_template(&template);
    (template, group)
}
