//! Components: plain functions and structs.

use blogstack_aws::ec2::{Subnet, Vpc};
use blogstack_core::{Configure, Handle, Scope};

use super::{
    network::{Network, NetworkSettings},
    own_tests::lab,
};

/// Two networks of one kind, in two regions: the same function twice, no copy of code.
pub fn everywhere(s: &Scope) {
    let settings = NetworkSettings { cidr_block: "10.0.0.0/16".parse().expect("a range of addresses"), zones: 2 };
    for region in ["eu-west-1", "us-east-1"] {
        let network = Network::new(&s.child(region).in_region(region).tag("region", region), &settings);
        s.export(region, &network.vpc.id);
    }
}

/// What a component needs from another one, it takes as an argument.
pub fn database_subnet(s: &Scope, vpc: &Handle<Vpc>) -> Handle<Subnet> {
    s.add("database", Subnet::new(vpc, "10.0.100.0/24"))
}

/// Options of a scope hold for everything in it; a renamed component keeps its objects.
pub fn renamed(s: &Scope) {
    let settings = NetworkSettings { cidr_block: "10.0.0.0/16".parse().expect("a range of addresses"), zones: 2 };
    let place = s.child("net").alias("network").retain();
    let network = Network::new(&place, &settings);
    database_subnet(&place, &network.vpc);
}

#[tokio::test(start_paused = true)]
async fn two_regions_hold_one_network_each() {
    let report = lab().stack(everywhere).up().await.expect("the program is right");
    assert!(report.is_complete(), "{report:?}");
}

#[tokio::test(start_paused = true)]
async fn a_renamed_component_keeps_its_objects() {
    let lab = lab();
    lab.stack(super::network::blog).up().await.expect("the program is right");
    let plan = lab.stack(renamed).preview().await.expect("the program is right");
    assert_eq!(plan.summary().get("create"), Some(&1), "only the database's subnet: {plan:?}");
    assert_eq!(plan.summary().get("replace"), None);
    assert_eq!(plan.summary().get("delete"), None);
}
