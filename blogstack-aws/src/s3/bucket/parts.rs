//! The parts of a bucket, each of which has an API of its own and an error by which it is absent.

use std::future::Future;

use aws_sdk_s3::Client;
use blogstack_core::{
    Id,
    provider::{Change, Changes, ErrorKind, Result, Wanted},
};
use futures::try_join;

use super::{
    Bucket, BucketInputs, ObjectOwnership, PublicAccessBlock, Versioning, access, cors, encryption, lifecycle, policy, tagging, versioning,
};
use crate::tags;

/// An absent part; that the bucket itself is absent is an error.
pub(super) fn absent<T>(answer: Result<T>) -> Result<Option<T>> {
    match answer {
        Err(error) if error.kind == ErrorKind::NotFound && !error.is_code("NoSuchBucket") => Ok(None),
        answer => answer.map(Some),
    }
}

/// Reads the parts that somebody manages, all at the same time.
pub(super) async fn read(client: &Client, wanted: &Wanted<Bucket>, bucket: &mut Bucket) -> Result<()> {
    let id = wanted.id.as_str();
    (
        bucket.versioning,
        bucket.encryption,
        bucket.public_access_block,
        bucket.object_ownership,
        bucket.policy,
        bucket.lifecycle_rules,
        bucket.cors_rules,
        bucket.tags,
    ) = try_join!(
        when(wanted.manages(Bucket::versioning), versioning::read(client, id)),
        when(wanted.manages(Bucket::encryption), encryption::read(client, id)),
        when(wanted.manages(Bucket::public_access_block), access::read_block(client, id)),
        when(wanted.manages(Bucket::object_ownership), access::read_ownership(client, id)),
        when(wanted.manages(Bucket::policy), policy::read(client, id)),
        when(wanted.manages(Bucket::lifecycle_rules), lifecycle::read(client, id)),
        when(wanted.manages(Bucket::cors_rules), cors::read(client, id)),
        when(wanted.manages(Bucket::tags), async { tagging::read(client, id).await.map(tags::of_program) }),
    )?;
    Ok(())
}

/// What a part is, if it is wanted. Boxed: eight requests side by side are large.
async fn when<T: Default>(wanted: bool, read: impl Future<Output = Result<T>>) -> Result<T> {
    if wanted { Box::pin(read).await } else { Ok(T::default()) }
}

/// Gives a new bucket the parts that it is not made with. What blocks public access comes before the policy, which it may refuse.
pub(super) async fn write_new(client: &Client, id: &Id<Bucket>, inputs: &BucketInputs) -> Result<()> {
    let id = id.as_str();
    if let Some(wanted) = inputs.public_access_block {
        access::write_block(client, id, wanted).await?;
    }
    if let Some(wanted) = &inputs.encryption {
        encryption::write(client, id, wanted).await?;
    }
    if let Some(wanted) = inputs.versioning {
        versioning::write(client, id, wanted).await?;
    }
    if let Some(wanted) = &inputs.policy {
        policy::write(client, id, wanted).await?;
    }
    if let Some(wanted) = &inputs.lifecycle_rules {
        lifecycle::write(client, id, wanted).await?;
    }
    if let Some(wanted) = &inputs.cors_rules {
        cors::write(client, id, wanted).await?;
    }
    Ok(())
}

/// Makes the changes. What is unset becomes what a new bucket has; versions can only be suspended.
pub(super) async fn change(client: &Client, id: &Id<Bucket>, changes: &Changes<Bucket>) -> Result<()> {
    let id = id.as_str();
    match changes.of(Bucket::object_ownership)? {
        Change::Keep => {}
        Change::Set(wanted) => access::write_ownership(client, id, wanted).await?,
        Change::Clear => access::write_ownership(client, id, ObjectOwnership::BucketOwnerEnforced).await?,
    }
    match changes.of(Bucket::public_access_block)? {
        Change::Keep => {}
        Change::Set(wanted) => access::write_block(client, id, wanted).await?,
        Change::Clear => access::write_block(client, id, PublicAccessBlock::ALL).await?,
    }
    match changes.of(Bucket::encryption)? {
        Change::Keep => {}
        Change::Set(wanted) => encryption::write(client, id, &wanted).await?,
        Change::Clear => encryption::clear(client, id).await?,
    }
    match changes.of(Bucket::versioning)? {
        Change::Keep => {}
        Change::Set(wanted) => versioning::write(client, id, wanted).await?,
        Change::Clear => versioning::write(client, id, Versioning::Suspended).await?,
    }
    match changes.of(Bucket::policy)? {
        Change::Keep => {}
        Change::Set(wanted) => policy::write(client, id, &wanted).await?,
        Change::Clear => policy::clear(client, id).await?,
    }
    match changes.of(Bucket::lifecycle_rules)? {
        Change::Keep => {}
        Change::Set(wanted) => lifecycle::write(client, id, &wanted).await?,
        Change::Clear => lifecycle::clear(client, id).await?,
    }
    match changes.of(Bucket::cors_rules)? {
        Change::Keep => Ok(()),
        Change::Set(wanted) => cors::write(client, id, &wanted).await,
        Change::Clear => cors::clear(client, id).await,
    }
}
