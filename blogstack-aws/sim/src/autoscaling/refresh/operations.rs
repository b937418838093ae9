//! Starts, cancels and tells of instance refreshes.
//!
//! Source: *`StartInstanceRefresh`*, *`CancelInstanceRefresh`*, *`DescribeInstanceRefreshes`* (the newest first).

use serde_json::{Value, json};

use super::{Preferences, Refresh, Status};
use crate::autoscaling::configuration::Configuration;
use crate::autoscaling::group::Group;
use crate::autoscaling::member::Member;
use crate::autoscaling::{check_word, invalid, named, paged, stirred, uuid};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::reply::Answer;

pub(in crate::autoscaling) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "StartInstanceRefresh" => |context, _| start(context),
        "CancelInstanceRefresh" => |context, _| cancel(context),
        "DescribeInstanceRefreshes" => |context, _| describe(context),
        _ => return None,
    })
}

fn start(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let group = named(context)?;
    if group.active_refresh().is_some() {
        let message = "An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.";
        return Err(Failure::new("InstanceRefreshInProgress", message));
    }
    if let Some(strategy) = context.params.text("Strategy") {
        check_word(strategy, &["Rolling"], "strategy")?;
    }
    let params = context.params.clone();
    let desired = params.group("DesiredConfiguration").map(|group| Configuration::read(context, &group)).transpose()?.flatten();
    let preferences = preferences(&group, &params.group("Preferences").unwrap_or_default())?;
    if preferences.auto_rollback && desired.is_none() {
        return Err(invalid("AutoRollback cannot be enabled without a desired configuration"));
    }
    let to_replace = to_replace(context, &group, desired.as_ref(), &preferences);
    let id = uuid(context, "instance-refresh");
    let refresh = Refresh {
        id: id.clone(),
        status: Status::InProgress,
        reason: None,
        begun_at: context.now,
        ended_at: None,
        preferences,
        desired,
        count: to_replace.len(),
        to_replace,
        progress_at: context.now,
        baking_since_at: None,
    };
    stirred(context, &group.name)?.refreshes.push(refresh);
    Ok(Answer::Json(json!({ "InstanceRefreshId": id })))
}

fn to_replace(context: &Context<'_>, group: &Group, desired: Option<&Configuration>, preferences: &Preferences) -> Vec<String> {
    let configuration = desired.unwrap_or(&group.configuration);
    let matches = |member: &Member| member.origin.as_ref().is_some_and(|origin| configuration.is_origin(context, origin));
    let is_left = |member: &&Member| {
        let is_skipped = preferences.skip_matching && matches(member);
        let is_ignored = member.protected && preferences.scale_in_protected == "Ignore";
        !(member.is_leaving() || is_skipped || is_ignored)
    };
    group.members.iter().filter(is_left).map(|member| member.instance.clone()).collect()
}

/// What is not said is as the group's maintenance policy and warm-up have it, else as AWS has it.
fn preferences(group: &Group, params: &Params) -> Result<Preferences, Failure> {
    let settings = &group.settings;
    let (least, most) = settings.maintenance.unwrap_or((90, 100));
    let word = |name: &str, usual: &str, known: &[&str]| {
        let word = params.owned(name).unwrap_or_else(|| usual.to_owned());
        check_word(&word, known, name).map(|()| word)
    };
    let preferences = Preferences {
        min_healthy_percentage: params.number("MinHealthyPercentage")?.unwrap_or(least),
        max_healthy_percentage: params.number("MaxHealthyPercentage")?.unwrap_or(most),
        instance_warmup: params
            .number("InstanceWarmup")?
            .unwrap_or_else(|| settings.default_instance_warmup.unwrap_or(settings.health_check_grace_period)),
        skip_matching: params.flag("SkipMatching")?.unwrap_or(false),
        auto_rollback: params.flag("AutoRollback")?.unwrap_or(false),
        scale_in_protected: word("ScaleInProtectedInstances", "Wait", &["Refresh", "Ignore", "Wait"])?,
        standby: word("StandbyInstances", "Wait", &["Terminate", "Ignore", "Wait"])?,
        bake_time: params.number("BakeTime")?.unwrap_or(0),
    };
    let (least, most) = (preferences.min_healthy_percentage, preferences.max_healthy_percentage);
    if least > 100 || !(100..=200).contains(&most) || most - least > 100 {
        return Err(invalid(
            "The MinHealthyPercentage must be between 0 and 100, the MaxHealthyPercentage between 100 and 200, and the difference at most 100",
        ));
    }
    if params.has("MaxHealthyPercentage") && !params.has("MinHealthyPercentage") {
        return Err(invalid("MinHealthyPercentage must be specified when MaxHealthyPercentage is specified"));
    }
    Ok(preferences)
}

fn cancel(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let group = named(context)?;
    context.params.known_as_false("WaitForTransitioningInstances");
    let none = || Failure::new("ActiveInstanceRefreshNotFound", "No in progress or pending Instance Refresh found for Auto Scaling group");
    let refresh = stirred(context, &group.name)?.active_refresh_mut().ok_or_else(none)?;
    refresh.status = Status::Cancelling;
    let id = refresh.id.clone();
    Ok(Answer::Json(json!({ "InstanceRefreshId": id })))
}

fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (group, ids) = (named(context)?, context.params.list("InstanceRefreshIds.member"));
    let all = group.refreshes.iter().rev().filter(|refresh| ids.is_empty() || ids.contains(&refresh.id));
    // Pages are in the order of keys, which count from the newest.
    let keyed: Vec<(String, Value)> = all.enumerate().map(|(number, refresh)| (format!("{number:06}"), refresh.written(&group))).collect();
    paged(context, "InstanceRefreshes", keyed, |(key, _)| key, |(_, refresh)| refresh)
}
