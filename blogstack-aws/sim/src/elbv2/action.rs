//! What listeners and rules do with requests: forward, redirect, or answer themselves.
//!
//! Source: *`Action`*, *`ForwardActionConfig`*, *`RedirectActionConfig`*, *`FixedResponseActionConfig`*: what a redirect leaves out is
//! filled in.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::elbv2::balancer::Balancer;
use crate::elbv2::listener::Listener;
use crate::elbv2::rule::Rule;
use crate::elbv2::target_group::TargetGroup;
use crate::elbv2::{check_word, invalid, unfit};
use crate::failure::Failure;
use crate::params::Params;
use crate::state::object::Object;

/// What is done with a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Action {
    #[serde(rename = "Type")]
    kind: String,
    order: Option<u32>,
    target_group_arn: Option<String>,
    forward_config: Option<Forward>,
    redirect_config: Option<Redirect>,
    fixed_response_config: Option<FixedResponse>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Forward {
    target_groups: Vec<Share>,
    target_group_stickiness_config: Stickiness,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Share {
    target_group_arn: String,
    weight: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Stickiness {
    enabled: bool,
    duration_seconds: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Redirect {
    protocol: String,
    port: String,
    host: String,
    path: String,
    query: String,
    status_code: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FixedResponse {
    status_code: String,
    content_type: Option<String>,
    message_body: Option<String>,
}

/// The actions of a request, checked against the load balancer that is to carry them out.
pub(crate) fn read(context: &Context<'_>, name: &str, balancer: &Balancer) -> Result<Vec<Action>, Failure> {
    let groups = context.params.groups(&format!("{name}.member"));
    let actions: Vec<Action> = groups.iter().map(one).collect::<Result<_, _>>()?;
    for action in &actions {
        if balancer.is_network() && action.kind != "forward" {
            return Err(loop_or_misfit(format!("The action type '{}' is not supported with network load balancers", action.kind)));
        }
        for group in action.groups() {
            check_group(context, group, balancer)?;
        }
    }
    Ok(actions)
}

fn one(params: &Params) -> Result<Action, Failure> {
    let kind = params.required("Type").map_err(|_| invalid("An action type must be specified"))?.to_owned();
    check_word(&kind, &["forward", "redirect", "fixed-response"], "actions.1.member.type")?;
    let forward_config = if kind == "forward" { Some(forward(params)?) } else { None };
    let redirect_config = if kind == "redirect" { Some(redirect(params)?) } else { None };
    let fixed_response_config = if kind == "fixed-response" { Some(fixed(params)?) } else { None };
    let only = forward_config.as_ref().and_then(|forward| <&[Share; 1]>::try_from(forward.target_groups.as_slice()).ok());
    let target_group_arn = only.map(|[share]| share.target_group_arn.clone());
    Ok(Action { kind, order: params.number("Order")?, target_group_arn, forward_config, redirect_config, fixed_response_config })
}

fn forward(params: &Params) -> Result<Forward, Failure> {
    let mut target_groups = Vec::new();
    for group in params.groups("ForwardConfig.TargetGroups.member") {
        let arn = group.required("TargetGroupArn").map_err(|_| invalid("A target group ARN must be specified"))?.to_owned();
        let weight = group.number("Weight")?.unwrap_or(1);
        if weight > 999 {
            return Err(invalid(format!("The weight '{weight}' must be between 0 and 999")));
        }
        target_groups.push(Share { target_group_arn: arn, weight });
    }
    match params.owned("TargetGroupArn") {
        Some(arn) if target_groups.is_empty() => target_groups.push(Share { target_group_arn: arn, weight: 1 }),
        Some(arn) if target_groups.len() == 1 && target_groups[0].target_group_arn == arn => {}
        Some(_) => return Err(invalid("You cannot specify both a target group ARN and several target groups")),
        None => {}
    }
    if !(1..=5).contains(&target_groups.len()) {
        return Err(invalid("A forward action must have 1 to 5 target groups"));
    }
    let stickiness = "ForwardConfig.TargetGroupStickinessConfig";
    let enabled = params.flag(&format!("{stickiness}.Enabled"))?.unwrap_or(false);
    let duration_seconds = params.number(&format!("{stickiness}.DurationSeconds"))?;
    if duration_seconds.is_some_and(|seconds| !(1..=604_800).contains(&seconds)) {
        return Err(invalid("The stickiness duration must be between 1 and 604800 seconds"));
    }
    Ok(Forward { target_groups, target_group_stickiness_config: Stickiness { enabled, duration_seconds } })
}

fn redirect(params: &Params) -> Result<Redirect, Failure> {
    let part = |name: &str, kept: &str| params.owned(&format!("RedirectConfig.{name}")).unwrap_or_else(|| kept.to_owned());
    let redirect = Redirect {
        protocol: part("Protocol", "#{protocol}"),
        port: part("Port", "#{port}"),
        host: part("Host", "#{host}"),
        path: part("Path", "/#{path}"),
        query: part("Query", "#{query}"),
        status_code: part("StatusCode", ""),
    };
    check_word(&redirect.status_code, &["HTTP_301", "HTTP_302"], "actions.1.member.redirectConfig.statusCode")?;
    let kept = ["#{protocol}", "#{port}", "#{host}", "/#{path}"];
    if [&redirect.protocol, &redirect.port, &redirect.host, &redirect.path].into_iter().eq(kept) {
        return Err(loop_or_misfit("The redirect configuration is not valid because it creates a loop.".to_owned()));
    }
    Ok(redirect)
}

fn fixed(params: &Params) -> Result<FixedResponse, Failure> {
    let part = |name: &str| params.owned(&format!("FixedResponseConfig.{name}"));
    let status_code = part("StatusCode").unwrap_or_default();
    let is_status =
        status_code.len() == 3 && status_code.starts_with(['2', '4', '5']) && status_code.bytes().all(|byte| byte.is_ascii_digit());
    if !is_status {
        return Err(invalid(format!(
            "1 validation error detected: Value '{status_code}' at 'actions.1.member.fixedResponseConfig.statusCode' failed to satisfy \
             constraint: Member must satisfy regular expression pattern: ^(2|4|5)\\d\\d$"
        )));
    }
    let content_type = part("ContentType");
    let known = ["text/plain", "text/css", "text/html", "application/javascript", "application/json"];
    if content_type.as_deref().is_some_and(|kind| !known.contains(&kind)) {
        let message = "The ContentType must be one of:'text/html', 'application/json', 'application/javascript', 'text/css', 'text/plain'";
        return Err(loop_or_misfit(message.to_owned()));
    }
    Ok(FixedResponse { status_code, content_type, message_body: part("MessageBody") })
}

fn loop_or_misfit(message: String) -> Failure {
    Failure::new("InvalidLoadBalancerAction", message)
}

/// A group serves one load balancer, of its own network, whose protocols it understands.
fn check_group(context: &Context<'_>, arn: &str, balancer: &Balancer) -> Result<(), Failure> {
    let missing = |_| Failure::new(TargetGroup::KIND.missing, format!("Target group '{arn}' not found"));
    let group = context.find::<TargetGroup>(arn).map_err(missing)?;
    if group.vpc.as_ref().is_some_and(|vpc| *vpc != balancer.vpc) {
        return Err(unfit(format!("The target group '{arn}' and the load balancer must be in the same VPC")));
    }
    let web = group.protocol.as_deref().is_none_or(|protocol| protocol.starts_with("HTTP"));
    if web == balancer.is_network() {
        let message = format!("The protocol of the target group '{arn}' is not compatible with the load balancer");
        return Err(Failure::new("IncompatibleProtocols", message));
    }
    if balancers_of(context, arn).iter().any(|other| *other != balancer.arn) {
        let message = format!("The following target groups cannot be associated with more than one load balancer: {arn}");
        return Err(Failure::new("TargetGroupAssociationLimit", message));
    }
    Ok(())
}

impl Action {
    /// The target groups that it forwards to.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &str> {
        let shares = self.forward_config.iter().flat_map(|forward| &forward.target_groups);
        shares.map(|share| share.target_group_arn.as_str())
    }
}

/// Every group that is forwarded to, with the load balancer that does.
fn uses<'a>(context: &'a Context<'_>) -> impl Iterator<Item = (&'a str, &'a str)> {
    let listeners = context.all::<Listener>().flat_map(|listener| pairs(&listener.actions, &listener.balancer));
    listeners.chain(context.all::<Rule>().flat_map(|rule| pairs(&rule.actions, &rule.balancer)))
}

fn pairs<'a>(actions: &'a [Action], balancer: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    actions.iter().flat_map(Action::groups).map(move |group| (group, balancer))
}

/// The load balancers that forward to a group.
pub(crate) fn balancers_of(context: &Context<'_>, group: &str) -> Vec<String> {
    let own: BTreeSet<&str> = uses(context).filter(|(used, _)| *used == group).map(|(_, balancer)| balancer).collect();
    own.into_iter().map(str::to_owned).collect()
}

/// Every group that some load balancer forwards to.
pub(crate) fn used_groups(context: &Context<'_>) -> BTreeSet<String> {
    uses(context).map(|(group, _)| group.to_owned()).collect()
}
