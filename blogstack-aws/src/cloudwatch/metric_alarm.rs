//! Watches a metric. <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html>
//!
//! A change of `alarm_name` replaces it. Every other change is a new setting of the whole alarm: what the program does not set is
//! set to what it is.

use aws_sdk_cloudwatch::{
    Client,
    types::{self, Tag},
};
use blogstack_core::{
    Field, Home, Id, Resource, Set, Tags,
    provider::{Changes, Cx, ErrorKind, FieldProblem, Observed, Planned, Result, State, Wanted},
};

use crate::{
    account::Account,
    call,
    named::{Holder, Named},
    naming,
    readable::Readable,
    tags,
    values::{Arn, Decimal},
};

mod check;
mod settings;
mod values;

pub use self::values::{
    ComparisonOperator, Dimension, DimensionArgs, DimensionValue, LowSampleCountPercentile, Metric, MetricArgs, MetricDataQuery,
    MetricDataQueryArgs, MetricStat, MetricStatArgs, StandardUnit, Statistic, TreatMissingData,
};

/// Watches a metric, or what is made of several, and does something when it is beyond a threshold.
///
/// ```
/// # use blogstack_core::{Handle, Scope};
/// use blogstack_aws::{cloudwatch::{ComparisonOperator, Dimension, MetricAlarm, Statistic}, ec2::Instance};
///
/// fn program(s: &Scope, server: &Handle<Instance>) {
///     let busy = MetricAlarm::new(ComparisonOperator::GreaterThanThreshold, 3_u32).threshold(80).metric_name("CPUUtilization");
///     let busy = busy.namespace("AWS/EC2").dimensions([Dimension::new("InstanceId", server)]);
///     s.add("busy", busy.statistic(Statistic::Average).period(60_u32));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:cloudwatch/metric-alarm", feature = "cloudwatch", exclusive(alarm_name))]
pub struct MetricAlarm {
    /// How the metric is compared with the threshold.
    pub comparison_operator: ComparisonOperator,
    /// How many periods it looks at: together a day at most, or a week where a period is an hour or longer.
    pub evaluation_periods: u32,
    /// Its name: up to 255 characters, unique in the region; made from the resource's path when it is not set.
    #[field(replace, optional_computed)]
    pub alarm_name: String,
    /// What it is for, up to 1024 characters.
    pub alarm_description: Option<String>,
    /// Whether it does anything when its state changes.
    #[field(default = true)]
    pub actions_enabled: bool,
    /// What it does when the threshold is passed: ARNs of topics, scaling policies and the like, up to five.
    pub alarm_actions: Option<Set<Arn>>,
    /// What it does when the metric is within the threshold again.
    pub ok_actions: Option<Set<Arn>>,
    /// What it does when there is not enough data.
    pub insufficient_data_actions: Option<Set<Arn>>,
    /// The metric that it looks at; either this or `metrics`.
    pub metric_name: Option<String>,
    /// Where the metric comes from: `AWS/EC2`, or a name of one's own.
    pub namespace: Option<String>,
    /// What tells the metric from others of its name, up to 30.
    pub dimensions: Option<Set<Dimension>>,
    /// What the values of a period are made into; either this or `extended_statistic`.
    pub statistic: Option<Statistic>,
    /// What the values of a period are made into, where that is a percentile or the like: `p99`, `tm95`.
    pub extended_statistic: Option<String>,
    /// The seconds of a period: 10, 20, 30 or a multiple of 60.
    pub period: Option<u32>,
    /// Only values that were sent with this unit.
    pub unit: Option<StandardUnit>,
    /// Metrics and expressions, one of which it looks at.
    pub metrics: Option<Set<MetricDataQuery>>,
    /// How many of the periods must be beyond the threshold; all of them when it is not set.
    pub datapoints_to_alarm: Option<u32>,
    /// The number that the metric is compared with.
    pub threshold: Option<Decimal>,
    /// The one of `metrics` that is a band of what is usual, to compare with instead of a number.
    pub threshold_metric_id: Option<String>,
    /// What becomes of periods without values.
    #[field(default = TreatMissingData::Missing)]
    pub treat_missing_data: TreatMissingData,
    /// What becomes of percentiles that are made from few values; AWS evaluates them when it is not set.
    pub evaluate_low_sample_count_percentile: Option<LowSampleCountPercentile>,
    /// Tags.
    pub tags: Tags,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

/// The most characters of a name.
const LONGEST: usize = 255;

/// The most alarms of one call.
const BATCH: usize = 100;

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Readable for Provider {
    type Resource = MetricAlarm;
    const OPERATION: &'static str = "cloudwatch:DescribeAlarms";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<MetricAlarm>>> {
        let client = self.0.cloudwatch(home);
        let mut found = Vec::new();
        for batch in ids.chunks(BATCH) {
            let alarms = described(&client, batch).await?.into_iter().filter_map(settings::of_sdk);
            found.extend(alarms.map(|fields| State { id: Id::new(fields.alarm_name.as_str()), fields }.into()));
        }
        Ok(found)
    }

    /// Tags take a call for each.
    async fn complete(&self, home: &Home, wanted: &Wanted<MetricAlarm>, alarm: &mut Observed<MetricAlarm>) -> Result<()> {
        if wanted.manages(MetricAlarm::tags) {
            let all = tags_of(&self.0.cloudwatch(home), &alarm.state.fields.arn.0).await?;
            alarm.state.fields.tags = tags::of_program(all.unwrap_or_default());
        }
        Ok(())
    }
}

/// The alarms of these names that there are.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html>
async fn described(client: &Client, names: &[&str]) -> Result<Vec<types::MetricAlarm>> {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    let most = i32::try_from(BATCH).unwrap_or(i32::MAX);
    let request = client.describe_alarms().set_alarm_names(Some(names)).max_records(most);
    Ok(call::read(Provider::OPERATION, || request.clone().send()).await?.metric_alarms.unwrap_or_default())
}

/// All tags, ours among them; none of one that went in between.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListTagsForResource.html>
async fn tags_of(client: &Client, arn: &str) -> Result<Option<Tags>> {
    let request = client.list_tags_for_resource().resource_arn(arn);
    let told = call::read("cloudwatch:ListTagsForResource", || request.clone().send()).await;
    let told = call::forgive(told.map(Some), |error| error.kind == ErrorKind::NotFound)?;
    let pair = |tag: Tag| Some((tag.key?, tag.value.unwrap_or_default()));
    Ok(told.map(|told| told.tags.unwrap_or_default().into_iter().filter_map(pair).collect()))
}

fn sdk_tags(tags: impl IntoIterator<Item = (String, String)>) -> Vec<Tag> {
    tags.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

impl Named for Provider {
    const TAGS: Field<MetricAlarm, Tags> = MetricAlarm::tags;
    const NAME: &'static str = "alarm_name";
    /// A second put changes what is there.
    const TAKEN: &'static [&'static str] = &[];

    fn name(cx: &Cx<'_>, inputs: &MetricAlarmInputs) -> String {
        inputs.alarm_name.clone().unwrap_or_else(|| naming::generated(cx, LONGEST))
    }

    fn check(&self, planned: &Planned<'_, MetricAlarm>) -> Vec<FieldProblem> {
        check::check(planned)
    }

    async fn holder(&self, home: &Home, name: &str) -> Result<Option<Holder<MetricAlarm>>> {
        let client = self.0.cloudwatch(home);
        let arn = described(&client, &[name]).await?.pop().and_then(|alarm| alarm.alarm_arn);
        let Some(arn) = arn else { return Ok(None) };
        Ok(tags_of(&client, &arn).await?.map(|tags| Holder { id: Id::new(name), tags }))
    }

    async fn make(&self, cx: &Cx<'_>, name: &str, inputs: &MetricAlarmInputs) -> Result<Id<MetricAlarm>> {
        let tags = sdk_tags(inputs.tags.clone().into_iter().chain(cx.ownership_tags()));
        let request = settings::of_inputs(name, inputs.clone()).put(&self.0.cloudwatch(cx.home)).set_tags(Some(tags));
        call::create("cloudwatch:PutMetricAlarm", || request.clone().send()).await?;
        Ok(Id::new(name))
    }

    async fn change(&self, cx: &Cx<'_>, current: &State<MetricAlarm>, _: &MetricAlarm, changes: &Changes<MetricAlarm>) -> Result<()> {
        let client = self.0.cloudwatch(cx.home);
        for alarm in described(&client, &[current.id.as_str()]).await? {
            if let Some(request) = settings::changed(&client, alarm, changes)? {
                call::change("cloudwatch:PutMetricAlarm", || request.clone().send()).await?;
            }
        }
        Ok(())
    }

    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<MetricAlarm>) -> Result<()> {
        let request = self.0.cloudwatch(cx.home).delete_alarms().alarm_names(current.id.as_str());
        call::read("cloudwatch:DeleteAlarms", || request.clone().send()).await.map(drop)
    }

    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_TagResource.html>
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_UntagResource.html>
    async fn retag(&self, home: &Home, id: &Id<MetricAlarm>, set: Tags, removed: Vec<String>) -> Result<()> {
        let client = self.0.cloudwatch(home);
        let arn = described(&client, &[id.as_str()]).await?.pop().and_then(|alarm| alarm.alarm_arn);
        let Some(arn) = arn else { return Ok(()) };
        if !set.is_empty() {
            let request = client.tag_resource().resource_arn(&arn).set_tags(Some(sdk_tags(set)));
            call::change("cloudwatch:TagResource", || request.clone().send()).await?;
        }
        if !removed.is_empty() {
            let request = client.untag_resource().resource_arn(&arn).set_tag_keys(Some(removed));
            call::change("cloudwatch:UntagResource", || request.clone().send()).await?;
        }
        Ok(())
    }
}
