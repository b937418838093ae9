//! The tests of the workspace as a whole: one binary, a module per feature.

mod crash;
mod docs;
mod guide;
mod lifecycle;
mod tidy;
