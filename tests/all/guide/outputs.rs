//! Values that are known later.

use blogstack_aws::ec2::{Subnet, Vpc, Zones};
use blogstack_core::{Scope, Secret, interpolate, interpolate_secret};

use super::own_tests::lab;

/// Outputs go into inputs as they are, into texts, and into pure functions.
pub fn outputs(s: &Scope, password: &Secret<String>) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));

    s.export("where", &interpolate!("{} in {}", subnet.id, subnet.availability_zone));
    s.export("shouted", &subnet.availability_zone.map(|zone| zone.0.to_uppercase()));
    s.export("pair", &vpc.id.zip(&subnet.id));

    let url = interpolate_secret!("postgres://ghost:{}@{}/blog", password, subnet.id);
    s.export_secret("database", &url);
}

/// The first two zones of the region, whatever they are called.
pub fn in_two_zones(s: &Scope) {
    let zones = s.look_up(Zones::new());
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    s.add("first", Subnet::new(&vpc, "10.0.0.0/24").availability_zone(zones.at(0)));
    s.add("second", Subnet::new(&vpc, "10.0.1.0/24").availability_zone(zones.at(1)));
}

#[tokio::test(start_paused = true)]
async fn zones_are_taken_by_number() {
    let lab = lab();
    let report = lab.stack(in_two_zones).up().await.expect("the program is right");
    assert!(report.is_complete(), "{report:?}");
    assert!(lab.stack(in_two_zones).preview().await.expect("the program is right").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_secret_is_shown_nowhere() {
    let program = |s: &Scope| outputs(s, &Secret::new("hunter2".to_owned()));
    let lab = lab();
    let report = lab.stack(program).up().await.expect("the program is right");
    assert!(report.is_complete());
    assert!(!format!("{report:?}").contains("hunter2"));
}
