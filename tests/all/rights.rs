//! Rights that a bucket gives: what they allow on the simulation, and what they leave out.

use blogstack_aws::{
    iam::{PolicyDocument, Principal, Role, grant},
    s3::{Bucket, BucketOutputs, BucketRights, Object},
};
use blogstack_core::{IntoInput, Scope};
use blogstack_tests::{
    moto::judge::Judge,
    run,
    world::{ACCOUNT, REGION, World},
};
use ureq::http::Request;

/// Two buckets, each with an object in `uploads/` and one beside it, and a role with rights on the first one.
fn program<W: IntoInput<PolicyDocument>>(rights: fn(&BucketOutputs) -> W) -> impl Fn(&Scope) {
    move |s| {
        let buckets = ["images", "others"].map(|name| s.add(name, Bucket::new().bucket(name).force_destroy(true)));
        for (name, bucket) in ["images", "others"].iter().zip(&buckets) {
            for key in ["uploads/a", "b"] {
                s.add(format!("{name}-{}", key.replace('/', "-")), Object::new(bucket, key, "here"));
            }
        }
        let role = s.add("web", Role::new(Principal::arn(ACCOUNT)).role_name("web"));
        grant(s, "uploads", &role, rights(&buckets[0]));
    }
}

/// Whoever has become the role.
struct Visitor {
    world: World,
    key: String,
}

impl Visitor {
    async fn with<W: IntoInput<PolicyDocument> + 'static>(rights: fn(&BucketOutputs) -> W) -> Self {
        let world = World::new();
        world.up(program(rights)).await;
        let with = [("RoleArn", format!("arn:aws:iam::{ACCOUNT}:role/web")), ("RoleSessionName", "me".to_owned())];
        let with = with.map(|(name, value)| (name.to_owned(), value));
        let session = Judge::of(&world.sim, ACCOUNT).ask("sts", "AssumeRole", &with).await;
        let key = session.first("AccessKeyId").unwrap_or_else(|| panic!("{session:?}")).to_owned();
        Self { world, key }
    }

    /// Whether S3 lets it do this: the method, and what follows the host.
    async fn may(&self, request: &str) -> bool {
        let (method, path) = request.split_once(' ').expect("a method and a path");
        let who = format!("AWS4-HMAC-SHA256 Credential={}/20260101/{REGION}/s3/aws4_request, SignedHeaders=host, Signature=0", self.key);
        let request = Request::builder().method(method).uri(path).header("authorization", who).body(b"there".to_vec()).unwrap();
        match self.world.sim.answer(request).await.expect("nothing disturbs it").status().as_u16() {
            200..300 => true,
            403 => false,
            status => panic!("{method} {path}: {status}"),
        }
    }

    /// Of everything that is tried, it may do these and no others.
    async fn may_only(&self, allowed: &[&str]) {
        for request in TRIED {
            assert_eq!(self.may(request).await, allowed.contains(&request), "{request}");
        }
    }
}

const TRIED: [&str; 20] = [
    "GET /images/uploads/a",
    "HEAD /images/uploads/a",
    "GET /images/b",
    "GET /images?list-type=2",
    "GET /images?list-type=2&prefix=uploads/",
    "GET /images?list-type=2&prefix=b",
    "GET /images?versions",
    "GET /images?policy",
    "GET /images?tagging",
    "PUT /images/uploads/c",
    "PUT /images/c",
    "DELETE /images/uploads/c",
    "DELETE /images/c",
    "PUT /images?policy",
    "DELETE /images",
    "GET /others/b",
    "GET /others?list-type=2",
    "PUT /others/uploads/c",
    "DELETE /others/uploads/a",
    "GET /",
];

const READING: [&str; 3] = ["GET /images/uploads/a", "HEAD /images/uploads/a", "GET /images/b"];
const LISTING: [&str; 3] = ["GET /images?list-type=2", "GET /images?list-type=2&prefix=uploads/", "GET /images?list-type=2&prefix=b"];
const PUTTING: [&str; 2] = ["PUT /images/uploads/c", "PUT /images/c"];
const DELETING: [&str; 2] = ["DELETE /images/uploads/c", "DELETE /images/c"];

#[test]
fn who_may_read_may_list_and_nothing_else() {
    run(async { Visitor::with(BucketOutputs::allow_read).await.may_only(&[READING, LISTING].concat()).await });
}

#[test]
fn who_may_put_may_not_even_read() {
    run(async { Visitor::with(BucketOutputs::allow_put).await.may_only(&PUTTING).await });
}

#[test]
fn who_may_write_changes_objects_and_not_the_bucket() {
    let all = [&READING[..], &LISTING, &PUTTING, &DELETING].concat();
    run(async { Visitor::with(BucketOutputs::allow_read_write).await.may_only(&all).await });
}

#[test]
fn a_prefix_holds_for_objects_and_for_lists() {
    let below = |bucket: &BucketOutputs| bucket.allow_read_write().below("uploads/");
    let own = [
        "GET /images/uploads/a",
        "HEAD /images/uploads/a",
        "GET /images?list-type=2&prefix=uploads/",
        "PUT /images/uploads/c",
        "DELETE /images/uploads/c",
    ];
    run(async { Visitor::with(below).await.may_only(&own).await });
}

#[test]
fn rights_on_two_folders_stand_in_one_policy() {
    fn both(bucket: &BucketOutputs) -> impl IntoInput<PolicyDocument> + use<> {
        let read: BucketRights = bucket.allow_read();
        [read.below("b").statements(), bucket.allow_put().below("uploads/").statements()].concat()
    }
    let own = ["GET /images/b", "GET /images?list-type=2&prefix=b", "PUT /images/uploads/c"];
    run(async { Visitor::with(both).await.may_only(&own).await });
}

#[test]
fn a_second_run_finds_nothing_to_do() {
    run(async {
        let world = World::new();
        let below = |bucket: &BucketOutputs| bucket.allow_read().below("uploads/");
        world.up(program(below)).await;
        assert!(world.stack(program(below)).preview().await.unwrap().is_empty());
        world.destroy().await;
    });
}
