//! The simulated Elastic Load Balancing, of application and network load balancers: which operation is done where.
//!
//! Source: *Elastic Load Balancing API reference, version 2015-12-01*. Gateway load balancers, trust stores, authentication and
//! transforms are not modelled.

pub(crate) mod action;
pub(crate) mod attribute;
pub(crate) mod balancer;
pub(crate) mod certificate;
pub(crate) mod condition;
pub(crate) mod listener;
pub(crate) mod remains;
pub(crate) mod rule;
pub(crate) mod tags;
pub(crate) mod target;
pub(crate) mod target_group;

use serde_json::{Map, Value};

use crate::context::Context;
use crate::ec2::listing::page;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::reply::Answer;
use crate::state::region::Stored;

/// The operation of a name, when it is simulated.
pub(crate) fn operation(name: &str) -> Option<Operation> {
    let parts = [
        balancer::operation,
        target_group::operation,
        target::operation,
        listener::operation,
        certificate::operation,
        rule::operation,
        tags::operation,
    ];
    parts.iter().find_map(|part| part(name))
}

/// Lets an object change by itself, when it is time.
pub(crate) fn mature(context: &mut Context<'_>, kind: &str, id: &str) {
    match kind {
        "load-balancer" => balancer::mature(context, id),
        "target-group" => target::mature(context, id),
        _ => remains::mature(context, id),
    }
}

/// `ValidationError`, in words of one's own.
pub(crate) fn invalid(message: impl Into<String>) -> Failure {
    Failure::new("ValidationError", message)
}

/// `InvalidConfigurationRequest`, in words of one's own.
fn unfit(message: impl Into<String>) -> Failure {
    Failure::new("InvalidConfigurationRequest", message)
}

/// A parameter that is there, or AWS's complaint about its absence.
pub(crate) fn required(context: &Context<'_>, name: &str) -> Result<String, Failure> {
    let value = context.params.owned(name).filter(|value| !value.is_empty());
    value.ok_or_else(|| {
        invalid(format!("1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be null"))
    })
}

/// A copy of the object whose ARN a parameter holds. `part` stands in every ARN of the kind: `targetgroup/`.
fn named<T: Stored>(context: &Context<'_>, parameter: &str, part: &str, noun: &str) -> Result<T, Failure> {
    let arn = required(context, parameter)?;
    if !arn.starts_with("arn:") || !arn.contains(part) {
        return Err(invalid(format!("'{arn}' is not a valid {noun} ARN")));
    }
    context.find::<T>(&arn).cloned()
}

/// The object with this ARN, when reads see it.
fn seen<'a, T: Stored>(context: &'a Context<'_>, arn: &str) -> Result<&'a T, Failure> {
    T::table(context.region).visible(arn, context.now).ok_or_else(|| T::KIND.not_found(arn))
}

/// The last part of a new ARN: sixteen hexadecimal digits.
fn digits(context: &mut Context<'_>, purpose: &str) -> String {
    format!("{:016x}", context.chance(purpose))
}

fn arn(context: &Context<'_>, rest: &str) -> String {
    let place = context.place;
    format!("arn:aws:elasticloadbalancing:{}:{}:{rest}", place.region, place.account)
}

/// One page of a listing: 400 entries unless fewer are asked for.
fn paged<T>(
    context: &Context<'_>,
    name: &str,
    mut found: Vec<T>,
    id: impl Fn(&T) -> &str,
    write: impl Fn(T) -> Value,
) -> Result<Answer, Failure> {
    let limit = context.params.number::<usize>("PageSize")?.unwrap_or(400);
    if !(1..=400).contains(&limit) {
        return Err(invalid(format!(
            "Value '{limit}' at 'pageSize' failed to satisfy constraint: Member must have value between 1 and 400"
        )));
    }
    found.sort_by(|one, other| id(one).cmp(id(other)));
    let page = page(found, limit, context.params.text("Marker"), id)?;
    let mut fields = Map::from_iter([(name.to_owned(), page.entries.into_iter().map(write).collect())]);
    if let Some(next) = page.next {
        fields.insert("NextMarker".to_owned(), next.into());
    }
    Ok(Answer::Json(fields.into()))
}

/// What a name may be: *`CreateLoadBalancer`*, *`CreateTargetGroup`*.
fn check_name(name: &str, noun: &str) -> Result<(), Failure> {
    let problem = match name {
        _ if name.len() > 32 => "cannot be longer than '32' characters",
        _ if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') => {
            "can only contain characters that are alphanumeric characters or hyphens(-)"
        }
        _ if name.starts_with('-') || name.ends_with('-') => "cannot begin or end with '-'",
        _ => return Ok(()),
    };
    Err(invalid(format!("{noun} name '{name}' {problem}")))
}

/// Refuses a word that is none of those known.
fn check_word(word: &str, known: &[&str], place: &str) -> Result<(), Failure> {
    if known.contains(&word) {
        return Ok(());
    }
    let known = known.join(", ");
    Err(invalid(format!(
        "1 validation error detected: Value '{word}' at '{place}' failed to satisfy constraint: Member must satisfy enum value set: [{known}]"
    )))
}

/// A number within limits, when it is there.
fn number_within(context: &Context<'_>, name: &str, least: u32, most: u32) -> Result<Option<u32>, Failure> {
    match context.params.number::<u32>(name)? {
        Some(number) if !(least..=most).contains(&number) => Err(invalid(format!(
            "Value '{number}' at '{name}' failed to satisfy constraint: Member must have value between {least} and {most}"
        ))),
        number => Ok(number),
    }
}

#[cfg(test)]
mod tests;
