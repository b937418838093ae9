//! Lists of objects and of versions: *`ListObjectsV2`*, *`ListObjects`*, *`ListObjectVersions`*. A thousand a page.

use std::collections::BTreeSet;

use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment;
use crate::protocol::reply::{Answer, Whole};
use crate::protocol::request::Request;
use crate::protocol::service::Service;
use crate::protocol::xml::Xml;
use crate::s3::bucket;
use crate::s3::object::{StoredObject, Version};

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "ListObjectsV2" | "ListObjects" => objects,
        "ListObjectVersions" => versions,
        _ => return None,
    })
}

/// What a list is asked for.
struct Asked {
    bucket: String,
    prefix: String,
    delimiter: String,
    most: usize,
    encodes: bool,
}

impl Asked {
    fn of(context: &Context<'_>, request: &Request) -> Result<Self, Failure> {
        let bucket = super::bucket(context, request)?.name;
        let params = &context.params;
        let text = |name: &str| params.owned(name).unwrap_or_default();
        params.text("list-type");
        params.text("fetch-owner");
        params.text("versions");
        let most: usize = params.number("max-keys")?.unwrap_or(1000);
        Ok(Self {
            bucket,
            prefix: text("prefix"),
            delimiter: text("delimiter"),
            most: most.min(1000),
            encodes: params.text("encoding-type") == Some("url"),
        })
    }

    /// The part of a key up to the delimiter after the prefix, in which it is listed with others.
    fn group(&self, key: &str) -> Option<String> {
        let rest = key.strip_prefix(&self.prefix).filter(|_| !self.delimiter.is_empty())?;
        let (first, _) = rest.split_once(&self.delimiter)?;
        Some(format!("{}{first}{}", self.prefix, self.delimiter))
    }

    fn written(&self, text: &str) -> String {
        if !self.encodes {
            return text.to_owned();
        }
        form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace("%2F", "/")
    }

    fn head(&self, xml: &mut Xml) {
        xml.text("Name", &self.bucket).text("Prefix", self.written(&self.prefix)).text("MaxKeys", self.most);
        if self.encodes {
            xml.text("EncodingType", "url");
        }
        if !self.delimiter.is_empty() {
            xml.text("Delimiter", self.written(&self.delimiter));
        }
    }

    /// All objects with the prefix, in the order of their keys.
    fn all<'a>(&self, context: &'a Context<'_>) -> Vec<&'a StoredObject> {
        let mut all: Vec<&StoredObject> =
            context.of::<StoredObject>(&self.bucket).filter(|one| one.key.starts_with(&self.prefix)).collect();
        all.sort_by(|one, other| one.key.cmp(&other.key));
        all
    }
}

/// Newest versions that are no markers, after a key or a token, which is a key.
fn objects(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let asked = Asked::of(context, request)?;
    let params = &context.params;
    let (token, after, marker) = (params.owned("continuation-token"), params.owned("start-after"), params.owned("marker"));
    let after = token.clone().or(after).or_else(|| marker.clone()).unwrap_or_default();
    let all = asked.all(context).into_iter().filter(|object| object.key > after);
    let live = all.filter_map(|object| Some((object, object.versions.last().filter(|version| !version.is_marker)?)));
    let mut groups = BTreeSet::new();
    let mut listed: Vec<(&StoredObject, &Version)> = Vec::new();
    let mut last = None;
    let mut truncated = false;
    for (object, version) in live {
        let group = asked.group(&object.key);
        if group.as_ref().is_some_and(|group| groups.contains(group)) {
            last = Some(&object.key);
            continue;
        }
        if listed.len() + groups.len() == asked.most {
            truncated = true;
            break;
        }
        last = Some(&object.key);
        match group {
            Some(group) => _ = groups.insert(group),
            None => listed.push((object, version)),
        }
    }
    let mut xml = Xml::new();
    asked.head(&mut xml);
    xml.text("IsTruncated", truncated);
    let next = last.filter(|_| truncated);
    if request.operation == "ListObjectsV2" {
        xml.text("KeyCount", listed.len() + groups.len()).maybe("ContinuationToken", token).maybe("NextContinuationToken", next);
    } else {
        xml.text("Marker", marker.unwrap_or_default()).maybe("NextMarker", next.filter(|_| !asked.delimiter.is_empty()));
    }
    for (object, version) in listed {
        xml.nest("Contents", |xml| entry(xml, &asked, object, version));
    }
    common(&mut xml, &asked, groups);
    Ok(Answer::Whole(Whole::xml(Service::S3, "ListBucketResult", &xml)))
}

fn entry(xml: &mut Xml, asked: &Asked, object: &StoredObject, version: &Version) {
    xml.text("Key", asked.written(&object.key)).text("LastModified", moment::date(version.modified_at));
    if !version.is_marker {
        xml.text("ETag", format!("\"{}\"", version.etag)).text("Size", version.size).text("StorageClass", &version.storage_class);
    }
}

fn common(xml: &mut Xml, asked: &Asked, groups: BTreeSet<String>) {
    for group in groups {
        xml.nest("CommonPrefixes", |xml| {
            xml.text("Prefix", asked.written(&group));
        });
    }
}

/// All versions and markers, the newest of a key first. Pages break where they break.
fn versions(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let asked = Asked::of(context, request)?;
    let (key, version) = (context.params.owned("key-marker").unwrap_or_default(), context.params.owned("version-id-marker"));
    let all = asked.all(context);
    let every = all.iter().flat_map(|object| object.versions.iter().rev().map(move |version| (*object, version)));
    let mut passed = key.is_empty();
    let after: Vec<(&StoredObject, &Version)> = every
        .filter(|(object, own)| {
            if passed || object.key > key {
                return true;
            }
            passed = object.key == key && version.as_ref() == Some(&own.id);
            false
        })
        .collect();
    let page = &after[..after.len().min(asked.most)];
    let mut xml = Xml::new();
    asked.head(&mut xml);
    xml.text("KeyMarker", asked.written(&key)).maybe("VersionIdMarker", version);
    xml.text("IsTruncated", after.len() > page.len());
    if let Some((object, version)) = page.last().filter(|_| after.len() > page.len()) {
        xml.text("NextKeyMarker", asked.written(&object.key)).text("NextVersionIdMarker", &version.id);
    }
    for (object, version) in page {
        xml.nest(if version.is_marker { "DeleteMarker" } else { "Version" }, |xml| {
            entry(xml, &asked, object, version);
            xml.text("VersionId", &version.id).text("IsLatest", object.versions.last().is_some_and(|last| last.id == version.id));
            bucket::owner(xml, &context.place.account);
        });
    }
    Ok(Answer::Whole(Whole::xml(Service::S3, "ListVersionsResult", &xml)))
}
