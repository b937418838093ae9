//! Tags of buckets and of objects: *`PutBucketTagging`*, *`PutObjectTagging`* and their like. Each put replaces all of them.

use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::reply::{Answer, Whole};
use crate::protocol::request::Request;
use crate::protocol::service::Service;
use crate::protocol::xml::Xml;
use crate::s3::bucket::Bucket;
use crate::s3::object;
use crate::state::object::Tags;

/// How many tags a bucket may have.
pub(super) const BUCKET_LIMIT: usize = 50;
/// How many tags an object may have.
pub(super) const OBJECT_LIMIT: usize = 10;

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "GetBucketTagging" => of_bucket,
        "PutBucketTagging" => tag_bucket,
        "DeleteBucketTagging" => untag_bucket,
        "GetObjectTagging" => of_object,
        "PutObjectTagging" => tag_object,
        "DeleteObjectTagging" => untag_object,
        _ => return None,
    })
}

/// The tags of a request.
pub(super) fn of(params: &Params, limit: usize) -> Result<Tags, Failure> {
    let pairs = params.each("Tag").into_iter();
    let pairs = pairs.map(|tag| (tag.owned("Key").unwrap_or_default(), tag.owned("Value").unwrap_or_default()));
    checked(pairs.collect(), limit)
}

/// Refuses tags that AWS does not take.
pub(super) fn checked(pairs: Vec<(String, String)>, limit: usize) -> Result<Tags, Failure> {
    let invalid = |message: &str| Failure::new("InvalidTag", message);
    if pairs.len() > limit {
        let message =
            if limit == OBJECT_LIMIT { "Object tags cannot be greater than 10" } else { "Bucket tag count cannot be greater than 50" };
        return Err(Failure::new("BadRequest", message));
    }
    let mut tags = Tags::new();
    for (key, value) in pairs {
        if key.is_empty() || key.chars().count() > 128 {
            return Err(invalid("The TagKey you have provided is invalid"));
        }
        if value.chars().count() > 256 {
            return Err(invalid("The TagValue you have provided is invalid"));
        }
        if key.to_lowercase().starts_with("aws:") {
            return Err(invalid("System tags cannot be added/updated by requester"));
        }
        if tags.insert(key, value).is_some() {
            return Err(invalid("Cannot provide multiple Tags with the same key"));
        }
    }
    Ok(tags)
}

fn sent(context: &Context<'_>, limit: usize) -> Result<Tags, Failure> {
    context.params.text("tagging");
    context.params.text("TagSet");
    context.params.group("TagSet").map_or(Ok(Tags::new()), |tags| of(&tags, limit))
}

fn written(tags: &Tags) -> Answer {
    let mut xml = Xml::new();
    xml.nest("TagSet", |xml| {
        for (key, value) in tags {
            xml.nest("Tag", |xml| {
                xml.text("Key", key).text("Value", value);
            });
        }
    });
    Answer::Whole(Whole::xml(Service::S3, "Tagging", &xml))
}

fn of_bucket(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let bucket = super::bucket(context, request)?;
    context.params.text("tagging");
    match bucket.tags.is_empty() {
        true => Err(Failure::new("NoSuchTagSet", "The TagSet does not exist").status(404)),
        false => Ok(written(&bucket.tags)),
    }
}

fn tag_bucket(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let bucket = super::bucket(context, request)?;
    context.change::<Bucket>(&bucket.name)?.tags = sent(context, BUCKET_LIMIT)?;
    Ok(Answer::Whole(Whole::empty(204)))
}

fn untag_bucket(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let bucket = super::bucket(context, request)?;
    context.params.text("tagging");
    context.change::<Bucket>(&bucket.name)?.tags.clear();
    Ok(Answer::Whole(Whole::empty(204)))
}

fn of_object(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    context.params.text("tagging");
    let (_, version) = object::wanted(context, request)?;
    Ok(written(&version.tags))
}

fn tag_object(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let tags = sent(context, OBJECT_LIMIT)?;
    object::retag(context, request, tags)?;
    Ok(Answer::Whole(Whole::empty(200)))
}

fn untag_object(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    context.params.text("tagging");
    object::retag(context, request, Tags::new())?;
    Ok(Answer::Whole(Whole::empty(204)))
}
