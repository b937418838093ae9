//! A hook at every call, for tests that crash a program at any instant.

use crate::call::CallInfo;

/// What a [`Gate`] lets happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The call goes on.
    Pass,
    /// The reply never comes, as if the program had died here.
    Drop,
}

/// Sees every call before and after its effect and may lose it there.
///
/// Dropped before: the call has no effect. Dropped after: it has its effect (which is in the file, if there is one).
/// Calls pass one by one, so nothing else changes between the two; a gate may look at the simulation, but not send calls to it.
///
/// ```
/// use std::sync::Arc;
/// use blogstack_sim::{CallInfo, Gate, Sim, Verdict};
///
/// struct CrashAfter(&'static str);
///
/// impl Gate for CrashAfter {
///     fn before(&self, _call: &CallInfo) -> Verdict {
///         Verdict::Pass
///     }
///     fn after(&self, call: &CallInfo) -> Verdict {
///         if call.operation == self.0 { Verdict::Drop } else { Verdict::Pass }
///     }
/// }
///
/// let sim = Sim::builder().build()?;
/// sim.gate(Arc::new(CrashAfter("CreateVpc")));
/// # Ok::<(), blogstack_sim::SimError>(())
/// ```
pub trait Gate: Send + Sync {
    /// The call has arrived and has had no effect yet.
    fn before(&self, call: &CallInfo) -> Verdict;

    /// The call has had its effect; the reply is not on its way yet.
    fn after(&self, call: &CallInfo) -> Verdict;
}
