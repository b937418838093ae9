//! What changes on a key: *`UpdateKeyDescription`*, *`EnableKey`*, *`DisableKey`*, *`EnableKeyRotation`*, *`DisableKeyRotation`*,
//! *`GetKeyRotationStatus`*.

use serde_json::{Value, json};

use crate::context::Context;
use crate::failure::Failure;
use crate::kms::Key;
use crate::kms::key::{live, meant};
use crate::protocol::reply::Answer;
use crate::validation;

/// The answer of operations that only succeed: no body at all.
pub(super) fn done() -> Answer {
    Answer::Json(Value::Object(serde_json::Map::new()))
}

pub(super) fn describe_anew(context: &mut Context<'_>) -> Result<Answer, Failure> {
    validation::length(&context.params, "Description", &(0..=8192))?;
    let description = validation::required(&context.params, "Description")?.to_owned();
    let id = live(context)?;
    context.change::<Key>(&id)?.description = description;
    Ok(done())
}

pub(super) fn enable(context: &mut Context<'_>, enabled: bool) -> Result<Answer, Failure> {
    let id = live(context)?;
    context.change::<Key>(&id)?.enabled = enabled;
    Ok(done())
}

pub(super) fn rotate(context: &mut Context<'_>, rotates: bool) -> Result<Answer, Failure> {
    let period = validation::number(&context.params, "RotationPeriodInDays", &(90..=2560))?;
    let id = live(context)?;
    let arn = context.find::<Key>(&id)?.arn(context);
    let key = context.change::<Key>(&id)?;
    if !key.enabled {
        return Err(Failure::new("DisabledException", format!("{arn} is disabled.")));
    }
    key.rotates = rotates;
    if let Some(period) = period.and_then(|days| u32::try_from(days).ok()) {
        key.rotation_period = period;
    }
    Ok(done())
}

pub(super) fn rotation(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let id = meant(context, &context.params, "KeyId")?;
    let key = context.find::<Key>(&id)?;
    let mut answer = json!({ "KeyId": key.arn(context), "KeyRotationEnabled": key.rotates && key.deleted_at.is_none() });
    if key.rotates {
        answer["RotationPeriodInDays"] = key.rotation_period.into();
    }
    Ok(Answer::Json(answer))
}
