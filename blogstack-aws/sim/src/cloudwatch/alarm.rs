//! Alarms.
//!
//! Source: *`PutMetricAlarm`* (which sets an alarm of the same name anew, but for its tags), *`DescribeAlarms`*, *`DeleteAlarms`*,
//! *`SetAlarmState`*, *`EnableAlarmActions`*, *`DisableAlarmActions`*.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{check, invalid, required, settings, tags};
use crate::autoscaling;
use crate::context::Context;
use crate::ec2::listing::page;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment::Moment;
use crate::protocol::reply::Answer;
use crate::protocol::time;
use crate::state::object::{Kind, Object, Tags};

/// An alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Alarm {
    name: String,
    /// What it is set to, as listings tell it.
    settings: Map<String, Value>,
    state: String,
    reason: String,
    state_at: Moment,
    configured_at: Moment,
    pub(crate) tags: Tags,
}

impl Object for Alarm {
    const KIND: Kind =
        Kind { name: "metric-alarm", prefix: "", missing: "ResourceNotFound", malformed: None, sentence: "Could not find the alarm {}" };

    fn id(&self) -> &str {
        &self.name
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }
}

/// The states of an alarm.
const STATES: [&str; 3] = ["OK", "ALARM", "INSUFFICIENT_DATA"];

/// The most names of one request.
const NAMES: usize = 100;

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "PutMetricAlarm" => |context, _| put(context),
        "DescribeAlarms" => |context, _| describe(context),
        "DeleteAlarms" => |context, _| delete(context),
        "SetAlarmState" => |context, _| set_state(context),
        "EnableAlarmActions" => |context, _| enable(context, true),
        "DisableAlarmActions" => |context, _| enable(context, false),
        _ => return None,
    })
}

fn put(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let name = required(context, "AlarmName")?.to_owned();
    let settings = settings::read(&context.params)?;
    check::check(&name, &settings)?;
    let tags = tags::read(&context.params)?;
    let now = context.now;
    if let Some(alarm) = context.region.alarms.change(&name) {
        (alarm.settings, alarm.configured_at) = (settings, now);
        return Ok(Answer::Json(json!({})));
    }
    context.within_quota::<Alarm>("alarms", "LimitExceeded")?;
    let reason = "Unchecked: Initial alarm creation".to_owned();
    let state = "INSUFFICIENT_DATA".to_owned();
    context.add(Alarm { name, settings, state, reason, state_at: now, configured_at: now, tags });
    Ok(Answer::Json(json!({})))
}

fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let params = &context.params;
    let names = params.list("AlarmNames");
    let (prefix, action) = (params.text("AlarmNamePrefix").unwrap_or_default(), params.text("ActionPrefix").unwrap_or_default());
    if !names.is_empty() && !prefix.is_empty() {
        return Err(invalid("AlarmNamePrefix and AlarmNames are mutually exclusive parameters"));
    }
    if names.len() > NAMES {
        return Err(invalid(format!("At most {NAMES} alarm names can be specified")));
    }
    let (types, state) = (params.list("AlarmTypes"), params.text("StateValue"));
    let limit = params.number::<usize>("MaxRecords")?.unwrap_or(50);
    if !(1..=100).contains(&limit) {
        return Err(invalid(format!("Value '{limit}' at 'maxRecords' failed to satisfy constraint: Member must be between 1 and 100")));
    }
    let fits = |alarm: &&Alarm| {
        (names.is_empty() || names.contains(&alarm.name))
            && alarm.name.starts_with(prefix)
            && state.is_none_or(|state| alarm.state == state)
            && (types.is_empty() || types.iter().any(|kind| kind == "MetricAlarm"))
            && (action.is_empty() || alarm.actions().any(|own| own.starts_with(action)))
    };
    let found: Vec<&Alarm> = context.region.alarms.iter_visible(context.now).filter(fits).collect();
    let page = page(found, limit, params.text("NextToken"), |alarm| &alarm.name)?;
    let alarms: Vec<Value> = page.entries.into_iter().map(|alarm| alarm.written(context)).collect();
    let mut fields = Map::from_iter([("CompositeAlarms".to_owned(), json!([])), ("MetricAlarms".to_owned(), alarms.into())]);
    fields.extend(page.next.map(|next| ("NextToken".to_owned(), next.into())));
    Ok(Answer::Json(fields.into()))
}

/// One name that is wrong, and nothing is deleted.
fn delete(context: &mut Context<'_>) -> Result<Answer, Failure> {
    for name in names(context)? {
        context.find::<Alarm>(&name).map_err(|failure| failure.status(404))?;
        context.remove::<Alarm>(&name);
    }
    Ok(Answer::Json(json!({})))
}

fn names(context: &Context<'_>) -> Result<Vec<String>, Failure> {
    let names = context.params.list("AlarmNames");
    let count = names.len();
    if (1..=NAMES).contains(&count) {
        Ok(names)
    } else {
        Err(invalid(format!("Between 1 and {NAMES} alarm names can be specified, not {count}")))
    }
}

fn set_state(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (name, state) = (required(context, "AlarmName")?.to_owned(), required(context, "StateValue")?.to_owned());
    let reason = required(context, "StateReason")?.to_owned();
    if !STATES.contains(&state.as_str()) {
        return Err(invalid(format!("Value '{state}' at 'stateValue' is none of {}", STATES.join(", "))));
    }
    let data = context.params.text("StateReasonData").and_then(|data| serde_json::from_str(data).ok()).unwrap_or(Value::Null);
    let now = context.now;
    let alarm = context.change::<Alarm>(&name).map_err(|failure| failure.status(404))?;
    let before = std::mem::replace(&mut alarm.state, state);
    (alarm.reason, alarm.state_at) = (reason, now);
    if alarm.state != before {
        let alarm = alarm.clone();
        act(context, &alarm, &data);
    }
    Ok(Answer::Json(json!({})))
}

/// Carries out the scaling policies that an alarm names for the state that it has come into, once. A policy with steps needs to know how
/// far the metric is beyond the threshold: the last of the `recentDatapoints` of *`StateReasonData`* says so.
fn act(context: &mut Context<'_>, alarm: &Alarm, data: &Value) {
    let list = match alarm.state.as_str() {
        "ALARM" => "AlarmActions",
        "OK" => "OKActions",
        _ => "InsufficientDataActions",
    };
    let are_enabled = alarm.settings.get("ActionsEnabled").and_then(Value::as_bool).unwrap_or(true);
    let value = data["recentDatapoints"].as_array().and_then(|points| points.last()?.as_f64());
    let threshold = alarm.settings.get("Threshold").and_then(Value::as_f64);
    for action in alarm.actions_of(list).filter(|action| are_enabled && action.contains(":scalingPolicy:")) {
        autoscaling::alarmed(context, action, (&alarm.name, &alarm.state), value.zip(threshold));
    }
}

/// Names that no alarm has are passed over.
fn enable(context: &mut Context<'_>, on: bool) -> Result<Answer, Failure> {
    for name in names(context)? {
        if let Some(alarm) = context.region.alarms.change(&name) {
            alarm.settings.insert("ActionsEnabled".to_owned(), on.into());
        }
    }
    Ok(Answer::Json(json!({})))
}

impl Alarm {
    pub(super) fn arn(&self, context: &Context<'_>) -> String {
        format!("arn:aws:cloudwatch:{}:{}:alarm:{}", context.place.region, context.place.account, self.name)
    }

    fn actions(&self) -> impl Iterator<Item = &str> {
        ["AlarmActions", "OKActions", "InsufficientDataActions"].into_iter().flat_map(|list| self.actions_of(list))
    }

    fn actions_of(&self, list: &str) -> impl Iterator<Item = &str> {
        self.settings.get(list).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }

    fn written(&self, context: &Context<'_>) -> Value {
        let mut fields = self.settings.clone();
        fields.insert("AlarmName".to_owned(), self.name.clone().into());
        fields.insert("AlarmArn".to_owned(), self.arn(context).into());
        fields.insert("AlarmConfigurationUpdatedTimestamp".to_owned(), time::field(self.configured_at));
        fields.insert("StateValue".to_owned(), self.state.clone().into());
        fields.insert("StateReason".to_owned(), self.reason.clone().into());
        fields.insert("StateUpdatedTimestamp".to_owned(), time::field(self.state_at));
        fields.insert("StateTransitionedTimestamp".to_owned(), time::field(self.state_at));
        fields.into()
    }
}
