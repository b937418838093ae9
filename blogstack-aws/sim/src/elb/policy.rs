//! Policies of classic load balancers and of their listeners.
//!
//! Source: *`CreateLoadBalancerPolicy`*, *`CreateLBCookieStickinessPolicy`*, *`CreateAppCookieStickinessPolicy`*,
//! *`SetLoadBalancerPoliciesOfListener`*, *`DeleteLoadBalancerPolicy`*, *`DescribeLoadBalancerPolicies`*, *Predefined SSL security policies*.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::balancer::Balancer;
use super::listener::{self, Listener};
use super::{invalid, named, port, required, seen, unfit};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::reply::Answer;

/// A policy: its type and its attributes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Policy {
    kind: String,
    attributes: BTreeMap<String, String>,
}

const TLS: &str = "SSLNegotiationPolicyType";
const COOKIE: &str = "LBCookieStickinessPolicyType";
const APP_COOKIE: &str = "AppCookieStickinessPolicyType";
const REFERENCE: &str = "Reference-Security-Policy";

/// The policy of listeners for which nothing is said.
const STANDARD: &str = "ELBSecurityPolicy-2016-08";

/// What the names of AWS's own policies go on with.
const PREDEFINED: [&str; 9] =
    ["2016-08", "TLS-1-2-2017-01", "TLS-1-1-2017-01", "2015-05", "2015-03", "2015-02", "2014-10", "2014-01", "2011-08"];

/// The most policies of one load balancer.
const MOST: usize = 100;

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateLoadBalancerPolicy" => |context, _| create(context),
        "CreateLBCookieStickinessPolicy" => |context, _| create_cookie(context),
        "CreateAppCookieStickinessPolicy" => |context, _| create_app_cookie(context),
        "SetLoadBalancerPoliciesOfListener" => |context, _| give(context),
        "DeleteLoadBalancerPolicy" => |context, _| delete(context),
        "DescribeLoadBalancerPolicies" => |context, _| describe(context),
        _ => return None,
    })
}

/// Adds a listener. One that is secure gets AWS's own policy.
pub(super) fn add_listener(balancer: &mut Balancer, mut listener: Listener) {
    if listener.is_secure() {
        let standard = Policy { kind: TLS.to_owned(), attributes: [(REFERENCE.to_owned(), STANDARD.to_owned())].into() };
        balancer.policies.entry(STANDARD.to_owned()).or_insert(standard);
        listener.policies = vec![STANDARD.to_owned()];
    }
    balancer.listeners.push(listener);
}

fn create(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let kind = required(context, "PolicyTypeName")?;
    let pair = |group: &crate::params::Params| {
        (group.owned("AttributeName").unwrap_or_default(), group.owned("AttributeValue").unwrap_or_default())
    };
    let attributes: BTreeMap<String, String> = context.params.groups("PolicyAttributes.member").iter().map(pair).collect();
    if ![TLS, COOKIE, APP_COOKIE].contains(&kind.as_str()) {
        return Err(Failure::new("PolicyTypeNotFound", format!("Policy type {kind} not found")));
    }
    let reference = attributes.get(REFERENCE);
    let known = |name: &String| name.strip_prefix("ELBSecurityPolicy-").is_some_and(|rest| PREDEFINED.contains(&rest));
    if reference.is_some_and(|name| !known(name)) {
        return Err(unfit(format!("Reference-Security-Policy {} is not a predefined policy", reference.cloned().unwrap_or_default())));
    }
    add(context, Policy { kind, attributes })
}

fn create_cookie(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let seconds = context.params.number::<u32>("CookieExpirationPeriod")?;
    if seconds == Some(0) {
        return Err(invalid("CookieExpirationPeriod must be greater than or equal to 1"));
    }
    let attributes = seconds.map(|seconds| ("CookieExpirationPeriod".to_owned(), seconds.to_string())).into_iter().collect();
    add(context, Policy { kind: COOKIE.to_owned(), attributes })
}

fn create_app_cookie(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let attributes = [("CookieName".to_owned(), required(context, "CookieName")?)].into();
    add(context, Policy { kind: APP_COOKIE.to_owned(), attributes })
}

fn add(context: &mut Context<'_>, policy: Policy) -> Result<Answer, Failure> {
    let (balancer, name) = (named(context)?, required(context, "PolicyName")?);
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err(invalid(format!("PolicyName can only contain alphanumeric characters and hyphens(-): {name}")));
    }
    if balancer.policies.contains_key(&name) {
        let message = format!("A Policy already exists with name {name} for load balancer {}", balancer.name);
        return Err(Failure::new("DuplicatePolicyName", message));
    }
    if balancer.policies.len() >= MOST {
        return Err(Failure::new("TooManyPolicies", format!("A load balancer has {MOST} policies at most")));
    }
    context.change::<Balancer>(&balancer.name)?.policies.insert(name, policy);
    Ok(Answer::Json(json!({})))
}

fn missing(name: &str, balancer: &str) -> Failure {
    Failure::new("PolicyNotFound", format!("There is no policy with name {name} for load balancer {balancer}"))
}

/// In the place of those that the listener has.
fn give(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (mut balancer, port, names) = (named(context)?, port(context, "LoadBalancerPort")?, context.params.list("PolicyNames.member"));
    let (name, policies) = (balancer.name.clone(), balancer.policies.clone());
    let listener = listener::at(&mut balancer, port)?;
    for wanted in &names {
        let policy = policies.get(wanted).ok_or_else(|| missing(wanted, &name))?;
        let fits = if policy.kind == TLS { listener.is_secure() } else { listener.is_http() };
        if !fits {
            return Err(unfit(format!("The requested policy {wanted} is not supported for a listener of {}", listener.protocol)));
        }
    }
    let of = |tls: bool| names.iter().filter(|name| policies.get(*name).is_some_and(|policy| (policy.kind == TLS) == tls)).count();
    if of(true) > 1 || of(false) > 1 {
        return Err(unfit("Only one policy of a type can be set on a listener"));
    }
    listener::at(context.change::<Balancer>(&name)?, port)?.policies = names;
    Ok(Answer::Json(json!({})))
}

/// One that there is not is no error; one that is used is.
fn delete(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (balancer, name) = (named(context)?, required(context, "PolicyName")?);
    if balancer.listeners.iter().any(|listener| listener.policies.contains(&name)) {
        return Err(unfit(format!("Policy {name} is in use and cannot be deleted")));
    }
    context.change::<Balancer>(&balancer.name)?.policies.remove(&name);
    Ok(Answer::Json(json!({})))
}

/// Without a load balancer, AWS's own are told.
fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let names = context.params.list("PolicyNames.member");
    let (balancer, policies) = match context.params.owned("LoadBalancerName") {
        Some(name) => (name.clone(), seen(context, &name)?.policies.clone()),
        None => (String::new(), predefined()),
    };
    let found: Vec<Value> = match names.as_slice() {
        [] => policies.iter().map(|(name, policy)| policy.written(name)).collect(),
        names => {
            let one = |name: &String| policies.get(name).map(|policy| policy.written(name)).ok_or_else(|| missing(name, &balancer));
            names.iter().map(one).collect::<Result<_, _>>()?
        }
    };
    Ok(Answer::Json(json!({ "PolicyDescriptions": found })))
}

fn predefined() -> BTreeMap<String, Policy> {
    let one = |rest: &&str| {
        let name = format!("ELBSecurityPolicy-{rest}");
        (name.clone(), Policy { kind: TLS.to_owned(), attributes: [(REFERENCE.to_owned(), name)].into() })
    };
    PREDEFINED.iter().map(one).collect()
}

impl Policy {
    fn written(&self, name: &str) -> Value {
        let attributes: Vec<Value> =
            self.attributes.iter().map(|(key, value)| json!({ "AttributeName": key, "AttributeValue": value })).collect();
        json!({ "PolicyName": name, "PolicyTypeName": self.kind, "PolicyAttributeDescriptions": attributes })
    }

    /// What the description of a load balancer tells of its policies.
    pub(super) fn summary(all: &BTreeMap<String, Self>) -> Value {
        let of = |kind: &'static str| all.iter().filter(move |(_, policy)| policy.kind == kind);
        let seconds = |policy: &Self| policy.attributes.get("CookieExpirationPeriod").and_then(|text| text.parse::<u32>().ok());
        let cookies: Vec<Value> =
            of(COOKIE).map(|(name, policy)| json!({ "PolicyName": name, "CookieExpirationPeriod": seconds(policy) })).collect();
        let of_apps: Vec<Value> =
            of(APP_COOKIE).map(|(name, policy)| json!({ "PolicyName": name, "CookieName": policy.attributes.get("CookieName") })).collect();
        let others: Vec<&String> = of(TLS).map(|(name, _)| name).collect();
        json!({ "AppCookieStickinessPolicies": of_apps, "LBCookieStickinessPolicies": cookies, "OtherPolicies": others })
    }
}
