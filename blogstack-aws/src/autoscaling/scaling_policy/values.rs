//! What the fields of a policy hold.

use std::collections::BTreeMap;

use aws_sdk_autoscaling::types;
use blogstack_core::{Block, Input, IntoInput, Value};

use crate::autoscaling::words::{count, number, of_word, said, word};

/// How a policy scales. <https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scale-based-on-demand.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "PascalCase")]
pub enum PolicyType {
    /// It keeps a metric near a target, by alarms of its own.
    TargetTrackingScaling,
    /// It changes the capacity by steps, when an alarm says so.
    StepScaling,
    /// It changes the capacity in one way, when an alarm says so, and then waits.
    SimpleScaling,
}

/// What an adjustment counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "PascalCase")]
pub enum AdjustmentType {
    /// Instances more, or fewer.
    ChangeInCapacity,
    /// Instances.
    ExactCapacity,
    /// Percent more, or less.
    PercentChangeInCapacity,
}

/// How metrics are put together that come between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "PascalCase")]
pub enum MetricAggregationType {
    /// Their average.
    Average,
    /// The least.
    Minimum,
    /// The greatest.
    Maximum,
}

/// A number with a fraction, as texts have it: 50 and 50.0 are the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Value)]
pub struct Decimal(String);

impl Decimal {
    pub(super) fn number(&self) -> Option<f64> {
        self.0.parse().ok().filter(|number: &f64| number.is_finite())
    }
}

impl From<f64> for Decimal {
    fn from(number: f64) -> Self {
        Self(number.to_string())
    }
}

impl IntoInput<Decimal> for f64 {
    fn into_input(self) -> Input<Decimal> {
        Decimal::from(self).into_input()
    }
}

/// By how much the capacity changes when a metric is so far beyond its threshold. A bound that is unset is without end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Block)]
pub struct StepAdjustment {
    /// By how much, in what the policy's `adjustment_type` counts.
    pub scaling_adjustment: i64,
    /// From how far beyond the threshold.
    pub metric_interval_lower_bound: Option<Decimal>,
    /// Up to how far.
    pub metric_interval_upper_bound: Option<Decimal>,
}

impl StepAdjustment {
    pub(super) fn to_sdk(&self) -> types::StepAdjustment {
        types::StepAdjustment::builder()
            .set_scaling_adjustment(i32::try_from(self.scaling_adjustment).ok())
            .set_metric_interval_lower_bound(self.metric_interval_lower_bound.as_ref().and_then(Decimal::number))
            .set_metric_interval_upper_bound(self.metric_interval_upper_bound.as_ref().and_then(Decimal::number))
            .build()
    }

    pub(super) fn of_sdk(step: &types::StepAdjustment) -> Self {
        Self {
            scaling_adjustment: step.scaling_adjustment.map(i64::from).unwrap_or_default(),
            metric_interval_lower_bound: step.metric_interval_lower_bound.map(Decimal::from),
            metric_interval_upper_bound: step.metric_interval_upper_bound.map(Decimal::from),
        }
    }
}

/// A metric, and the value near which it is kept. Either one that is predefined or one of one's own.
/// <https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html>
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct TargetTracking {
    /// The value near which it is kept.
    pub target_value: Decimal,
    /// One that AWS has.
    pub predefined_metric: Option<PredefinedMetric>,
    /// One of one's own.
    pub customized_metric: Option<CustomizedMetric>,
    /// Whether the group never shrinks by it.
    #[field(default = false)]
    pub disable_scale_in: bool,
}

/// A metric that AWS has.
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct PredefinedMetric {
    /// Which one.
    pub predefined_metric_type: PredefinedMetricType,
    /// Of requests, the load balancer and the target group: `app/web/0123456789abcdef/targetgroup/web/0123456789abcdef`, the
    /// `full_name` of each with a slash between them.
    pub resource_label: Option<String>,
}

/// Which metric of AWS's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum PredefinedMetricType {
    /// How much of their processors instances use, in percent.
    #[value(rename = "ASGAverageCPUUtilization")]
    AsgAverageCpuUtilization,
    /// How many bytes each gets.
    #[value(rename = "ASGAverageNetworkIn")]
    AsgAverageNetworkIn,
    /// How many bytes each sends.
    #[value(rename = "ASGAverageNetworkOut")]
    AsgAverageNetworkOut,
    /// How many requests of a load balancer each gets.
    #[value(rename = "ALBRequestCountPerTarget")]
    AlbRequestCountPerTarget,
}

/// A metric of one's own.
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct CustomizedMetric {
    /// What it says of the values of a period.
    pub statistic: MetricStatistic,
    /// Its name.
    #[field(default = "")]
    pub metric_name: String,
    /// The namespace it is in.
    #[field(default = "")]
    pub namespace: String,
    /// What it is of.
    pub dimensions: Option<BTreeMap<String, String>>,
    /// What it counts: `Percent`, `Count`, …
    pub unit: Option<String>,
    /// The length of a period in seconds; AWS takes 60.
    pub period: Option<u32>,
}

/// What is told of the values of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "PascalCase")]
pub enum MetricStatistic {
    /// Their average.
    Average,
    /// The least.
    Minimum,
    /// The greatest.
    Maximum,
    /// How many there are.
    SampleCount,
    /// Their sum.
    Sum,
}

impl TargetTracking {
    pub(super) fn to_sdk(&self) -> types::TargetTrackingConfiguration {
        types::TargetTrackingConfiguration::builder()
            .set_target_value(self.target_value.number())
            .disable_scale_in(self.disable_scale_in)
            .set_predefined_metric_specification(self.predefined_metric.as_ref().map(PredefinedMetric::to_sdk))
            .set_customized_metric_specification(self.customized_metric.as_ref().map(CustomizedMetric::to_sdk))
            .build()
    }

    pub(super) fn of_sdk(tracking: &types::TargetTrackingConfiguration) -> Option<Self> {
        Some(Self {
            target_value: tracking.target_value?.into(),
            predefined_metric: tracking.predefined_metric_specification().and_then(PredefinedMetric::of_sdk),
            customized_metric: tracking.customized_metric_specification().and_then(CustomizedMetric::of_sdk),
            disable_scale_in: tracking.disable_scale_in.unwrap_or_default(),
        })
    }
}

impl PredefinedMetric {
    fn to_sdk(&self) -> types::PredefinedMetricSpecification {
        types::PredefinedMetricSpecification::builder()
            .predefined_metric_type(word(&self.predefined_metric_type).as_str().into())
            .set_resource_label(self.resource_label.clone())
            .build()
    }

    fn of_sdk(metric: &types::PredefinedMetricSpecification) -> Option<Self> {
        let kind = of_word(metric.predefined_metric_type()?.as_str())?;
        Some(Self { predefined_metric_type: kind, resource_label: said(metric.resource_label.clone()) })
    }
}

impl CustomizedMetric {
    fn to_sdk(&self) -> types::CustomizedMetricSpecification {
        let dimension = |(name, value): (&String, &String)| types::MetricDimension::builder().name(name).value(value).build();
        types::CustomizedMetricSpecification::builder()
            .metric_name(&self.metric_name)
            .namespace(&self.namespace)
            .statistic(word(&self.statistic).as_str().into())
            .set_dimensions(self.dimensions.as_ref().map(|dimensions| dimensions.iter().map(dimension).collect()))
            .set_unit(self.unit.clone())
            .set_period(number(self.period))
            .build()
    }

    fn of_sdk(metric: &types::CustomizedMetricSpecification) -> Option<Self> {
        let pair = |dimension: &types::MetricDimension| Some((dimension.name.clone()?, dimension.value.clone()?));
        Some(Self {
            statistic: of_word(metric.statistic()?.as_str())?,
            metric_name: metric.metric_name.clone()?,
            namespace: metric.namespace.clone()?,
            dimensions: Some(metric.dimensions().iter().filter_map(pair).collect()).filter(|all: &BTreeMap<_, _>| !all.is_empty()),
            unit: said(metric.unit.clone()),
            period: count(metric.period),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn a_number_has_one_text() {
        assert_eq!(Decimal::from(50.0), Decimal("50".into()));
        assert_eq!(Decimal::from(0.5).number(), Some(0.5));
        assert_eq!(Decimal::from(f64::NAN).number(), None);
    }
}
