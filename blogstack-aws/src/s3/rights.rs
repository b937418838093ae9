//! What may be done with the objects of one bucket, for policies of roles.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html>

use blogstack_core::{Input, IntoInput, Output, interpolate};

use super::BucketOutputs;
use crate::{
    iam::{Condition, PolicyDocument, Statement, StatementArgs},
    values::Arn,
};

/// Rights on the objects of one bucket and on nothing else: what [`grant`](crate::iam::grant()) and every policy of a role take.
///
/// ```
/// # use blogstack_core::{Handle, Scope};
/// use blogstack_aws::{
///     iam::{Role, grant},
///     s3::Bucket,
/// };
///
/// fn program(s: &Scope, images: &Handle<Bucket>, web: &Handle<Role>, logger: &Handle<Role>) {
///     grant(s, "images", web, images.allow_read_write());
///     grant(s, "logs", logger, images.allow_put().below("logs/"));
/// }
/// ```
///
/// A bucket whose objects are encrypted with a key of KMS needs rights on that key besides.
#[derive(Clone)]
pub struct BucketRights {
    bucket: Output<Arn>,
    prefix: String,
    actions: &'static [&'static str],
    lists: bool,
}

impl BucketOutputs {
    /// Reads objects and lists them: `s3:GetObject` and `s3:ListBucket`. Without the second, S3 does not say of an object that it is not
    /// there, but that access is denied.
    pub fn allow_read(&self) -> BucketRights {
        self.rights(&["GetObject"], true)
    }

    /// Writes objects, also over others, and neither reads nor lists them: `s3:PutObject`.
    pub fn allow_put(&self) -> BucketRights {
        self.rights(&["PutObject"], false)
    }

    /// Reads, lists, writes and deletes objects: `s3:GetObject`, `s3:ListBucket`, `s3:PutObject` and `s3:DeleteObject`. Older versions stay
    /// out of reach.
    pub fn allow_read_write(&self) -> BucketRights {
        self.rights(&["GetObject", "PutObject", "DeleteObject"], true)
    }

    fn rights(&self, actions: &'static [&'static str], lists: bool) -> BucketRights {
        BucketRights { bucket: self.arn.clone(), prefix: String::new(), actions, lists }
    }
}

impl BucketRights {
    /// Only for objects whose keys begin so, as in `uploads/`; `*` and `?` stand for any characters. Lists must be asked for with such a
    /// prefix then.
    pub fn below(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// The same as statements, for a policy that has others too.
    pub fn statements(&self) -> Vec<StatementArgs> {
        let objects = match self.prefix.as_str() {
            "" => interpolate!("{}/*", self.bucket),
            prefix => interpolate!("{}/{}*", self.bucket, prefix),
        };
        let objects = allow(self.actions).resources([objects]);
        std::iter::once(objects).chain(self.lists.then(|| self.listing())).collect()
    }

    fn listing(&self) -> StatementArgs {
        let listing = allow(&["ListBucket"]).resources([&self.bucket]);
        match self.prefix.as_str() {
            "" => listing,
            prefix => listing.conditions([Condition::string_like("s3:prefix", [format!("{prefix}*")])]),
        }
    }
}

/// Actions of S3, which are not always called as its operations are.
fn allow(actions: &[&str]) -> StatementArgs {
    Statement::allow(actions.iter().map(|action| format!("s3:{action}")).collect::<Vec<_>>())
}

impl IntoInput<PolicyDocument> for BucketRights {
    fn into_input(self) -> Input<PolicyDocument> {
        self.statements().into_input()
    }
}
