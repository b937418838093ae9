//! Makes flow logs, one for each resource that a request names.

use crate::context::Context;
use crate::ec2::flow_log::{Config, FileOptions, FlowLog, write_failed};
use crate::ec2::interface::Interface;
use crate::ec2::subnet::Subnet;
use crate::ec2::vpc::Vpc;
use crate::ec2::{tags, token};
use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::xml::Xml;
use crate::state::object::Object;

/// *Flow log records*: the fields of version 2.
const DEFAULT_FORMAT: &str = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} \
                              ${packets} ${bytes} ${start} ${end} ${action} ${log-status}";

pub(super) fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    if let Some(known) = token::used(context, "CreateFlowLogs")? {
        return Ok(answer(context, &known, &[]));
    }
    let kind = context.params.required("ResourceType")?.to_owned();
    let resources = context.params.list("ResourceId");
    if resources.is_empty() {
        return Err(Failure::missing("ResourceId"));
    }
    let config = config(&context.params)?;
    let tags = tags::specified(&context.params, FlowLog::KIND.name)?;
    let (mut made, mut failed) = (Vec::new(), Vec::new());
    for resource in resources {
        if let Err(why) = find(context, &kind, &resource)? {
            failed.push((resource, why));
            continue;
        }
        if context.all::<FlowLog>().any(|other| other.resource == resource && other.config == config) {
            let message = "Error. There is an existing Flow Log with the same configuration and log destination.";
            return Err(Failure::new("FlowLogAlreadyExists", message));
        }
        let id = context.new_id("fl");
        context.add(FlowLog { id: id.clone(), resource, config: config.clone(), created_at: context.now, tags: tags.clone() });
        made.push(id);
    }
    if failed.is_empty() {
        token::remember(context, "CreateFlowLogs", made.clone());
    }
    Ok(answer(context, &made, &failed))
}

/// Whether a resource is there: what is not is no failure of the whole call.
fn find(context: &Context<'_>, kind: &str, id: &str) -> Result<Result<(), Failure>, Failure> {
    Ok(match kind {
        "VPC" => context.find::<Vpc>(id).map(|_| ()),
        "Subnet" => context.find::<Subnet>(id).map(|_| ()),
        "NetworkInterface" => context.find::<Interface>(id).map(|_| ()),
        other => return Err(Failure::invalid(other, "resourceType", "Expecting VPC, Subnet or NetworkInterface.")),
    })
}

fn config(params: &Params) -> Result<Config, Failure> {
    let wrong = |message: &str| Failure::new("InvalidParameter", message);
    let traffic_type = one_of(params, "TrafficType", &["ACCEPT", "REJECT", "ALL"])?.ok_or_else(|| Failure::missing("TrafficType"))?;
    let destination_type =
        one_of(params, "LogDestinationType", &["cloud-watch-logs", "s3"])?.unwrap_or_else(|| "cloud-watch-logs".to_owned());
    let (destination, log_group, role) =
        (params.owned("LogDestination"), params.owned("LogGroupName"), params.owned("DeliverLogsPermissionArn"));
    let to_files = destination_type == "s3";
    match (&destination, &log_group) {
        (Some(_), Some(_)) => return Err(wrong("Please only provide LogGroupName or only provide LogDestination.")),
        (None, None) if !to_files => return Err(wrong("LogGroupName can't be empty if LogDestinationType is cloud-watch-logs.")),
        (None, _) if to_files => return Err(wrong("LogDestination can't be empty if LogDestinationType is not cloud-watch-logs.")),
        _ => {}
    }
    match (&role, to_files) {
        (None, false) => return Err(wrong("DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.")),
        (Some(_), true) => return Err(wrong("DeliverLogsPermissionArn is not applicable for s3 delivery")),
        _ => {}
    }
    if destination.as_deref().is_some_and(|arn| !arn.starts_with("arn:")) {
        return Err(wrong("LogDestination must be an ARN."));
    }
    let interval = params.number("MaxAggregationInterval")?.unwrap_or(600);
    if ![60, 600].contains(&interval) {
        return Err(wrong("Invalid Flow Log Max Aggregation Interval"));
    }
    let file = params.group("DestinationOptions").map(|options| file_options(&options)).transpose()?;
    if file.is_some() && !to_files {
        return Err(wrong("DestinationOptions is only applicable for s3 delivery"));
    }
    let format = params.owned("LogFormat").unwrap_or_else(|| DEFAULT_FORMAT.to_owned());
    Ok(Config { traffic_type, destination_type, destination, log_group, role, format, interval, file })
}

fn file_options(options: &Params) -> Result<FileOptions, Failure> {
    Ok(FileOptions {
        format: one_of(options, "FileFormat", &["plain-text", "parquet"])?.unwrap_or_else(|| "plain-text".to_owned()),
        hive: options.flag("HiveCompatiblePartitions")?.unwrap_or_default(),
        hourly: options.flag("PerHourPartition")?.unwrap_or_default(),
    })
}

fn one_of(params: &Params, name: &str, known: &[&str]) -> Result<Option<String>, Failure> {
    match params.owned(name) {
        Some(value) if !known.contains(&value.as_str()) => {
            Err(Failure::invalid(value, name, format!("Expecting one of {}.", known.join(", "))))
        }
        value => Ok(value),
    }
}

fn answer(context: &Context<'_>, made: &[String], failed: &[(String, Failure)]) -> Xml {
    let mut xml = Xml::new();
    xml.maybe("clientToken", context.params.text("ClientToken")).texts("flowLogIdSet", made.iter().map(String::as_str));
    write_failed(&mut xml, failed);
    xml
}
