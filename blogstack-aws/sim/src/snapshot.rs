//! A copy of a whole simulated world.

use serde::{Deserialize, Serialize};

use crate::state::world::World;

/// A copy of a whole simulated world: every object of every account and region, the time, and the state of chance.
///
/// Faults, the gate and the log of calls are not part of it.
///
/// ```
/// use blogstack_sim::{Sim, Snapshot};
///
/// let sim = Sim::builder().build()?;
/// let snapshot = sim.snapshot();
/// let json = serde_json::to_string(&snapshot).expect("a snapshot is plain data");
/// let again: Snapshot = serde_json::from_str(&json).expect("what was written can be read");
/// assert_eq!(again, snapshot);
/// sim.restore(snapshot)?;
/// # Ok::<(), blogstack_sim::SimError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Snapshot {
    pub(crate) world: World,
}
