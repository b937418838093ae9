//! Stacks that run.

pub mod blog;
pub mod machines;
pub mod network;
pub mod target;
