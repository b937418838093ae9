//! So many instances, kept alive. <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html>
//!
//! A change of `auto_scaling_group_name` replaces it. Everything else is changed in place; new instances follow at once where
//! `instance_refresh` is set.

use std::time::Duration;

use aws_sdk_autoscaling::{Client, types};
use blogstack_core::{
    Field, Home, Id, Resource, Set, Tags,
    provider::{Changes, Cx, Doing, FieldProblem, Observed, Planned, Result, State},
};

use super::words::{number, word};
use crate::{
    account::Account,
    call,
    ec2::Subnet,
    elbv2::TargetGroup,
    named::{Holder, Named},
    naming,
    readable::{self, Readable},
    values::Arn,
};

mod capacity;
mod change;
mod check;
mod collected;
mod delete;
mod observe;
mod refresh;
mod tagging;
mod template;
mod traffic;
mod values;

pub use self::{
    refresh::{InstanceRefresh, InstanceRefreshArgs, RefreshStrategy, ScaleInProtectedInstances, StandbyInstances},
    template::{
        InstancesDistribution, InstancesDistributionArgs, LaunchTemplateOverride, LaunchTemplateOverrideArgs, LaunchTemplateSpecification,
        LaunchTemplateSpecificationArgs, MixedInstancesPolicy, MixedInstancesPolicyArgs, SpotAllocationStrategy,
    },
    values::{
        DeletionProtection, GroupMetric, HealthCheckType, InstanceMaintenancePolicy, InstanceMaintenancePolicyArgs, ScalingProcess,
        TerminationPolicy,
    },
};

/// A group that keeps so many instances in service, replaces those that fail, and registers them with load balancers.
///
/// ```
/// # use blogstack_core::{Handle, Scope};
/// use blogstack_aws::{
///     autoscaling::{AutoScalingGroup, HealthCheckType, InstanceRefresh},
///     ec2::{LaunchTemplate, Subnet},
///     elbv2::TargetGroup,
/// };
///
/// fn program(s: &Scope, subnets: [&Handle<Subnet>; 2], web: &Handle<LaunchTemplate>, targets: &Handle<TargetGroup>) {
///     let group = AutoScalingGroup::new(subnets, 4_u32).min_size(2).launch_template(web).target_group_arns([targets]);
///     let group = group.health_check_type(HealthCheckType::Elb).health_check_grace_period(120);
///     s.add("web", group.instance_refresh(InstanceRefresh::new().instance_warmup(60_u32)));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:autoscaling/auto-scaling-group", feature = "autoscaling", exclusive(auto_scaling_group_name))]
pub struct AutoScalingGroup {
    /// The subnets in which instances are launched, spread over their zones.
    pub vpc_zone_identifier: Set<Id<Subnet>>,
    /// The most instances that it may have.
    pub max_size: u32,
    /// The fewest instances that it may have.
    #[field(default = 0)]
    pub min_size: u32,
    /// How many instances it begins with; `min_size` when it is not set. What scaling makes of it later is no drift: it is sent again
    /// only when the program changes it.
    #[field(write_only)]
    pub desired_capacity: Option<u32>,
    /// Its name: up to 255 characters without spaces and colons, unique in the region; made from the resource's path when it is not
    /// set. *Replaces.*
    #[field(replace, optional_computed)]
    pub auto_scaling_group_name: String,
    /// What instances are launched from: a launch template's handle stands for its newest version, so that a change of the template is
    /// a change of the group. Either this or `mixed_instances_policy`.
    pub launch_template: Option<LaunchTemplateSpecification>,
    /// Several types of instances, and how many of them are spot instances.
    pub mixed_instances_policy: Option<MixedInstancesPolicy>,
    /// How instances are replaced when the launch template or the mixed instances policy changes; the run waits for it. Without it they
    /// stay as they are until they go for another reason.
    #[field(write_only)]
    pub instance_refresh: Option<InstanceRefresh>,
    /// Whose word counts for the health of an instance, besides that of EC2.
    #[field(default = HealthCheckType::Ec2)]
    pub health_check_type: HealthCheckType,
    /// For how many seconds a new instance may fail its checks.
    #[field(default = 0)]
    pub health_check_grace_period: u32,
    /// The target groups in which its instances are registered. One that is new is attached before another is detached.
    pub target_group_arns: Option<Set<Id<TargetGroup>>>,
    /// The names of the classic load balancers with which its instances are registered.
    pub load_balancer_names: Option<Set<String>>,
    /// For how many seconds after a simple scaling policy no other one scales.
    #[field(default = 300)]
    pub default_cooldown: u32,
    /// After how many seconds a new instance counts for metrics and for refreshes.
    pub default_instance_warmup: Option<u32>,
    /// Which instances go first when it shrinks, in order.
    pub termination_policies: Option<Vec<TerminationPolicy>>,
    /// Whether new instances are protected from going when it shrinks.
    #[field(default = false)]
    pub new_instances_protected_from_scale_in: bool,
    /// Whether a spot instance that may be taken away soon is replaced before it is.
    #[field(default = false)]
    pub capacity_rebalance: bool,
    /// After how many seconds an instance is replaced, a day at least.
    pub max_instance_lifetime: Option<u32>,
    /// How few and how many instances there may be while some are replaced.
    pub instance_maintenance_policy: Option<InstanceMaintenancePolicy>,
    /// The name of the placement group.
    pub placement_group: Option<String>,
    /// What it does not do for now.
    pub suspended_processes: Option<Set<ScalingProcess>>,
    /// The metrics about the group itself that it sends, every minute.
    pub enabled_metrics: Option<Set<GroupMetric>>,
    /// The ARN of the role with which it calls other services; the account's usual one when it is not set.
    #[field(optional_computed)]
    pub service_linked_role_arn: Arn,
    /// What keeps it from being deleted, also by us: lift it before it is removed.
    #[field(default = DeletionProtection::None)]
    pub deletion_protection: DeletionProtection,
    /// Whether it is deleted with all its instances at once. Otherwise they leave their load balancers first, and lifecycle hooks are
    /// waited for. It must be set, by a run, before the group is removed from the program.
    #[field(write_only, default = false)]
    pub force_delete: Option<bool>,
    /// Whether making or enlarging it waits until as many instances as it is to have are in service, and healthy where its load
    /// balancers are asked.
    #[field(write_only, default = true)]
    pub wait_for_capacity: Option<bool>,
    /// Tags of the group alone.
    pub tags: Tags,
    /// Further tags of the group, which its instances get as they are launched.
    pub instance_tags: Tags,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
    /// The zones of its subnets.
    #[field(computed, volatile)]
    pub availability_zones: Set<String>,
}

/// How long a name may be.
const LONGEST_NAME: usize = 255;

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Readable for Provider {
    type Resource = AutoScalingGroup;
    const OPERATION: &'static str = "autoscaling:DescribeAutoScalingGroups";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<AutoScalingGroup>>> {
        let described = described(&self.0.autoscaling(home), ids).await?;
        Ok(described.iter().filter_map(observe::observed).collect())
    }
}

/// How many groups one call tells of.
const BATCH: usize = 50;

/// Groups by their names, with their instances. Those that do not exist are absent from the answer.
/// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html>
async fn described(client: &Client, names: &[&str]) -> Result<Vec<types::AutoScalingGroup>> {
    let mut found = Vec::new();
    for batch in names.chunks(BATCH) {
        let batch: Vec<String> = batch.iter().map(|name| (*name).to_owned()).collect();
        found.extend(
            call::pages(|token| async {
                let request = client.describe_auto_scaling_groups().set_auto_scaling_group_names(Some(batch.clone()));
                let request = request.max_records(100).set_next_token(token);
                let page = call::read(Provider::OPERATION, || request.clone().send()).await?;
                Ok((page.auto_scaling_groups, page.next_token))
            })
            .await?,
        );
    }
    Ok(found)
}

/// The ids of subnets as the service takes them.
fn joined(subnets: &Set<Id<Subnet>>) -> String {
    let ids: Vec<&str> = subnets.iter().map(Id::as_str).collect();
    ids.join(",")
}

impl Named for Provider {
    const TAGS: Field<AutoScalingGroup, Tags> = AutoScalingGroup::tags;
    const DELETING: Duration = delete::LIMIT;
    const NAME: &'static str = "auto_scaling_group_name";
    const TAKEN: &'static [&'static str] = &["AlreadyExists"];

    fn name(cx: &Cx<'_>, inputs: &AutoScalingGroupInputs) -> String {
        inputs.auto_scaling_group_name.clone().unwrap_or_else(|| naming::generated(cx, LONGEST_NAME))
    }

    fn check(&self, planned: &Planned<'_, AutoScalingGroup>) -> Vec<FieldProblem> {
        check::problems(planned)
    }

    fn usually_takes(&self, doing: Doing<'_>) -> Duration {
        match doing {
            Doing::Create => Duration::from_mins(2),
            Doing::Update(fields) if fields.contains(&"launch_template") || fields.contains(&"mixed_instances_policy") => {
                Duration::from_mins(10)
            }
            Doing::Update(_) => Duration::ZERO,
            Doing::Delete => Duration::from_mins(5),
        }
    }

    async fn holder(&self, home: &Home, name: &str) -> Result<Option<Holder<AutoScalingGroup>>> {
        let found = described(&self.0.autoscaling(home), &[name]).await?.pop();
        Ok(found.map(|group| Holder { id: Id::new(name), tags: tagging::all(&group) }))
    }

    async fn make(&self, cx: &Cx<'_>, name: &str, inputs: &AutoScalingGroupInputs) -> Result<Id<AutoScalingGroup>> {
        let (own, inputs) = (cx.ownership_tags(), inputs.clone());
        let request = self
            .0
            .autoscaling(cx.home)
            .create_auto_scaling_group()
            .auto_scaling_group_name(name)
            .vpc_zone_identifier(joined(&inputs.vpc_zone_identifier))
            .set_max_size(number(Some(inputs.max_size)))
            .set_min_size(number(inputs.min_size.or(Some(0))))
            .set_desired_capacity(number(inputs.desired_capacity))
            .set_launch_template(inputs.launch_template.as_ref().map(LaunchTemplateSpecification::to_sdk))
            .set_mixed_instances_policy(inputs.mixed_instances_policy.as_ref().map(MixedInstancesPolicy::to_sdk))
            .set_health_check_type(inputs.health_check_type.map(|kind| word(&kind)))
            .set_health_check_grace_period(number(inputs.health_check_grace_period))
            .set_target_group_arns(inputs.target_group_arns.as_ref().map(traffic::arns))
            .set_load_balancer_names(inputs.load_balancer_names.map(|names| names.into_iter().collect()))
            .set_default_cooldown(number(inputs.default_cooldown))
            .set_default_instance_warmup(number(inputs.default_instance_warmup))
            .set_termination_policies(inputs.termination_policies.map(|policies| policies.iter().map(word).collect()))
            .set_new_instances_protected_from_scale_in(inputs.new_instances_protected_from_scale_in)
            .set_capacity_rebalance(inputs.capacity_rebalance)
            .set_max_instance_lifetime(number(inputs.max_instance_lifetime))
            .set_instance_maintenance_policy(inputs.instance_maintenance_policy.map(|policy| policy.to_sdk()))
            .set_placement_group(inputs.placement_group)
            .set_service_linked_role_arn(inputs.service_linked_role_arn.map(|role| role.0))
            .set_deletion_protection(inputs.deletion_protection.map(|protection| word(&protection).as_str().into()))
            .set_tags(Some(tagging::for_create(name, inputs.tags.into_iter().chain(own), inputs.instance_tags)));
        call::create("autoscaling:CreateAutoScalingGroup", || request.clone().send()).await?;
        Ok(Id::new(name))
    }

    async fn finish(&self, cx: &Cx<'_>, id: &Id<AutoScalingGroup>, inputs: AutoScalingGroupInputs) -> Result<State<AutoScalingGroup>> {
        let client = self.0.autoscaling(cx.home);
        readable::visible(self, cx.home, id).await?;
        let suspended = inputs.suspended_processes.unwrap_or_default();
        collected::suspend(&client, id.as_str(), &Set::default(), &suspended).await?;
        collected::enable(&client, id.as_str(), &Set::default(), &inputs.enabled_metrics.unwrap_or_default()).await?;
        if inputs.wait_for_capacity != Some(false) && capacity::may_launch(&suspended) {
            capacity::reached(self, cx, id).await?;
        }
        self.ready(cx, id).await
    }

    /// Its own tags and those of its instances change together, before its instances do.
    async fn update(
        &self,
        cx: &Cx<'_>,
        current: State<AutoScalingGroup>,
        changes: &Changes<AutoScalingGroup>,
    ) -> Result<State<AutoScalingGroup>> {
        self.ready(cx, &current.id).await?;
        change::make(self, cx, &current, changes).await?;
        self.ready(cx, &current.id).await
    }

    async fn erase(&self, cx: &Cx<'_>, current: &State<AutoScalingGroup>) -> Result<()> {
        delete::delete(self, cx, current).await
    }

    async fn retag(&self, home: &Home, id: &Id<AutoScalingGroup>, set: Tags, removed: Vec<String>) -> Result<()> {
        let client = self.0.autoscaling(home);
        tagging::remove(&client, id.as_str(), removed).await?;
        tagging::put(&client, id.as_str(), set, false).await
    }
}
