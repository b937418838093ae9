//! Makes classic load balancers.
//!
//! Source: *`CreateLoadBalancer`*.

use std::collections::BTreeMap;

use serde_json::json;

use super::attributes::Attributes;
use super::balancer::{Balancer, HealthCheck};
use super::{invalid, listener, place, policy, required, tags};
use crate::context::Context;
use crate::failure::Failure;
use crate::protocol::reply::Answer;

pub(super) fn create(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let name = required(context, "LoadBalancerName")?;
    check_name(&name)?;
    let scheme = context.params.owned("Scheme").unwrap_or_else(|| "internet-facing".to_owned());
    if !["internet-facing", "internal"].contains(&scheme.as_str()) {
        return Err(Failure::new("InvalidScheme", format!("Invalid Scheme: '{scheme}'")));
    }
    let tags = tags::read(&context.params)?;
    let listeners = listener::of_request(context)?;
    if listeners.is_empty() {
        return Err(invalid("Listeners cannot be empty"));
    }
    if context.region.classic_load_balancers.get(&name).is_some() {
        let message = format!("The specified load balancer name already exists for this account: {name}");
        return Err(Failure::new("DuplicateLoadBalancerName", message));
    }
    context.within_quota::<Balancer>("classic-load-balancers", "TooManyLoadBalancers")?;
    let subnets = place::subnets(context)?;
    let vpc = place::common_vpc(context, &subnets, &scheme)?;
    let groups = place::groups(context, &vpc)?;
    let digits = (context.chance("classic-load-balancer") % 10_000_000_000).to_string();
    let mut balancer = Balancer {
        check: HealthCheck::standard(&listeners),
        scheme,
        vpc,
        places: Vec::new(),
        groups,
        listeners: Vec::new(),
        policies: BTreeMap::new(),
        instances: Vec::new(),
        attributes: Attributes::standard(),
        digits,
        created_at: context.now,
        tags,
        name,
    };
    for listener in listeners {
        policy::add_listener(&mut balancer, listener);
    }
    for subnet in subnets {
        let stood = place::stand(context, &balancer, &subnet)?;
        balancer.places.push(stood);
    }
    let dns_name = balancer.dns_name(&context.place.region);
    context.add(balancer);
    Ok(Answer::Json(json!({ "DNSName": dns_name })))
}

fn check_name(name: &str) -> Result<(), Failure> {
    let problem = match name {
        _ if name.len() > 32 => "cannot be longer than 32 characters",
        _ if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') => {
            "can only contain characters that are alphanumeric characters and hyphens(-)"
        }
        _ if name.starts_with('-') || name.ends_with('-') => "cannot begin or end with a hyphen",
        _ if name.starts_with("internal-") => "cannot begin with 'internal-'",
        _ => return Ok(()),
    };
    Err(invalid(format!("LoadBalancer name {problem}: {name}")))
}
