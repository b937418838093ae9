//! What the fields of a group hold.

use aws_sdk_autoscaling::types;
use blogstack_core::{Block, Value};

use crate::autoscaling::words::{count, number};

/// Whose word counts for the health of instances.
/// <https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HealthCheckType {
    /// EC2's alone.
    Ec2,
    /// Also that of the load balancers.
    Elb,
    /// Also that of the volumes.
    Ebs,
    /// Also that of VPC Lattice.
    VpcLattice,
}

/// Which instance goes first when a group shrinks.
/// <https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "PascalCase")]
pub enum TerminationPolicy {
    /// The one with the oldest template, then the one closest to the next hour that is billed.
    Default,
    /// The one that fits the allocation strategies least.
    AllocationStrategy,
    /// The one closest to the next hour that is billed.
    ClosestToNextInstanceHour,
    /// The newest.
    NewestInstance,
    /// The oldest.
    OldestInstance,
    /// The one with the oldest launch configuration.
    OldestLaunchConfiguration,
    /// The one with the oldest launch template.
    OldestLaunchTemplate,
}

/// What a group does. <https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Value)]
#[value(rename_all = "PascalCase")]
pub enum ScalingProcess {
    /// It keeps as many instances in each zone.
    #[value(rename = "AZRebalance")]
    AzRebalance,
    /// It registers instances with load balancers.
    AddToLoadBalancer,
    /// It listens to alarms.
    AlarmNotification,
    /// It looks after the health of instances.
    HealthCheck,
    /// It replaces instances by refreshes.
    InstanceRefresh,
    /// It launches instances.
    Launch,
    /// It replaces instances that are not healthy.
    ReplaceUnhealthy,
    /// It does what is scheduled.
    ScheduledActions,
    /// It terminates instances.
    Terminate,
}

/// A metric about a group. <https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-metrics.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Value)]
#[value(rename_all = "PascalCase")]
pub enum GroupMetric {
    /// The fewest instances that it may have.
    GroupMinSize,
    /// The most instances that it may have.
    GroupMaxSize,
    /// How many instances it is to have.
    GroupDesiredCapacity,
    /// The instances in service.
    GroupInServiceInstances,
    /// The instances on their way into service.
    GroupPendingInstances,
    /// The instances that are set aside.
    GroupStandbyInstances,
    /// The instances on their way out.
    GroupTerminatingInstances,
    /// All its instances.
    GroupTotalInstances,
    /// The capacity in service, by weights.
    GroupInServiceCapacity,
    /// The capacity on its way into service, by weights.
    GroupPendingCapacity,
    /// The capacity that is set aside, by weights.
    GroupStandbyCapacity,
    /// The capacity on its way out, by weights.
    GroupTerminatingCapacity,
    /// All its capacity, by weights.
    GroupTotalCapacity,
}

/// What keeps a group from being deleted.
/// <https://docs.aws.amazon.com/autoscaling/ec2/userguide/resource-deletion-protection.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum DeletionProtection {
    /// Nothing.
    None,
    /// It is not deleted together with its instances.
    PreventForceDeletion,
    /// It is not deleted.
    PreventAllDeletion,
}

/// How few and how many instances there may be while some are replaced, in percent of the desired capacity. The two differ by 100 at
/// most. <https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-maintenance-policy.html>
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct InstanceMaintenancePolicy {
    /// The fewest, 0 to 100.
    #[field(default = 90)]
    pub min_healthy_percentage: u32,
    /// The most, 100 to 200: beyond 100, instances are launched before others are terminated.
    #[field(default = 100)]
    pub max_healthy_percentage: u32,
}

impl InstanceMaintenancePolicy {
    pub(super) fn to_sdk(&self) -> types::InstanceMaintenancePolicy {
        let builder = types::InstanceMaintenancePolicy::builder();
        let builder = builder.set_min_healthy_percentage(number(Some(self.min_healthy_percentage)));
        builder.set_max_healthy_percentage(number(Some(self.max_healthy_percentage))).build()
    }

    pub(super) fn of_sdk(policy: &types::InstanceMaintenancePolicy) -> Option<Self> {
        let (least, most) = (count(policy.min_healthy_percentage)?, count(policy.max_healthy_percentage)?);
        Some(Self { min_healthy_percentage: least, max_healthy_percentage: most })
    }

    /// What clears it.
    pub(super) fn cleared() -> types::InstanceMaintenancePolicy {
        types::InstanceMaintenancePolicy::builder().min_healthy_percentage(-1).max_healthy_percentage(-1).build()
    }
}
