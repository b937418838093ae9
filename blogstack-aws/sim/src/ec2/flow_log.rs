//! Flow logs.
//!
//! Source: *`CreateFlowLogs`*, *`DeleteFlowLogs`* (both succeed as calls, and list what did not), *`DescribeFlowLogs`*, *Logging IP
//! traffic using VPC Flow Logs*. Whether a log group, a bucket or a role is there, the simulation does not ask.

mod create;
mod listing;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::Operation;
use crate::failure::Failure;
use crate::moment::Moment;
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object, Tags};

/// A flow log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FlowLog {
    id: String,
    resource: String,
    #[serde(flatten)]
    config: Config,
    created_at: Moment,
    tags: Tags,
}

/// What two flow logs of one resource must not have in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Config {
    traffic_type: String,
    destination_type: String,
    /// An ARN; for `CloudWatch` Logs it may be left out in favour of the group's name.
    destination: Option<String>,
    log_group: Option<String>,
    role: Option<String>,
    format: String,
    /// Seconds.
    interval: u32,
    file: Option<FileOptions>,
}

/// How files in S3 are written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct FileOptions {
    format: String,
    hive: bool,
    hourly: bool,
}

impl Object for FlowLog {
    const KIND: Kind = Kind {
        name: "vpc-flow-log",
        prefix: "fl",
        missing: "InvalidFlowLogId.NotFound",
        malformed: None,
        sentence: "These flow log ids in the input list are not found: [TotalCount: 1] {}",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }
}

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateFlowLogs" => create::create,
        "DescribeFlowLogs" => listing::describe,
        "DeleteFlowLogs" => delete,
        _ => return None,
    })
}

/// What cannot be deleted is listed in an answer that succeeds.
fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let ids = context.params.list("FlowLogId");
    if ids.is_empty() {
        return Err(Failure::missing("FlowLogId"));
    }
    let mut failed = Vec::new();
    for id in ids {
        match context.find::<FlowLog>(&id).map(|_| ()) {
            Ok(()) => context.remove::<FlowLog>(&id),
            Err(why) => failed.push((id, why)),
        }
    }
    let mut xml = Xml::new();
    write_failed(&mut xml, &failed);
    Ok(xml)
}

fn write_failed(xml: &mut Xml, failed: &[(String, Failure)]) {
    xml.items("unsuccessful", failed, |xml, (id, why)| {
        xml.text("resourceId", id).nest("error", |xml| {
            xml.text("code", &why.code).text("message", &why.message);
        });
    });
}

#[cfg(test)]
mod tests;
