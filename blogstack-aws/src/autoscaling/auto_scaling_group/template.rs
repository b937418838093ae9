//! What instances are launched from: one launch template, or several types by a policy.

use aws_sdk_autoscaling::types;
use blogstack_core::{Block, Handle, Id, Input, IntoInput, Value};

use crate::{
    autoscaling::words::{count, number, of_word, word},
    ec2::{InstanceType, LaunchTemplate},
};

/// A launch template and one of its versions. A template's handle may stand where one is wanted: it means its newest version.
///
/// ```
/// # use blogstack_core::{Handle, Scope};
/// use blogstack_aws::{autoscaling::LaunchTemplateSpecification, ec2::LaunchTemplate};
///
/// fn program(s: &Scope, web: &Handle<LaunchTemplate>) {
///     let third = LaunchTemplateSpecification::new(web).version(3);
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct LaunchTemplateSpecification {
    /// The launch template.
    pub launch_template: Id<LaunchTemplate>,
    /// The number of the version. Unset, it is whichever is the default one when something is launched, and nothing is replaced when
    /// that changes.
    pub version: Option<i64>,
}

impl IntoInput<LaunchTemplateSpecification> for &Handle<LaunchTemplate> {
    fn into_input(self) -> Input<LaunchTemplateSpecification> {
        LaunchTemplateSpecification::new(self).version(&self.latest_version).into_input()
    }
}

/// Several types of instances, and how many of them are spot instances.
/// <https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html>
///
/// ```
/// # use blogstack_core::{Handle, Scope};
/// use blogstack_aws::{autoscaling::{InstancesDistribution, LaunchTemplateOverride, MixedInstancesPolicy}, ec2::LaunchTemplate};
///
/// fn program(s: &Scope, web: &Handle<LaunchTemplate>) {
///     let types = ["t3.small", "t3a.small"].map(|kind| LaunchTemplateOverride::new().instance_type(kind));
///     let spot = InstancesDistribution::new().on_demand_base_capacity(1_u32).on_demand_percentage_above_base_capacity(0_u32);
///     let policy = MixedInstancesPolicy::new(web).overrides(types).instances_distribution(spot);
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct MixedInstancesPolicy {
    /// What all of them are launched from.
    pub launch_template: LaunchTemplateSpecification,
    /// The types, the one that is liked best first.
    pub overrides: Option<Vec<LaunchTemplateOverride>>,
    /// How many of them are spot instances.
    pub instances_distribution: Option<InstancesDistribution>,
}

/// One of several types.
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct LaunchTemplateOverride {
    /// The hardware.
    pub instance_type: Option<InstanceType>,
    /// How many units of the desired capacity an instance of it makes up, 1 to 999.
    pub weighted_capacity: Option<u32>,
    /// A launch template of its own.
    pub launch_template: Option<LaunchTemplateSpecification>,
}

/// How many instances are spot instances. What is unset is as AWS has it.
/// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html>
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct InstancesDistribution {
    /// How many instances are no spot instances in any case; AWS takes 0.
    pub on_demand_base_capacity: Option<u32>,
    /// How many percent of the others are none; AWS takes 100.
    pub on_demand_percentage_above_base_capacity: Option<u32>,
    /// Which spot instances are taken.
    pub spot_allocation_strategy: Option<SpotAllocationStrategy>,
    /// From how many of the cheapest types, with the strategy `lowest-price`; AWS takes 2.
    pub spot_instance_pools: Option<u32>,
    /// The most that one may cost for an hour, in US dollars; the price without spot when it is not set.
    pub spot_max_price: Option<String>,
}

/// Which spot instances are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum SpotAllocationStrategy {
    /// The cheapest.
    LowestPrice,
    /// Those that will be taken away latest.
    CapacityOptimized,
    /// Likewise, with an eye on the order of the types.
    CapacityOptimizedPrioritized,
    /// The cheapest of those that will be taken away late.
    PriceCapacityOptimized,
}

impl LaunchTemplateSpecification {
    pub(super) fn to_sdk(&self) -> types::LaunchTemplateSpecification {
        let version = self.version.map_or_else(|| "$Default".to_owned(), |version| version.to_string());
        types::LaunchTemplateSpecification::builder().launch_template_id(self.launch_template.as_str()).version(version).build()
    }

    pub(super) fn of_sdk(specification: &types::LaunchTemplateSpecification) -> Option<Self> {
        let version = specification.version().and_then(|version| version.parse().ok());
        Some(Self { launch_template: Id::new(specification.launch_template_id()?), version })
    }
}

impl MixedInstancesPolicy {
    pub(super) fn to_sdk(&self) -> types::MixedInstancesPolicy {
        let overrides = self.overrides.as_ref().map(|overrides| overrides.iter().map(LaunchTemplateOverride::to_sdk).collect());
        let template =
            types::LaunchTemplate::builder().launch_template_specification(self.launch_template.to_sdk()).set_overrides(overrides).build();
        let distribution = self.instances_distribution.as_ref().map(InstancesDistribution::to_sdk);
        types::MixedInstancesPolicy::builder().launch_template(template).set_instances_distribution(distribution).build()
    }

    pub(super) fn of_sdk(policy: &types::MixedInstancesPolicy) -> Option<Self> {
        let template = policy.launch_template()?;
        Some(Self {
            launch_template: LaunchTemplateSpecification::of_sdk(template.launch_template_specification()?)?,
            overrides: Some(template.overrides().iter().map(LaunchTemplateOverride::of_sdk).collect()),
            instances_distribution: policy.instances_distribution().map(InstancesDistribution::of_sdk),
        })
    }
}

impl LaunchTemplateOverride {
    fn to_sdk(&self) -> types::LaunchTemplateOverrides {
        types::LaunchTemplateOverrides::builder()
            .set_instance_type(self.instance_type.clone().map(|kind| kind.0))
            .set_weighted_capacity(self.weighted_capacity.map(|weight| weight.to_string()))
            .set_launch_template_specification(self.launch_template.as_ref().map(LaunchTemplateSpecification::to_sdk))
            .build()
    }

    fn of_sdk(one: &types::LaunchTemplateOverrides) -> Self {
        Self {
            instance_type: one.instance_type.clone().map(InstanceType),
            weighted_capacity: one.weighted_capacity().and_then(|weight| weight.parse().ok()),
            launch_template: one.launch_template_specification().and_then(LaunchTemplateSpecification::of_sdk),
        }
    }
}

impl InstancesDistribution {
    fn to_sdk(&self) -> types::InstancesDistribution {
        types::InstancesDistribution::builder()
            .set_on_demand_base_capacity(number(self.on_demand_base_capacity))
            .set_on_demand_percentage_above_base_capacity(number(self.on_demand_percentage_above_base_capacity))
            .set_spot_allocation_strategy(self.spot_allocation_strategy.map(|strategy| word(&strategy)))
            .set_spot_instance_pools(number(self.spot_instance_pools))
            .set_spot_max_price(self.spot_max_price.clone())
            .build()
    }

    fn of_sdk(distribution: &types::InstancesDistribution) -> Self {
        Self {
            on_demand_base_capacity: count(distribution.on_demand_base_capacity),
            on_demand_percentage_above_base_capacity: count(distribution.on_demand_percentage_above_base_capacity),
            spot_allocation_strategy: distribution.spot_allocation_strategy().and_then(of_word),
            spot_instance_pools: count(distribution.spot_instance_pools),
            spot_max_price: distribution.spot_max_price.clone(),
        }
    }
}
