//! How requests are read and replies are written: the query protocols and JSON.

pub(crate) mod pattern;
pub(crate) mod reply;
pub(crate) mod request;
pub(crate) mod xml;
