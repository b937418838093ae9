//! The tests of the workspace as a whole: one binary, a module per feature.

mod crash;
mod fields;
mod lifecycle;
