//! What a bucket has an API of its own for. Documents are kept as they came, after AWS's checks.
//!
//! Source: *`GetBucketCors`* and its like in the Amazon S3 API reference; *Default settings for new S3 buckets*.

use std::collections::BTreeMap;

use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::reply::{Answer, Whole};
use crate::protocol::request::Request;
use crate::protocol::service::Service;
use crate::protocol::xml::Xml;
use crate::s3::bucket::{self, Bucket};
use crate::s3::{checks, policy};

/// Whether objects keep their versions.
pub(super) const VERSIONING: &str = "versioning";
/// What keeps a bucket from being open to everybody.
pub(super) const PUBLIC_ACCESS_BLOCK: &str = "publicAccessBlock";
const ENCRYPTION: &str = "encryption";
const OWNERSHIP: &str = "ownershipControls";

/// One part.
struct Part {
    /// The end of the names of its operations.
    name: &'static str,
    /// The word that names it in a query.
    query: &'static str,
    /// The root of its document.
    root: &'static str,
    /// What a bucket without it answers; without that, an empty document.
    absent: Option<(&'static str, &'static str)>,
    check: fn(&Context<'_>) -> Result<(), Failure>,
}

const PARTS: &[Part] = &[
    Part {
        name: "BucketCors",
        query: "cors",
        root: "CORSConfiguration",
        absent: Some(("NoSuchCORSConfiguration", "The CORS configuration does not exist")),
        check: checks::cors,
    },
    Part {
        name: "BucketEncryption",
        query: ENCRYPTION,
        root: "ServerSideEncryptionConfiguration",
        absent: Some(("ServerSideEncryptionConfigurationNotFoundError", "The server side encryption configuration was not found")),
        check: checks::encryption,
    },
    Part {
        name: "BucketLifecycle",
        query: "lifecycle",
        root: "LifecycleConfiguration",
        absent: Some(("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist")),
        check: checks::lifecycle,
    },
    Part {
        name: "BucketOwnershipControls",
        query: OWNERSHIP,
        root: "OwnershipControls",
        absent: Some(("OwnershipControlsNotFoundError", "The bucket ownership controls were not found")),
        check: checks::ownership,
    },
    Part { name: "BucketVersioning", query: VERSIONING, root: "VersioningConfiguration", absent: None, check: checks::versioning },
    Part {
        name: "PublicAccessBlock",
        query: PUBLIC_ACCESS_BLOCK,
        root: "PublicAccessBlockConfiguration",
        absent: Some(("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found")),
        check: checks::public_access_block,
    },
    // No bucket of the simulation has these.
    Part {
        name: "BucketReplication",
        query: "replication",
        root: "ReplicationConfiguration",
        absent: Some(("ReplicationConfigurationNotFoundError", "The replication configuration was not found")),
        check: |_| Ok(()),
    },
    Part {
        name: "BucketWebsite",
        query: "website",
        root: "WebsiteConfiguration",
        absent: Some(("NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration")),
        check: |_| Ok(()),
    },
    Part {
        name: "ObjectLock",
        query: "object-lock",
        root: "ObjectLockConfiguration",
        absent: Some(("ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket")),
        check: |_| Ok(()),
    },
    Part { name: "BucketAccelerate", query: "accelerate", root: "AccelerateConfiguration", absent: None, check: |_| Ok(()) },
    Part { name: "BucketLogging", query: "logging", root: "BucketLoggingStatus", absent: None, check: |_| Ok(()) },
];

impl Part {
    /// The part that an operation is about: `Get`, `Put` or `Delete`, its name, and at times `Configuration`.
    fn of(operation: &str) -> Result<&'static Self, Failure> {
        let name = ["Get", "Put", "Delete"].iter().find_map(|verb| operation.strip_prefix(verb)).unwrap_or(operation);
        let name = name.strip_suffix("Configuration").unwrap_or(name);
        let unknown = || Failure::new("NotImplemented", "A header you provided implies functionality that is not implemented.").status(501);
        PARTS.iter().find(|part| part.name == name).ok_or_else(unknown)
    }
}

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "GetBucketCors"
        | "GetBucketEncryption"
        | "GetBucketLifecycleConfiguration"
        | "GetBucketOwnershipControls"
        | "GetBucketVersioning"
        | "GetPublicAccessBlock"
        | "GetBucketReplication"
        | "GetBucketWebsite"
        | "GetObjectLockConfiguration"
        | "GetBucketAccelerateConfiguration"
        | "GetBucketLogging" => get,
        "PutBucketCors"
        | "PutBucketEncryption"
        | "PutBucketLifecycleConfiguration"
        | "PutBucketOwnershipControls"
        | "PutBucketVersioning"
        | "PutPublicAccessBlock" => put,
        "DeleteBucketCors"
        | "DeleteBucketEncryption"
        | "DeleteBucketLifecycle"
        | "DeleteBucketOwnershipControls"
        | "DeletePublicAccessBlock" => delete,
        "GetBucketAcl" => acl,
        "GetBucketRequestPayment" => request_payment,
        "GetBucketPolicy" => policy::get,
        "PutBucketPolicy" => policy::put,
        "DeleteBucketPolicy" => policy::delete,
        _ => return None,
    })
}

/// *Default settings for new S3 buckets*: since April 2023 no public access, no ACLs, keys of S3; later also no keys of customers.
pub(super) fn of_new_bucket(ownership: Option<&str>) -> BTreeMap<String, String> {
    let flag = |name: &str| format!("<{name}>true</{name}>");
    let blocked: String = checks::BLOCKS.iter().map(|name| flag(name)).collect();
    let ownership = ownership.unwrap_or("BucketOwnerEnforced");
    let ownership = format!("<Rule><ObjectOwnership>{ownership}</ObjectOwnership></Rule>");
    let parts = [(PUBLIC_ACCESS_BLOCK, blocked), (ENCRYPTION, default_encryption()), (OWNERSHIP, ownership)];
    parts.into_iter().map(|(name, document)| (name.to_owned(), document)).collect()
}

fn default_encryption() -> String {
    let default = "<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>";
    let blocked = "<BlockedEncryptionTypes><EncryptionType>SSE-C</EncryptionType></BlockedEncryptionTypes>";
    format!("<Rule>{default}<BucketKeyEnabled>false</BucketKeyEnabled>{blocked}</Rule>")
}

fn get(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let (bucket, part) = (super::bucket(context, request)?, Part::of(&request.operation)?);
    context.params.text(part.query);
    let document = match (bucket.parts.get(part.query), part.absent) {
        (Some(document), _) => document.clone(),
        (None, Some((code, message))) => return Err(Failure::new(code, message).status(404)),
        (None, None) => String::new(),
    };
    Ok(Answer::Whole(Whole::xml(Service::S3, part.root, &Xml::written(document))))
}

fn put(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let (bucket, part) = (super::bucket(context, request)?, Part::of(&request.operation)?);
    context.params.text(part.query);
    let malformed =
        || Failure::new("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");
    let document = inside(&request.body, part.root).ok_or_else(malformed)?;
    (part.check)(context)?;
    let document = if part.query == "lifecycle" { with_ids(context, &document) } else { document };
    context.change::<Bucket>(&bucket.name)?.parts.insert(part.query.to_owned(), document);
    Ok(Answer::Whole(Whole::empty(200)))
}

/// What is in a document below its root.
fn inside(body: &[u8], root: &str) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let (_, rest) = text.split_once(&format!("<{root}"))?;
    let (_, rest) = rest.split_once('>')?;
    let (inside, _) = rest.rsplit_once(&format!("</{root}>"))?;
    Some(inside.to_owned())
}

/// *Lifecycle rule ID*: AWS makes one up for a rule that has none.
fn with_ids(context: &mut Context<'_>, document: &str) -> String {
    let mut rules = document.split("<Rule>");
    let mut written = rules.next().unwrap_or_default().to_owned();
    for rule in rules {
        written.push_str("<Rule>");
        if !rule.contains("<ID>") {
            let id = format!("<ID>{:032x}</ID>", context.chance("lifecycle-rule"));
            written.push_str(&id);
        }
        written.push_str(rule);
    }
    written
}

/// What is deleted is back as AWS has it by itself, where it has anything.
fn delete(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let (bucket, part) = (super::bucket(context, request)?, Part::of(&request.operation)?);
    context.params.text(part.query);
    let parts = &mut context.change::<Bucket>(&bucket.name)?.parts;
    match part.query {
        ENCRYPTION => parts.insert(ENCRYPTION.to_owned(), default_encryption()),
        query => parts.remove(query),
    };
    Ok(Answer::Whole(Whole::empty(204)))
}

/// Nobody but the owner may do anything by an ACL.
fn acl(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    super::bucket(context, request)?;
    context.params.text("acl");
    let account = &context.place.account;
    let mut xml = Xml::new();
    bucket::owner(&mut xml, account);
    let grantee = format!(
        "<AccessControlList><Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\">\
         <ID>{account:0>64}</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant></AccessControlList>"
    );
    xml.append(&Xml::written(grantee));
    Ok(Answer::Whole(Whole::xml(Service::S3, "AccessControlPolicy", &xml)))
}

fn request_payment(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    super::bucket(context, request)?;
    context.params.text("requestPayment");
    let mut xml = Xml::new();
    xml.text("Payer", "BucketOwner");
    Ok(Answer::Whole(Whole::xml(Service::S3, "RequestPaymentConfiguration", &xml)))
}
