//! `CloudWatch`: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/>.

mod metric_alarm;

pub use self::metric_alarm::{
    ComparisonOperator, Dimension, DimensionArgs, DimensionValue, LowSampleCountPercentile, Metric, MetricAlarm, MetricAlarmArgs,
    MetricAlarmInputs, MetricAlarmOutputs, MetricArgs, MetricDataQuery, MetricDataQueryArgs, MetricStat, MetricStatArgs, StandardUnit,
    Statistic, TreatMissingData,
};

use blogstack_core::provider::Providers;

use crate::{account::Account, named::ByName};

/// Adds the kinds of this service.
pub(crate) fn providers(providers: Providers, account: &Account) -> Providers {
    providers.with(ByName(metric_alarm::Provider(account.clone())))
}
