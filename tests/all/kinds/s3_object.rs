use std::collections::BTreeMap;

use blogstack_aws::s3::{Bucket, Content, Object, ObjectArgs, Versioning};
use blogstack_core::{Declare, Id, Scope, step::Action};
use blogstack_sim::{FaultKind, on};
use blogstack_tests::{
    kinds::{self, Kind, create_first, update},
    run,
    world::World,
};

fn with(s: &Scope, more: impl FnOnce(ObjectArgs) -> ObjectArgs) {
    keyed(s, "robots.txt", more);
}

fn keyed(s: &Scope, key: &str, more: impl FnOnce(ObjectArgs) -> ObjectArgs) {
    let bucket = s.add("bucket", Bucket::new());
    s.add("robots", more(Object::new(&bucket, key, "one")));
}

fn holding(s: &Scope, content: Content) {
    let bucket = s.add("bucket", Bucket::new());
    s.add("robots", Object::new(&bucket, "robots.txt", content));
}

pub(super) const KIND: Kind = Kind {
    subject: "robots",
    minimal: |s| with(s, |object| object),
    changes: &[
        update("another text", |s| holding(s, Content::Text("two".into()))),
        update("bytes", |s| holding(s, Content::from_bytes(&[0xff, 0]))),
        update("nothing", |s| holding(s, Content::Text(String::new()))),
        update("the text again", |s| with(s, |object| object)),
        update("a type set", |s| with(s, |object| object.content_type("text/plain"))),
        update("the type cleared", |s| with(s, |object| object)),
        update("headers set", |s| {
            with(s, |object| {
                let object = object.cache_control("max-age=60").content_disposition("inline");
                object.content_encoding("identity").content_language("en")
            });
        }),
        update("headers cleared", |s| with(s, |object| object)),
        update("metadata set", |s| with(s, |object| object.metadata(BTreeMap::from([("by".to_owned(), "me".to_owned())])))),
        update("metadata cleared", |s| with(s, |object| object)),
        update("a tag set", |s| with(s, |object| object.tag("a b", "1+2="))),
        update("a tag and the type changed", |s| with(s, |object| object.tag("a b", "2").content_type("a/b"))),
        update("tags and the type cleared", |s| with(s, |object| object)),
        create_first("another key", |s| keyed(s, "a/b c.txt", |object| object)),
    ],
    creates: "PutObject",
    deletes: "DeleteObject",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("robots", Object::new(Id::<Bucket>::new(&*ids["bucket"]), "robots.txt", "one").adopt(&ids["robots"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn what_somebody_else_wrote_is_neither_taken_nor_kept() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let report = world.beside().stack({
            let bucket = world.id("bucket").await;
            move |s: &Scope| drop(s.add("robots", Object::new(Id::<Bucket>::new(&*bucket), "robots.txt", "mine")))
        });
        let report = report.up().await.unwrap();
        let error = report.failed[0].error.to_string();
        assert!(error.contains("is taken by an object of the stack") && error.contains("field `key`"), "{error}");
        // Drift of the content is seen, and put right.
        let object = world.id("robots").await;
        let objects = world.sim.objects();
        let (_, there) = objects.iter().find(|(key, _)| key.ends_with(&object)).unwrap();
        let mut versions = there["versions"].clone();
        versions[0]["content"] = "b3RoZXI=".into();
        kinds::overwrite(&world, &object, "versions", versions);
        let plan = world.stack(KIND.minimal).preview().await.unwrap();
        assert_eq!(plan.steps.iter().filter(|step| step.action == Action::Update).count(), 1);
        world.up(KIND.minimal).await;
        assert!(world.stack(KIND.minimal).preview().await.unwrap().is_empty());
    });
}

#[test]
fn a_file_is_read_as_the_program_runs_and_a_missing_one_is_a_problem() {
    run(async {
        let world = World::new();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        std::fs::write(&path, "from a file").unwrap();
        let of_file = move |s: &Scope| {
            let bucket = s.add("bucket", Bucket::new());
            s.add("a", Object::new(&bucket, "a", Content::from_file(&path)));
        };
        world.up(of_file).await;
        assert!(format!("{:?}", world.sim.objects()).contains("ZnJvbSBhIGZpbGU="));
        let missing = |s: &Scope| {
            let bucket = s.add("bucket", Bucket::new());
            s.add("a", Object::new(&bucket, "a", Content::from_file("/none/such")));
        };
        let error = world.stack(missing).preview().await.unwrap_err().to_string();
        assert!(error.contains("field `content`: reading `/none/such`"), "{error}");
    });
}

#[test]
fn versions_stay_until_the_bucket_is_emptied() {
    run(async {
        let world = World::new();
        let program = |text: &'static str| {
            move |s: &Scope| {
                let bucket = s.add("bucket", Bucket::new().versioning(Versioning::Enabled).force_destroy(true));
                s.add("a", Object::new(&bucket, "a", text));
            }
        };
        world.up(program("one")).await;
        world.up(program("two")).await;
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
    });
}

#[test]
fn a_content_that_breaks_off_is_asked_for_again() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        world.sim.add_fault(on("GetObject").after_effect(FaultKind::CutBody));
        assert!(world.stack(KIND.minimal).preview().await.is_ok());
    });
}
