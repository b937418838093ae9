//! Who reaches whom: proofs over gateways, routes, ACLs and security groups, without a call.
//!
//! A proof looks at all packets at once, as sets of ranges, and not at examples. What is known only after apply is taken for the worst:
//! something is unreachable when no packet gets there whatever the unknown values turn out to be, and reached when all packets get there
//! for all of them. References between declared resources are known before the first apply, so most proofs need no value at all.
//!
//! Not looked at: what stands in no declaration (a rule or route that somebody added by hand to an object of the program, other than what
//! an adopted object had), what programs on servers pass on, gateway endpoints, and networks outside that pass on to each other.

mod acls;
#[cfg(any(feature = "elb", feature = "elbv2"))]
mod balancers;
#[cfg(feature = "elb")]
mod classic;
mod endpoints;
mod flow;
mod groups;
mod inside;
mod internet;
mod packets;
mod path;
mod proof;
mod ranges;
mod relays;
mod routes;
#[cfg(feature = "autoscaling")]
mod scaling;
#[cfg(feature = "elbv2")]
mod targets;

pub(super) use self::{groups::Opening, ranges::Ranges};
pub use self::{
    path::{Hop, Obstacle, Packet, Path, Way},
    proof::{
        Verdict, assert_can_reach, assert_cannot_reach, assert_only_through_balancers, assert_unreachable_from_internet, between,
        from_internet,
    },
};
