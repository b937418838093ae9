//! How flow logs are listed.
//!
//! Source: *`DescribeFlowLogs`*.

use crate::context::Context;
use crate::ec2::flow_log::FlowLog;
use crate::ec2::listing::{Listing, PAGES};
use crate::failure::Failure;
use crate::moment;
use crate::protocol::xml::Xml;

const LISTING: Listing<FlowLog> = Listing {
    ids: "FlowLogId",
    filters: &["deliver-log-status", "flow-log-id", "log-destination-type", "log-group-name", "resource-id", "traffic-type"],
    field,
    pages: PAGES,
};

pub(super) fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    LISTING.answer(context, "flowLogSet", write)
}

fn field(_: &Context<'_>, log: &FlowLog, name: &str) -> Vec<String> {
    vec![match name {
        "deliver-log-status" => "SUCCESS".to_owned(),
        "flow-log-id" => log.id.clone(),
        "log-destination-type" => log.config.destination_type.clone(),
        "log-group-name" => return group_name(log).into_iter().collect(),
        "resource-id" => log.resource.clone(),
        _ => log.config.traffic_type.clone(),
    }]
}

/// The name of the log group: it may have been given as an ARN.
fn group_name(log: &FlowLog) -> Option<String> {
    let of_arn = || log.config.destination.as_deref()?.split_once(":log-group:").map(|(_, name)| name.trim_end_matches(":*").to_owned());
    log.config.log_group.clone().or_else(of_arn)
}

fn write(xml: &mut Xml, context: &Context<'_>, log: &FlowLog) {
    let config = &log.config;
    xml.text("flowLogId", &log.id).text("flowLogStatus", "ACTIVE").text("deliverLogsStatus", "SUCCESS");
    xml.text("creationTime", moment::date(log.created_at)).text("resourceId", &log.resource).text("trafficType", &config.traffic_type);
    xml.text("logDestinationType", &config.destination_type).maybe("logGroupName", group_name(log));
    let of_name = || {
        let group = config.log_group.as_ref()?;
        Some(format!("arn:aws:logs:{}:{}:log-group:{group}", context.place.region, context.place.account))
    };
    xml.maybe("logDestination", config.destination.clone().or_else(of_name));
    xml.maybe("deliverLogsPermissionArn", config.role.as_ref()).text("logFormat", &config.format);
    xml.text("maxAggregationInterval", config.interval);
    if let Some(file) = &config.file {
        xml.nest("destinationOptions", |xml| {
            xml.text("fileFormat", &file.format).text("hiveCompatiblePartitions", file.hive).text("perHourPartition", file.hourly);
        });
    }
    xml.tags(&log.tags);
}
