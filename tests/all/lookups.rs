//! Questions to the cloud: what they answer, and that an answer stays.

use std::sync::Arc;

use blogstack_aws::{
    ec2::{Architecture, Image, Instance, Subnet, Vpc, Zones},
    sts::{Caller, CallerIdentity},
};
use blogstack_core::{Scope, deployment::How, disk::MemoryDisk, display::plan_json, step::Action, testing::Lab};
use blogstack_sim::{Image as SimImage, Sim, SimBuilder};
use blogstack_tests::{
    run,
    world::{ACCOUNT, World, connection},
};

const NEWEST: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

fn own(name: &str, date: &str) -> SimImage {
    SimImage { creation_date: format!("{date}T10:00:00.000Z"), ..SimImage::new(name, ACCOUNT) }
}

async fn exported(builder: SimBuilder, program: fn(&Scope)) -> Vec<(String, String)> {
    let world = World::with(builder);
    world.up(program).await;
    let exports = world.state().await.exports;
    exports.into_iter().map(|(name, value)| (name, value.as_text().unwrap().to_owned())).collect()
}

async fn refused(builder: SimBuilder, program: fn(&Scope)) -> String {
    World::with(builder).stack(program).preview().await.unwrap_err().to_string()
}

#[test]
fn zones_come_by_name_and_of_the_scopes_region() {
    run(async {
        let program = |s: &Scope| {
            s.export("first", &s.look_up(Zones::new()).at(0));
            s.export("elsewhere", &s.in_region("us-east-1").look_up(Zones::new()).at(2));
        };
        let zones = exported(Sim::builder().seed(7), program).await;
        assert_eq!(zones, [("elsewhere".into(), "us-east-1c".into()), ("first".into(), "eu-west-1a".into())]);
    });
}

#[test]
fn the_caller_has_an_account() {
    run(async {
        let program = |s: &Scope| s.export("account", &s.look_up(CallerIdentity::new()).get(Caller::account));
        assert_eq!(exported(Sim::builder().seed(7), program).await, [("account".into(), ACCOUNT.into())]);
    });
}

#[test]
fn the_newest_image_is_found_by_owner_name_and_architecture() {
    run(async {
        let program = |s: &Scope| {
            let amazon = Image::named("al2023-ami-2023.*").owner("amazon").architecture(Architecture::Arm64);
            s.export("amazon", &s.look_up(amazon).get(Image::name));
            s.export("own", &s.look_up(Image::named("blog-*")).get(Image::name));
            let one_or_the_other = Image::named("*2023*").owner("self").owner("137112412989").architecture(Architecture::X86_64);
            s.export("date", &s.look_up(one_or_the_other).get(Image::creation_date));
        };
        let images = [own("blog-1", "2026-02-01"), own("blog-2", "2026-01-01"), own("old-3", "2026-03-01")];
        let answers = exported(images.into_iter().fold(Sim::builder().seed(7), SimBuilder::image), program).await;
        let expected =
            [("amazon", "al2023-ami-2023.9.20251208.0-kernel-6.1-arm64"), ("date", "2025-12-09T21:14:06.000Z"), ("own", "blog-1")];
        assert_eq!(answers, expected.map(|(name, answer)| (name.to_owned(), answer.to_owned())));
    });
}

#[test]
fn an_image_is_found_by_parameter_and_starts_an_instance() {
    run(async {
        let program = |s: &Scope| {
            let image = s.look_up(Image::by_parameter(NEWEST));
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
            s.add("web", Instance::new(&image, "t3.micro", &subnet));
            let named = s.look_up(Image::named("al2023-ami-2023.*").owner("amazon").architecture(Architecture::X86_64));
            s.export("named", &named.get(Image::id));
            s.export("parameter", &image);
        };
        let answers = exported(Sim::builder().seed(7), program).await;
        assert_eq!(answers[0].1, answers[1].1);
    });
}

#[test]
fn nothing_found_is_an_error_that_says_what_was_asked_and_where() {
    run(async {
        let none = |s: &Scope| drop(s.look_up(Image::named("blog-*").architecture(Architecture::Arm64)));
        let error = refused(Sim::builder().seed(7), none).await;
        assert!(error.contains("`self` in eu-west-1 has no image for arm64 called `blog-*`") && error.contains("lookups.rs"), "{error}");
        let none = |s: &Scope| drop(s.look_up(Image::by_parameter("/no/such/parameter")));
        let error = refused(Sim::builder().seed(7), none).await;
        assert!(error.contains("there is no parameter `/no/such/parameter` in eu-west-1"), "{error}");
        let other = |s: &Scope| drop(s.look_up(Image::by_parameter("/blog/size")));
        let error = refused(Sim::builder().seed(7).parameter("/blog/size", "large"), other).await;
        assert!(error.contains("`/blog/size` holds no image id, but `large`"), "{error}");
    });
}

/// One world twice: as it was, and when a newer image has appeared.
fn before_and_after() -> (World, World) {
    let disk = Arc::new(MemoryDisk::new());
    let old = Sim::builder().seed(7).image(own("blog-1", "2026-01-01"));
    let (before, after) = (World::with(old.clone()), World::with(old.image(own("blog-2", "2026-02-01"))));
    after.sim.restore(before.sim.snapshot()).unwrap();
    let lab = Lab::new(connection(&after.sim));
    (before.on(disk.clone()), World { sim: after.sim, lab }.on(disk))
}

fn server(s: &Scope) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
    s.add("web", Instance::new(&s.look_up(Image::named("blog-*")), "t3.micro", &subnet));
}

#[test]
fn an_answer_is_pinned_until_it_is_asked_for_anew() {
    run(async {
        let (before, after) = before_and_after();
        before.up(server).await;
        after.sim.restore(before.sim.snapshot()).unwrap();
        let plan = after.stack(server).preview().await.unwrap();
        assert!(plan.is_empty(), "{:#?}", plan.steps);
        let [(asked, pinned, newer)] = &plan.moved[..] else { panic!("{:?}", plan.moved) };
        assert!(asked.contains("blog-*") && pinned.get("name").unwrap().as_text() == Some("blog-1"), "{asked} {pinned:?}");
        assert_eq!(newer.get("name").unwrap().as_text(), Some("blog-2"));
        let json = &plan_json(&plan)["moved_look_ups"];
        assert_eq!((&json[0]["pinned"]["name"], &json[0]["newer"]["name"]), (&"blog-1".into(), &"blog-2".into()));
        assert_eq!(json[0]["asked"], *asked);
        let anew = World { lab: after.lab.clone().how(How { refresh_lookups: true, ..How::default() }), ..after.clone() };
        let plan = anew.stack(server).preview().await.unwrap();
        let web = plan.steps.iter().find(|step| step.urn.path() == "web").unwrap();
        assert_eq!((web.action, web.changes[0].field), (Action::Replace { delete_first: false }, "image"));
        anew.up(server).await;
        let plan = after.stack(server).preview().await.unwrap();
        assert!(plan.is_empty() && plan.moved.is_empty());
    });
}

#[test]
fn answers_are_asked_for_anew_without_reading_the_objects() {
    run(async {
        let (before, after) = before_and_after();
        before.up(server).await;
        after.sim.restore(before.sim.snapshot()).unwrap();
        let plan = async |no_refresh, refresh_lookups| {
            let how = How { no_refresh, refresh_lookups, ..How::default() };
            after.calls();
            let plan = after.lab.clone().how(how).stack(server).preview().await.unwrap();
            (plan.is_empty(), after.calls())
        };
        assert_eq!(plan(true, false).await, (true, vec![]));
        assert_eq!(plan(true, true).await, (false, vec!["DescribeImages".to_owned()]));
    });
}

#[test]
fn the_latest_answer_moves_by_itself() {
    run(async {
        let latest = |s: &Scope| s.export("image", &s.look_up_latest(Image::named("blog-*")).get(Image::name));
        let (before, after) = before_and_after();
        before.up(latest).await;
        after.sim.restore(before.sim.snapshot()).unwrap();
        after.up(latest).await;
        assert_eq!(after.state().await.exports["image"].as_text(), Some("blog-2"));
    });
}

#[test]
fn a_saved_plan_holds_as_long_as_the_answers_that_it_uses() {
    run(async {
        let pinned = |s: &Scope| s.export("image", &s.look_up(Image::named("blog-*")).get(Image::name));
        let latest = |s: &Scope| s.export("image", &s.look_up_latest(Image::named("blog-*")).get(Image::name));
        let unused = |s: &Scope| drop(s.look_up_latest(Image::named("blog-*")));
        let programs: [fn(&Scope); 3] = [pinned, latest, unused];
        for (program, holds) in programs.into_iter().zip([true, false, true]) {
            let (before, after) = before_and_after();
            before.up(|s: &Scope| drop(s.look_up(Image::named("blog-*")))).await;
            after.sim.restore(before.sim.snapshot()).unwrap();
            let (_, saved) = before.stack(program).preview_and_save().await.unwrap();
            let outcome = after.stack(program).up_as_saved(&saved).await.map_err(|error| error.to_string());
            match outcome {
                Ok(_) => assert!(holds),
                Err(error) => assert!(!holds && error.contains("image {") && error.contains("what is observed: field `name`"), "{error}"),
            }
        }
    });
}
