//! What log groups have calls of their own for: retention, encryption, protection.
//!
//! Source: *`PutRetentionPolicy`*, *`DeleteRetentionPolicy`*, *`AssociateKmsKey`*, *`DisassociateKmsKey`*,
//! *`PutLogGroupDeletionProtection`*. Keys are not looked up.

use serde_json::json;

use super::group::LogGroup;
use super::{invalid, named, required};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::reply::Answer;

/// For how many days logs may be kept.
const DAYS: [u32; 22] = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "PutRetentionPolicy" => |context, _| put_retention(context),
        "DeleteRetentionPolicy" => |context, _| change(context, "logGroupName", |group| group.retention = None),
        "AssociateKmsKey" => |context, _| associate_key(context),
        "DisassociateKmsKey" => |context, _| {
            let holder = key_holder(context);
            change(context, holder, |group| group.key = None)
        },
        "PutLogGroupDeletionProtection" => |context, _| protect(context),
        _ => return None,
    })
}

fn change(context: &mut Context<'_>, parameter: &str, action: impl FnOnce(&mut LogGroup)) -> Result<Answer, Failure> {
    let name = named(context, parameter)?.name;
    action(context.change::<LogGroup>(&name)?);
    Ok(Answer::Json(json!({})))
}

fn put_retention(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let days = required(context, "retentionInDays")?.parse::<u32>().ok();
    let Some(days) = days.filter(|days| DAYS.contains(days)) else {
        let known: Vec<String> = DAYS.iter().map(ToString::to_string).collect();
        return Err(invalid(format!("The retention must be one of [{}] days", known.join(", "))));
    };
    change(context, "logGroupName", |group| group.retention = Some(days))
}

/// A key is named by its ARN.
pub(super) fn checked_key(key: &str) -> Result<String, Failure> {
    if key.starts_with("arn:aws:kms:") { Ok(key.to_owned()) } else { Err(invalid(format!("The specified KMS key '{key}' is not an ARN"))) }
}

/// The parameter by which a call about keys names the log group.
fn key_holder(context: &Context<'_>) -> &'static str {
    if context.params.has("resourceIdentifier") { "resourceIdentifier" } else { "logGroupName" }
}

fn associate_key(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let key = checked_key(required(context, "kmsKeyId")?)?;
    let holder = key_holder(context);
    change(context, holder, |group| group.key = Some(key))
}

fn protect(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let on = context.params.flag("deletionProtectionEnabled")?.unwrap_or(false);
    change(context, "logGroupIdentifier", |group| group.deletion_protection = on)
}
