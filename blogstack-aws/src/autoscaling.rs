//! EC2 Auto Scaling: <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/>.

mod auto_scaling_group;
mod lifecycle_hook;
mod place;
mod scaling_policy;
mod scheduled_action;
mod words;

pub use self::{
    auto_scaling_group::{
        AutoScalingGroup, AutoScalingGroupArgs, AutoScalingGroupInputs, AutoScalingGroupOutputs, DeletionProtection, GroupMetric,
        HealthCheckType, InstanceMaintenancePolicy, InstanceMaintenancePolicyArgs, InstanceRefresh, InstanceRefreshArgs,
        InstancesDistribution, InstancesDistributionArgs, LaunchTemplateOverride, LaunchTemplateOverrideArgs, LaunchTemplateSpecification,
        LaunchTemplateSpecificationArgs, MixedInstancesPolicy, MixedInstancesPolicyArgs, RefreshStrategy, ScaleInProtectedInstances,
        ScalingProcess, SpotAllocationStrategy, StandbyInstances, TerminationPolicy,
    },
    lifecycle_hook::{DefaultResult, LifecycleHook, LifecycleHookArgs, LifecycleHookInputs, LifecycleHookOutputs, LifecycleTransition},
    scaling_policy::{
        AdjustmentType, CustomizedMetric, CustomizedMetricArgs, Decimal, MetricAggregationType, MetricStatistic, PolicyType,
        PredefinedMetric, PredefinedMetricArgs, PredefinedMetricType, ScalingPolicy, ScalingPolicyArgs, ScalingPolicyInputs,
        ScalingPolicyOutputs, StepAdjustment, StepAdjustmentArgs, TargetTracking, TargetTrackingArgs,
    },
    scheduled_action::{ScheduledAction, ScheduledActionArgs, ScheduledActionInputs, ScheduledActionOutputs},
};

use blogstack_core::provider::Providers;

use crate::{account::Account, named::ByName, natural::ByPlace};

/// Adds the kinds of this service.
pub(crate) fn providers(providers: Providers, account: &Account) -> Providers {
    providers
        .with(ByName(auto_scaling_group::Provider(account.clone())))
        .with(ByPlace(scaling_policy::Provider(account.clone())))
        .with(ByPlace(lifecycle_hook::Provider(account.clone())))
        .with(ByPlace(scheduled_action::Provider(account.clone())))
}
