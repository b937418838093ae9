//! Makes and changes listeners.
//!
//! Source: *`CreateListener`*, *`ModifyListener`*.

use serde_json::json;

use super::{Listener, attributes, of_request, security};
use crate::context::Context;
use crate::elbv2::action::{self, Action};
use crate::elbv2::balancer::{self, Balancer};
use crate::elbv2::target_group::PROTOCOLS;
use crate::elbv2::{arn, attribute, check_word, digits, invalid, number_within, tags};
use crate::failure::Failure;
use crate::protocol::reply::Answer;

pub(super) fn create(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let balancer = balancer::of_request(context)?;
    let tags = tags::read(&context.params)?;
    let port = port(context)?.ok_or_else(|| invalid("A listener port must be specified"))?;
    let protocol = protocol(context, &balancer)?.ok_or_else(|| invalid("A listener protocol must be specified"))?;
    let actions = actions(context, &balancer)?.ok_or_else(|| invalid("A default action must be specified"))?;
    let mut listener = Listener {
        arn: String::new(),
        balancer: balancer.arn.clone(),
        port,
        ssl_policy: None,
        certificates: Vec::new(),
        alpn_policy: Vec::new(),
        actions,
        attributes: attribute::defaults(&attributes::known(&protocol)),
        protocol,
        tags,
    };
    security::apply(context, &mut listener)?;
    let other = context.of::<Listener>(&balancer.arn).find(|other| other.port == port).cloned();
    if let Some(other) = other {
        let same = Listener { arn: other.arn.clone(), tags: other.tags.clone(), ..listener } == other;
        let written = other.written();
        return if same { Ok(Answer::Json(json!({ "Listeners": [written] }))) } else { Err(taken()) };
    }
    let (path, digits) = (balancer.path(), digits(context, "listener"));
    listener.arn = arn(context, &format!("listener/{path}/{digits}"));
    let written = listener.written();
    context.add(listener);
    Ok(Answer::Json(json!({ "Listeners": [written] })))
}

pub(super) fn modify(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let mut listener = of_request(context)?;
    let balancer = context.find::<Balancer>(&listener.balancer)?.clone();
    let was = listener.protocol.clone();
    listener.port = port(context)?.unwrap_or(listener.port);
    listener.protocol = protocol(context, &balancer)?.unwrap_or(listener.protocol);
    listener.actions = actions(context, &balancer)?.unwrap_or(listener.actions);
    security::apply(context, &mut listener)?;
    if was != listener.protocol {
        listener.attributes = attribute::defaults(&attributes::known(&listener.protocol));
    }
    let others = context.of::<Listener>(&listener.balancer).filter(|other| other.arn != listener.arn);
    if others.map(|other| other.port).any(|port| port == listener.port) {
        return Err(taken());
    }
    *context.change::<Listener>(&listener.arn)? = listener.clone();
    Ok(Answer::Json(json!({ "Listeners": [listener.written()] })))
}

fn taken() -> Failure {
    Failure::new("DuplicateListener", "A listener already exists on this port for this load balancer")
}

fn port(context: &Context<'_>) -> Result<Option<u16>, Failure> {
    Ok(number_within(context, "Port", 1, 65_535)?.and_then(|port| u16::try_from(port).ok()))
}

fn protocol(context: &Context<'_>, balancer: &Balancer) -> Result<Option<String>, Failure> {
    let Some(protocol) = context.params.owned("Protocol") else { return Ok(None) };
    check_word(&protocol, &PROTOCOLS, "protocol")?;
    let fitting: &[&str] = if balancer.is_network() { &["UDP", "TCP", "TLS", "TCP_UDP"] } else { &["HTTP", "HTTPS"] };
    if !fitting.contains(&protocol.as_str()) {
        return Err(invalid(format!("Listener protocol '{protocol}' must be one of '{}'", fitting.join(", "))));
    }
    Ok(Some(protocol))
}

fn actions(context: &Context<'_>, balancer: &Balancer) -> Result<Option<Vec<Action>>, Failure> {
    let actions = action::read(context, "DefaultActions", balancer)?;
    Ok((!actions.is_empty()).then_some(actions))
}
