//! The tests of the workspace as a whole: one binary, a module per feature.

mod crash;
mod faults;
mod fields;
mod golden;
mod identity;
mod lifecycle;
mod replacement;
mod settings;
mod state;
