//! Checks of a plan: what AWS would take, and nobody wants. No call is made.
//!
//! Each is a function over a [`Plan`](blogstack_core::plan::Plan), for a program's own tests; each problem names the lines of the program
//! that it is about.

mod name;
mod network;
mod reachability;
mod subject;

pub use self::{
    reachability::{
        Hop, Obstacle, Packet, Path, Verdict, Way, assert_can_reach, assert_cannot_reach, assert_only_through_balancers,
        assert_unreachable_from_internet, between, from_internet,
    },
    subject::Subject,
};

use crate::ec2::{Rule, Traffic};

/// TCP to a port.
pub fn tcp(port: u16) -> Traffic {
    Rule::tcp(port)
}

/// UDP to a port.
pub fn udp(port: u16) -> Traffic {
    Rule::udp(port)
}
