//! A record of the traffic of a network, a subnet or an interface.
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html>
//!
//! A change of anything but `tags` replaces it.

use aws_sdk_ec2::{
    Client,
    types::{self, DestinationOptionsRequest, Filter, ResourceType},
};
use blogstack_core::{
    Field, Home, Id, Resource, Tags, Value,
    provider::{Cx, FieldProblem, Observed, Planned, ProviderError, Result, State},
};

use super::{
    described::{self, Described},
    tagged::Tagged,
    tagging, unsuccessful,
};
use crate::{
    account::Account,
    call::{self, missing},
    values::Arn,
    wait::Pause,
};

mod resource;

pub use self::resource::FlowLogResource;

/// A record of the traffic of a network, a subnet or an interface, in `CloudWatch` Logs or in files in S3.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::{
///     Arn,
///     ec2::{FlowLog, TrafficType, Vpc},
/// };
///
/// fn program(s: &Scope) {
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
///     let bucket = Arn("arn:aws:s3:::logs-of-mine/flow/".into());
///     s.add("rejected", FlowLog::new(&vpc, bucket).traffic_type(TrafficType::Reject));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/flow-log", feature = "ec2")]
pub struct FlowLog {
    /// Whose traffic: a network's, a subnet's or an interface's.
    #[field(replace)]
    pub resource: FlowLogResource,
    /// Where the records go: the ARN of a log group, or of a bucket, which a folder may follow.
    #[field(replace)]
    pub log_destination: Arn,
    /// The role with which AWS writes to the log group. A bucket has a policy instead.
    #[field(replace)]
    pub deliver_logs_permission_arn: Option<Arn>,
    /// Which traffic.
    #[field(replace, default = TrafficType::All)]
    pub traffic_type: TrafficType,
    /// For how many seconds traffic is summed up: 60 or 600.
    #[field(replace, default = 600)]
    pub max_aggregation_interval: u32,
    /// The fields of a record, as in `${srcaddr} ${dstaddr}`; AWS's own choice when it is not set.
    #[field(replace, optional_computed)]
    pub log_format: String,
    /// How files in S3 are written.
    #[field(replace, default = FileFormat::PlainText)]
    pub file_format: FileFormat,
    /// Whether the folders in S3 are named as Hive wants them.
    #[field(replace, default = false)]
    pub hive_compatible_partitions: bool,
    /// Whether there is a folder in S3 for each hour, and not for each day.
    #[field(replace, default = false)]
    pub per_hour_partition: bool,
    /// Tags.
    pub tags: Tags,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

/// Which traffic is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum TrafficType {
    /// What was let through.
    Accept,
    /// What was not.
    Reject,
    /// Both.
    All,
}

/// How files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum FileFormat {
    /// Lines of text.
    PlainText,
    /// Columns, in Apache Parquet.
    Parquet,
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Described for Provider {
    type Resource = FlowLog;
    type Item = types::FlowLog;
    const OPERATION: &'static str = "ec2:DescribeFlowLogs";
    const ID_FILTER: &'static str = "flow-log-id";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        call::pages(|token| async {
            let request = client.describe_flow_logs().set_filter(Some(filters.clone())).max_results(1000).set_next_token(token);
            let page = call::read(Self::OPERATION, || request.clone().send()).await?;
            Ok((page.flow_logs, page.next_token))
        })
        .await
    }

    fn observed(&self, item: Self::Item, home: &Home) -> Option<Observed<FlowLog>> {
        let files = item.destination_options;
        let is_parquet = files.as_ref().and_then(|files| files.file_format.as_ref()) == Some(&types::DestinationFileFormat::Parquet);
        let flag = |get: fn(&types::DestinationOptionsResponse) -> Option<bool>| files.as_ref().and_then(get).unwrap_or_default();
        let id = Id::new(item.flow_log_id?);
        let fields = FlowLog {
            resource: FlowLogResource::of(&item.resource_id?)?,
            log_destination: Arn(item.log_destination?),
            deliver_logs_permission_arn: item.deliver_logs_permission_arn.map(Arn),
            traffic_type: match item.traffic_type? {
                types::TrafficType::Accept => TrafficType::Accept,
                types::TrafficType::Reject => TrafficType::Reject,
                _ => TrafficType::All,
            },
            max_aggregation_interval: item.max_aggregation_interval.and_then(|seconds| seconds.try_into().ok()).unwrap_or(600),
            log_format: item.log_format.unwrap_or_default(),
            file_format: if is_parquet { FileFormat::Parquet } else { FileFormat::PlainText },
            hive_compatible_partitions: flag(|files| files.hive_compatible_partitions),
            per_hour_partition: flag(|files| files.per_hour_partition),
            tags: tagging::of_program(item.tags.as_ref()),
            arn: described::arn(home, &home.account, "vpc-flow-log", id.as_str()),
        };
        Some(State { id, fields }.into())
    }
}

/// Where an ARN leads, as far as flow logs go there.
fn destination_type(destination: &Arn) -> Option<types::LogDestinationType> {
    match destination.0.split(':').nth(2) {
        Some("s3") => Some(types::LogDestinationType::S3),
        Some("logs") => Some(types::LogDestinationType::CloudWatchLogs),
        _ => None,
    }
}

/// Sent for files only, and only where something differs from AWS's defaults.
fn file_options(inputs: &FlowLogInputs) -> Option<DestinationOptionsRequest> {
    let format = inputs.file_format.filter(|format| *format != FileFormat::PlainText).map(|_| types::DestinationFileFormat::Parquet);
    let hive = inputs.hive_compatible_partitions.filter(|hive| *hive);
    let hourly = inputs.per_hour_partition.filter(|hourly| *hourly);
    let is_plain = format.is_none() && hive.is_none() && hourly.is_none();
    let options = DestinationOptionsRequest::builder().set_file_format(format).set_hive_compatible_partitions(hive);
    (!is_plain).then(|| options.set_per_hour_partition(hourly).build())
}

/// What is refused for a while only: AWS cannot see the role or the resource yet.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency>
fn will_pass(error: &ProviderError) -> bool {
    error.code.as_deref().is_some_and(|code| code.ends_with(".NotFound")) || error.message.contains("Unable to assume given IAM role")
}

impl Tagged for Provider {
    const TAGS: Field<FlowLog, Tags> = FlowLog::tags;

    fn check(&self, planned: &Planned<'_, FlowLog>) -> Vec<FieldProblem> {
        let destination = planned.get(FlowLog::log_destination);
        let kind = destination.as_ref().and_then(destination_type);
        let to_group = kind == Some(types::LogDestinationType::CloudWatchLogs);
        let to_files = kind == Some(types::LogDestinationType::S3);
        let role = planned.is_set(FlowLog::deliver_logs_permission_arn);
        let formatted = planned.get(FlowLog::file_format).is_some_and(|format| format != FileFormat::PlainText)
            || planned.get(FlowLog::hive_compatible_partitions) == Some(true)
            || planned.get(FlowLog::per_hour_partition) == Some(true);
        let interval = planned.get(FlowLog::max_aggregation_interval);
        let neither = destination.is_some() && kind.is_none();
        FieldProblem::when([
            (neither, "log_destination", "it is the ARN neither of a log group nor of a bucket"),
            (to_group && !role, "deliver_logs_permission_arn", "AWS needs a role to write to a log group"),
            (to_files && role, "deliver_logs_permission_arn", "AWS takes no role to write to a bucket, which has a policy"),
            (to_group && formatted, "file_format", "a log group has no files"),
            (interval.is_some_and(|seconds| ![60, 600].contains(&seconds)), "max_aggregation_interval", "it is neither 60 nor 600"),
        ])
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &FlowLogInputs) -> Result<Id<FlowLog>> {
        let traffic = match inputs.traffic_type.unwrap_or(TrafficType::All) {
            TrafficType::Accept => types::TrafficType::Accept,
            TrafficType::Reject => types::TrafficType::Reject,
            TrafficType::All => types::TrafficType::All,
        };
        let (kind, resource) = inputs.resource.to_sdk();
        let client = self.0.ec2(cx.home);
        let request = client
            .create_flow_logs()
            .client_token(cx.token())
            .resource_type(kind)
            .resource_ids(resource)
            .traffic_type(traffic)
            .set_log_destination_type(destination_type(&inputs.log_destination))
            .set_destination_options(file_options(inputs))
            .log_destination(&inputs.log_destination.0)
            .set_deliver_logs_permission_arn(inputs.deliver_logs_permission_arn.clone().map(|arn| arn.0))
            .set_max_aggregation_interval(inputs.max_aggregation_interval.and_then(|seconds| seconds.try_into().ok()))
            .set_log_format(inputs.log_format.clone())
            .tag_specifications(tagging::specification(ResourceType::VpcFlowLog, cx, &inputs.tags));
        let mut pause = Pause::up_to(described::WINDOW);
        let id = loop {
            let made = call::create("ec2:CreateFlowLogs", || request.clone().send()).await.and_then(|answer| {
                unsuccessful::none("ec2:CreateFlowLogs", answer.unsuccessful)?;
                Ok(answer.flow_log_ids.and_then(|ids| ids.into_iter().next()))
            });
            match made {
                Err(error) if will_pass(&error) && pause.next().await => {}
                made => break made?.ok_or_else(|| missing("ec2:CreateFlowLogs", "flow log id"))?,
            }
        };
        Ok(Id::new(id))
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteFlowLogs.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<FlowLog>) -> Result<()> {
        let request = self.0.ec2(cx.home).delete_flow_logs().flow_log_ids(current.id.as_str());
        let answer = call::read("ec2:DeleteFlowLogs", || request.clone().send()).await;
        answer.and_then(|answer| unsuccessful::none("ec2:DeleteFlowLogs", answer.unsuccessful))
    }
}

#[cfg(test)]
mod tests {
    use blogstack_core::provider::ErrorKind;

    use super::*;

    #[test]
    fn what_passes_is_known_by_its_words() {
        let error = |message: &str| ProviderError::new(ErrorKind::Rejected, "ec2:CreateFlowLogs", message);
        assert!(will_pass(&error("Unable to assume given IAM role")));
        assert!(will_pass(&ProviderError { code: Some("InvalidVpcID.NotFound".into()), ..error("it does not exist") }));
        assert!(!will_pass(&error("LogDestination must be an ARN.")));
    }
}
