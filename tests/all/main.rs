//! The tests of the workspace as a whole: one binary, a module per feature.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod crash;
mod docs;
mod faults;
mod fields;
mod golden;
mod guide;
mod identity;
mod kinds;
mod lifecycle;
mod lookups;
mod programs;
mod properties;
mod replacement;
mod settings;
mod state;
mod tidy;
