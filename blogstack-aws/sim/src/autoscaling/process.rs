//! Suspended processes.
//!
//! Source: *`SuspendProcesses`*, *`ResumeProcesses`* (of all, when none is named), *`DescribeScalingProcessTypes`*.

use serde_json::{Value, json};

use super::{check_word, done, named, stirred};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::reply::Answer;

/// What a group does, by its names.
const PROCESSES: [&str; 9] = [
    "AZRebalance",
    "AddToLoadBalancer",
    "AlarmNotification",
    "HealthCheck",
    "InstanceRefresh",
    "Launch",
    "ReplaceUnhealthy",
    "ScheduledActions",
    "Terminate",
];

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "SuspendProcesses" => |context, _| change(context, true),
        "ResumeProcesses" => |context, _| change(context, false),
        "DescribeScalingProcessTypes" => |_, _| {
            let all: Vec<Value> = PROCESSES.iter().map(|name| json!({ "ProcessName": name })).collect();
            Ok(Answer::Json(json!({ "Processes": all })))
        },
        _ => return None,
    })
}

fn change(context: &mut Context<'_>, suspend: bool) -> Result<Answer, Failure> {
    let (group, mut names) = (named(context)?, context.params.list("ScalingProcesses.member"));
    for name in &names {
        check_word(name, &PROCESSES, "scalingProcesses")?;
    }
    if names.is_empty() {
        names = PROCESSES.map(str::to_owned).into();
    }
    let suspended = &mut stirred(context, &group.name)?.suspended;
    match suspend {
        true => suspended.extend(names),
        false => suspended.retain(|own| !names.contains(own)),
    }
    Ok(done())
}
