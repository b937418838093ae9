//! What groups did: launches and terminations, with how they went.
//!
//! Source: *`DescribeScalingActivities`* (the newest first), *`Activity`*, *Verify a scaling activity for an Auto Scaling group*. Those of
//! deleted groups are forgotten.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::group::Group;
use super::{named, paged, uuid};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::reply::Answer;

/// Something that a group did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Activity {
    pub(super) id: String,
    description: String,
    cause: String,
    begun_at: Moment,
    ended_at: Option<Moment>,
    /// *`StatusCode`*.
    status: String,
    message: Option<String>,
}

/// How many a group remembers.
const MEMORY: usize = 200;

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "DescribeScalingActivities" => |context, _| describe(context),
        _ => return None,
    })
}

fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let ids = context.params.list("ActivityIds.member");
    context.params.flag("IncludeDeletedGroups")?;
    let groups = match context.params.text("AutoScalingGroupName") {
        Some(_) => vec![named(context)?],
        None => context.region.auto_scaling_groups.iter_visible(context.now).cloned().collect(),
    };
    let is_wanted = |(_, activity): &(&Group, &Activity)| ids.is_empty() || ids.contains(&activity.id);
    let all = groups.iter().flat_map(|group| group.activities.iter().map(move |activity| (group, activity))).filter(is_wanted);
    let mut found: Vec<(&Group, &Activity)> = all.collect();
    found.sort_by_key(|(_, activity)| activity.begun_at);
    // Pages are in the order of keys, which count from the newest.
    let keyed: Vec<(String, Value)> =
        found.into_iter().rev().enumerate().map(|(number, (group, activity))| (format!("{number:06}"), activity.written(group))).collect();
    paged(context, "Activities", keyed, |(key, _)| key, |(_, activity)| activity)
}

/// Notes that something begins, and tells its id.
pub(super) fn begin(context: &mut Context<'_>, group: &str, description: String, why: &str) -> String {
    let id = uuid(context, "scaling-activity");
    let now = context.now;
    let Some(group) = context.region.auto_scaling_groups.change(group) else { return id };
    let reason = std::mem::take(&mut group.cause);
    let cause = format!("{reason}{}At {} {why}", if reason.is_empty() { "" } else { "  " }, moment::date(now));
    let status = "InProgress".to_owned();
    group.activities.push(Activity { id: id.clone(), description, cause, begun_at: now, ended_at: None, status, message: None });
    let surplus = group.activities.len().saturating_sub(MEMORY);
    group.activities.drain(..surplus);
    id
}

/// Notes how something stands that goes on.
pub(super) fn advance(context: &mut Context<'_>, group: &str, id: &str, status: &str) {
    if let Some(activity) = of(context, group, id) {
        status.clone_into(&mut activity.status);
    }
}

/// Notes how something ended.
pub(super) fn end(context: &mut Context<'_>, group: &str, id: &str, status: &str, message: Option<String>) {
    let now = context.now;
    if let Some(activity) = of(context, group, id) {
        status.clone_into(&mut activity.status);
        (activity.ended_at, activity.message) = (Some(now), message);
    }
}

fn of<'a>(context: &'a mut Context<'_>, group: &str, id: &str) -> Option<&'a mut Activity> {
    context.region.auto_scaling_groups.change(group)?.activities.iter_mut().find(|activity| activity.id == id)
}

impl Activity {
    pub(super) fn written(&self, group: &Group) -> Value {
        json!({
            "ActivityId": self.id,
            "AutoScalingGroupName": group.name,
            "AutoScalingGroupARN": group.arn,
            "Description": self.description,
            "Cause": self.cause,
            "StartTime": moment::date(self.begun_at),
            "EndTime": self.ended_at.map(moment::date),
            "StatusCode": self.status,
            "StatusMessage": self.message,
            "Progress": if self.ended_at.is_some() { 100 } else { 50 },
            "Details": json!({ "Availability Zones": group.subnets }).to_string(),
        })
    }
}
