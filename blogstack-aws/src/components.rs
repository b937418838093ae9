//! Parts of stacks that many programs need: plain structs made from a scope and settings.

mod network;

pub use network::{Nat, Network, NetworkSettings};
