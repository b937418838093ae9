//! The error of a simulated service: what AWS calls code, message and HTTP status.

use std::borrow::Cow;
use std::fmt::Display;

/// An error answer of a simulated service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
    pub(crate) status: u16,
    /// Whether it is the simulated service that refuses; else the simulation lacks the operation.
    pub(crate) simulated: bool,
}

impl Failure {
    /// A client error (HTTP 400), as nearly all of EC2's are.
    pub(crate) fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), status: 400, simulated: true }
    }

    /// The same error with another HTTP status.
    pub(crate) fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// A required parameter is absent.
    pub(crate) fn missing(parameter: &str) -> Self {
        Self::new("MissingParameter", format!("The request must contain the parameter {parameter}"))
    }

    /// A parameter's value is not acceptable.
    pub(crate) fn invalid(value: impl Display, parameter: &str, why: impl Display) -> Self {
        Self::value(format!("Value ({value}) for parameter {parameter} is invalid. {why}"))
    }

    /// `InvalidParameterValue` in words of one's own.
    pub(crate) fn value(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterValue", message)
    }

    /// `InvalidParameterCombination`.
    pub(crate) fn combination(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterCombination", message)
    }

    /// Something else still needs the object.
    pub(crate) fn dependency(message: impl Into<String>) -> Self {
        Self::new("DependencyViolation", message)
    }

    /// A quota is used up.
    pub(crate) fn limit(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, message)
    }
}
