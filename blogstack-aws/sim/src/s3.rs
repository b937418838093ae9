//! The simulated S3: buckets with their parts, objects with their versions.
//!
//! Source: *Amazon S3 API reference*. Not modelled: multipart uploads, ACLs, replication, logging, websites, object lock; what reads
//! them is answered as by a bucket without them.

pub(crate) mod bucket;
mod checks;
mod listing;
mod md5;
pub(crate) mod object;
mod part;
mod policy;
mod tagging;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::request::Request;
use crate::protocol::rest::Route;
use crate::s3::bucket::Bucket;

const BUCKET: &str = "/{Bucket}";
const KEY: &str = "/{Bucket}/{Key+}";

/// The operations by method and path; the first that fits is meant.
pub(crate) const ROUTES: &[Route] = &[
    Route::new("GET", BUCKET, "GetBucketAccelerateConfiguration").query("accelerate"),
    Route::new("GET", BUCKET, "GetBucketAcl").query("acl"),
    Route::new("GET", BUCKET, "GetBucketCors").query("cors"),
    Route::new("GET", BUCKET, "GetBucketEncryption").query("encryption"),
    Route::new("GET", BUCKET, "GetBucketLifecycleConfiguration").query("lifecycle"),
    Route::new("GET", BUCKET, "GetBucketLocation").query("location"),
    Route::new("GET", BUCKET, "GetBucketLogging").query("logging"),
    Route::new("GET", BUCKET, "GetBucketOwnershipControls").query("ownershipControls"),
    Route::new("GET", BUCKET, "GetBucketPolicy").query("policy"),
    Route::new("GET", BUCKET, "GetBucketReplication").query("replication"),
    Route::new("GET", BUCKET, "GetBucketRequestPayment").query("requestPayment"),
    Route::new("GET", BUCKET, "GetBucketTagging").query("tagging"),
    Route::new("GET", BUCKET, "GetBucketVersioning").query("versioning"),
    Route::new("GET", BUCKET, "GetBucketWebsite").query("website"),
    Route::new("GET", BUCKET, "GetObjectLockConfiguration").query("object-lock"),
    Route::new("GET", BUCKET, "GetPublicAccessBlock").query("publicAccessBlock"),
    Route::new("GET", BUCKET, "ListObjectVersions").query("versions"),
    Route::new("GET", BUCKET, "ListObjectsV2").query("list-type=2"),
    Route::new("PUT", BUCKET, "PutBucketCors").query("cors"),
    Route::new("PUT", BUCKET, "PutBucketEncryption").query("encryption"),
    Route::new("PUT", BUCKET, "PutBucketLifecycleConfiguration").query("lifecycle"),
    Route::new("PUT", BUCKET, "PutBucketOwnershipControls").query("ownershipControls"),
    Route::new("PUT", BUCKET, "PutBucketPolicy").query("policy").payload("Policy"),
    Route::new("PUT", BUCKET, "PutBucketTagging").query("tagging"),
    Route::new("PUT", BUCKET, "PutBucketVersioning").query("versioning"),
    Route::new("PUT", BUCKET, "PutPublicAccessBlock").query("publicAccessBlock"),
    Route::new("DELETE", BUCKET, "DeleteBucketCors").query("cors"),
    Route::new("DELETE", BUCKET, "DeleteBucketEncryption").query("encryption"),
    Route::new("DELETE", BUCKET, "DeleteBucketLifecycle").query("lifecycle"),
    Route::new("DELETE", BUCKET, "DeleteBucketOwnershipControls").query("ownershipControls"),
    Route::new("DELETE", BUCKET, "DeleteBucketPolicy").query("policy"),
    Route::new("DELETE", BUCKET, "DeleteBucketTagging").query("tagging"),
    Route::new("DELETE", BUCKET, "DeletePublicAccessBlock").query("publicAccessBlock"),
    Route::new("POST", BUCKET, "DeleteObjects").query("delete"),
    Route::new("GET", "/", "ListBuckets"),
    Route::new("HEAD", BUCKET, "HeadBucket"),
    Route::new("PUT", BUCKET, "CreateBucket"),
    Route::new("DELETE", BUCKET, "DeleteBucket"),
    Route::new("GET", BUCKET, "ListObjects"),
    Route::new("GET", KEY, "GetObjectTagging").query("tagging"),
    Route::new("PUT", KEY, "PutObjectTagging").query("tagging"),
    Route::new("DELETE", KEY, "DeleteObjectTagging").query("tagging"),
    Route::new("GET", KEY, "GetObject"),
    Route::new("HEAD", KEY, "HeadObject"),
    Route::new("PUT", KEY, "PutObject").payload("Body"),
    Route::new("DELETE", KEY, "DeleteObject"),
];

/// The operation of a name, when it is simulated.
pub(crate) fn operation(name: &str) -> Option<Operation> {
    bucket::operation(name)
        .or_else(|| part::operation(name))
        .or_else(|| object::operation(name))
        .or_else(|| listing::operation(name))
        .or_else(|| tagging::operation(name))
}

/// The path with the bucket in it, also where the bucket stands in the host's name: `web.s3.eu-west-1.amazonaws.com`.
///
/// Source: *Virtual hosting of general purpose buckets*.
pub(crate) fn path<'a>(host: &str, path: &'a str) -> Cow<'a, str> {
    let host = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit())).map_or(host, |(host, _)| host);
    let of_aws = || host.rfind(".s3.").or_else(|| host.rfind(".s3-")).filter(|_| host.contains(".amazonaws.com"));
    let bucket = of_aws().map(|at| &host[..at]).or_else(|| host.strip_suffix(".s3.localhost")).or_else(|| host.strip_suffix(".localhost"));
    bucket.map_or(Cow::Borrowed(path), |bucket| Cow::Owned(format!("/{bucket}{path}")))
}

/// Takes notice of what tells of the request itself. Checksums are not compared.
fn envelope(context: &Context<'_>, request: &Request) {
    const SAYS: [&str; 8] = [
        "content-md5",
        "x-amz-checksum-crc32",
        "x-amz-checksum-crc32c",
        "x-amz-checksum-crc64nvme",
        "x-amz-checksum-mode",
        "x-amz-checksum-sha256",
        "x-amz-sdk-checksum-algorithm",
        "x-id",
    ];
    for name in SAYS {
        context.params.text(name);
    }
    // Elsewhere it is the type of the object.
    if request.operation != "PutObject" {
        context.params.text("content-type");
    }
}

/// The bucket that a request names, as this account may use it from this region.
fn bucket(context: &Context<'_>, request: &Request) -> Result<Bucket, Failure> {
    envelope(context, request);
    let name = context.params.required("Bucket")?;
    let missing = || Failure::new("NoSuchBucket", "The specified bucket does not exist").status(404);
    let place = bucket::place(context, name).ok_or_else(missing)?;
    if place.account != context.place.account {
        return Err(Failure::new("AccessDenied", "Access Denied").status(403));
    }
    if place.region != context.place.region {
        let message = "The bucket you are attempting to access must be addressed using the specified endpoint. \
                       Please send all future requests to this endpoint.";
        return Err(Failure::new("PermanentRedirect", message).status(301));
    }
    let found = if request.is_mutating() { context.find::<Bucket>(name).ok() } else { context.region.buckets.visible(name, context.now) };
    found.cloned().ok_or_else(missing)
}
