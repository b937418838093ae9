//! How requests are read and replies are written: the protocols of AWS's services.

pub(crate) mod flat;
pub(crate) mod pattern;
pub(crate) mod reply;
pub(crate) mod request;
pub(crate) mod rest;
pub(crate) mod service;
pub(crate) mod time;
pub(crate) mod xml;
