//! Makes load balancers.
//!
//! Source: *`CreateLoadBalancer`*.

use serde_json::json;

use super::{Balancer, attributes, interfaces};
use crate::context::Context;
use crate::elbv2::{arn, attribute, check_name, check_word, digits, invalid, required, tags};
use crate::failure::Failure;
use crate::moment;
use crate::protocol::reply::Answer;

pub(super) fn create(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (name, kind, scheme) = described(context)?;
    let tags = tags::read(&context.params)?;
    let spots = interfaces::spots(context, &kind)?;
    let vpc = spots[0].subnet.vpc.clone();
    let groups = interfaces::groups(context, &vpc, &kind)?;
    let namesake = context.region.load_balancers.iter().find(|balancer| balancer.name == name).cloned();
    if let Some(balancer) = namesake {
        let mut subnets: Vec<&String> = balancer.places.iter().map(|place| &place.subnet).collect();
        let mut wanted: Vec<&String> = spots.iter().map(|spot| &spot.subnet.id).collect();
        subnets.sort();
        wanted.sort();
        if (&balancer.kind, &balancer.scheme, &balancer.groups) == (&kind, &scheme, &groups) && subnets == wanted {
            return Ok(Answer::Json(json!({ "LoadBalancers": [balancer.written(context)] })));
        }
        let message = format!("A load balancer with the same name '{name}' exists, but with different settings");
        return Err(Failure::new("DuplicateLoadBalancerName", message));
    }
    context.within_quota::<Balancer>("load-balancers", "TooManyLoadBalancers")?;
    interfaces::check_internet(context, &vpc, &scheme)?;
    let (digits, short) = (digits(context, "loadbalancer"), if kind == "network" { "net" } else { "app" });
    let mut balancer = Balancer {
        arn: arn(context, &format!("loadbalancer/{short}/{name}/{digits}")),
        attributes: attribute::defaults(attributes::known(&kind)),
        name,
        kind,
        scheme,
        vpc,
        places: Vec::new(),
        groups,
        active: false,
        next_at: Some(moment::later(context.now, context.settings.delays.load_balancer_active)),
        created_at: context.now,
        tags,
    };
    for spot in spots {
        let place = interfaces::stand(context, &balancer, spot)?;
        balancer.places.push(place);
    }
    context.add(balancer.clone());
    Ok(Answer::Json(json!({ "LoadBalancers": [balancer.written(context)] })))
}

/// Name, type and scheme.
fn described(context: &Context<'_>) -> Result<(String, String, String), Failure> {
    let name = required(context, "Name")?;
    check_name(&name, "Load balancer")?;
    if name.starts_with("internal-") {
        return Err(invalid(format!("Load balancer name '{name}' cannot begin with 'internal-'")));
    }
    let kind = context.params.owned("Type").unwrap_or_else(|| "application".to_owned());
    check_word(&kind, &["application", "network"], "type")?;
    let scheme = context.params.owned("Scheme").unwrap_or_else(|| "internet-facing".to_owned());
    check_word(&scheme, &["internet-facing", "internal"], "scheme")?;
    check_word(context.params.text("IpAddressType").unwrap_or("ipv4"), &["ipv4"], "ipAddressType")?;
    Ok((name, kind, scheme))
}
