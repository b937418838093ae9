//! What can be said of a group without a call.

use blogstack_core::provider::{FieldProblem, Planned};

use super::{AutoScalingGroup, InstanceRefresh};

/// The fewest seconds after which an instance is replaced: a day.
const SHORTEST_LIFE: u32 = 86_400;

pub(super) fn problems(planned: &Planned<'_, AutoScalingGroup>) -> Vec<FieldProblem> {
    let maintenance = planned.get(AutoScalingGroup::instance_maintenance_policy);
    let life = planned.get(AutoScalingGroup::max_instance_lifetime).filter(|seconds| *seconds < SHORTEST_LIFE);
    FieldProblem::among([
        ("auto_scaling_group_name", planned.get(AutoScalingGroup::auto_scaling_group_name).and_then(|name| name_problem(&name))),
        ("min_size", sizes(planned)),
        ("desired_capacity", desired(planned)),
        ("launch_template", source(planned)),
        ("vpc_zone_identifier", subnets(planned)),
        ("instance_refresh", planned.get(AutoScalingGroup::instance_refresh).and_then(|refresh| refresh_problem(&refresh))),
        (
            "instance_maintenance_policy",
            maintenance.and_then(|policy| healthy(policy.min_healthy_percentage, policy.max_healthy_percentage)),
        ),
        ("max_instance_lifetime", life.map(|seconds| format!("an instance lives for {SHORTEST_LIFE} seconds at least, not {seconds}"))),
        ("instance_tags", twice(planned)),
    ])
}

fn name_problem(name: &str) -> Option<String> {
    let fits = (1..=255).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':');
    (!fits).then(|| format!("`{name}` is not 1 to 255 characters of ASCII without spaces and colons"))
}

fn sizes(planned: &Planned<'_, AutoScalingGroup>) -> Option<String> {
    let (least, most) = (planned.get(AutoScalingGroup::min_size)?, planned.get(AutoScalingGroup::max_size)?);
    (least > most).then(|| format!("it is {least}, and `max_size` is {most}"))
}

fn desired(planned: &Planned<'_, AutoScalingGroup>) -> Option<String> {
    let (desired, most) = (planned.get(AutoScalingGroup::desired_capacity)?, planned.get(AutoScalingGroup::max_size)?);
    let least = planned.get(AutoScalingGroup::min_size).unwrap_or_default();
    (!(least..=most).contains(&desired)).then(|| format!("it is {desired}, and the group has {least} to {most} instances"))
}

fn source(planned: &Planned<'_, AutoScalingGroup>) -> Option<String> {
    match (planned.is_set(AutoScalingGroup::launch_template), planned.is_set(AutoScalingGroup::mixed_instances_policy)) {
        (true, true) => Some("a group has either a `launch_template` or a `mixed_instances_policy`".into()),
        (false, false) => Some("a group needs a `launch_template` or a `mixed_instances_policy`".into()),
        _ => None,
    }
}

fn subnets(planned: &Planned<'_, AutoScalingGroup>) -> Option<String> {
    planned.get(AutoScalingGroup::vpc_zone_identifier)?.is_empty().then(|| "a group needs a subnet".into())
}

fn healthy(least: u32, most: u32) -> Option<String> {
    let fits = least <= 100 && (100..=200).contains(&most) && most - least <= 100;
    (!fits).then(|| {
        format!("`min_healthy_percentage` is 0 to 100, `max_healthy_percentage` 100 to 200 and 100 more at most: not {least} and {most}")
    })
}

fn refresh_problem(refresh: &InstanceRefresh) -> Option<String> {
    healthy(refresh.min_healthy_percentage, refresh.max_healthy_percentage).or_else(|| {
        refresh.bake_time.filter(|seconds| *seconds > 172_800).map(|seconds| format!("`bake_time` is 0 to 172800, not {seconds}"))
    })
}

fn twice(planned: &Planned<'_, AutoScalingGroup>) -> Option<String> {
    let (tags, of_instances) = (planned.get(AutoScalingGroup::tags)?, planned.get(AutoScalingGroup::instance_tags)?);
    let both = tags.keys().find(|key| of_instances.contains_key(*key))?;
    Some(format!("the tag `{both}` stands in `tags` too: a group has one of a name"))
}
