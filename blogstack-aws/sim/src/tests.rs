//! What the simulation promises as a whole, one file for each promise.

mod consistency;
mod determinism;
mod faults;
mod file;
mod gates;
mod meddling;
mod pages;
mod requests;
