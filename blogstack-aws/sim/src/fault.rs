//! Faults on demand: what goes wrong, at which call, before or after its effect.

use crate::protocol::pattern;
use crate::protocol::request::Request;

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// `RequestLimitExceeded`, HTTP 503: *Request throttling for the Amazon EC2 API*.
    Throttle,
    /// `InternalError`, HTTP 500.
    ServerError,
    /// `Unavailable`, HTTP 503.
    Unavailable,
    /// No reply ever comes; the client's own timeout has to end the wait.
    Timeout,
    /// The connection is reset.
    Reset,
    /// The reply's status and headers arrive, its body breaks off.
    CutBody,
    /// An error of the service.
    Error {
        /// The error code.
        code: String,
        /// The error message.
        message: String,
        /// The HTTP status.
        status: u16,
    },
}

/// Whether the call has its effect before the fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultTime {
    /// The call has no effect.
    BeforeEffect,
    /// The call has its effect, but its reply is lost.
    AfterEffect,
}

/// One fault, made with [`on`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    calls: FaultedCalls,
    kind: FaultKind,
    time: FaultTime,
}

/// Which calls a fault strikes: [`on`] and its setters.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct FaultedCalls {
    operation: String,
    first: u64,
    times: u64,
    matching: Vec<(String, String)>,
    seen: u64,
}

/// Begins a fault on calls of an operation; `*` and `?` are wildcards.
///
/// Without more it strikes once, at the first call.
///
/// ```
/// use blogstack_sim::{FaultKind::{Reset, Throttle}, Sim, on};
///
/// let sim = Sim::builder()
///     .fault(on("CreateVpc").after_effect(Reset))
///     .fault(on("CreateSubnet").nth(2).before_effect(Throttle))
///     .fault(on("Describe*").matching("VpcId.1", "vpc-*").times(3).before_effect(Throttle))
///     .build()?;
/// # Ok::<(), blogstack_sim::SimError>(())
/// ```
pub fn on(operation: impl Into<String>) -> FaultedCalls {
    FaultedCalls { operation: operation.into(), first: 1, times: 1, matching: Vec::new(), seen: 0 }
}

impl FaultedCalls {
    /// Strikes first at the n-th call, counted from 1.
    pub fn nth(self, first: u64) -> Self {
        Self { first: first.max(1), ..self }
    }

    /// Strikes at this many calls in a row.
    pub fn times(self, times: u64) -> Self {
        Self { times, ..self }
    }

    /// Strikes at every call from the first on.
    pub fn always(self) -> Self {
        self.times(u64::MAX)
    }

    /// Strikes only (and counts only) calls with this parameter; `*` and `?` are wildcards in the value.
    pub fn matching(mut self, parameter: impl Into<String>, value: impl Into<String>) -> Self {
        self.matching.push((parameter.into(), value.into()));
        self
    }

    /// The fault strikes instead of the call's effect.
    pub fn before_effect(self, kind: FaultKind) -> Fault {
        Fault { calls: self, kind, time: FaultTime::BeforeEffect }
    }

    /// The fault strikes when the call has had its effect.
    pub fn after_effect(self, kind: FaultKind) -> Fault {
        Fault { calls: self, kind, time: FaultTime::AfterEffect }
    }

    fn matches(&self, request: &Request) -> bool {
        let parameter =
            |(name, wanted): &(String, String)| request.parameters.get(name).is_some_and(|value| pattern::matches(wanted, value));
        pattern::matches(&self.operation, &request.operation) && self.matching.iter().all(parameter)
    }

    /// Counts a call and tells whether the fault strikes it.
    fn strikes(&mut self, request: &Request) -> bool {
        if !self.matches(request) {
            return false;
        }
        self.seen = self.seen.saturating_add(1);
        self.seen >= self.first && self.seen - self.first < self.times
    }
}

/// The fault that strikes a call, if any: the first of those that do. All of them count the call.
pub(crate) fn strike(faults: &mut [Fault], request: &Request) -> Option<(FaultKind, FaultTime)> {
    let striking = faults.iter_mut().filter_map(|fault| {
        let strikes = fault.calls.strikes(request);
        strikes.then(|| (fault.kind.clone(), fault.time))
    });
    striking.fold(None, |first, fault| first.or(Some(fault)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn struck(fault: Fault, operations: &[&str]) -> Vec<bool> {
        let mut faults = [fault];
        let calls = operations.iter().map(|operation| Request::sample(operation));
        calls.map(|request| strike(&mut faults, &request).is_some()).collect()
    }

    #[test]
    fn a_fault_strikes_once_unless_told_otherwise() {
        let calls = ["A", "B", "A", "A", "A"];
        assert_eq!(struck(on("A").before_effect(FaultKind::Reset), &calls), [true, false, false, false, false]);
        assert_eq!(struck(on("A").nth(2).before_effect(FaultKind::Reset), &calls), [false, false, true, false, false]);
        assert_eq!(struck(on("A").nth(2).times(2).before_effect(FaultKind::Reset), &calls), [false, false, true, true, false]);
        assert_eq!(struck(on("*").always().before_effect(FaultKind::Reset), &calls), [true; 5]);
    }

    #[test]
    fn a_parameter_narrows_it() {
        let fault = |value: &str| on("A").matching("VpcId", value).before_effect(FaultKind::Throttle);
        let mut request = Request::sample("A");
        request.parameters.insert("VpcId".to_owned(), "vpc-1".to_owned());
        assert!(strike(&mut [fault("vpc-*")], &request).is_some());
        assert!(strike(&mut [fault("vpc-2")], &request).is_none());
    }
}
