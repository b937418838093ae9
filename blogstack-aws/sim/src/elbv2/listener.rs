//! Listeners.
//!
//! Source: *`CreateListener`* (which answers a second request for the same with what is there), *`ModifyListener`*,
//! *`DeleteListener`*, *`DescribeListeners`*.

mod attributes;
mod change;
mod security;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::context::Context;
use crate::elbv2::action::Action;
use crate::elbv2::attribute::Attributes;
use crate::elbv2::balancer::Balancer;
use crate::elbv2::rule::Rule;
use crate::elbv2::{invalid, named, paged, seen, target};
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::reply::Answer;
use crate::state::object::{Kind, Object, Tags};

pub(crate) use security::certificates;

/// A port of a load balancer, and what is done with requests that come in there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Listener {
    pub(crate) arn: String,
    pub(crate) balancer: String,
    pub(crate) port: u16,
    pub(crate) protocol: String,
    ssl_policy: Option<String>,
    /// The default certificate, then those for further names.
    pub(crate) certificates: Vec<String>,
    alpn_policy: Vec<String>,
    pub(crate) actions: Vec<Action>,
    attributes: Attributes,
    pub(crate) tags: Tags,
}

impl Object for Listener {
    const KIND: Kind =
        Kind { name: "listener", prefix: "", missing: "ListenerNotFound", malformed: None, sentence: "One or more listeners not found" };

    fn id(&self) -> &str {
        &self.arn
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [Some(&self.balancer), None]
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
        "CreateListener" => |context, _| target::watching(context, change::create),
        "ModifyListener" => |context, _| target::watching(context, change::modify),
        "DescribeListeners" => |context, _| describe(context),
        "DeleteListener" => |context, _| delete(context),
        "DescribeListenerAttributes" => |context, _| attributes::describe(context),
        "ModifyListenerAttributes" => |context, _| attributes::modify(context),
        _ => return None,
    })
}

/// The listener of the request's ARN.
pub(crate) fn of_request(context: &Context<'_>) -> Result<Listener, Failure> {
    named(context, "ListenerArn", ":listener/", "listener")
}

fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (arns, balancer) = (context.params.list("ListenerArns.member"), context.params.owned("LoadBalancerArn"));
    let found: Vec<&Listener> = match balancer {
        None if arns.is_empty() => return Err(invalid("You must specify either listener ARNs or a load balancer ARN")),
        Some(_) if !arns.is_empty() => {
            return Err(invalid("A load balancer ARN and listener ARNs cannot be specified at the same time"));
        }
        None => arns.iter().map(|arn| seen(context, arn)).collect::<Result<_, _>>()?,
        Some(balancer) => {
            seen::<Balancer>(context, &balancer)?;
            context.region.listeners.iter_visible(context.now).filter(|listener| listener.balancer == balancer).collect()
        }
    };
    paged(context, "Listeners", found, |listener| &listener.arn, Listener::written)
}

fn delete(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let arn = of_request(context)?.arn;
    remove(context, &arn);
    Ok(Answer::Json(json!({})))
}

/// Removes a listener with its rules.
pub(crate) fn remove(context: &mut Context<'_>, arn: &str) {
    let rules: Vec<String> = context.of::<Rule>(arn).map(|rule| rule.arn.clone()).collect();
    for rule in rules {
        context.remove::<Rule>(&rule);
    }
    context.remove::<Listener>(arn);
}

impl Listener {
    /// The ARN of the rule that stands for the default actions.
    pub(crate) fn default_rule(&self) -> String {
        let digits: String = self.arn.chars().rev().take(16).collect();
        format!("{}/{digits}", self.arn.replacen(":listener/", ":listener-rule/", 1))
    }

    pub(crate) fn is_secure(&self) -> bool {
        matches!(self.protocol.as_str(), "HTTPS" | "TLS")
    }

    fn written(&self) -> Value {
        let certificates: Option<Vec<Value>> =
            self.certificates.first().map(|arn| vec![json!({ "CertificateArn": arn })]).filter(|_| self.is_secure());
        json!({
            "ListenerArn": self.arn,
            "LoadBalancerArn": self.balancer,
            "Port": self.port,
            "Protocol": self.protocol,
            "SslPolicy": self.ssl_policy,
            "Certificates": certificates,
            "AlpnPolicy": (!self.alpn_policy.is_empty()).then_some(&self.alpn_policy),
            "DefaultActions": self.actions,
        })
    }
}
