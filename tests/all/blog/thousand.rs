//! A thousand objects of many kinds in one stack.

use std::collections::BTreeSet;

use blogstack_core::state::State;
use blogstack_tests::run;

use super::{
    declare,
    regions::{REGIONS, in_many_regions},
    settings, up,
};

#[test]
fn a_blog_in_many_regions_lives() {
    run(async {
        let world = up(in_many_regions(settings())).await;
        let State { records, .. } = world.state().await;
        let kinds: BTreeSet<&str> = records.values().map(|record| record.urn.kind()).collect();
        assert!(records.len() > 1_000 && kinds.len() >= 40, "{} objects of {} kinds", records.len(), kinds.len());
        world.sim.clear_calls();
        assert!(world.stack(declare(in_many_regions(settings()))).preview().await.unwrap().is_empty());
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
