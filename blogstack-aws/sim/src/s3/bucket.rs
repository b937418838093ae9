//! Buckets: *`CreateBucket`*, *`HeadBucket`*, *`ListBuckets`*, *`GetBucketLocation`*, *`DeleteBucket`*.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::reply::{Answer, Whole};
use crate::protocol::request::Request;
use crate::protocol::service::{GLOBAL, Service};
use crate::protocol::xml::Xml;
use crate::s3::object::StoredObject;
use crate::s3::part;
use crate::s3::tagging;
use crate::state::object::{Kind, Object, Tags};
use crate::state::world::Place;

/// A bucket. Its name is its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bucket {
    pub(crate) name: String,
    created_at: Moment,
    /// What has an API of its own, by the word that names it in a query; documents without their root.
    pub(crate) parts: BTreeMap<String, String>,
    pub(crate) tags: Tags,
}

impl Object for Bucket {
    const KIND: Kind =
        Kind { name: "bucket", prefix: "", missing: "NoSuchBucket", malformed: None, sentence: "The specified bucket does not exist" };

    fn id(&self) -> &str {
        &self.name
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }
}

impl Bucket {
    /// Whether every new object is a version of its own.
    pub(crate) fn keeps_versions(&self) -> bool {
        self.parts.get(part::VERSIONING).is_some_and(|part| part.contains("<Status>Enabled<"))
    }
}

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateBucket" => create,
        "HeadBucket" => head,
        "ListBuckets" => list,
        "GetBucketLocation" => location,
        "DeleteBucket" => delete,
        _ => return None,
    })
}

/// Where the bucket of a name is: names are unique over all accounts and regions.
pub(super) fn place(context: &Context<'_>, name: &str) -> Option<Place> {
    context.everywhere().find(|(_, region)| region.buckets.get(name).is_some()).map(|(place, _)| place)
}

/// *Bucket naming rules*: 3 to 63 lower-case letters, digits, dots and hyphens, no address, letter or digit at both ends.
fn check_name(name: &str) -> Result<(), Failure> {
    let alphanumeric = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let fits = (3..=63).contains(&name.len())
        && name.bytes().all(|byte| alphanumeric(byte) || b".-".contains(&byte))
        && [name.bytes().next(), name.bytes().last()].into_iter().flatten().all(alphanumeric)
        && !name.contains("..")
        && name.parse::<std::net::Ipv4Addr>().is_err();
    if fits { Ok(()) } else { Err(Failure::new("InvalidBucketName", "The specified bucket is not valid.")) }
}

/// A request says where it goes; only the oldest region is not named.
fn check_place(context: &Context<'_>) -> Result<(), Failure> {
    let (asked, region) = (context.params.text("LocationConstraint").filter(|asked| !asked.is_empty()), &context.place.region);
    match asked {
        None if region == GLOBAL => Ok(()),
        Some(GLOBAL) if region == GLOBAL => {
            Err(Failure::new("InvalidLocationConstraint", "The specified location-constraint is not valid"))
        }
        Some(asked) if asked == region => Ok(()),
        _ => {
            let asked = asked.unwrap_or("unspecified");
            let message =
                format!("The {asked} location constraint is incompatible for the region specific endpoint this request was sent to.");
            Err(Failure::new("IllegalLocationConstraintException", message))
        }
    }
}

fn create(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    super::envelope(context, request);
    let name = context.params.required("Bucket")?.to_owned();
    check_name(&name)?;
    check_place(context)?;
    let tags = context.params.group("Tags").map_or(Ok(Tags::new()), |tags| tagging::of(&tags, tagging::BUCKET_LIMIT))?;
    let ownership = context.params.owned("x-amz-object-ownership");
    let created =
        || Ok(Answer::Whole(Whole::empty(200).header("location", format!("/{}", context.params.text("Bucket").unwrap_or_default()))));
    match place(context, &name) {
        None => {}
        // *CreateBucket*: in the oldest region, one that is there already is no error for its owner.
        Some(place) if place == *context.place && place.region == GLOBAL => return created(),
        Some(place) if place.account == context.place.account => {
            let message = "Your previous request to create the named bucket succeeded and you already own it.";
            return Err(Failure::new("BucketAlreadyOwnedByYou", message).status(409));
        }
        Some(_) => {
            let message = "The requested bucket name is not available. The bucket namespace is shared by all users of the system. \
                           Please select a different name and try again.";
            return Err(Failure::new("BucketAlreadyExists", message).status(409));
        }
    }
    context.within_quota::<Bucket>("buckets", "TooManyBuckets")?;
    let answer = created();
    let parts = part::of_new_bucket(ownership.as_deref());
    context.add(Bucket { name, created_at: context.now, parts, tags });
    answer
}

/// One that existed before the first run, unless it is there.
pub(crate) fn exist(context: &mut Context<'_>, name: &str) -> Result<(), Failure> {
    check_name(name)?;
    if place(context, name).is_none() {
        let bucket = Bucket { name: name.to_owned(), created_at: context.now, parts: part::of_new_bucket(None), tags: Tags::new() };
        let now = context.now;
        context.region.buckets.insert(bucket, now);
    }
    Ok(())
}

/// Without a body, an answer tells in a header where the bucket is.
fn head(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    super::bucket(context, request)?;
    Ok(Answer::Whole(Whole::empty(200).header("x-amz-bucket-region", &context.place.region)))
}

fn list(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    super::envelope(context, request);
    let prefix = context.params.owned("prefix").unwrap_or_default();
    let only = context.params.owned("bucket-region");
    context.params.number::<u32>("max-buckets")?;
    let account = &context.place.account;
    let mut found: Vec<(&Bucket, String)> = Vec::new();
    for (place, region) in context.everywhere().filter(|(place, _)| place.account == *account) {
        if only.as_ref().is_none_or(|only| *only == place.region) {
            found.extend(region.buckets.iter_visible(context.now).map(|bucket| (bucket, place.region.clone())));
        }
    }
    found.retain(|(bucket, _)| bucket.name.starts_with(&prefix));
    found.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
    let mut xml = Xml::new();
    owner(&mut xml, account);
    xml.nest("Buckets", |xml| {
        for (bucket, region) in found {
            xml.nest("Bucket", |xml| {
                xml.text("Name", &bucket.name).text("CreationDate", moment::date(bucket.created_at)).text("BucketRegion", region);
            });
        }
    });
    Ok(Answer::Whole(Whole::xml(Service::S3, "ListAllMyBucketsResult", &xml)))
}

/// Who owns a bucket or an object: an id that means nothing but is always the same.
pub(super) fn owner(xml: &mut Xml, account: &str) {
    xml.nest("Owner", |xml| {
        xml.text("ID", format!("{account:0>64}"));
    });
}

fn location(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    super::bucket(context, request)?;
    context.params.text("location");
    let region = &context.place.region;
    let mut xml = Xml::new();
    // The document is the text alone.
    xml.plain(if region == GLOBAL { "" } else { region });
    Ok(Answer::Whole(Whole::xml(Service::S3, "LocationConstraint", &xml)))
}

fn delete(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let bucket = super::bucket(context, request)?;
    if context.of::<StoredObject>(&bucket.name).next().is_some() {
        let message = if bucket.parts.contains_key(part::VERSIONING) {
            "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
        } else {
            "The bucket you tried to delete is not empty"
        };
        return Err(Failure::new("BucketNotEmpty", message).status(409));
    }
    context.remove::<Bucket>(&bucket.name);
    Ok(Answer::Whole(Whole::empty(204)))
}
