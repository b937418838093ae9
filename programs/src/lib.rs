//! Stacks that run.

pub mod network;
pub mod prod;
pub mod target;
