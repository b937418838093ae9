//! moto, which nobody here wrote, judges the kinds and the simulation: see `tests/src/moto.rs`.

mod blog;
mod differences;
mod faults;
mod stacks;
