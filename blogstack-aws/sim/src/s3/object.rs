//! Objects and their versions: *`PutObject`*, *`GetObject`*, *`HeadObject`*, *`DeleteObject`*, *`DeleteObjects`*.
//!
//! Source: *Working with object versions*; *Conditional requests*. Reads of objects are consistent at once.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::params::Params;
use crate::protocol::reply::{Answer, Whole};
use crate::protocol::request::Request;
use crate::protocol::service::Service;
use crate::protocol::xml::Xml;
use crate::s3::bucket::Bucket;
use crate::s3::md5;
use crate::s3::tagging::{self, OBJECT_LIMIT};
use crate::state::object::{Kind, Object, Tags};
use crate::state::region::Stored;

/// The version of an object whose bucket keeps none.
pub(super) const NULL: &str = "null";

/// What tells clients how to read an object: its headers, by which it is also set.
const HEADERS: [&str; 7] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "expires",
    "x-amz-website-redirect-location",
];

/// An object of a bucket, with all its versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredObject {
    id: String,
    bucket: String,
    pub(super) key: String,
    /// The newest last.
    pub(super) versions: Vec<Version>,
    /// Those of the newest version.
    #[serde(default)]
    tags: Tags,
}

/// One version of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Version {
    #[serde(rename = "version_token")]
    pub(super) id: String,
    /// Says that there is nothing, although older versions are there.
    pub(super) is_marker: bool,
    /// In base64.
    pub(super) content: String,
    pub(super) etag: String,
    pub(super) size: usize,
    headers: BTreeMap<String, String>,
    metadata: BTreeMap<String, String>,
    pub(super) storage_class: String,
    encryption: String,
    #[serde(skip)]
    pub(super) tags: Tags,
    pub(super) modified_at: Moment,
}

impl Object for StoredObject {
    const KIND: Kind =
        Kind { name: "bucket-object", prefix: "", missing: "NoSuchKey", malformed: None, sentence: "The specified key does not exist." };

    fn id(&self) -> &str {
        &self.id
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [Some(&self.bucket), None]
    }
}

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "PutObject" => put,
        "GetObject" => get,
        "HeadObject" => head,
        "DeleteObject" => delete,
        "DeleteObjects" => delete_several,
        _ => return None,
    })
}

fn id(bucket: &str, key: &str) -> String {
    format!("{bucket}/{key}")
}

/// Stores an object: what is written is read at once.
fn store(context: &mut Context<'_>, object: StoredObject) {
    let now = context.now;
    StoredObject::table_mut(context.region).insert(object, now);
}

fn no_key() -> Failure {
    Failure::new("NoSuchKey", "The specified key does not exist.").status(404)
}

/// The version that a request names, or the newest, with its tags.
pub(super) fn wanted(context: &Context<'_>, request: &Request) -> Result<(StoredObject, Version), Failure> {
    let bucket = super::bucket(context, request)?;
    let key = context.params.required("Key")?;
    let wanted = context.params.text("versionId");
    let object = context.region.bucket_objects.get(&id(&bucket.name, key)).ok_or_else(no_key)?;
    let version = match wanted {
        None => object.versions.last(),
        Some(wanted) => object.versions.iter().find(|version| version.id == wanted),
    };
    let no_version = || Failure::new("NoSuchVersion", "The specified version does not exist.").status(404);
    let mut version = version.cloned().ok_or_else(no_version)?;
    match (version.is_marker, wanted) {
        (true, None) => Err(no_key()),
        (true, Some(_)) => Err(Failure::new("MethodNotAllowed", "The specified method is not allowed against this resource.").status(405)),
        (false, _) => {
            version.tags.clone_from(&object.tags);
            Ok((object.clone(), version))
        }
    }
}

/// Gives the newest version these tags and no others.
pub(super) fn retag(context: &mut Context<'_>, request: &Request, tags: Tags) -> Result<(), Failure> {
    let (object, _) = wanted(context, request)?;
    context.change::<StoredObject>(&object.id)?.tags = tags;
    Ok(())
}

/// *`PutObject`*: `If-None-Match: *` writes only where nothing is.
fn put(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let bucket = super::bucket(context, request)?;
    let key = context.params.required("Key")?.to_owned();
    context.params.text("Body");
    if key.len() > 1024 {
        return Err(Failure::new("KeyTooLongError", "Your key is too long"));
    }
    let tags = sent_tags(&context.params)?;
    let id = id(&bucket.name, &key);
    let there = context.region.bucket_objects.get(&id).cloned();
    let current = there.as_ref().and_then(|object| object.versions.last()).filter(|version| !version.is_marker);
    let failed = || Failure::new("PreconditionFailed", "At least one of the pre-conditions you specified did not hold").status(412);
    let wanted = context.params.text("if-match");
    if (context.params.text("if-none-match").is_some() && current.is_some())
        || wanted.is_some_and(|wanted| current.is_none_or(|current| wanted.trim_matches('"') != current.etag))
    {
        return Err(failed());
    }
    let version = version_of(context, request, &bucket);
    let (version_id, etag, encryption) = (version.id.clone(), version.etag.clone(), version.encryption.clone());
    let mut object =
        there.unwrap_or_else(|| StoredObject { id, bucket: bucket.name.clone(), key, versions: Vec::new(), tags: Tags::new() });
    object.versions.retain(|other| other.id != version_id);
    object.versions.push(version);
    object.tags = tags;
    store(context, object);
    let answer = Whole::empty(200).header("etag", format!("\"{etag}\"")).header("x-amz-server-side-encryption", encryption);
    Ok(Answer::Whole(if version_id == NULL { answer } else { answer.header("x-amz-version-id", version_id) }))
}

/// Tags stand in a header, written like a query.
fn sent_tags(params: &Params) -> Result<Tags, Failure> {
    let tags = params.owned("x-amz-tagging").unwrap_or_default();
    let pairs = form_urlencoded::parse(tags.as_bytes()).map(|(key, value)| (key.into_owned(), value.into_owned()));
    tagging::checked(pairs.collect(), OBJECT_LIMIT)
}

fn version_of(context: &mut Context<'_>, request: &Request, bucket: &Bucket) -> Version {
    let id = if bucket.keeps_versions() { format!("{:032x}", context.chance("object-version")) } else { NULL.to_owned() };
    let params = &context.params;
    let mut headers: BTreeMap<String, String> = HEADERS.iter().filter_map(|name| Some(((*name).to_owned(), params.owned(name)?))).collect();
    headers.entry("content-type".to_owned()).or_insert_with(|| "binary/octet-stream".to_owned());
    let metadata = request.parameters.keys().filter_map(|name| {
        let own = name.strip_prefix("x-amz-meta-")?;
        Some((own.to_owned(), params.owned(name)?))
    });
    Version {
        id,
        is_marker: false,
        content: STANDARD.encode(&request.body),
        etag: md5::hex(&request.body),
        size: request.body.len(),
        headers,
        metadata: metadata.collect(),
        storage_class: params.owned("x-amz-storage-class").unwrap_or_else(|| "STANDARD".to_owned()),
        encryption: params.owned("x-amz-server-side-encryption").unwrap_or_else(|| "AES256".to_owned()),
        tags: Tags::new(),
        modified_at: context.now,
    }
}

fn get(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let (_, version) = wanted(context, request)?;
    let content = STANDARD.decode(&version.content).unwrap_or_default();
    Ok(Answer::Whole(told(&version, Whole::bytes(content))))
}

fn head(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let (_, version) = wanted(context, request)?;
    let length = version.size.to_string();
    Ok(Answer::Whole(told(&version, Whole::empty(200)).header("content-length", length)))
}

/// The headers that tell of a version.
fn told(version: &Version, answer: Whole) -> Whole {
    let mut answer = answer.header("etag", format!("\"{}\"", version.etag)).header("accept-ranges", "bytes");
    answer = answer.header("last-modified", moment::http_date(version.modified_at));
    answer = answer.header("x-amz-server-side-encryption", &version.encryption);
    if version.id != NULL {
        answer = answer.header("x-amz-version-id", &version.id);
    }
    if version.storage_class != "STANDARD" {
        answer = answer.header("x-amz-storage-class", &version.storage_class);
    }
    if !version.tags.is_empty() {
        answer = answer.header("x-amz-tagging-count", version.tags.len().to_string());
    }
    for name in HEADERS {
        if let Some(value) = version.headers.get(name) {
            answer = answer.header(name, value);
        }
    }
    version.metadata.iter().fold(answer, |answer, (name, value)| answer.header(format!("x-amz-meta-{name}"), value))
}

fn delete(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let bucket = super::bucket(context, request)?;
    let (key, version) = (context.params.required("Key")?.to_owned(), context.params.owned("versionId"));
    let marker = remove(context, &bucket, &key, version.as_deref());
    let mut answer = Whole::empty(204);
    if let Some(marker) = marker {
        answer = answer.header("x-amz-delete-marker", "true").header("x-amz-version-id", marker);
    }
    Ok(Answer::Whole(answer))
}

/// *Deleting object versions*: without a version a marker is set where versions are kept; what is not there is deleted all the same.
fn remove(context: &mut Context<'_>, bucket: &Bucket, key: &str, version: Option<&str>) -> Option<String> {
    let id = id(&bucket.name, key);
    let mut object = context.region.bucket_objects.get(&id).cloned();
    let versioned = bucket.parts.contains_key(super::part::VERSIONING);
    let marker = match (version, versioned) {
        (None, true) => {
            let fresh = bucket.keeps_versions().then(|| format!("{:032x}", context.chance("object-version")));
            Some(fresh.unwrap_or_else(|| NULL.to_owned()))
        }
        _ => None,
    };
    if let Some(marker) = &marker {
        let object = object.get_or_insert_with(|| StoredObject {
            id: id.clone(),
            bucket: bucket.name.clone(),
            key: key.to_owned(),
            versions: Vec::new(),
            tags: Tags::new(),
        });
        object.versions.retain(|other| other.id != *marker);
        object.versions.push(Version::marker(marker, context.now));
    }
    let Some(mut object) = object else { return marker };
    match (version, versioned) {
        (Some(version), _) => object.versions.retain(|other| other.id != version),
        (None, false) => object.versions.clear(),
        (None, true) => {}
    }
    if object.versions.is_empty() {
        context.remove::<StoredObject>(&id);
    } else {
        store(context, object);
    }
    marker
}

impl Version {
    fn marker(id: &str, now: Moment) -> Self {
        Self {
            id: id.to_owned(),
            is_marker: true,
            content: String::new(),
            etag: String::new(),
            size: 0,
            headers: BTreeMap::new(),
            metadata: BTreeMap::new(),
            storage_class: "STANDARD".to_owned(),
            encryption: String::new(),
            tags: Tags::new(),
            modified_at: now,
        }
    }
}

/// *`DeleteObjects`*: a thousand at most.
fn delete_several(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let bucket = super::bucket(context, request)?;
    context.params.text("delete");
    let quiet = context.params.flag("Quiet")? == Some(true);
    let wanted: Vec<(String, Option<String>)> =
        context.params.each("Object").iter().map(|object| (object.owned("Key").unwrap_or_default(), object.owned("VersionId"))).collect();
    if !(1..=1000).contains(&wanted.len()) {
        let message = "The XML you provided was not well-formed or did not validate against our published schema";
        return Err(Failure::new("MalformedXML", message));
    }
    let mut xml = Xml::new();
    for (key, version) in wanted {
        let marker = remove(context, &bucket, &key, version.as_deref());
        if quiet {
            continue;
        }
        xml.nest("Deleted", |xml| {
            xml.text("Key", &key).maybe("VersionId", version.as_ref());
            if let Some(marker) = marker {
                xml.text("DeleteMarker", true).text("DeleteMarkerVersionId", marker);
            }
        });
    }
    Ok(Answer::Whole(Whole::xml(Service::S3, "DeleteResult", &xml)))
}
