//! Buckets with objects, and zones with records.

use blogstack_aws::{
    ec2::Vpc,
    route53::{HealthCheck, HealthCheckType, HostedZone, Record, RecordType, ZoneVpc},
    s3::{Bucket, Encryption, LifecycleRule, Object, PublicAccessBlock, SseAlgorithm, Versioning},
};
use blogstack_core::{Configure, Scope};
use blogstack_tests::{crash::Run, world::REGION};
use serde_json::json;

use super::survives;

/// What a bucket for everybody to read says.
fn policy(bucket: &str) -> String {
    let statement =
        json!({ "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": format!("arn:aws:s3:::{bucket}/*") });
    json!({ "Statement": statement }).to_string()
}

fn buckets_before(s: &Scope) {
    let block = PublicAccessBlock { block_public_policy: false, restrict_public_buckets: false, ..PublicAccessBlock::ALL };
    let images = Bucket::new().bucket("blog-images").public_access_block(block).policy(policy("blog-images")).tag("Name", "one");
    let images = s.add("images", images.versioning(Versioning::Enabled).force_destroy(true));
    s.add("robots", Object::new(&images, "robots.txt", "one").content_type("text/plain"));
    s.add("backups", Bucket::new().encryption(Encryption::new(SseAlgorithm::Aes256).bucket_key_enabled(true)));
    s.add("spare", Bucket::new());
}

/// Updates, a replacement, and one less.
fn buckets_after(s: &Scope) {
    let rule = LifecycleRule::new("old").noncurrent_version_expiration_days(30_u32);
    let images = s.add("images", Bucket::new().bucket("blog-images").lifecycle_rules([rule]).tag("Name", "two").force_destroy(true));
    s.add("robots", Object::new(&images, "humans.txt", "two").content_type("text/plain"));
    s.add("backups", Bucket::new().bucket("blog-backups"));
}

fn zones_before(s: &Scope) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    s.add("inside", HostedZone::new("blog.internal").vpcs([ZoneVpc::new(&vpc, REGION)]));
    let zone = s.add("zone", HostedZone::new("example.com").comment("one").tag("Name", "one"));
    let check = s.add("check", HealthCheck::new(HealthCheckType::Https).fully_qualified_domain_name("example.com"));
    let record = |name: &str| Record::new(&zone, name, RecordType::A).ttl(60_u32).resource_records(["192.0.2.1"]);
    s.add("www", record("www.example.com").set_identifier("blue").weight(1_u8).health_check(&check));
    s.add("moved", record("old.example.com"));
    s.add("spare", record("spare.example.com"));
}

/// Updates, replacements in both orders, and one less.
fn zones_after(s: &Scope) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    s.add("inside", HostedZone::new("blog.internal").comment("two").vpcs([ZoneVpc::new(&vpc, REGION)]));
    let zone = s.add("zone", HostedZone::new("example.com").comment("two").tag("Name", "two"));
    let check = HealthCheck::new(HealthCheckType::Https).fully_qualified_domain_name("example.com").failure_threshold(5_u32);
    let check = s.add("check", check.request_interval(10_u32));
    let record = |name: &str| Record::new(&zone, name, RecordType::A).ttl(30_u32).resource_records(["192.0.2.2"]);
    s.add("www", record("www.example.com").set_identifier("blue").weight(2_u8).health_check(&check));
    s.add(
        "moved",
        Record::new(&zone, "old.example.com", RecordType::Cname).ttl(60_u32).resource_records(["example.org"]).delete_before_replace(),
    );
}

#[test]
fn buckets_survive_every_stop() {
    survives(&Run::up(buckets_before), &Run::up(buckets_after), [40, 40, 15]);
}

#[test]
fn zones_survive_every_stop() {
    survives(&Run::up(zones_before), &Run::up(zones_after), [60, 50, 30]);
}
