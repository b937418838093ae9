//! The bucket of images, and who may put some there.

use blogstack_aws::{
    iam::{InstanceProfile, Principal, Role, grant},
    s3::{Bucket, LifecycleRule, Versioning},
};
use blogstack_core::{Configure, Declare, Handle, Scope};

use super::settings::ImageSettings;

/// What other parts need.
pub(super) struct Images {
    pub(super) bucket: Handle<Bucket>,
    /// What a front end is, and with which rights.
    pub(super) role: Handle<Role>,
    pub(super) profile: Handle<InstanceProfile>,
}

/// For how many days a version of an image is kept that is no longer the newest.
const OLD_VERSIONS: u32 = 90;

/// The bucket, which outlives the stack, and the role of the front ends.
pub(super) fn images(s: &Scope, settings: &ImageSettings) -> Images {
    let old = LifecycleRule::new("old-versions").noncurrent_version_expiration_days(OLD_VERSIONS);
    let old = old.abort_incomplete_multipart_upload_days(7_u32);
    let bucket = Bucket::new().bucket(&settings.bucket).versioning(Versioning::Enabled).lifecycle_rules([old]).protect().retain();
    let bucket = s.add("images", if settings.adopt { bucket.adopt(&settings.bucket) } else { bucket });

    let role = s.add("web", Role::new(Principal::service("ec2.amazonaws.com")));
    let profile = s.add("web", InstanceProfile::new().role(&role));
    grant(s, "uploads", &role, bucket.allow_read_write());
    Images { bucket, role, profile }
}
