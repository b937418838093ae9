//! When and how a group scales. <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScalingPolicy.html>
//!
//! A change of `auto_scaling_group` or `policy_name` replaces it. It has no tags: its id is group and name, `web:cpu`.

use aws_sdk_autoscaling::types;
use blogstack_core::{
    Home, Id, Resource, Set,
    provider::{Changes, Cx, ErrorKind, FieldProblem, Planned, Result, State},
};

use super::{
    AutoScalingGroup, place,
    words::{count, number, of_word, word},
};
use crate::{account::Account, call, natural::Natural, values::Arn};

mod check;
mod values;

pub use self::values::{
    AdjustmentType, CustomizedMetric, CustomizedMetricArgs, Decimal, MetricAggregationType, MetricStatistic, PolicyType, PredefinedMetric,
    PredefinedMetricArgs, PredefinedMetricType, StepAdjustment, StepAdjustmentArgs, TargetTracking, TargetTrackingArgs,
};

/// When and how a group scales: it keeps a metric near a target, or changes its size by one or several steps as alarms say.
///
/// ```
/// # use blogstack_core::{Handle, Scope};
/// use blogstack_aws::autoscaling::{AutoScalingGroup, PolicyType, PredefinedMetric, PredefinedMetricType, ScalingPolicy, TargetTracking};
///
/// fn program(s: &Scope, web: &Handle<AutoScalingGroup>) {
///     let cpu = PredefinedMetric::new(PredefinedMetricType::AsgAverageCpuUtilization);
///     let tracking = TargetTracking::new(50.0).predefined_metric(cpu);
///     s.add("cpu", ScalingPolicy::new(web, "cpu", PolicyType::TargetTrackingScaling).target_tracking_configuration(tracking));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:autoscaling/scaling-policy", feature = "autoscaling", exclusive(auto_scaling_group, policy_name))]
pub struct ScalingPolicy {
    /// The group.
    #[field(replace)]
    pub auto_scaling_group: Id<AutoScalingGroup>,
    /// Its name, of which a group has one only.
    #[field(replace)]
    pub policy_name: String,
    /// How it scales.
    pub policy_type: PolicyType,
    /// What adjustments count, for policies with steps or simple ones.
    pub adjustment_type: Option<AdjustmentType>,
    /// By how much a simple policy changes the capacity, or what it sets it to.
    pub scaling_adjustment: Option<i64>,
    /// How many instances a change by percent makes up at least.
    pub min_adjustment_magnitude: Option<u32>,
    /// For how many seconds after a simple policy no other one scales; the group's `default_cooldown` when it is not set.
    pub cooldown: Option<u32>,
    /// The steps: by how much the capacity changes, by how far a metric is beyond its threshold.
    pub step_adjustments: Option<Set<StepAdjustment>>,
    /// How metrics are put together that come between; AWS takes the average.
    pub metric_aggregation_type: Option<MetricAggregationType>,
    /// After how many seconds a new instance counts; the group's `default_instance_warmup` when it is not set.
    pub estimated_instance_warmup: Option<u32>,
    /// The metric that is kept near a target.
    pub target_tracking_configuration: Option<TargetTracking>,
    /// Whether it scales.
    #[field(default = true)]
    pub enabled: bool,
    /// Its ARN, which alarms name as their action.
    #[field(computed)]
    pub arn: Arn,
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

fn observed(policy: types::ScalingPolicy) -> Option<State<ScalingPolicy>> {
    let (group, name) = (policy.auto_scaling_group_name.clone()?, policy.policy_name.clone()?);
    let steps: Set<StepAdjustment> = policy.step_adjustments().iter().map(StepAdjustment::of_sdk).collect();
    let fields = ScalingPolicy {
        policy_type: policy.policy_type().and_then(of_word)?,
        adjustment_type: policy.adjustment_type().and_then(of_word),
        scaling_adjustment: policy.scaling_adjustment.map(i64::from),
        min_adjustment_magnitude: count(policy.min_adjustment_magnitude),
        cooldown: count(policy.cooldown),
        step_adjustments: Some(steps).filter(|steps| !steps.is_empty()),
        metric_aggregation_type: policy.metric_aggregation_type().and_then(of_word),
        estimated_instance_warmup: count(policy.estimated_instance_warmup),
        target_tracking_configuration: policy.target_tracking_configuration().and_then(TargetTracking::of_sdk),
        enabled: policy.enabled.unwrap_or(true),
        arn: Arn(policy.policy_arn.unwrap_or_default()),
        auto_scaling_group: Id::new(&*group),
        policy_name: name.clone(),
    };
    Some(State { id: place::id(&group, &name), fields })
}

/// Steps in the order of their bounds.
fn steps(steps: Option<&Set<StepAdjustment>>) -> Vec<&StepAdjustment> {
    let mut all: Vec<&StepAdjustment> = steps.into_iter().flatten().collect();
    all.sort();
    all
}

fn of_inputs(inputs: ScalingPolicyInputs) -> ScalingPolicy {
    ScalingPolicy {
        auto_scaling_group: inputs.auto_scaling_group,
        policy_name: inputs.policy_name,
        policy_type: inputs.policy_type,
        adjustment_type: inputs.adjustment_type,
        scaling_adjustment: inputs.scaling_adjustment,
        min_adjustment_magnitude: inputs.min_adjustment_magnitude,
        cooldown: inputs.cooldown,
        step_adjustments: inputs.step_adjustments,
        metric_aggregation_type: inputs.metric_aggregation_type,
        estimated_instance_warmup: inputs.estimated_instance_warmup,
        target_tracking_configuration: inputs.target_tracking_configuration,
        enabled: inputs.enabled.unwrap_or(true),
        arn: Arn(String::new()),
    }
}

fn changed(before: ScalingPolicy, changes: &Changes<ScalingPolicy>) -> Result<ScalingPolicy> {
    Ok(ScalingPolicy {
        policy_type: changes.of(ScalingPolicy::policy_type)?.set().unwrap_or(before.policy_type),
        adjustment_type: changes.of(ScalingPolicy::adjustment_type)?.after(before.adjustment_type),
        scaling_adjustment: changes.of(ScalingPolicy::scaling_adjustment)?.after(before.scaling_adjustment),
        min_adjustment_magnitude: changes.of(ScalingPolicy::min_adjustment_magnitude)?.after(before.min_adjustment_magnitude),
        cooldown: changes.of(ScalingPolicy::cooldown)?.after(before.cooldown),
        step_adjustments: changes.of(ScalingPolicy::step_adjustments)?.after(before.step_adjustments),
        metric_aggregation_type: changes.of(ScalingPolicy::metric_aggregation_type)?.after(before.metric_aggregation_type),
        estimated_instance_warmup: changes.of(ScalingPolicy::estimated_instance_warmup)?.after(before.estimated_instance_warmup),
        target_tracking_configuration: changes
            .of(ScalingPolicy::target_tracking_configuration)?
            .after(before.target_tracking_configuration),
        enabled: changes.of(ScalingPolicy::enabled)?.set().unwrap_or(before.enabled),
        ..before
    })
}

impl Provider {
    /// A policy is put whole. What belongs to another type than its own is refused, so it is not sent.
    async fn put(&self, home: &Home, policy: &ScalingPolicy) -> Result<()> {
        let (kind, request) = (policy.policy_type, self.0.autoscaling(home).put_scaling_policy());
        let request = request
            .auto_scaling_group_name(policy.auto_scaling_group.as_str())
            .policy_name(&policy.policy_name)
            .policy_type(word(&kind))
            .enabled(policy.enabled);
        let adjustment = policy.adjustment_type.map(|adjustment| word(&adjustment));
        let request = match kind {
            PolicyType::TargetTrackingScaling => request
                .set_target_tracking_configuration(policy.target_tracking_configuration.as_ref().map(TargetTracking::to_sdk))
                .set_estimated_instance_warmup(number(policy.estimated_instance_warmup)),
            PolicyType::StepScaling => {
                let steps = policy.step_adjustments.iter().flatten().map(StepAdjustment::to_sdk).collect();
                request
                    .set_adjustment_type(adjustment)
                    .set_min_adjustment_magnitude(number(policy.min_adjustment_magnitude))
                    .set_step_adjustments(Some(steps))
                    .set_metric_aggregation_type(policy.metric_aggregation_type.map(|kind| word(&kind)))
                    .set_estimated_instance_warmup(number(policy.estimated_instance_warmup))
            }
            PolicyType::SimpleScaling => request
                .set_adjustment_type(adjustment)
                .set_min_adjustment_magnitude(number(policy.min_adjustment_magnitude))
                .set_scaling_adjustment(policy.scaling_adjustment.and_then(|adjustment| i32::try_from(adjustment).ok()))
                .set_cooldown(number(policy.cooldown)),
        };
        call::change("autoscaling:PutScalingPolicy", || request.clone().send()).await.map(drop)
    }

    /// The policies of one group, or all; none of a group that is gone.
    async fn listed(&self, home: &Home, group: Option<(&String, &Vec<String>)>) -> Result<Vec<types::ScalingPolicy>> {
        let client = self.0.autoscaling(home);
        let found = call::pages(|token| async {
            let request = client.describe_policies().set_next_token(token).max_records(100);
            let request = match group {
                Some((group, names)) => request.auto_scaling_group_name(group).set_policy_names(Some(names.clone())),
                None => request,
            };
            let page = call::read(Self::OPERATION, || request.clone().send()).await?;
            Ok((page.scaling_policies, page.next_token))
        });
        call::forgive(found.await, |error| error.kind == ErrorKind::NotFound)
    }
}

impl Natural for Provider {
    type Resource = ScalingPolicy;
    const OPERATION: &'static str = "autoscaling:DescribePolicies";
    const NEVER_EMPTY: &'static [&'static str] = &["metric_aggregation_type"];

    fn account(&self) -> &Account {
        &self.0
    }

    fn place(inputs: &ScalingPolicyInputs) -> Id<ScalingPolicy> {
        place::id(inputs.auto_scaling_group.as_str(), &inputs.policy_name)
    }

    fn is_as_wanted(inputs: &ScalingPolicyInputs, there: &ScalingPolicy) -> bool {
        inputs.policy_type == there.policy_type
            && inputs.scaling_adjustment == there.scaling_adjustment
            && steps(inputs.step_adjustments.as_ref()) == steps(there.step_adjustments.as_ref())
            && inputs.target_tracking_configuration.is_some() == there.target_tracking_configuration.is_some()
    }

    fn describe(there: &State<ScalingPolicy>) -> String {
        format!("the group `{}` has a policy `{}` already", there.fields.auto_scaling_group, there.fields.policy_name)
    }

    fn check(&self, planned: &Planned<'_, ScalingPolicy>) -> Vec<FieldProblem> {
        check::problems(planned)
    }

    /// One group's by their names, those of several groups among all.
    /// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribePolicies.html>
    async fn read(&self, home: &Home, places: &[&str]) -> Result<Vec<State<ScalingPolicy>>> {
        let groups = place::by_group(places);
        let only = groups.iter().next().filter(|_| groups.len() == 1);
        let found = if groups.is_empty() { Vec::new() } else { self.listed(home, only).await? };
        Ok(found.into_iter().filter_map(observed).filter(|policy| places.contains(&policy.id.as_str())).collect())
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &ScalingPolicyInputs) -> Result<()> {
        self.put(cx.home, &of_inputs(inputs.clone())).await
    }

    async fn change(&self, cx: &Cx<'_>, current: &State<ScalingPolicy>, changes: &Changes<ScalingPolicy>) -> Result<()> {
        if !changes.is_empty() {
            self.put(cx.home, &changed(current.fields.clone(), changes)?).await?;
        }
        Ok(())
    }

    /// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeletePolicy.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<ScalingPolicy>) -> Result<()> {
        let (group, name) = place::parts(current.id.as_str());
        let request = self.0.autoscaling(cx.home).delete_policy().auto_scaling_group_name(group).policy_name(name);
        call::read("autoscaling:DeletePolicy", || request.clone().send()).await.map(drop)
    }
}
