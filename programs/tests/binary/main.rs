//! The real program in a process of its own, against a simulation that is served to it.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
#![expect(clippy::print_stdout, reason = "how much was tried is shown with `--nocapture`")]

mod credentials;
mod interrupted;
mod killed;
mod killed_on_moto;
mod refused;
mod stack;
