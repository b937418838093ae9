//! Programs in which names are passed on: along a chain, to a new resource, and together with an update.

use blogstack_aws::ec2::{Subnet, Vpc};
use blogstack_core::{Declare, Scope};

pub(super) fn before(s: &Scope) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    for (name, range) in [("a", "10.0.0.0/24"), ("b", "10.0.1.0/24"), ("net", "10.0.2.0/24")] {
        s.add(name, Subnet::new(&vpc, range).availability_zone("eu-west-1a"));
    }
}

/// `c` takes over from `b`, and `b` from `a`; `net` is another one now, and its old object is changed besides.
pub(super) fn after(s: &Scope) {
    let vpc = s.add("network", Vpc::new("10.0.0.0/16").alias("vpc"));
    let subnet = |range: &'static str| Subnet::new(&vpc, range).availability_zone("eu-west-1a");
    s.add("net", subnet("10.0.3.0/24"));
    s.add("b", subnet("10.0.0.0/24").alias("a"));
    s.add("c", subnet("10.0.1.0/24").alias("b"));
    s.add("old", subnet("10.0.2.0/24").alias("net").map_public_ip_on_launch(true));
}
