//! Lifecycle hooks: instances wait on their way into service, or out of it, until somebody lets them go on.
//!
//! Source: *`PutLifecycleHook`*, *`CompleteLifecycleAction`*, *`RecordLifecycleActionHeartbeat`*, *How lifecycle hooks work*: what is not
//! completed in time goes on by the hook's default result; one that waits may be kept waiting for 48 hours, or a hundred times the
//! timeout. Nobody is notified.

mod completion;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::group::Group;
use super::member::{Lifecycle, Member};
use super::{check_word, done, invalid, keep, named, required, retirement, uuid};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::params::Params;
use crate::protocol::reply::Answer;
use crate::state::object::{Kind, Object};

pub(super) const LAUNCHING: &str = "autoscaling:EC2_INSTANCE_LAUNCHING";
pub(super) const TERMINATING: &str = "autoscaling:EC2_INSTANCE_TERMINATING";

/// A lifecycle hook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hook {
    /// Group and name, with a colon between them.
    pub(crate) id: String,
    group: String,
    name: String,
    transition: String,
    heartbeat_timeout: u32,
    default_result: String,
    notification_target: Option<String>,
    role: Option<String>,
    notification_metadata: Option<String>,
}

/// What an instance waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Waiting {
    token: String,
    /// Until when at most, by hook.
    left: BTreeMap<String, Moment>,
    begun_at: Moment,
}

impl Object for Hook {
    const KIND: Kind =
        Kind { name: "lifecycle-hook", prefix: "", missing: "ValidationError", malformed: None, sentence: "No Lifecycle Hook found" };

    fn id(&self) -> &str {
        &self.id
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [Some(&self.group), None]
    }
}

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "PutLifecycleHook" => |context, _| {
            let (group, params) = (named(context)?.name, context.params.clone());
            put(context, &group, &params)
        },
        "DescribeLifecycleHooks" => |context, _| describe(context),
        "DescribeLifecycleHookTypes" => |_, _| Ok(Answer::Json(json!({ "LifecycleHookTypes": [LAUNCHING, TERMINATING] }))),
        "DeleteLifecycleHook" => |context, _| delete(context),
        "CompleteLifecycleAction" => |context, _| completion::complete(context),
        "RecordLifecycleActionHeartbeat" => |context, _| completion::record(context),
        _ => return None,
    })
}

/// The id of a group's hook.
fn id(group: &str, name: &str) -> String {
    format!("{group}:{name}")
}

/// Makes a hook, or changes what is said of it.
pub(super) fn put(context: &mut Context<'_>, group: &str, params: &Params) -> Result<Answer, Failure> {
    let name = params.owned("LifecycleHookName").filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| {
        invalid("1 validation error detected: Value null at 'lifecycleHookName' failed to satisfy constraint: Member must not be null")
    })?;
    let id = id(group, &name);
    let mut hook = match context.region.lifecycle_hooks.get(&id) {
        Some(hook) => hook.clone(),
        None => fresh(id, group, name, params)?,
    };
    if let Some(transition) = params.owned("LifecycleTransition") {
        check_word(&transition, &[LAUNCHING, TERMINATING], "lifecycleTransition")?;
        hook.transition = transition;
    }
    if let Some(seconds) = params.number::<u32>("HeartbeatTimeout")? {
        if !(30..=7200).contains(&seconds) {
            return Err(invalid("Heartbeat Timeout must be between 30 and 7200 seconds"));
        }
        hook.heartbeat_timeout = seconds;
    }
    if let Some(result) = params.owned("DefaultResult") {
        check_word(&result, &["CONTINUE", "ABANDON"], "defaultResult")?;
        hook.default_result = result;
    }
    let text = |name: &str, own: Option<String>| params.owned(name).map_or(own, |text| Some(text).filter(|text| !text.is_empty()));
    hook.notification_target = text("NotificationTargetARN", hook.notification_target);
    hook.role = text("RoleARN", hook.role);
    hook.notification_metadata = text("NotificationMetadata", hook.notification_metadata);
    keep(context, hook);
    Ok(done())
}

fn fresh(id: String, group: &str, name: String, params: &Params) -> Result<Hook, Failure> {
    if !params.has("LifecycleTransition") {
        return Err(invalid("Lifecycle Transition is required to create a Lifecycle Hook"));
    }
    Ok(Hook {
        id,
        group: group.to_owned(),
        name,
        transition: String::new(),
        heartbeat_timeout: 3600,
        default_result: "ABANDON".to_owned(),
        notification_target: None,
        role: None,
        notification_metadata: None,
    })
}

fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (group, names) = (named(context)?, context.params.list("LifecycleHookNames.member"));
    let hooks = context.region.lifecycle_hooks.iter_visible(context.now).filter(|hook| hook.group == group.name);
    let found: Vec<Value> = hooks.filter(|hook| names.is_empty() || names.contains(&hook.name)).map(Hook::written).collect();
    Ok(Answer::Json(json!({ "LifecycleHooks": found })))
}

fn delete(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (group, name) = (named(context)?, required(context, "LifecycleHookName")?);
    let id = id(&group.name, &name);
    context.find::<Hook>(&id)?;
    context.remove::<Hook>(&id);
    completion::forget(context, &group, &name);
    Ok(done())
}

/// Lets an instance wait for the group's hooks of a transition, if it has any.
pub(super) fn wait(context: &mut Context<'_>, group: &Group, member: &Member, transition: &str) -> bool {
    let until = |hook: &Hook| moment::later(context.now, Duration::from_secs(hook.heartbeat_timeout.into()));
    let hooks = context.of::<Hook>(&group.name).filter(|hook| hook.transition == transition);
    let left: BTreeMap<String, Moment> = hooks.map(|hook| (hook.name.clone(), until(hook))).collect();
    if left.is_empty() {
        return false;
    }
    let waiting = Waiting { token: uuid(context, "lifecycle-action"), left, begun_at: context.now };
    let state = if transition == LAUNCHING { Lifecycle::PendingWait } else { Lifecycle::TerminatingWait };
    if let Some(member) = context.region.auto_scaling_groups.change(&group.name).and_then(|group| group.member_mut(&member.instance)) {
        (member.state, member.waiting) = (state, Some(waiting));
    }
    super::activity::advance(context, &group.name, &member.activity, "MidLifecycleAction");
    true
}

/// Looks whether an instance need not wait any more: whoever did not answer in time gave the default result.
pub(super) fn look(context: &mut Context<'_>, group: &Group, member: &Member) -> bool {
    let Some(waiting) = &member.waiting else { return proceed(context, group, member) };
    let overdue: Vec<String> = waiting.left.iter().filter(|(_, at)| **at <= context.now).map(|(name, _)| name.clone()).collect();
    for name in &overdue {
        let hook = context.region.lifecycle_hooks.get(&id(&group.name, name));
        let result = hook.map_or_else(|| "CONTINUE".to_owned(), |hook| hook.default_result.clone());
        answered(context, &group.name, &member.instance, name, &result);
    }
    let done = waiting.left.is_empty();
    if done { proceed(context, group, member) } else { !overdue.is_empty() }
}

/// What a hook's result does. A launch that is abandoned ends; one that is terminated waits for no hook any more.
fn answered(context: &mut Context<'_>, group: &str, instance: &str, hook: &str, result: &str) {
    let Some(member) = context.region.auto_scaling_groups.change(group).and_then(|group| group.member_mut(instance)) else { return };
    let Some(waiting) = &mut member.waiting else { return };
    waiting.left.remove(hook);
    if result != "ABANDON" {
        return;
    }
    waiting.left.clear();
    if member.state == Lifecycle::PendingWait {
        let activity = member.activity.clone();
        super::activity::end(context, group, &activity, "Failed", Some("Lifecycle action was abandoned.".to_owned()));
        retirement::begin(context, group, instance, "an instance was terminated because its lifecycle action was abandoned.");
    }
}

fn proceed(context: &mut Context<'_>, group: &Group, member: &Member) -> bool {
    let next = if member.state == Lifecycle::PendingWait { Lifecycle::PendingProceed } else { Lifecycle::TerminatingProceed };
    if next == Lifecycle::TerminatingProceed {
        retirement::terminate(context, group, member);
    } else if let Some(member) = context.region.auto_scaling_groups.change(&group.name).and_then(|group| group.member_mut(&member.instance))
    {
        (member.state, member.waiting) = (next, None);
    }
    true
}

impl Waiting {
    /// When the first hook has waited long enough.
    pub(super) fn ends_at(&self) -> Moment {
        self.left.values().copied().min().unwrap_or(self.begun_at)
    }
}

impl Hook {
    fn written(&self) -> Value {
        json!({
            "LifecycleHookName": self.name,
            "AutoScalingGroupName": self.group,
            "LifecycleTransition": self.transition,
            "NotificationTargetARN": self.notification_target,
            "RoleARN": self.role,
            "NotificationMetadata": self.notification_metadata,
            "HeartbeatTimeout": self.heartbeat_timeout,
            "GlobalTimeout": self.heartbeat_timeout.saturating_mul(100).min(LONGEST),
            "DefaultResult": self.default_result,
        })
    }
}

/// For how many seconds an instance is kept waiting at most: 48 hours.
const LONGEST: u32 = 172_800;
