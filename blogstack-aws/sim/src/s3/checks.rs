//! What AWS checks in the parts of a bucket.
//!
//! Source: *`CORSRule`*, *`LifecycleRule`*, *`ServerSideEncryptionRule`*, *`OwnershipControlsRule`* in the Amazon S3 API reference.

use std::collections::BTreeSet;

use crate::context::Context;
use crate::failure::Failure;
use crate::params::Params;

/// The four ways in which a bucket is kept from being public.
pub(super) const BLOCKS: [&str; 4] = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];

fn malformed() -> Failure {
    Failure::new("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema")
}

fn invalid(message: impl Into<String>) -> Failure {
    Failure::new("InvalidArgument", message)
}

pub(super) fn versioning(context: &Context<'_>) -> Result<(), Failure> {
    match context.params.text("Status") {
        Some("Enabled" | "Suspended") => Ok(()),
        _ => {
            let message = "The Versioning element must be specified";
            Err(Failure::new("IllegalVersioningConfigurationException", message))
        }
    }
}

pub(super) fn public_access_block(context: &Context<'_>) -> Result<(), Failure> {
    for name in BLOCKS {
        context.params.flag(name).map_err(|_| malformed())?;
    }
    Ok(())
}

pub(super) fn ownership(context: &Context<'_>) -> Result<(), Failure> {
    let rules = context.params.each("Rule");
    let known =
        |rule: &Params| matches!(rule.text("ObjectOwnership"), Some("BucketOwnerEnforced" | "BucketOwnerPreferred" | "ObjectWriter"));
    if rules.len() == 1 && rules.iter().all(known) { Ok(()) } else { Err(malformed()) }
}

pub(super) fn encryption(context: &Context<'_>) -> Result<(), Failure> {
    let [rule] = &context.params.each("Rule")[..] else { return Err(malformed()) };
    rule.flag("BucketKeyEnabled").map_err(|_| malformed())?;
    for kind in rule.group("BlockedEncryptionTypes").map(|blocked| blocked.each_text("EncryptionType")).unwrap_or_default() {
        if !["NONE", "SSE-C"].contains(&kind.as_str()) {
            return Err(malformed());
        }
    }
    let default = rule.group("ApplyServerSideEncryptionByDefault").ok_or_else(malformed)?;
    match (default.text("SSEAlgorithm"), default.text("KMSMasterKeyID")) {
        (Some("AES256"), Some(_)) => {
            Err(invalid("a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse"))
        }
        (Some("AES256" | "aws:kms" | "aws:kms:dsse"), _) => Ok(()),
        _ => Err(malformed()),
    }
}

pub(super) fn cors(context: &Context<'_>) -> Result<(), Failure> {
    let rules = context.params.each("CORSRule");
    if !(1..=100).contains(&rules.len()) {
        return Err(malformed());
    }
    for rule in rules {
        let (methods, origins) = (rule.each_text("AllowedMethod"), rule.each_text("AllowedOrigin"));
        if methods.is_empty() || origins.is_empty() {
            return Err(malformed());
        }
        if let Some(method) = methods.iter().find(|method| !["GET", "PUT", "HEAD", "POST", "DELETE"].contains(&method.as_str())) {
            let message = format!("Found unsupported HTTP method in CORS config. Unsupported method is {method}");
            return Err(Failure::new("InvalidRequest", message));
        }
        if let Some(origin) = origins.iter().find(|origin| origin.matches('*').count() > 1) {
            return Err(Failure::new("InvalidRequest", format!("AllowedOrigin \"{origin}\" can not have more than one wildcard.")));
        }
        rule.number::<u32>("MaxAgeSeconds").map_err(|_| malformed())?;
        for name in ["AllowedHeader", "ExposeHeader", "ID"] {
            rule.each_text(name);
        }
    }
    Ok(())
}

pub(super) fn lifecycle(context: &Context<'_>) -> Result<(), Failure> {
    let rules = context.params.each("Rule");
    context.params.text("x-amz-transition-default-minimum-object-size");
    if !(1..=1000).contains(&rules.len()) {
        return Err(malformed());
    }
    let mut ids = BTreeSet::new();
    for rule in rules {
        if !matches!(rule.text("Status"), Some("Enabled" | "Disabled")) {
            return Err(malformed());
        }
        if let Some(id) = rule.text("ID").filter(|id| !id.is_empty()) {
            if id.chars().count() > 255 {
                return Err(invalid("ID length should not exceed allowed limit of 255"));
            }
            if !ids.insert(id.to_owned()) {
                return Err(invalid(format!("Rule ID must be unique. Found same ID for more than one rule: {id}")));
            }
        }
        filter(&rule)?;
        actions(&rule)?;
    }
    Ok(())
}

/// A rule says to which objects it applies, in the old way or in the new one.
fn filter(rule: &Params) -> Result<(), Failure> {
    let (old, new) = (rule.text("Prefix").is_some(), rule.text("Filter").is_some() || rule.group("Filter").is_some());
    if old == new {
        return Err(malformed());
    }
    let Some(filter) = rule.group("Filter") else { return Ok(()) };
    let read = |params: &Params| {
        for name in ["Prefix", "ObjectSizeGreaterThan", "ObjectSizeLessThan"] {
            params.text(name);
        }
        for tag in params.each("Tag") {
            tag.text("Key");
            tag.text("Value");
        }
    };
    read(&filter);
    if let Some(and) = filter.group("And") {
        read(&and);
    }
    Ok(())
}

fn actions(rule: &Params) -> Result<(), Failure> {
    let days = |params: &Params, name: &str, least: u32| match params.number::<u32>(name) {
        Ok(Some(days)) if days < least => Err(invalid(format!("'{name}' for action must be a positive integer"))),
        Ok(days) => Ok(days),
        Err(_) => Err(malformed()),
    };
    let mut some = false;
    if let Some(expiration) = rule.group("Expiration") {
        let marker = expiration.flag("ExpiredObjectDeleteMarker").map_err(|_| malformed())?;
        some |= days(&expiration, "Days", 1)?.is_some() || expiration.text("Date").is_some() || marker.is_some();
    }
    for transition in rule.each("Transition") {
        let class = transition.text("StorageClass").ok_or_else(malformed)?.to_owned();
        let days = days(&transition, "Days", 0)?;
        if ["STANDARD_IA", "ONEZONE_IA"].contains(&class.as_str()) && days.is_some_and(|days| days < 30) {
            let message = format!("'Days' in Transition action must be greater than or equal to 30 for storageClass '{class}'");
            return Err(invalid(message));
        }
        some |= days.is_some() || transition.text("Date").is_some();
    }
    for transition in rule.each("NoncurrentVersionTransition") {
        transition.text("StorageClass").ok_or_else(malformed)?;
        days(&transition, "NewerNoncurrentVersions", 1)?;
        some |= days(&transition, "NoncurrentDays", 0)?.is_some();
    }
    if let Some(expiration) = rule.group("NoncurrentVersionExpiration") {
        days(&expiration, "NewerNoncurrentVersions", 1)?;
        some |= days(&expiration, "NoncurrentDays", 1)?.is_some();
    }
    if let Some(abort) = rule.group("AbortIncompleteMultipartUpload") {
        some |= days(&abort, "DaysAfterInitiation", 1)?.is_some();
    }
    if some { Ok(()) } else { Err(Failure::new("InvalidRequest", "At least one action needs to be specified in a rule")) }
}
