//! How it changes, and how it ends.

use std::time::Duration;

use blogstack_core::{
    display::{Style, plan_text},
    step::Action,
    value::Value,
};
use blogstack_tests::run;

use super::{declare, in_two_regions, settings, up, world};

#[test]
fn a_destroy_leaves_what_is_protected() {
    run(async {
        for (settings, volumes) in [(settings(), &["eu-west-1"][..]), (in_two_regions(), &["eu-west-1", "us-east-1"])] {
            let world = up(settings).await;
            world.destroy().await;
            let mut expected: Vec<String> = volumes.iter().map(|region| format!("{region}/database/data")).collect();
            expected.extend(["images".into(), "zone".into()]);
            expected.sort();
            let state = world.state().await;
            let mut kept: Vec<&str> = state.records.values().map(|record| record.urn.path()).collect();
            kept.sort_unstable();
            assert_eq!(kept, expected);
            assert_eq!(state.intents.len(), 0);
            // In the cloud, too: volumes, the bucket, and the zone with the two records that every zone has.
            let left: Vec<String> = world.sim.objects().into_keys().collect();
            assert_eq!(left.len(), volumes.len() + 4, "{left:#?}");
        }
    });
}

#[test]
fn when_the_protections_are_lifted_the_volume_goes_and_the_rest_is_given_up() {
    run(async {
        let world = up(settings()).await;
        world.destroy().await;
        world.unprotect_all().await;
        world.destroy().await;
        assert!(world.state().await.records.is_empty());
        let left: Vec<String> = world.sim.objects().into_keys().collect();
        assert!(left.iter().any(|key| key.contains("blog-example-com-images")), "{left:#?}");
        assert!(!left.iter().any(|key| key.contains("vol-") || key.contains("vpc-") || key.contains("i-")), "{left:#?}");
    });
}

#[test]
fn one_more_zone_changes_no_existing_subnet() {
    run(async {
        let world = up(settings()).await;
        let mut wider = settings();
        wider.network.zones = 3;
        let plan = world.stack(declare(wider.clone())).preview().await.unwrap();
        let subnets = plan.steps.iter().filter(|step| step.urn.kind() == "aws:ec2/subnet" && step.action != Action::Same);
        let mut made: Vec<(&str, Action)> = subnets.map(|step| (step.urn.path(), step.action)).collect();
        made.sort_unstable_by_key(|(path, _)| *path);
        let expected = ["data-2", "private-2", "public-2"].map(|name| format!("eu-west-1/network/{name}"));
        assert_eq!(made, expected.iter().map(|path| (path.as_str(), Action::Create)).collect::<Vec<_>>());
        world.up(declare(wider)).await;
    });
}

#[test]
fn another_build_is_made_and_rolled_out() {
    run(async {
        let world = up(settings()).await;
        let (builder, image) = (world.id("eu-west-1/web/builder").await, world.state().await);
        let mut newer = settings();
        newer.web.build = "2".into();
        world.up(declare(newer.clone())).await;
        assert_ne!(world.id("eu-west-1/web/builder").await, builder);
        let state = world.state().await;
        let of = |state: &blogstack_core::state::State| {
            let record = state.records.values().find(|record| record.urn.kind() == "aws:ec2/image-from-instance");
            record.map(|record| record.id.clone())
        };
        assert_ne!(of(&state), of(&image));
        // Each front end runs the new one, and no other.
        let images: Vec<String> = world
            .sim
            .objects()
            .values()
            .filter(|object| object["tags"]["Name"] == "web" && object["state"] == "running")
            .map(|object| object["image"].as_str().unwrap_or_default().to_owned())
            .collect();
        let newest = of(&state).unwrap();
        assert_eq!(images, [newest.clone(), newest]);
        assert!(world.stack(declare(newer)).preview().await.unwrap().is_empty());
    });
}

/// EC2 takes 16 KiB.
#[test]
fn user_data_is_short_enough() {
    run(async {
        let world = up(settings()).await;
        let state = world.state().await;
        let user_data = |value: &Value| value.as_text().map(str::to_owned);
        let all: Vec<(String, String)> = state
            .records
            .values()
            .filter_map(|record| Some((record.urn.path().to_owned(), record.inputs.get("user_data").and_then(user_data)?)))
            .collect();
        assert_eq!(all.len(), 5, "{:?}", all.iter().map(|(path, _)| path).collect::<Vec<_>>());
        for (path, text) in all {
            assert!(text.len() <= 16 << 10, "{path}: {} bytes", text.len());
        }
    });
}

#[test]
fn what_the_router_is_told_is_secret() {
    run(async {
        let world = world();
        let report = world.stack(declare(settings())).up().await.unwrap();
        assert!(report.is_complete());
        assert_eq!(format!("{:?}", report.exports["eu-west-1/office/router-configuration"]), "[secret]");
        let cloud: Vec<String> = world.sim.objects().values().map(ToString::to_string).collect();
        let after =
            |text: &str| text.split("\"made_up_key\":\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect();
        let keys: Vec<String> = cloud.iter().flat_map(|object| -> Vec<String> { after(object) }).collect();
        assert_eq!(keys.len(), 2);
        let plan = world.stack(|_| ()).preview().await.unwrap();
        let shown = format!("{report:?}{}", plan_text(&plan, Style::plain()));
        for key in keys {
            assert!(!shown.contains(&key), "{shown}");
        }
    });
}

#[test]
fn a_snapshot_of_the_night_is_restored() {
    run(async {
        let world = up(settings()).await;
        world.sim.advance(Duration::from_hours(24));
        let objects = world.sim.objects();
        let made = objects.iter().find(|(key, object)| key.contains("/snap-") && object["tags"]["Backup"] == "database");
        let snapshot = made.unwrap().0.rsplit('/').next().unwrap().to_owned();

        let mut restored = settings();
        restored.database.snapshot = Some(snapshot.clone());
        let refused = world.stack(declare(restored.clone())).preview().await.unwrap_err().to_string();
        assert!(refused.contains("`eu-west-1/database/data`") && refused.contains("protect"), "{refused}");
        world.unprotect_all().await;
        world.up(declare(restored.clone())).await;
        let volume = world.id(&format!("eu-west-1/database/data-{snapshot}")).await;
        let objects = world.sim.objects();
        let (_, now) = objects.iter().find(|(key, _)| key.ends_with(&volume)).unwrap();
        assert!(now.to_string().contains(&snapshot), "{now:#}");
        let state = world.state().await;
        let attached = state.records.values().find(|record| record.urn.kind() == "aws:ec2/volume-attachment").unwrap();
        assert_eq!(attached.outputs.get("volume").and_then(Value::as_text), Some(&*volume));
        assert!(world.stack(declare(restored)).preview().await.unwrap().is_empty());
    });
}
