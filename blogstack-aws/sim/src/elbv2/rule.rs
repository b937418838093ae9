//! Rules of listeners.
//!
//! Source: *`CreateRule`*, *`ModifyRule`*, *`SetRulePriorities`*, *`DeleteRule`*, *`DescribeRules`*, which lists the default rule too.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::context::Context;
use crate::elbv2::action::{self, Action};
use crate::elbv2::balancer::Balancer;
use crate::elbv2::condition::{self, Condition};
use crate::elbv2::listener::{self, Listener};
use crate::elbv2::{arn, digits, invalid, paged, required, seen, tags, target};
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::reply::Answer;
use crate::state::object::{Kind, Object, Tags};

/// What is done with some requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rule {
    pub(crate) arn: String,
    listener: String,
    pub(crate) balancer: String,
    priority: u32,
    conditions: Vec<Condition>,
    pub(crate) actions: Vec<Action>,
    pub(crate) tags: Tags,
}

impl Object for Rule {
    const KIND: Kind =
        Kind { name: "listener-rule", prefix: "", missing: "RuleNotFound", malformed: None, sentence: "One or more rules not found" };

    fn id(&self) -> &str {
        &self.arn
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [Some(&self.listener), None]
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
        "CreateRule" => |context, _| target::watching(context, create),
        "ModifyRule" => |context, _| target::watching(context, modify),
        "DescribeRules" => |context, _| describe(context),
        "SetRulePriorities" => |context, _| set_priorities(context),
        "DeleteRule" => |context, _| delete(context),
        _ => return None,
    })
}

fn create(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let listener = listener::of_request(context)?;
    let balancer = context.find::<Balancer>(&listener.balancer)?.clone();
    if balancer.is_network() {
        return Err(Failure::new("UnsupportedProtocol", "Rules are not supported for network load balancers"));
    }
    let tags = tags::read(&context.params)?;
    let priority = priority(&required(context, "Priority")?)?;
    check_free(context, &listener.arn, priority, &[])?;
    let (conditions, actions) = (conditions(context)?, action::read(context, "Actions", &balancer)?);
    if conditions.is_empty() || actions.is_empty() {
        return Err(invalid("A rule must have conditions and actions"));
    }
    let (path, digits) = (listener.arn.split_once(":listener/").map_or("", |(_, path)| path), digits(context, "rule"));
    let arn = arn(context, &format!("listener-rule/{path}/{digits}"));
    let rule = Rule { arn, listener: listener.arn.clone(), balancer: balancer.arn, priority, conditions, actions, tags };
    let written = rule.written();
    context.add(rule);
    Ok(Answer::Json(json!({ "Rules": [written] })))
}

fn priority(text: &str) -> Result<u32, Failure> {
    let number = text.parse().ok().filter(|number| (1..=50_000).contains(number));
    number.ok_or_else(|| invalid(format!("Rule priority '{text}' must be between '1' and '50000'")))
}

/// Refuses a priority that another rule has, unless that one is to get another.
fn check_free(context: &Context<'_>, listener: &str, priority: u32, moving: &[String]) -> Result<(), Failure> {
    let mut others = context.of::<Rule>(listener).filter(|rule| !moving.contains(&rule.arn));
    if others.any(|rule| rule.priority == priority) {
        return Err(Failure::new("PriorityInUse", format!("Priority '{priority}' is currently in use")));
    }
    Ok(())
}

fn conditions(context: &Context<'_>) -> Result<Vec<Condition>, Failure> {
    let conditions = condition::read(&context.params)?;
    if conditions.iter().map(Condition::count).sum::<usize>() > 5 {
        return Err(invalid("A rule can have at most 5 condition values"));
    }
    Ok(conditions)
}

fn of_request(context: &Context<'_>) -> Result<Rule, Failure> {
    let arn = required(context, "RuleArn")?;
    if context.all::<Listener>().any(|listener| listener.default_rule() == arn) {
        return Err(Failure::new("OperationNotPermitted", format!("Default rule '{arn}' cannot be modified or deleted")));
    }
    if !arn.contains(":listener-rule/") {
        return Err(invalid(format!("'{arn}' is not a valid listener rule ARN")));
    }
    context.find::<Rule>(&arn).cloned()
}

fn modify(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let rule = of_request(context)?;
    let balancer = context.find::<Balancer>(&rule.balancer)?.clone();
    let (conditions, actions) = (conditions(context)?, action::read(context, "Actions", &balancer)?);
    if conditions.is_empty() && actions.is_empty() {
        return Err(invalid("Either conditions or actions must be specified"));
    }
    let own = context.change::<Rule>(&rule.arn)?;
    if !conditions.is_empty() {
        own.conditions = conditions;
    }
    if !actions.is_empty() {
        own.actions = actions;
    }
    let written = own.written();
    Ok(Answer::Json(json!({ "Rules": [written] })))
}

fn set_priorities(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let groups = context.params.groups("RulePriorities.member");
    let moving: Vec<String> = groups.iter().filter_map(|group| group.owned("RuleArn")).collect();
    let mut written = Vec::new();
    for group in &groups {
        let rule = context.find::<Rule>(group.text("RuleArn").unwrap_or_default())?.clone();
        let priority = priority(group.text("Priority").unwrap_or_default())?;
        check_free(context, &rule.listener, priority, &moving)?;
        let own = context.change::<Rule>(&rule.arn)?;
        own.priority = priority;
        written.push(own.written());
    }
    Ok(Answer::Json(json!({ "Rules": written })))
}

fn delete(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let rule = of_request(context)?;
    context.remove::<Rule>(&rule.arn);
    Ok(Answer::Json(json!({})))
}

fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (arns, listener) = (context.params.list("RuleArns.member"), context.params.owned("ListenerArn"));
    let found: Vec<(String, Value)> = match listener {
        None if arns.is_empty() => return Err(invalid("You must specify either listener rule ARNs or a listener ARN")),
        Some(_) if !arns.is_empty() => {
            return Err(invalid("Listener rule ARNs and a listener ARN cannot be specified at the same time"));
        }
        None => arns.iter().map(|arn| by_arn(context, arn)).collect::<Result<_, _>>()?,
        Some(listener) => {
            let default = default_rule(seen(context, &listener)?);
            let rules = context.region.listener_rules.iter_visible(context.now).filter(|rule| rule.listener == listener);
            rules.map(Rule::entry).chain([default]).collect()
        }
    };
    paged(context, "Rules", found, |(order, _)| order, |(_, written)| written)
}

fn by_arn(context: &Context<'_>, arn: &str) -> Result<(String, Value), Failure> {
    let mut listeners = context.region.listeners.iter_visible(context.now);
    match listeners.find(|listener| listener.default_rule() == arn) {
        Some(listener) => Ok(default_rule(listener)),
        None => seen::<Rule>(context, arn).map(Rule::entry),
    }
}

/// The rule that stands for a listener's default actions: the last one.
fn default_rule(listener: &Listener) -> (String, Value) {
    let rule = json!({
        "RuleArn": listener.default_rule(),
        "Priority": "default",
        "Conditions": [],
        "Actions": listener.actions,
        "IsDefault": true,
    });
    ("default".to_owned(), rule)
}

impl Rule {
    /// Where it stands in a listing, and what it is.
    fn entry(&self) -> (String, Value) {
        (format!("{:05} {}", self.priority, self.arn), self.written())
    }

    fn written(&self) -> Value {
        let conditions: Vec<Value> = self.conditions.iter().map(Condition::written).collect();
        json!({
            "RuleArn": self.arn,
            "Priority": self.priority.to_string(),
            "Conditions": conditions,
            "Actions": self.actions,
            "IsDefault": false,
        })
    }
}
