//! Further certificates of listeners: for names that the default one does not cover.
//!
//! Source: *`AddListenerCertificates`*, *`RemoveListenerCertificates`*, *`DescribeListenerCertificates`*, which lists the default one
//! too.

use serde_json::{Value, json};

use crate::context::Context;
use crate::elbv2::listener::{self, Listener, certificates};
use crate::elbv2::{seen, unfit};
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::reply::Answer;

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "AddListenerCertificates" => |context, _| add(context),
        "RemoveListenerCertificates" => |context, _| remove(context),
        "DescribeListenerCertificates" => |context, _| describe(context),
        _ => return None,
    })
}

fn add(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (listener, added) = (listener::of_request(context)?, certificates(context)?);
    if !listener.is_secure() {
        return Err(unfit(format!("Certificates cannot be added to {} listeners", listener.protocol)));
    }
    let own = context.change::<Listener>(&listener.arn)?;
    let new: Vec<String> = added.iter().filter(|arn| !own.certificates.contains(arn)).cloned().collect();
    own.certificates.extend(new);
    let written: Vec<Value> = added.iter().map(|arn| json!({ "CertificateArn": arn, "IsDefault": false })).collect();
    Ok(Answer::Json(json!({ "Certificates": written })))
}

fn remove(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (listener, removed) = (listener::of_request(context)?, certificates(context)?);
    if listener.certificates.first().is_some_and(|default| removed.contains(default)) {
        return Err(Failure::new("OperationNotPermitted", "The default certificate of a listener cannot be removed"));
    }
    context.change::<Listener>(&listener.arn)?.certificates.retain(|arn| !removed.contains(arn));
    Ok(Answer::Json(json!({})))
}

fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let arn = listener::of_request(context)?.arn;
    let listener = seen::<Listener>(context, &arn)?;
    let all = listener.certificates.iter().enumerate();
    let written: Vec<Value> = all.map(|(at, arn)| json!({ "CertificateArn": arn, "IsDefault": at == 0 })).collect();
    Ok(Answer::Json(json!({ "Certificates": written })))
}
