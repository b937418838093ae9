//! Options of a declaration.

use std::time::Duration;

use blogstack_aws::ec2::{Subnet, Vpc};
use blogstack_core::{Configure, Declare, Scope};

use super::own_tests::lab;

/// Each option once.
pub fn with_options(s: &Scope) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16").tag("Name", "blog").protect().ignore_changes(Vpc::tags.key("owner")));
    let first = s.add("first", Subnet::new(&vpc, "10.0.0.0/24").retain().timeout(Duration::from_mins(5)));
    s.add("second", Subnet::new(&vpc, "10.0.1.0/24").depends_on(&first).delete_before_replace());
    s.add("third", Subnet::new(&vpc, "10.0.2.0/24").alias("old/third").replace_on(Subnet::tags.key("generation")));
}

#[tokio::test(start_paused = true)]
async fn a_protected_object_and_what_is_retained_stay() {
    let lab = lab();
    lab.stack(with_options).up().await.expect("the program is right");
    let report = lab.stack(with_options).destroy().await.expect("nothing is refused");
    assert!(report.is_complete(), "{report:?}");
    let left: Vec<String> =
        lab.state().await.expect("a state in memory").records.values().map(|record| record.urn.path().to_owned()).collect();
    assert_eq!(left, ["vpc"]);
}
