use blogstack_aws::s3::{
    BlockedEncryption, Bucket, BucketArgs, CorsMethod, CorsRule, Encryption, LifecycleRule, LifecycleRuleArgs, NoncurrentTransition,
    ObjectOwnership, PublicAccessBlock, SseAlgorithm, Transition, TransitionClass, Versioning,
};
use blogstack_core::{Declare, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first, same, update},
    run,
    world::{ACCOUNT, REGION, World},
};
use serde_json::json;

fn with(s: &Scope, more: impl FnOnce(BucketArgs) -> BucketArgs) {
    s.add("images", more(Bucket::new()));
}

fn everybody(name: &str) -> String {
    let statement =
        json!({ "Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject"], "Resource": format!("arn:aws:s3:::{name}/*") });
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

/// The same in other words.
fn anybody(name: &str) -> String {
    let statement =
        json!({ "Resource": [format!("arn:aws:s3:::{name}/*")], "Action": "s3:GetObject", "Principal": "*", "Effect": "Allow" });
    json!({ "Statement": statement, "Version": "2012-10-17" }).to_string()
}

const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

fn open(s: &Scope, policy: &str) {
    let block = PublicAccessBlock { block_public_policy: false, ..PublicAccessBlock::ALL };
    s.add("images", Bucket::new().bucket("blog-images").public_access_block(block).policy(policy));
}

fn rules(s: &Scope, rules: Vec<LifecycleRuleArgs>) {
    s.add("images", Bucket::new().bucket("blog-images").lifecycle_rules(rules));
}

fn cors(s: &Scope, age: u32) {
    let rule = CorsRule::new(["https://edit.example.com"], [CorsMethod::Get, CorsMethod::Put]);
    let rule = rule.allowed_headers(["*"]).expose_headers(["ETag"]).max_age_seconds(age);
    s.add("images", Bucket::new().bucket("blog-images").cors_rules([rule]));
}

pub(super) const KIND: Kind = Kind {
    subject: "images",
    minimal: |s| with(s, |bucket| bucket),
    changes: &[
        update("versioning set", |s| with(s, |bucket| bucket.versioning(Versioning::Enabled))),
        update("versioning cleared", |s| with(s, |bucket| bucket)),
        update("encryption set", |s| {
            let kms = Encryption::new(SseAlgorithm::Kms).kms_master_key_id(KEY).bucket_key_enabled(true);
            with(s, |bucket| bucket.encryption(kms.blocked_encryption_types([BlockedEncryption::SseC])));
        }),
        update("encryption changed", |s| with(s, |bucket| bucket.encryption(Encryption::new(SseAlgorithm::Aes256)))),
        update("encryption cleared", |s| with(s, |bucket| bucket)),
        update("public access allowed", |s| with(s, |bucket| bucket.public_access_block(PublicAccessBlock::NONE))),
        update("public access unset", |s| with(s, |bucket| bucket)),
        update("ownership set", |s| with(s, |bucket| bucket.object_ownership(ObjectOwnership::BucketOwnerPreferred))),
        update("ownership unset", |s| with(s, |bucket| bucket)),
        update("force destroy set", |s| with(s, |bucket| bucket.force_destroy(true))),
        update("force destroy unset", |s| with(s, |bucket| bucket)),
        update("a tag set", |s| with(s, |bucket| bucket.tag("a", "1"))),
        update("a tag changed", |s| with(s, |bucket| bucket.tag("a", "2"))),
        update("tags cleared", |s| with(s, |bucket| bucket)),
        create_first("a name and ownership set", |s| {
            with(s, |bucket| bucket.bucket("blog-images").object_ownership(ObjectOwnership::ObjectWriter))
        }),
        update("a policy set", |s| open(s, &everybody("blog-images"))),
        same("the same policy in other words", |s| open(s, &anybody("blog-images"))),
        update("the policy changed", |s| open(s, &everybody("blog-images").replace("GetObject", "GetObjectTagging"))),
        update("a rule set, the policy cleared", |s| {
            let moves = [Transition::new(30_u32, TransitionClass::StandardIa), Transition::new(90_u32, TransitionClass::Glacier)];
            let older = [NoncurrentTransition::new(7_u32, TransitionClass::GlacierIr).newer_noncurrent_versions(2_u32)];
            let rule = LifecycleRule::new("logs").prefix("logs/").transitions(moves).expiration_days(365_u32);
            let rule = rule.noncurrent_version_transitions(older).noncurrent_version_expiration_days(30_u32);
            rules(s, vec![rule.newer_noncurrent_versions(3_u32).abort_incomplete_multipart_upload_days(7_u32)]);
        }),
        update("a part of the rule removed", |s| rules(s, vec![LifecycleRule::new("logs").prefix("logs/").expiration_days(365_u32)])),
        update("rules by tag and by size", |s| {
            let tagged = LifecycleRule::new("tagged").tag("keep", "no").expired_object_delete_marker(true);
            let large = LifecycleRule::new("large").object_size_greater_than(1_000_i64).expiration_days(9_u32);
            let small = LifecycleRule::new("small").object_size_less_than(10_i64).expiration_days(9_u32).enabled(false);
            let both = LifecycleRule::new("both").tag("a", "b").prefix("x/").object_size_greater_than(1_i64);
            rules(s, vec![tagged, large, small, both.object_size_less_than(9_i64).expiration_days(1_u32)]);
        }),
        update("cors set, the rules cleared", |s| cors(s, 60)),
        update("cors changed", |s| cors(s, 90)),
        update("cors cleared", |s| with(s, |bucket| bucket.bucket("blog-images"))),
        create_first("another name", |s| with(s, |bucket| bucket.bucket("blog-pictures"))),
    ],
    creates: "CreateBucket",
    deletes: "DeleteBucket",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("images", Bucket::new().adopt(&ids["images"]));
    },
};

blogstack_tests::lives!(KIND);

/// A request to S3 as somebody else would send it.
async fn ask(world: &World, region: &str, account: &str, method: &str, path: &str, body: &str) -> (u16, String) {
    let who = format!("AWS4-HMAC-SHA256 Credential={account}/20260101/{region}/s3/aws4_request");
    let request = ureq::http::Request::builder().method(method).uri(path).header("authorization", who);
    let answer = world.sim.answer(request.body(body.as_bytes().to_vec()).unwrap()).await.unwrap();
    (answer.status().as_u16(), String::from_utf8_lossy(answer.body()).into_owned())
}

async fn put(world: &World, path: &str, body: &str) {
    let answer = ask(world, REGION, ACCOUNT, "PUT", path, body).await;
    assert!(answer.0 < 300, "{answer:?}");
}

fn named(s: &Scope, force: Option<bool>) {
    s.add("images", Bucket::new().bucket("blog-images").versioning(Versioning::Enabled).force_destroy(force));
}

#[test]
fn what_is_not_empty_stays_unless_it_is_to_be_emptied() {
    run(async {
        let world = World::new();
        world.up(|s| named(s, None)).await;
        put(&world, "/blog-images/a", "one").await;
        let report = world.stack(|_| ()).destroy().await.unwrap();
        let error = &report.failed[0].error;
        assert!(error.to_string().contains("BucketNotEmpty"), "{error}");
        assert!(error.hint().unwrap().contains("force_destroy(true)"));
        // What is over a thousand takes a second page; an old version and a marker go too.
        for number in 0..1_001 {
            put(&world, &format!("/blog-images/{number}"), "x").await;
        }
        put(&world, "/blog-images/a", "two").await;
        assert_eq!(ask(&world, REGION, ACCOUNT, "DELETE", "/blog-images/a", "").await.0, 204);
        world.up(|s| named(s, Some(true))).await;
        world.calls();
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
        assert_eq!(world.calls().iter().filter(|call| *call == "DeleteObjects").count(), 2);
    });
}

#[test]
fn a_name_that_somebody_else_has_is_not_taken() {
    run(async {
        let world = World::new();
        let place = format!("<CreateBucketConfiguration><LocationConstraint>{REGION}</LocationConstraint></CreateBucketConfiguration>");
        let made = ask(&world, REGION, "210987654321", "PUT", "/blog-images", &place).await;
        assert_eq!(made.0, 200);
        let report = world.stack(|s| named(s, None)).up().await.unwrap();
        let error = &report.failed[0].error;
        assert!(
            error.to_string().starts_with("field `bucket`: the name `blog-images` is taken by an object that this stack did not make"),
            "{error}"
        );
        assert_eq!(world.calls().iter().filter(|call| *call == "CreateBucket").count(), 1, "only the other one");
    });
}

#[test]
fn in_the_oldest_region_a_bucket_of_ones_own_is_not_taken_either() {
    run(async {
        let world = World::new();
        assert_eq!(ask(&world, "us-east-1", ACCOUNT, "PUT", "/blog-images", "").await.0, 200);
        let report = world.stack(|s| named(&s.in_region("us-east-1"), None)).up().await.unwrap();
        assert!(report.failed[0].error.to_string().contains("is taken"), "{}", report.failed[0].error);
        let calls = world.calls();
        assert_eq!(calls.iter().filter(|call| *call == "CreateBucket").count(), 1, "only the other one: {calls:?}");
        // And one that is free is made there.
        world.up(|s| drop(s.in_region("us-east-1").add("images", Bucket::new()))).await;
    });
}

#[test]
fn only_what_is_declared_is_read() {
    run(async {
        let world = World::new();
        let program = |s: &Scope| named(s, None);
        world.up(program).await;
        world.calls();
        assert!(world.stack(program).preview().await.unwrap().is_empty());
        let calls: Vec<String> =
            world.calls().into_iter().filter(|call| !call.starts_with("Describe") && call != "GetCallerIdentity").collect();
        assert_eq!(calls, ["HeadBucket", "GetBucketVersioning"]);
    });
}

#[test]
fn ways_of_encrypting_that_aws_blocks_stay_blocked() {
    run(async {
        let world = World::new();
        world.up(|s| with(s, |bucket| bucket.encryption(Encryption::new(SseAlgorithm::Aes256).bucket_key_enabled(true)))).await;
        let told = format!("{:?}", world.sim.objects());
        assert!(told.contains("<BucketKeyEnabled>true</BucketKeyEnabled><BlockedEncryptionTypes><EncryptionType>SSE-C<"), "{told}");
    });
}

#[test]
fn what_cannot_be_is_refused_before_any_call() {
    run(async {
        let world = World::new();
        let refused = |program: fn(&Scope)| {
            let stack = world.stack(program);
            async move { stack.preview().await.unwrap_err().to_string() }
        };
        let name = refused(|s| with(s, |bucket| bucket.bucket("Images"))).await;
        assert!(name.contains("the name `Images` has other characters"), "{name}");
        let rule = refused(|s| with(s, |bucket| bucket.lifecycle_rules([LifecycleRule::new("idle")]))).await;
        assert!(rule.contains("the rule `idle` does nothing"), "{rule}");
        let policy = refused(|s| with(s, |bucket| bucket.policy("nonsense"))).await;
        assert!(policy.contains("this is not a policy"), "{policy}");
        assert!(!world.calls().iter().any(|call| call.contains("Bucket")));
    });
}

#[test]
fn a_policy_for_everybody_tells_what_blocks_it() {
    run(async {
        let world = World::new();
        let program = |s: &Scope| with(s, |bucket| bucket.bucket("blog-images").policy(everybody("blog-images")));
        let report = world.stack(program).up().await.unwrap();
        let error = &report.failed[0].error;
        assert!(error.to_string().starts_with("field `policy`: User is not authorized"), "{error}");
        assert!(error.hint().unwrap().contains("block_public_policy"));
    });
}
