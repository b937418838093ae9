//! Where a stack runs: an account of a cloud, an endpoint that speaks like one, or a simulation.

use std::time::Duration;

use async_trait::async_trait;

use crate::{
    graph::Home,
    provider::{Owner, ProviderError, Providers},
    state::Binding,
};

/// What a program can be run against.
#[async_trait]
pub trait Target: Send + Sync {
    /// The word for it on the command line: `sim`, `aws`.
    fn name(&self) -> &str;

    /// What to write after `--target`, for `--help`.
    fn usage(&self) -> &str {
        self.name()
    }

    /// Whether this target answers for what follows `--target`; most only know their name, but some take any URL.
    fn answers_to(&self, wanted: &str) -> bool {
        self.name() == wanted
    }

    /// Connects. `wanted` is what followed `--target`, and `pins` what the settings insist on.
    async fn connect(&self, wanted: &str, pins: &Pins) -> Result<Connection, TargetError>;
}

/// What the settings insist on: any other account or region is refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pins {
    /// The account's id.
    pub account: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// How long what was made may not be seen, for an endpoint that is no AWS; see [`Connection::window`].
    pub window: Option<Duration>,
    /// The folder in which a simulation keeps its file.
    pub folder: std::path::PathBuf,
}

/// An open connection: kinds with their providers, and whose account it is.
#[derive(Clone)]
pub struct Connection {
    /// What state made through it belongs to.
    pub binding: Binding,
    /// Where resources are declared unless the program says otherwise.
    pub home: Home,
    /// The kinds.
    pub providers: Providers,
    /// Whether nothing real can come to harm: no question is asked before changes.
    pub simulated: bool,
    /// How long what was made may not be seen, and a request may still be on its way: [`CONSISTENCY_WINDOW`] for a real cloud.
    pub window: Duration,
    /// Who else owns objects here.
    pub census: Option<std::sync::Arc<dyn Census>>,
}

/// How long a cloud may not show what was made there. EC2 documents no bound; five minutes is what its users wait.
pub const CONSISTENCY_WINDOW: Duration = Duration::from_mins(5);

/// Finds the owners of what exists.
#[async_trait]
pub trait Census: Send + Sync {
    /// The stack uids on objects that carry this project's and stack's names.
    async fn stack_uids(&self, home: &Home, owner: &Owner) -> Result<Vec<String>, ProviderError>;
}

/// Why a target cannot be reached.
#[derive(Debug, thiserror::Error)]
#[error("connecting to `{target}`: {message}")]
pub struct TargetError {
    /// The target.
    pub target: String,
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub hint: Option<String>,
    /// Whether it is refused, because it is locked or damaged, and not merely out of reach.
    pub refused: bool,
}

impl TargetError {
    /// An error with a way out.
    pub fn new(target: impl Into<String>, message: impl Into<String>, hint: Option<&str>) -> Self {
        Self { target: target.into(), message: message.into(), hint: hint.map(Into::into), refused: false }
    }

    /// Refused: it is locked or damaged.
    #[must_use]
    pub fn refused(self) -> Self {
        Self { refused: true, ..self }
    }
}
