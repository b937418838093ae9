//! A connection between two regions, accepted on the other side.

use blogstack_aws::ec2::{Vpc, VpcPeeringConnection, VpcPeeringConnectionAccepter};
use blogstack_core::Scope;
use blogstack_tests::crash::Run;

use super::survives;

fn connected(s: &Scope, block: &str, allow: bool) {
    let far = s.in_region("eu-central-1");
    let (vpc, peer) = (s.add("vpc", Vpc::new(block)), far.add("peer", Vpc::new("10.1.0.0/16")));
    let connection = s.add("connection", VpcPeeringConnection::new(&vpc, &peer).peer_region("eu-central-1"));
    far.add("accepted", VpcPeeringConnectionAccepter::new(&connection).accepter_allow_remote_dns_resolution(allow).tag("a", block));
}

fn before(s: &Scope) {
    connected(s, "10.0.0.0/16", true);
}

/// Another network, so another connection to accept.
fn after(s: &Scope) {
    connected(s, "10.2.0.0/16", false);
}

/// The asking side sees what the other one has set only when it looks again.
#[test]
fn an_acceptance_survives_every_stop() {
    survives(&Run::up_and_look(before), &Run::up_and_look(after), [20, 30, 10]);
}
