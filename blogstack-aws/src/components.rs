//! Parts of stacks that many programs need: plain structs made from a scope and settings.

#[cfg(feature = "iam")]
mod nat_pair;
mod network;

#[cfg(feature = "iam")]
pub use nat_pair::{NatPair, NatPairSettings, watcher_policy};
pub use network::{Nat, Network, NetworkSettings, TRANSLATE};
