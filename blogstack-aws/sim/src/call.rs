//! The log of calls.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::fault::{FaultKind, FaultTime};

/// A call as a gate sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallInfo {
    /// How many calls the simulation had seen before this one.
    pub number: u64,
    /// The operation: `CreateVpc`.
    pub operation: String,
    /// The region it was sent to.
    pub region: String,
    /// The signing name of the service: `ec2`.
    pub service: String,
    /// The account that calls.
    pub account: String,
    /// Whether the operation can change anything.
    pub mutating: bool,
    /// The parameters, as the query protocol writes them, or the fields of a JSON body.
    pub request: BTreeMap<String, String>,
}

/// A call that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Call {
    /// How many calls the simulation had seen before this one.
    pub number: u64,
    /// The operation: `CreateVpc`.
    pub operation: String,
    /// The region it was sent to.
    pub region: String,
    /// The signing name of the service: `ec2`.
    pub service: String,
    /// The account that called.
    pub account: String,
    /// Whether the operation can change anything.
    pub mutating: bool,
    /// How it went.
    pub outcome: Outcome,
    /// When it was made, in virtual time since the world began.
    pub at: Duration,
    /// The parameters, as the query protocol writes them, or the fields of a JSON body.
    pub request: BTreeMap<String, String>,
    /// The parameters that the simulation does not model: it took no notice of them.
    pub ignored: Vec<String>,
    /// The request id in the reply.
    pub request_id: String,
    /// The body of the reply, when there was one and [`SimBuilder::keep_answers`](crate::SimBuilder::keep_answers) asked for it.
    pub answer: Option<String>,
}

/// How a call went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The service did it, and said so.
    Done,
    /// The service refused it.
    Refused {
        /// The error code.
        code: String,
        /// The error message.
        message: String,
    },
    /// The simulation does not know the operation; the service said so.
    NotSimulated {
        /// The error code.
        code: String,
    },
    /// A fault struck.
    Faulted {
        /// What went wrong.
        kind: FaultKind,
        /// Before or after the effect.
        time: FaultTime,
    },
    /// The gate lost it.
    Dropped {
        /// Before or after the effect.
        time: FaultTime,
    },
}
