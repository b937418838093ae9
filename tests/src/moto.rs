//! moto, an implementation of AWS that nobody here wrote, as a judge of the kinds and of the simulation.
//!
//! <https://docs.getmoto.org/en/latest/docs/server_mode.html>

pub mod answer;
pub mod coverage;
pub mod difference;
pub mod inventory;
pub mod judge;
pub mod play;
pub mod proxy;
pub mod request;
pub mod scenario;
pub mod server;
pub mod stack;

pub use server::{Moto, Server};
