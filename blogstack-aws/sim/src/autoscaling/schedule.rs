//! Scheduled actions: at a time, or again and again, a group gets other sizes.
//!
//! Source: *`PutScheduledUpdateGroupAction`*, *`DescribeScheduledActions`*, *`DeleteScheduledAction`*, *Scheduled scaling*: an action that
//! is done for the last time is forgotten; of one that recurs, the next time is told as its start.

mod recurrence;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use self::recurrence::Recurrence;
use super::{arn, done, invalid, keep, named, paged, required, sizes, stirred, uuid};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::params::Params;
use crate::protocol::reply::Answer;
use crate::state::object::{Kind, Object};

/// A scheduled action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Action {
    /// Group and name, with a colon between them.
    pub(crate) id: String,
    group: String,
    name: String,
    arn: String,
    /// When it is to be done the next time.
    next_at: Option<Moment>,
    end_time: Option<Moment>,
    recurrence: Option<String>,
    time_zone: Option<String>,
    min_size: Option<u32>,
    max_size: Option<u32>,
    desired_capacity: Option<u32>,
}

impl Object for Action {
    const KIND: Kind = Kind {
        name: "scheduled-action",
        prefix: "",
        missing: "ValidationError",
        malformed: None,
        sentence: "Scheduled action name not found",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [Some(&self.group), None]
    }

    fn due(&self) -> Option<Moment> {
        self.next_at
    }
}

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "PutScheduledUpdateGroupAction" => |context, _| put(context),
        "DescribeScheduledActions" => |context, _| describe(context),
        "DeleteScheduledAction" => |context, _| delete(context),
        _ => return None,
    })
}

/// A second action of a name takes the place of the first.
fn put(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (group, name) = (named(context)?, required(context, "ScheduledActionName")?);
    let id = format!("{}:{name}", group.name);
    let params = context.params.clone();
    let known = context.region.scheduled_actions.get(&id).map(|action| action.arn.clone());
    let arn = match known {
        Some(arn) => arn,
        None => {
            let number = uuid(context, "scheduled-action");
            arn(context, &format!("scheduledUpdateGroupAction:{number}:autoScalingGroupName/{}:scheduledActionName/{name}", group.name))
        }
    };
    let mut action = Action {
        id,
        group: group.name,
        name,
        arn,
        next_at: None,
        end_time: time(&params, "EndTime")?,
        recurrence: params.owned("Recurrence"),
        time_zone: params.owned("TimeZone"),
        min_size: params.number("MinSize")?,
        max_size: params.number("MaxSize")?,
        desired_capacity: params.number("DesiredCapacity")?,
    };
    let start = time(&params, "StartTime")?.or(time(&params, "Time")?);
    check(context, &action, start)?;
    action.next_at = match &action.recurrence {
        None => start,
        // What recurs is done at the first time that fits, which may be the start itself.
        Some(_) => action.following(start.map_or(context.now, |start| start.saturating_sub(1)))?,
    };
    keep(context, action);
    Ok(done())
}

fn check(context: &Context<'_>, action: &Action, start: Option<Moment>) -> Result<(), Failure> {
    let sizes = [action.min_size, action.max_size, action.desired_capacity];
    if sizes == [None; 3] {
        return Err(invalid("At least one of MinSize, MaxSize and DesiredCapacity must be specified"));
    }
    if start.is_none() && action.recurrence.is_none() {
        return Err(invalid("You must specify a valid start time or a recurrence"));
    }
    if start.is_some_and(|start| start <= context.now) {
        return Err(invalid("Given start time is in the past"));
    }
    if action.end_time.is_some_and(|end| end <= start.unwrap_or(context.now)) {
        return Err(invalid("Given end time must be after the start time and must not be in the past"));
    }
    if let (Some(least), Some(most)) = (action.min_size, action.max_size) {
        sizes::check(least, most, action.desired_capacity)?;
    }
    Ok(())
}

/// A time of a request, in virtual time.
fn time(params: &Params, name: &str) -> Result<Option<Moment>, Failure> {
    let Some(text) = params.text(name) else { return Ok(None) };
    let time: Timestamp = text.parse().map_err(|_| invalid(format!("'{text}' at '{name}' is not a valid time")))?;
    Ok(Some(moment::at(time)))
}

fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (group, names) = (context.params.owned("AutoScalingGroupName"), context.params.list("ScheduledActionNames.member"));
    if group.is_some() {
        named(context)?;
    }
    let fits =
        |action: &&Action| group.as_ref().is_none_or(|group| *group == action.group) && (names.is_empty() || names.contains(&action.name));
    let found = context.region.scheduled_actions.iter_visible(context.now).filter(fits).collect();
    paged(context, "ScheduledUpdateGroupActions", found, |action: &&Action| action.id.as_str(), Action::written)
}

fn delete(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (group, name) = (named(context)?, required(context, "ScheduledActionName")?);
    let id = format!("{}:{name}", group.name);
    context.find::<Action>(&id)?;
    context.remove::<Action>(&id);
    Ok(done())
}

/// Does what is due.
pub(super) fn mature(context: &mut Context<'_>, id: &str) {
    let Some(action) = context.region.scheduled_actions.get(id).cloned() else { return };
    if action.next_at.is_none_or(|at| at > context.now) {
        return;
    }
    carry_out(context, &action);
    let next = action.following(context.now).ok().flatten().filter(|at| action.end_time.is_none_or(|end| *at <= end));
    match next.filter(|_| action.recurrence.is_some()) {
        None => context.remove::<Action>(id),
        next_at => {
            if let Some(action) = context.region.scheduled_actions.change(id) {
                action.next_at = next_at;
            }
        }
    }
}

fn carry_out(context: &mut Context<'_>, action: &Action) {
    let Some(group) = context.region.auto_scaling_groups.get(&action.group).cloned() else { return };
    if group.is_suspended("ScheduledActions") {
        return;
    }
    let max_size = action.max_size.unwrap_or(group.max_size.max(action.min_size.unwrap_or(0)));
    let min_size = action.min_size.unwrap_or(group.min_size).min(max_size);
    let desired = action.desired_capacity.unwrap_or(group.desired_capacity).clamp(min_size, max_size);
    // The group was there a moment ago.
    let _ = sizes::note(context, &group, desired, &format!("the scheduled action {} set", action.name));
    if let Ok(group) = stirred(context, &group.name) {
        (group.min_size, group.max_size, group.desired_capacity) = (min_size, max_size, desired);
    }
}

impl Action {
    /// When it is done the next time after a moment.
    fn following(&self, after: Moment) -> Result<Option<Moment>, Failure> {
        let Some(text) = &self.recurrence else { return Ok(None) };
        let recurrence = Recurrence::read(text).ok_or_else(|| invalid(format!("Given recurrence string: {text} is invalid")))?;
        let zone = self.time_zone.as_deref().unwrap_or("UTC");
        recurrence.after(moment::timestamp(after), zone).map(|next| next.map(moment::at)).map_err(invalid)
    }

    fn written(&self) -> Value {
        let start = self.next_at.map(moment::date);
        json!({
            "AutoScalingGroupName": self.group,
            "ScheduledActionName": self.name,
            "ScheduledActionARN": self.arn,
            "Time": start,
            "StartTime": start,
            "EndTime": self.end_time.map(moment::date),
            "Recurrence": self.recurrence,
            "MinSize": self.min_size,
            "MaxSize": self.max_size,
            "DesiredCapacity": self.desired_capacity,
            "TimeZone": self.time_zone,
        })
    }
}
