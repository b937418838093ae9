//! The code that the README and the book show. It is compiled and run here; `docs` checks that they show it as it is.
#![expect(unreachable_pub, reason = "it is written as in a library")]

mod accounts;
mod checks;
mod components;
mod failure;
pub(crate) mod machines;
mod network;
mod options;
mod outputs;
mod own_tests;
mod rights;
mod served;
mod without_a_cloud;
