//! What joins the networks of several regions.

use blogstack_aws::ec2::{Route, RouteTarget, VpcPeeringConnection, VpcPeeringConnectionAccepter};
use blogstack_core::{Input, IntoInput, Scope};

use super::network::Network;

/// Joins each with each, so that the databases can copy each other.
pub(super) fn join(places: &[Scope], networks: &[Network]) {
    let sites: Vec<_> = places.iter().zip(networks).collect();
    for (number, (here, near)) in sites.iter().enumerate() {
        for (there, far) in &sites[number + 1..] {
            let asked = VpcPeeringConnection::new(&near.vpc, &far.vpc).peer_region(there.region());
            let asked = here.add(there.region(), asked);
            let accepted = there.add(here.region(), VpcPeeringConnectionAccepter::new(&asked));
            lead(here, near, far, there.region(), &(&asked).into_input());
            lead(there, far, near, here.region(), &(&accepted).into_input());
        }
    }
}

/// Leads what is private in one network to the other.
fn lead(s: &Scope, from: &Network, to: &Network, name: &str, connection: &Input<RouteTarget>) {
    for (place, table) in from.private_tables.iter().enumerate() {
        s.add(format!("{name}-{place}"), Route::new(table, to.inside, connection));
    }
}
