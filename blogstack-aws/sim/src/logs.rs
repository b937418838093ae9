//! The simulated `CloudWatch` Logs: log groups.
//!
//! Source: *Amazon `CloudWatch` Logs API reference*. Streams, events and filters are not modelled.

pub(crate) mod group;
mod settings;
mod tags;

use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::state::object::Object as _;

/// The operation of a name, when it is simulated.
pub(crate) fn operation(name: &str) -> Option<Operation> {
    [group::operation, settings::operation, tags::operation].iter().find_map(|part| part(name))
}

/// `InvalidParameterException`, in words of one's own.
fn invalid(message: impl Into<String>) -> Failure {
    Failure::new("InvalidParameterException", message)
}

/// A parameter that must be there.
fn required<'a>(context: &'a Context<'_>, name: &str) -> Result<&'a str, Failure> {
    let value = context.params.text(name).filter(|value| !value.is_empty());
    value.ok_or_else(|| {
        invalid(format!("1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be null"))
    })
}

/// The name of the log group that a name or an ARN stands for.
fn name_of(identifier: &str) -> &str {
    match identifier.split_once(":log-group:") {
        Some((_, rest)) => rest.strip_suffix(":*").unwrap_or(rest),
        None => identifier,
    }
}

/// The log group that a parameter names.
fn named(context: &Context<'_>, parameter: &str) -> Result<group::LogGroup, Failure> {
    let name = name_of(required(context, parameter)?);
    context.find::<group::LogGroup>(name).cloned().map_err(|_| group::LogGroup::KIND.not_found(name))
}

#[cfg(test)]
mod tests;
