//! What a machine may do.

use blogstack_aws::{
    iam::{InstanceProfile, Principal, Role, grant},
    s3::Bucket,
};
use blogstack_core::{Handle, Scope};

use super::own_tests::lab;

/// What a machine is, and which objects of which bucket it may have.
pub fn uploads(s: &Scope, images: &Handle<Bucket>) -> Handle<InstanceProfile> {
    let web = s.add("web", Role::new(Principal::service("ec2.amazonaws.com")));
    grant(s, "images", &web, images.allow_read_write());
    grant(s, "logs", &web, images.allow_put().below("logs/"));
    s.add("web", InstanceProfile::new().role(&web))
}

#[tokio::test(start_paused = true)]
async fn they_are_given_and_stay_as_they_are() {
    let program = |s: &Scope| drop(uploads(s, &s.add("bucket", Bucket::new())));
    let lab = lab();
    lab.stack(program).up().await.expect("the program is right");
    assert!(lab.stack(program).preview().await.expect("the program is right").is_empty());
}
