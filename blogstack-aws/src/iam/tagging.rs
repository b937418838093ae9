//! Tags as IAM has them.

use aws_sdk_iam::types::Tag;
use blogstack_core::{
    Tags,
    provider::{Cx, ErrorKind, ProviderError, Result},
};

/// Tags for a call.
pub(super) fn to_sdk(operation: &'static str, tags: &Tags) -> Result<Vec<Tag>> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    let tags: std::result::Result<Vec<Tag>, _> = tags.iter().map(tag).collect();
    tags.map_err(|error| ProviderError::new(ErrorKind::Internal, operation, error.to_string()))
}

/// The program's tags and ours, for a call that makes something.
pub(super) fn with_ours(operation: &'static str, cx: &Cx<'_>, tags: &Tags) -> Result<Vec<Tag>> {
    let all: Tags = tags.clone().into_iter().chain(cx.ownership_tags()).collect();
    to_sdk(operation, &all)
}

/// All tags of an answer.
pub(super) fn of_sdk(tags: Option<Vec<Tag>>) -> Tags {
    tags.into_iter().flatten().map(|tag| (tag.key, tag.value)).collect()
}
