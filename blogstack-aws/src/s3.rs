//! Amazon S3: <https://docs.aws.amazon.com/AmazonS3/latest/API/>.

mod bucket;
mod object;
#[cfg(feature = "iam")]
mod rights;

pub use self::bucket::{
    BlockedEncryption, Bucket, BucketArgs, BucketInputs, BucketOutputs, BucketPolicy, CorsMethod, CorsRule, CorsRuleArgs, Encryption,
    EncryptionArgs, LifecycleRule, LifecycleRuleArgs, NoncurrentTransition, NoncurrentTransitionArgs, ObjectOwnership, PublicAccessBlock,
    SseAlgorithm, Transition, TransitionArgs, TransitionClass, Versioning,
};
pub use self::object::{Content, Object, ObjectArgs, ObjectInputs, ObjectOutputs};
#[cfg(feature = "iam")]
pub use self::rights::BucketRights;

use blogstack_core::{Tags, provider::Providers};

use crate::{account::Account, call::built, named::ByName};

/// Adds the kinds of S3.
pub(crate) fn providers(providers: Providers, account: &Account) -> Providers {
    providers.with(ByName(bucket::Provider(account.clone()))).with(ByName(object::Provider(account.clone())))
}

/// Tags as the SDK has them.
fn to_sdk(tags: &Tags) -> Vec<aws_sdk_s3::types::Tag> {
    let tag = |(key, value): (&String, &String)| aws_sdk_s3::types::Tag::builder().key(key).value(value).build().ok();
    tags.iter().filter_map(tag).collect()
}

/// Tags as we have them.
fn of_sdk(tags: Vec<aws_sdk_s3::types::Tag>) -> Tags {
    tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
}
