//! Site-to-site VPN: gateways on both sides, and connections between them.
//!
//! Source: *AWS Site-to-Site VPN User Guide*; the operations are in the files of this folder. What is deleted stays listed for a while.

pub(crate) mod connection;
pub(crate) mod customer_gateway;
pub(crate) mod gateway;
mod propagation;
mod tunnel;

use crate::ec2::Operation;

pub(crate) fn operation(name: &str) -> Option<Operation> {
    let parts = [customer_gateway::operation, gateway::operation, propagation::operation, connection::operation];
    parts.iter().find_map(|part| part(name))
}

#[cfg(test)]
mod tests;
