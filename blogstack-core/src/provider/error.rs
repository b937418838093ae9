//! Why a call failed, in the terms on which the engine and people act.

use std::fmt;

/// What an error means for what comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The object does not exist.
    NotFound,
    /// Too many calls; nothing was done.
    Throttled,
    /// The service had a passing fault and did nothing.
    Transient,
    /// No answer came: it may or may not have been done.
    Lost,
    /// It cannot succeed until the program or the account changes.
    Rejected,
    /// Something else stands in its place.
    Conflict,
    /// A limit of the account.
    Quota,
    /// Credentials are missing or do not suffice.
    Denied,
    /// A wait took longer than allowed.
    TimedOut,
    /// A mistake in the provider or an answer that makes no sense.
    Internal,
}

/// A failed operation of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderError {
    /// What it means.
    pub kind: ErrorKind,
    /// The operation, as in `ec2:CreateSubnet`.
    pub operation: String,
    /// The service's code, as in `InvalidSubnet.Conflict`.
    pub code: Option<String>,
    /// The service's name for the request.
    pub request_id: Option<String>,
    /// What the service said.
    pub message: String,
    /// The field that is to blame, if one is.
    pub field: Option<&'static str>,
    /// The way out.
    pub hint: Option<String>,
}

impl ProviderError {
    /// An error without a code.
    pub fn new(kind: ErrorKind, operation: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind, operation: operation.into(), code: None, request_id: None, message: message.into(), field: None, hint: None }
    }

    /// Adds the way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Names the field that is to blame.
    #[must_use]
    pub fn field(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    /// Whether the service's code is this one.
    pub fn is_code(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }
}

impl std::error::Error for ProviderError {}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = self.field {
            write!(f, "field `{field}`: ")?;
        }
        write!(f, "{} ({}", self.message, self.operation)?;
        if let Some(code) = &self.code {
            write!(f, ", {code}")?;
        }
        if let Some(request_id) = &self.request_id {
            write!(f, ", request {request_id}")?;
        }
        f.write_str(")")
    }
}
