//! What is said to instances that wait for a hook.
//!
//! Source: *`CompleteLifecycleAction`*, *`RecordLifecycleActionHeartbeat`*.

use std::time::Duration;

use serde_json::json;

use super::{Hook, LONGEST, answered, id};
use crate::autoscaling::group::Group;
use crate::autoscaling::{check_word, invalid, named, required, stirred};
use crate::context::Context;
use crate::failure::Failure;
use crate::moment;
use crate::protocol::reply::Answer;

pub(super) fn complete(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let result = required(context, "LifecycleActionResult")?;
    check_word(&result, &["CONTINUE", "ABANDON"], "lifecycleActionResult")?;
    let (group, hook, instance) = ongoing(context)?;
    answered(context, &group.name, &instance, &hook, &result);
    stirred(context, &group.name)?;
    Ok(Answer::Json(json!({})))
}

/// Lets it wait as long again, as long as that is not too long.
pub(super) fn record(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (group, name, instance) = ongoing(context)?;
    let timeout = context.find::<Hook>(&id(&group.name, &name))?.heartbeat_timeout;
    let now = context.now;
    let member = stirred(context, &group.name)?.member_mut(&instance);
    if let Some(waiting) = member.and_then(|member| member.waiting.as_mut()) {
        let most = Duration::from_secs(timeout.saturating_mul(100).min(LONGEST).into());
        let until = moment::later(now, Duration::from_secs(timeout.into())).min(moment::later(waiting.begun_at, most));
        waiting.left.insert(name, until);
    }
    Ok(Answer::Json(json!({})))
}

/// Group, hook and instance of an action that goes on, which a request names by its instance or by its token.
fn ongoing(context: &Context<'_>) -> Result<(Group, String, String), Failure> {
    let (group, hook) = (named(context)?, required(context, "LifecycleHookName")?);
    let (instance, token) = (context.params.owned("InstanceId"), context.params.owned("LifecycleActionToken"));
    let found = group.members.iter().find(|member| {
        let waiting = member.waiting.as_ref().filter(|waiting| waiting.left.contains_key(&hook));
        waiting.is_some_and(|waiting| instance.as_ref() == Some(&member.instance) || token.as_ref() == Some(&waiting.token))
    });
    let which = instance.as_ref().map_or_else(|| format!("token {}", token.as_deref().unwrap_or("null")), |id| format!("instance ID {id}"));
    let none = || invalid(format!("No active Lifecycle Action found with {which}"));
    let instance = found.ok_or_else(none)?.instance.clone();
    Ok((group, hook, instance))
}

/// Nobody waits for a hook that is gone.
pub(super) fn forget(context: &mut Context<'_>, group: &Group, hook: &str) {
    for member in &group.members {
        answered(context, &group.name, &member.instance, hook, "CONTINUE");
    }
    // That the group is there was seen before.
    let _ = stirred(context, &group.name);
}
