//! Values that are known later.

use blogstack_aws::ec2::{Subnet, Vpc};
use blogstack_core::{Scope, Secret, interpolate, interpolate_secret};

use super::own_tests::lab;

/// Outputs go into inputs as they are, into texts, and into pure functions.
pub fn outputs(s: &Scope, password: Secret<String>) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));

    s.export("where", &interpolate!("{} in {}", subnet.id, subnet.availability_zone));
    s.export("shouted", &subnet.availability_zone.map(|zone| zone.0.to_uppercase()));
    s.export("pair", &vpc.id.zip(&subnet.id));

    let url = interpolate_secret!("postgres://ghost:{}@{}/blog", password, subnet.id);
    s.export_secret("database", &url);
}

#[tokio::test(start_paused = true)]
async fn a_secret_is_shown_nowhere() {
    let program = |s: &Scope| outputs(s, Secret::new("hunter2".to_owned()));
    let lab = lab();
    let report = lab.stack(program).up().await.expect("the program is right");
    assert!(report.is_complete());
    assert!(!format!("{report:?}").contains("hunter2"));
}
