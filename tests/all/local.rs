//! Kinds without a cloud: passwords, ids, and commands on this machine.

mod command;
mod random;
