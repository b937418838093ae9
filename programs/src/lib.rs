//! Stacks that run, and the components they are made of.

pub mod prod;
pub mod target;
