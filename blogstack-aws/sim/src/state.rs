//! The state of the simulated world: regions of tables of objects.

pub(crate) mod object;
pub(crate) mod region;
pub(crate) mod table;
pub(crate) mod timers;
pub(crate) mod world;
