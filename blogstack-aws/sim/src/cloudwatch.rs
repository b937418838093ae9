//! The simulated `CloudWatch`: alarms that look at metrics.
//!
//! Source: *Amazon `CloudWatch` API reference*. Metrics have no values here, so an alarm stays in the state that it begins with, or that
//! *`SetAlarmState`* puts it in. Of its actions, scaling policies are carried out. Composite alarms, alarms of logs, dashboards and detectors
//! of anomalies are not modelled.

pub(crate) mod alarm;
mod check;
mod settings;
mod tags;

use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;

/// The operation of a name, when it is simulated.
pub(crate) fn operation(name: &str) -> Option<Operation> {
    [alarm::operation, tags::operation].iter().find_map(|part| part(name))
}

/// `ValidationError`, in words of one's own.
fn invalid(message: impl Into<String>) -> Failure {
    Failure::new("ValidationError", message)
}

/// A parameter that must be there.
fn required<'a>(context: &'a Context<'_>, name: &str) -> Result<&'a str, Failure> {
    let value = context.params.text(name).filter(|value| !value.is_empty());
    value.ok_or_else(|| invalid(format!("The parameter {name} must not be null")))
}

#[cfg(test)]
mod tests;
