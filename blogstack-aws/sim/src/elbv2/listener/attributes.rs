//! The attributes of listeners.
//!
//! Source: *`ListenerAttribute`*. Those that set or rename headers are not modelled.

use serde_json::json;

use super::{Listener, of_request};
use crate::context::Context;
use crate::elbv2::attribute::{self, Known, Takes};
use crate::elbv2::seen;
use crate::failure::Failure;
use crate::protocol::reply::Answer;

/// The attributes of a listener with this protocol.
pub(super) fn known(protocol: &str) -> Vec<Known> {
    match protocol {
        "HTTP" | "HTTPS" => vec![("routing.http.response.server.enabled", "true", Takes::Flag)],
        "TCP" => vec![("tcp.idle_timeout.seconds", "350", Takes::Number(60, 6000))],
        _ => Vec::new(),
    }
}

pub(super) fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let arn = of_request(context)?.arn;
    let listener = seen::<Listener>(context, &arn)?;
    Ok(Answer::Json(json!({ "Attributes": attribute::written(&listener.attributes) })))
}

pub(super) fn modify(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let mut listener = of_request(context)?;
    attribute::apply(&mut listener.attributes, &known(&listener.protocol), &context.params)?;
    let written = attribute::written(&listener.attributes);
    context.change::<Listener>(&listener.arn)?.attributes = listener.attributes;
    Ok(Answer::Json(json!({ "Attributes": written })))
}
