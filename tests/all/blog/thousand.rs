//! A thousand objects of many kinds in one stack.

use std::collections::BTreeSet;

use blogstack_core::state::State;
use blogstack_tests::run;
use programs::blog::{Region, Settings};

use super::{declare, settings, up};

const REGIONS: [&str; 13] = [
    "eu-west-1",
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-west-2",
];

fn in_many_regions() -> Settings {
    let region = |(number, name): (usize, &&str)| Region {
        name: (*name).to_owned(),
        cidr_block: format!("10.{}.0.0/16", 10 + number).parse().unwrap(),
    };
    Settings { regions: REGIONS.iter().enumerate().map(region).collect(), ..settings() }
}

#[test]
fn a_blog_in_many_regions_lives() {
    run(async {
        let world = up(in_many_regions()).await;
        let State { records, .. } = world.state().await;
        let kinds: BTreeSet<&str> = records.values().map(|record| record.urn.kind()).collect();
        assert!(records.len() > 1_000 && kinds.len() >= 40, "{} objects of {} kinds", records.len(), kinds.len());
        world.sim.clear_calls();
        assert!(world.stack(declare(in_many_regions())).preview().await.unwrap().is_empty());
        let calls = world.sim.calls();
        assert!(calls.iter().all(|call| !call.mutating));
        // A listing for each kind and region, and what AWS forces for single objects.
        assert!(calls.len() < records.len(), "{} calls to check {} objects", calls.len(), records.len());
        world.destroy().await;
        let left = world.state().await.records;
        assert!(left.values().all(|record| record.wishes.protect), "{left:#?}");
        assert_eq!(left.len(), REGIONS.len() + 2);
    });
}
