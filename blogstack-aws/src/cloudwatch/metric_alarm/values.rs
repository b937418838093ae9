//! Words of alarms.

use blogstack_core::{Block, Handle, Input, IntoInput, Output, Resource, Value};

/// How a metric is compared with the threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "PascalCase")]
pub enum ComparisonOperator {
    /// The threshold itself is too much.
    GreaterThanOrEqualToThreshold,
    /// More is too much.
    GreaterThanThreshold,
    /// Less is too little.
    LessThanThreshold,
    /// The threshold itself is too little.
    LessThanOrEqualToThreshold,
    /// Outside the band of what is usual.
    LessThanLowerOrGreaterThanUpperThreshold,
    /// Below the band.
    LessThanLowerThreshold,
    /// Above the band.
    GreaterThanUpperThreshold,
}

impl ComparisonOperator {
    /// Whether it compares with a band, and not with a number.
    pub(super) fn is_of_a_band(self) -> bool {
        matches!(self, Self::LessThanLowerOrGreaterThanUpperThreshold | Self::LessThanLowerThreshold | Self::GreaterThanUpperThreshold)
    }
}

/// What the values of a period are made into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "PascalCase")]
pub enum Statistic {
    /// How many they are.
    SampleCount,
    /// Their average.
    Average,
    /// Their sum.
    Sum,
    /// The smallest of them.
    Minimum,
    /// The greatest of them.
    Maximum,
}

/// What becomes of a period without values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "lowercase")]
pub enum TreatMissingData {
    /// It is beyond the threshold.
    Breaching,
    /// It is within the threshold.
    #[value(rename = "notBreaching")]
    NotBreaching,
    /// The alarm stays as it is.
    Ignore,
    /// When all periods lack values, there is not enough data.
    Missing,
}

/// What becomes of a percentile that is made from few values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum LowSampleCountPercentile {
    /// It counts.
    Evaluate,
    /// The alarm stays as it is.
    Ignore,
}

/// What a metric counts in. <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Value)]
#[value(rename_all = "PascalCase")]
pub enum StandardUnit {
    /// Seconds.
    Seconds,
    /// Microseconds.
    Microseconds,
    /// Milliseconds.
    Milliseconds,
    /// Bytes.
    Bytes,
    /// Thousands of bytes.
    Kilobytes,
    /// Millions of bytes.
    Megabytes,
    /// Thousand millions of bytes.
    Gigabytes,
    /// Millions of millions of bytes.
    Terabytes,
    /// Bits.
    Bits,
    /// Thousands of bits.
    Kilobits,
    /// Millions of bits.
    Megabits,
    /// Thousand millions of bits.
    Gigabits,
    /// Millions of millions of bits.
    Terabits,
    /// Hundredths.
    Percent,
    /// Things.
    Count,
    /// Bytes in a second.
    #[value(rename = "Bytes/Second")]
    BytesPerSecond,
    /// Thousands of bytes in a second.
    #[value(rename = "Kilobytes/Second")]
    KilobytesPerSecond,
    /// Millions of bytes in a second.
    #[value(rename = "Megabytes/Second")]
    MegabytesPerSecond,
    /// Thousand millions of bytes in a second.
    #[value(rename = "Gigabytes/Second")]
    GigabytesPerSecond,
    /// Millions of millions of bytes in a second.
    #[value(rename = "Terabytes/Second")]
    TerabytesPerSecond,
    /// Bits in a second.
    #[value(rename = "Bits/Second")]
    BitsPerSecond,
    /// Thousands of bits in a second.
    #[value(rename = "Kilobits/Second")]
    KilobitsPerSecond,
    /// Millions of bits in a second.
    #[value(rename = "Megabits/Second")]
    MegabitsPerSecond,
    /// Thousand millions of bits in a second.
    #[value(rename = "Gigabits/Second")]
    GigabitsPerSecond,
    /// Millions of millions of bits in a second.
    #[value(rename = "Terabits/Second")]
    TerabitsPerSecond,
    /// Things in a second.
    #[value(rename = "Count/Second")]
    CountPerSecond,
    /// Metrics that are sent without a unit.
    None,
}

/// What tells a metric from others of its name.
///
/// ```
/// # use blogstack_core::Handle;
/// use blogstack_aws::{cloudwatch::Dimension, ec2::Instance};
///
/// fn of(server: &Handle<Instance>) -> [blogstack_aws::cloudwatch::DimensionArgs; 2] {
///     [Dimension::new("InstanceId", server), Dimension::new("path", "/")]
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Block)]
pub struct Dimension {
    /// Its name, up to 255 characters.
    pub name: String,
    /// Its value, up to 1024 characters.
    pub value: DimensionValue,
}

/// The value of a dimension: a text, an output, or an object by its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Value)]
pub struct DimensionValue(pub String);

impl IntoInput<DimensionValue> for &str {
    fn into_input(self) -> Input<DimensionValue> {
        DimensionValue(self.to_owned()).into_input()
    }
}

impl IntoInput<DimensionValue> for &Output<String> {
    fn into_input(self) -> Input<DimensionValue> {
        Input::from_expr(IntoInput::<String>::into_input(self).into_expr())
    }
}

impl<R: Resource> IntoInput<DimensionValue> for &Handle<R> {
    fn into_input(self) -> Input<DimensionValue> {
        Input::from_expr(IntoInput::<blogstack_core::Id<R>>::into_input(self).into_expr())
    }
}

/// A metric or an expression of metrics, one of those that an alarm looks at together.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html>
///
/// ```
/// use blogstack_aws::cloudwatch::{Metric, MetricDataQuery, MetricStat};
///
/// let of = |name| MetricStat::new(Metric::new(name).namespace("AWS/ApplicationELB"), 60_u32, "Sum");
/// let failed = MetricDataQuery::new("failed").metric_stat(of("HTTPCode_Target_5XX_Count")).return_data(false);
/// let all = MetricDataQuery::new("asked").metric_stat(of("RequestCount")).return_data(false);
/// let share = MetricDataQuery::new("share").expression("100 * failed / asked");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct MetricDataQuery {
    /// What expressions call it: a small letter, then letters, digits and `_`.
    pub id: String,
    /// The metric; either this or an `expression`.
    pub metric_stat: Option<MetricStat>,
    /// What is made of the others.
    pub expression: Option<String>,
    /// What people call it.
    pub label: Option<String>,
    /// Whether the alarm looks at it. Exactly one of them is looked at, and with a band the band too.
    #[field(default = true)]
    pub return_data: bool,
    /// The seconds of a period, of an expression that has no metrics.
    pub period: Option<u32>,
    /// The account that has the metric; this one when it is not set.
    pub account_id: Option<String>,
}

/// A metric, and what is made of its values.
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct MetricStat {
    /// The metric.
    pub metric: Metric,
    /// The seconds of a period: 10, 20, 30 or a multiple of 60.
    pub period: u32,
    /// What the values of a period are made into: `Average`, `Sum`, `p99`, ...
    pub stat: String,
    /// Only values that were sent with this unit.
    pub unit: Option<StandardUnit>,
}

/// A metric.
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct Metric {
    /// Its name.
    pub metric_name: String,
    /// Where it comes from: `AWS/EC2`, or a name of one's own.
    pub namespace: Option<String>,
    /// What tells it from others of its name, up to 30.
    pub dimensions: Option<blogstack_core::Set<Dimension>>,
}
