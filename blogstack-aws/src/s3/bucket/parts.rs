//! The parts of a bucket, each of which has an API of its own and an error by which it is absent.

use aws_sdk_s3::Client;
use blogstack_core::{
    Id,
    provider::{Change, Changes, ErrorKind, Result, State, Wanted},
};

use super::{
    Bucket, BucketInputs, ObjectOwnership, PublicAccessBlock, Versioning, access, cors, encryption, lifecycle, of_program, policy, tagging,
    versioning,
};
use crate::tags;

/// The names of the parts.
const PARTS: [&str; 8] =
    ["versioning", "encryption", "public_access_block", "object_ownership", "policy", "lifecycle_rules", "cors_rules", "tags"];

/// An absent part; that the bucket itself is absent is an error.
pub(super) fn absent<T>(answer: Result<T>) -> Result<Option<T>> {
    match answer {
        Err(error) if error.kind == ErrorKind::NotFound && !error.is_code("NoSuchBucket") => Ok(None),
        answer => answer.map(Some),
    }
}

/// The parts that somebody manages.
pub(super) fn managed(wanted: &Wanted<Bucket>) -> Vec<&'static str> {
    let manages = [
        wanted.manages(Bucket::versioning),
        wanted.manages(Bucket::encryption),
        wanted.manages(Bucket::public_access_block),
        wanted.manages(Bucket::object_ownership),
        wanted.manages(Bucket::policy),
        wanted.manages(Bucket::lifecycle_rules),
        wanted.manages(Bucket::cors_rules),
        wanted.manages(Bucket::tags),
    ];
    PARTS.into_iter().zip(manages).filter(|(_, manages)| *manages).map(|(part, _)| part).collect()
}

/// Whether a new bucket is declared with a part.
pub(super) fn is_set(inputs: &BucketInputs, part: &str) -> bool {
    match part {
        "versioning" => inputs.versioning.is_some(),
        "encryption" => inputs.encryption.is_some(),
        "public_access_block" => inputs.public_access_block.is_some(),
        "object_ownership" => inputs.object_ownership.is_some(),
        "policy" => inputs.policy.is_some(),
        "lifecycle_rules" => inputs.lifecycle_rules.is_some(),
        "cors_rules" => inputs.cors_rules.is_some(),
        _ => !inputs.tags.is_empty(),
    }
}

/// The parts that were read before.
pub(super) fn known(bucket: &Bucket) -> Vec<&'static str> {
    let known = [
        bucket.versioning.is_some(),
        bucket.encryption.is_some(),
        bucket.public_access_block.is_some(),
        bucket.object_ownership.is_some(),
        bucket.policy.is_some(),
        bucket.lifecycle_rules.is_some(),
        bucket.cors_rules.is_some(),
        !bucket.tags.is_empty(),
    ];
    PARTS.into_iter().zip(known).filter(|(_, known)| *known).map(|(part, _)| part).collect()
}

/// Reads the parts that are wanted.
pub(super) async fn read(client: &Client, id: &str, bucket: &mut Bucket, wanted: impl Fn(&str) -> bool) -> Result<()> {
    for part in PARTS.into_iter().filter(|part| wanted(part)) {
        match part {
            "versioning" => bucket.versioning = versioning::read(client, id).await?,
            "encryption" => bucket.encryption = encryption::read(client, id).await?,
            "public_access_block" => bucket.public_access_block = access::read_block(client, id).await?,
            "object_ownership" => bucket.object_ownership = access::read_ownership(client, id).await?,
            "policy" => bucket.policy = policy::read(client, id).await?,
            "lifecycle_rules" => bucket.lifecycle_rules = lifecycle::read(client, id).await?,
            "cors_rules" => bucket.cors_rules = cors::read(client, id).await?,
            _ => bucket.tags = of_program(tagging::read(client, id).await?),
        }
    }
    Ok(())
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

/// The parts in which something changed.
#[derive(Debug, Default)]
pub(super) struct Changed {
    /// Those that are declared.
    pub(super) set: Vec<&'static str>,
    /// Those that are not declared any more.
    pub(super) cleared: Vec<&'static str>,
}

impl Changed {
    fn note<T>(&mut self, part: &'static str, change: &Change<T>) {
        match change {
            Change::Keep => {}
            Change::Set(_) => self.set.push(part),
            Change::Clear => self.cleared.push(part),
        }
    }
}

/// Makes the changes. What is unset becomes what a new bucket has; versions can only be suspended.
pub(super) async fn change(client: &Client, current: &State<Bucket>, changes: &Changes<Bucket>) -> Result<Changed> {
    let id = current.id.as_str();
    let mut changed = Changed::default();
    let ownership = changes.of(Bucket::object_ownership)?;
    changed.note("object_ownership", &ownership);
    match ownership {
        Change::Keep => {}
        Change::Set(wanted) => access::write_ownership(client, id, wanted).await?,
        Change::Clear => access::write_ownership(client, id, ObjectOwnership::BucketOwnerEnforced).await?,
    }
    let block = changes.of(Bucket::public_access_block)?;
    changed.note("public_access_block", &block);
    match block {
        Change::Keep => {}
        Change::Set(wanted) => access::write_block(client, id, wanted).await?,
        Change::Clear => access::write_block(client, id, PublicAccessBlock::ALL).await?,
    }
    let encryption = changes.of(Bucket::encryption)?;
    changed.note("encryption", &encryption);
    match encryption {
        Change::Keep => {}
        Change::Set(wanted) => encryption::write(client, id, &wanted).await?,
        Change::Clear => encryption::clear(client, id).await?,
    }
    let versioning = changes.of(Bucket::versioning)?;
    changed.note("versioning", &versioning);
    match versioning {
        Change::Keep => {}
        Change::Set(wanted) => versioning::write(client, id, wanted).await?,
        Change::Clear => versioning::write(client, id, Versioning::Suspended).await?,
    }
    change_rules(client, current, changes, &mut changed).await?;
    Ok(changed)
}

/// Makes the changes of who may do what, and of what happens to objects.
async fn change_rules(client: &Client, current: &State<Bucket>, changes: &Changes<Bucket>, changed: &mut Changed) -> Result<()> {
    let id = current.id.as_str();
    let policy = changes.of(Bucket::policy)?;
    changed.note("policy", &policy);
    match policy {
        Change::Keep => {}
        Change::Set(wanted) => policy::write(client, id, &wanted).await?,
        Change::Clear => policy::clear(client, id).await?,
    }
    let lifecycle = changes.of(Bucket::lifecycle_rules)?;
    changed.note("lifecycle_rules", &lifecycle);
    match lifecycle {
        Change::Keep => {}
        Change::Set(wanted) => lifecycle::write(client, id, &wanted).await?,
        Change::Clear => lifecycle::clear(client, id).await?,
    }
    let cors = changes.of(Bucket::cors_rules)?;
    changed.note("cors_rules", &cors);
    match cors {
        Change::Keep => {}
        Change::Set(wanted) => cors::write(client, id, &wanted).await?,
        Change::Clear => cors::clear(client, id).await?,
    }
    let tags = changes.of(Bucket::tags)?;
    changed.note("tags", &tags);
    let (set, removed) = tags::difference(&current.fields.tags, tags);
    tagging::change(client, &current.id, set, &removed).await
}
