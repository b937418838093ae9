//! What existed before: it is taken over as it is, and stays.

use std::collections::BTreeSet;

use blogstack_core::step::Action;
use blogstack_tests::run;

use super::{declare, settings, world};

const ZONE: &str = "Z0123456789ABCDEFGHIJ";
const BUCKET: &str = "blog-example-com-images";

#[test]
fn zone_and_bucket_are_taken_over_and_stay() {
    run(async {
        let world = world();
        let by_hand = world.sim.out_of_band();
        assert!(by_hand.set(ZONE, "comment", "bought in 2012").unwrap() && by_hand.tag(BUCKET, "owner", "me").unwrap());

        let plan = world.stack(declare(settings())).preview().await.unwrap();
        let adopted = plan.steps.iter().filter(|step| step.action == Action::Adopt).map(|step| step.urn.path());
        assert_eq!(adopted.collect::<BTreeSet<_>>(), ["images", "zone"].into());
        world.up(declare(settings())).await;
        assert!(world.stack(declare(settings())).preview().await.unwrap().is_empty());
        assert_eq!((world.id("zone").await, world.id("images").await), (ZONE.into(), BUCKET.into()));
        world.destroy().await;
        let objects = world.sim.objects();
        let left = |id: &str| objects.iter().find(|(key, _)| key.ends_with(id)).map(|(_, object)| object.clone());
        assert_eq!(left(ZONE).unwrap()["comment"], "bought in 2012");
        assert_eq!(left(BUCKET).unwrap()["tags"]["owner"], "me");
    });
}
