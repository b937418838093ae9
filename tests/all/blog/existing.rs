//! What existed before: it is taken over as it is, and stays.

use blogstack_aws::{route53::HostedZone, s3::Bucket};
use blogstack_core::{Configure, Scope};
use blogstack_tests::run;

use super::{declare, settings, world};

/// Somebody made these by hand.
fn by_hand(s: &Scope) {
    let by_hand = s.clone().retain();
    by_hand.add("zone", HostedZone::new("example.com").comment("bought in 2012"));
    by_hand.add("images", Bucket::new().bucket("blog-example-com-images").tag("owner", "me"));
}

#[test]
fn zone_and_bucket_are_taken_over_and_stay() {
    run(async {
        let world = world();
        let before = world.beside();
        before.up(by_hand).await;
        let zone = before.id("zone").await;
        before.destroy().await;

        let mut settings = settings();
        settings.names.adopt = Some(zone.clone());
        settings.images.adopt = true;
        world.up(declare(settings.clone())).await;
        assert!(world.stack(declare(settings)).preview().await.unwrap().is_empty());
        assert_eq!((world.id("zone").await, world.id("images").await), (zone.clone(), "blog-example-com-images".into()));
        world.destroy().await;
        let objects = world.sim.objects();
        let left = |id: &str| objects.iter().find(|(key, _)| key.ends_with(id)).map(|(_, object)| object.clone());
        assert_eq!(left(&zone).unwrap()["comment"], "bought in 2012");
        assert_eq!(left("blog-example-com-images").unwrap()["tags"]["owner"], "me");
    });
}
