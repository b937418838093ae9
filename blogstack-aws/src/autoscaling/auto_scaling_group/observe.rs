//! A group as AWS tells of it.

use aws_sdk_autoscaling::types;
use blogstack_core::{
    Id, Set,
    provider::{Observed, State},
};

use super::{
    AutoScalingGroup, DeletionProtection, HealthCheckType, InstanceMaintenancePolicy, LaunchTemplateSpecification, MixedInstancesPolicy,
    tagging,
};
use crate::{
    autoscaling::words::{count, of_word, said},
    values::Arn,
};

pub(super) fn observed(group: &types::AutoScalingGroup) -> Option<Observed<AutoScalingGroup>> {
    let name = group.auto_scaling_group_name.clone()?;
    let (tags, instance_tags) = tagging::of_program(group);
    let subnets = group.vpc_zone_identifier().unwrap_or_default().split(',').filter(|id| !id.is_empty());
    let health = group.health_check_type().and_then(of_word).unwrap_or(HealthCheckType::Ec2);
    let policies: Vec<_> = group.termination_policies().iter().filter_map(|policy| of_word(policy)).collect();
    let suspended: Set<_> = group.suspended_processes().iter().filter_map(|process| of_word(process.process_name()?)).collect();
    let metrics: Set<_> = group.enabled_metrics().iter().filter_map(|metric| of_word(metric.metric()?)).collect();
    let protection = group.deletion_protection().and_then(|protection| of_word(protection.as_str()));
    let fields = AutoScalingGroup {
        vpc_zone_identifier: subnets.map(Id::new).collect(),
        max_size: count(group.max_size)?,
        min_size: count(group.min_size)?,
        desired_capacity: None,
        auto_scaling_group_name: name.clone(),
        launch_template: group.launch_template().and_then(LaunchTemplateSpecification::of_sdk),
        mixed_instances_policy: group.mixed_instances_policy().and_then(MixedInstancesPolicy::of_sdk),
        instance_refresh: None,
        health_check_type: health,
        health_check_grace_period: count(group.health_check_grace_period).unwrap_or_default(),
        target_group_arns: Some(group.target_group_arns().iter().map(|arn| Id::new(arn.as_str())).collect()),
        load_balancer_names: Some(group.load_balancer_names().iter().cloned().collect()),
        default_cooldown: count(group.default_cooldown).unwrap_or_default(),
        default_instance_warmup: count(group.default_instance_warmup),
        termination_policies: Some(policies),
        new_instances_protected_from_scale_in: group.new_instances_protected_from_scale_in.unwrap_or_default(),
        capacity_rebalance: group.capacity_rebalance.unwrap_or_default(),
        max_instance_lifetime: count(group.max_instance_lifetime).filter(|seconds| *seconds > 0),
        instance_maintenance_policy: group.instance_maintenance_policy().and_then(InstanceMaintenancePolicy::of_sdk),
        placement_group: said(group.placement_group.clone()),
        suspended_processes: Some(suspended),
        enabled_metrics: Some(metrics),
        service_linked_role_arn: Arn(group.service_linked_role_arn.clone().unwrap_or_default()),
        deletion_protection: protection.unwrap_or(DeletionProtection::None),
        force_delete: None,
        wait_for_capacity: None,
        tags,
        instance_tags,
        arn: Arn(group.auto_scaling_group_arn.clone().unwrap_or_default()),
        availability_zones: group.availability_zones().iter().cloned().collect(),
    };
    // It can neither be used nor changed, and its name is taken until it is gone.
    let broken = group.status().map(|status| format!("its status is `{status}`"));
    Some(Observed { state: State { id: Id::new(name), fields }, broken })
}
