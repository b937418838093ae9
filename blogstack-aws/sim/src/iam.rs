//! The simulated IAM: roles, their policies, instance profiles; and whether a role may do what it asks for.
//!
//! Source: the *IAM API reference* and, for what policies mean, *Policy evaluation logic* in the IAM user guide. Users and groups are not
//! modelled: the account's own user may do everything.

use serde_json::{Value, json};

use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::service::GLOBAL;
use crate::state::object::Tags;
use crate::state::region::{Region, Stored};

pub(crate) mod attachment;
pub(crate) mod authorize;
mod condition;
mod details;
mod document;
mod evaluate;
pub(crate) mod inline;
mod managed;
pub(crate) mod policy;
pub(crate) mod profile;
mod resource;
pub(crate) mod role;
pub(crate) mod session;
mod simulate;
mod tag;
mod version;

/// The operation of a name, when it is simulated.
pub(crate) fn operation(name: &str) -> Option<Operation> {
    None.or_else(|| role::operation(name))
        .or_else(|| inline::operation(name))
        .or_else(|| attachment::operation(name))
        .or_else(|| policy::operation(name))
        .or_else(|| version::operation(name))
        .or_else(|| profile::operation(name))
        .or_else(|| tag::operation(name))
        .or_else(|| details::operation(name))
        .or_else(|| simulate::operation(name))
}

/// What IAM of an account has.
pub(crate) fn region_of<'a>(context: &'a Context<'_>, account: &str) -> Option<&'a Region> {
    context.everywhere().find(|(place, _)| place.account == account && place.region == GLOBAL).map(|(_, region)| region)
}

/// An operation that only succeeds.
fn done() -> Value {
    json!({})
}

/// No such thing: status 404.
fn no_such(message: impl Into<String>) -> Failure {
    Failure::new("NoSuchEntity", message).status(404)
}

/// Something of this name is there.
fn exists(message: impl Into<String>) -> Failure {
    Failure::new("EntityAlreadyExists", message).status(409)
}

/// Something else still needs it.
fn in_use(message: impl Into<String>) -> Failure {
    Failure::new("DeleteConflict", message).status(409)
}

/// A quota is used up.
fn limit(message: impl Into<String>) -> Failure {
    Failure::new("LimitExceeded", message).status(409)
}

/// A required parameter, in the words of the services that check their input against their model.
fn required<'a>(context: &'a Context<'_>, name: &str) -> Result<&'a str, Failure> {
    let value = context.params.text(name).filter(|value| !value.is_empty());
    value.ok_or_else(|| invalid(name, "Member must not be null"))
}

fn invalid(name: &str, why: &str) -> Failure {
    let (first, rest) = name.split_at(1.min(name.len()));
    let name = format!("{}{rest}", first.to_lowercase());
    Failure::new("ValidationError", format!("1 validation error detected: Value at '{name}' failed to satisfy constraint: {why}"))
}

/// A copy of the object that a required parameter names.
fn named<T: Stored>(context: &Context<'_>, parameter: &str) -> Result<T, Failure> {
    let id = required(context, parameter)?;
    context.find::<T>(id).cloned().map_err(|failure| failure.status(404))
}

fn missing<T: Stored>(id: &str) -> Failure {
    T::KIND.not_found(id).status(404)
}

/// The name of something new: *IAM name requirements*.
fn name(context: &Context<'_>, parameter: &str, longest: usize) -> Result<String, Failure> {
    let name = required(context, parameter)?;
    if name.len() > longest {
        return Err(invalid(parameter, &format!("Member must have length less than or equal to {longest}")));
    }
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c)) {
        return Err(invalid(parameter, r"Member must satisfy regular expression pattern: [\w+=,.@-]+"));
    }
    Ok(name.to_owned())
}

/// The path of something new.
fn path(context: &Context<'_>) -> Result<String, Failure> {
    let path = context.params.text("Path").unwrap_or("/");
    if path.starts_with('/') && path.ends_with('/') && path.len() <= 512 {
        return Ok(path.to_owned());
    }
    Err(Failure::new(
        "ValidationError",
        "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.",
    ))
}

/// A new unique id: `AROA` and 17 more characters.
fn unique_id(context: &mut Context<'_>, prefix: &'static str) -> String {
    format!("{prefix}{:017X}", context.chance(prefix))
}

fn arn(context: &Context<'_>, kind: &str, path: &str, name: &str) -> String {
    format!("arn:aws:iam::{}:{kind}{path}{name}", context.place.account)
}

/// A policy document as answers carry it: RFC 3986.
fn encoded(document: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    document.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// The page of a listing that a request asks for, under the name that the listing has.
fn page(context: &Context<'_>, name: &str, all: Vec<Value>) -> Result<Value, Failure> {
    let size = context.params.number::<usize>("MaxItems")?.unwrap_or(100);
    if !(1..=1000).contains(&size) {
        return Err(invalid("MaxItems", "Member must have value between 1 and 1000"));
    }
    let marker = context.params.text("Marker");
    let start = marker.map_or(Some(0), |marker| marker.strip_prefix("after-")?.parse().ok());
    let start: usize = start.ok_or_else(|| Failure::new("ValidationError", format!("Invalid Marker: {}", marker.unwrap_or_default())))?;
    let more = all.len() > start.saturating_add(size);
    let items: Vec<Value> = all.into_iter().skip(start).take(size).collect();
    let next = more.then(|| format!("after-{}", start + size));
    Ok(json!({ name: items, "IsTruncated": more, "Marker": next }))
}

/// Tags as answers have them.
fn tag_list(tags: &Tags) -> Vec<Value> {
    tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

/// Whether a path begins as a request wants it.
fn below(context: &Context<'_>, path: &str) -> bool {
    context.params.text("PathPrefix").is_none_or(|prefix| path.starts_with(prefix))
}

#[cfg(test)]
mod tests;
