//! Under construction.

mod builder;
mod call;
mod chance;
mod clock;
mod consistency;
mod context;
mod delays;
mod ec2;
mod engine;
mod error;
mod exchange;
mod failure;
mod fault;
mod gate;
mod image;
mod journal;
mod moment;
mod out_of_band;
mod params;
mod protocol;
mod settings;
mod sim;
mod snapshot;
mod ssm;
mod state;
mod sts;
#[cfg(test)]
mod testing;
mod transport;

pub use builder::SimBuilder;
pub use call::{Call, CallInfo, Outcome};
pub use consistency::Consistency;
pub use delays::Delays;
pub use error::SimError;
pub use fault::{Fault, FaultKind, FaultTime, FaultedCalls, on};
pub use gate::{Gate, Verdict};
pub use image::Image;
pub use out_of_band::OutOfBand;
pub use sim::Sim;
pub use snapshot::Snapshot;
