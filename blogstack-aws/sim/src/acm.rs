//! The simulated Certificate Manager: certificates that are validated by records in the simulated Route 53.
//!
//! Source: *AWS Certificate Manager API reference*; *DNS validation*. Not modelled: validation by mail, imports, private authorities,
//! renewal, exports.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::chance;
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::reply::Answer;
use crate::protocol::service::GLOBAL;
use crate::route53::name;
use crate::state::object::{Kind, Object, Tags};

/// A certificate. Its ARN is its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Certificate {
    arn: String,
    pub(crate) domain: String,
    /// All names, the first among them.
    names: BTreeSet<String>,
    key_algorithm: String,
    logging: String,
    /// The idempotency token, and until when it counts.
    token: Option<(String, Moment)>,
    created_at: Moment,
    /// When it is issued, once its records are there.
    issued_at: Option<Moment>,
    /// The ARNs of what uses it.
    in_use_by: BTreeSet<String>,
    tags: Tags,
}

impl Object for Certificate {
    const KIND: Kind = Kind {
        name: "certificate",
        prefix: "",
        missing: "ResourceNotFoundException",
        malformed: None,
        sentence: "Could not find certificate {}.",
    };

    fn id(&self) -> &str {
        &self.arn
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }
}

const ALGORITHMS: [&str; 7] = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"];

/// The operation of a name, when it is simulated.
pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "RequestCertificate" => |context, _| request(context),
        "DescribeCertificate" => |context, _| describe(context),
        "ListCertificates" => |context, _| list(context),
        "DeleteCertificate" => |context, _| delete(context),
        "UpdateCertificateOptions" => |context, _| update_options(context),
        "AddTagsToCertificate" => |context, _| add_tags(context),
        "RemoveTagsFromCertificate" => |context, _| remove_tags(context),
        "ListTagsForCertificate" => |context, _| list_tags(context),
        _ => return None,
    })
}

fn invalid(message: impl Into<String>) -> Failure {
    Failure::new("ValidationException", message)
}

/// A domain as certificates have it: in lower case, perhaps with a wildcard.
fn domain(text: &str) -> Result<String, Failure> {
    let bad = || invalid(format!("1 validation error detected: Value '{text}' at 'domainName' failed to satisfy constraint"));
    let lower = text.to_lowercase();
    let bare = lower.strip_prefix("*.").unwrap_or(&lower);
    let fits =
        |label: &str| !label.is_empty() && label.len() <= 63 && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if bare.contains('.') && bare.len() <= 253 && bare.split('.').all(fits) { Ok(lower) } else { Err(bad()) }
}

fn sent_tags(context: &Context<'_>) -> Result<Tags, Failure> {
    let tags = context.params.groups("Tags").into_iter();
    let tags: Vec<(String, String)> = tags
        .map(|tag| Ok((tag.required("Key").map_err(|_| invalid("a tag has no key"))?.to_owned(), tag.owned("Value").unwrap_or_default())))
        .collect::<Result<_, Failure>>()?;
    if tags.iter().any(|(key, _)| key.starts_with("aws:")) {
        return Err(Failure::new("InvalidTagException", "aws: prefixed tag key names are not allowed for external use."));
    }
    Ok(tags.into_iter().collect())
}

/// *`RequestCertificate`*: the same token within an hour, for the same domain, is answered with the certificate that is there.
fn request(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let own = domain(context.params.text("DomainName").ok_or_else(|| invalid("DomainName is required"))?)?;
    match context.params.text("ValidationMethod") {
        None | Some("DNS") => {}
        Some(other) => return Err(invalid(format!("the validation method {other} is not simulated"))),
    }
    let mut names: BTreeSet<String> =
        context.params.list("SubjectAlternativeNames").iter().map(|name| domain(name)).collect::<Result<_, _>>()?;
    names.insert(own.clone());
    if names.len() > 100 {
        return Err(invalid("at most 100 names are possible"));
    }
    let key_algorithm = context.params.owned("KeyAlgorithm").unwrap_or_else(|| "RSA_2048".to_owned());
    if !ALGORITHMS.contains(&key_algorithm.as_str()) {
        return Err(invalid(format!("the key algorithm {key_algorithm} is not possible")));
    }
    let logging = logging(context)?.unwrap_or_else(|| "ENABLED".to_owned());
    let tags = sent_tags(context)?;
    let token = context.params.owned("IdempotencyToken");
    let now = context.now;
    let same = |certificate: &&Certificate| {
        let counts = certificate.token.as_ref().zip(token.as_ref()).is_some_and(|((own, until), token)| own == token && *until > now);
        counts && certificate.domain == own && certificate.names == names
    };
    if let Some(there) = context.all::<Certificate>().find(same) {
        return Ok(Answer::Json(json!({ "CertificateArn": there.arn })));
    }
    let number = context.chance("certificate");
    let id = chance::request_id(context.seed, 1, number);
    let arn = format!("arn:aws:acm:{}:{}:certificate/{id}", context.place.region, context.place.account);
    let token = token.map(|token| (token, moment::later(now, std::time::Duration::from_hours(1))));
    context.add(Certificate {
        arn: arn.clone(),
        domain: own,
        names,
        key_algorithm,
        logging,
        token,
        created_at: now,
        issued_at: None,
        in_use_by: BTreeSet::new(),
        tags,
    });
    Ok(Answer::Json(json!({ "CertificateArn": arn })))
}

fn logging(context: &Context<'_>) -> Result<Option<String>, Failure> {
    match context.params.owned("Options.CertificateTransparencyLoggingPreference") {
        Some(other) if !["ENABLED", "DISABLED"].contains(&other.as_str()) => Err(invalid(format!("{other} is no preference for logging"))),
        logging => Ok(logging),
    }
}

/// The certificate that a request names.
fn wanted(context: &Context<'_>, reads: bool) -> Result<Certificate, Failure> {
    let arn = context.params.text("CertificateArn").ok_or_else(|| invalid("CertificateArn is required"))?;
    if !arn.starts_with("arn:") {
        let message = format!("Certificate arn {arn} is not valid");
        return Err(Failure::new("InvalidArnException", message));
    }
    let found = if reads { context.region.certificates.visible(arn, context.now) } else { context.find::<Certificate>(arn).ok() };
    found.cloned().ok_or_else(|| Certificate::KIND.not_found(arn))
}

/// The record that shows that somebody owns a name: the same for a name and its wildcard.
fn record(context: &Context<'_>, name: &str) -> (String, String) {
    let bare = name.strip_prefix("*.").unwrap_or(name);
    let digits = |purpose: &str| {
        let number = |half: &str| chance::number(context.seed, &[&context.place.account, purpose, bare, half]);
        format!("{:016x}{:016x}", number("high"), number("low"))
    };
    (format!("_{}.{bare}.", digits("name")), format!("_{}.acm-validations.aws.", digits("value")))
}

/// Whether the record of a name stands in a public zone of the account.
fn is_validated(context: &Context<'_>, name: &str) -> bool {
    let (own, value) = record(context, name);
    let Ok(own) = name::canonical(&own) else { return false };
    let Some(region) = context.region_of(GLOBAL) else { return false };
    region.dns_records.iter().any(|record| {
        let in_public_zone = || region.hosted_zones.iter().any(|zone| zone.is_public() && record.is_of(zone.id()));
        let says = |text: &String| text.trim_end_matches('.') == value.trim_end_matches('.');
        record.name == own && record.kind == "CNAME" && record.values.iter().any(says) && in_public_zone()
    })
}

/// Lets a certificate be issued a while after all its records are seen.
fn look(context: &mut Context<'_>, certificate: &mut Certificate) -> Result<(), Failure> {
    if certificate.issued_at.is_none() && certificate.names.iter().all(|name| is_validated(context, name)) {
        certificate.issued_at = Some(moment::later(context.now, context.settings.delays.certificate_issued));
        context.change::<Certificate>(&certificate.arn)?.issued_at = certificate.issued_at;
    }
    Ok(())
}

fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let mut certificate = wanted(context, true)?;
    look(context, &mut certificate)?;
    let issued = certificate.issued_at.filter(|at| *at <= context.now);
    let options: Vec<Value> = certificate
        .names
        .iter()
        .map(|name| {
            let (own, value) = record(context, name);
            json!({
                "DomainName": name,
                "ValidationDomain": name,
                "ValidationMethod": "DNS",
                "ValidationStatus": if issued.is_some() { "SUCCESS" } else { "PENDING_VALIDATION" },
                "ResourceRecord": { "Name": own, "Type": "CNAME", "Value": value },
            })
        })
        .collect();
    let mut told = json!({
        "CertificateArn": certificate.arn,
        "DomainName": certificate.domain,
        "SubjectAlternativeNames": certificate.names,
        "DomainValidationOptions": options,
        "Subject": format!("CN={}", certificate.domain),
        "CreatedAt": moment::unix_seconds(certificate.created_at),
        "Status": if issued.is_some() { "ISSUED" } else { "PENDING_VALIDATION" },
        "KeyAlgorithm": certificate.key_algorithm.replace('_', "-"),
        "InUseBy": certificate.in_use_by,
        "Type": "AMAZON_ISSUED",
        "RenewalEligibility": if certificate.in_use_by.is_empty() { "INELIGIBLE" } else { "ELIGIBLE" },
        "Options": { "CertificateTransparencyLoggingPreference": certificate.logging, "Export": "DISABLED" },
    });
    if certificate.key_algorithm.starts_with("EC_") {
        told["KeyAlgorithm"] = certificate.key_algorithm.clone().into();
    }
    if let Some(at) = issued {
        told["IssuedAt"] = moment::unix_seconds(at).into();
        told["NotBefore"] = moment::unix_seconds(at).into();
        told["NotAfter"] = (moment::unix_seconds(at) + 395 * 24 * 3600).into();
    }
    Ok(Answer::Json(json!({ "Certificate": told })))
}

/// *`ListCertificates`*: without a filter for key types, only those with RSA keys of 1,024 and 2,048 bits.
fn list(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let types = context.params.list("Includes.keyTypes");
    let statuses = context.params.list("CertificateStatuses");
    let most = context.params.number::<usize>("MaxItems")?.unwrap_or(1000);
    if !(1..=1000).contains(&most) {
        return Err(invalid("MaxItems must be 1 to 1000"));
    }
    let from = context.params.owned("NextToken");
    let now = context.now;
    let is_of = |certificate: &&Certificate| match types.is_empty() {
        true => ["RSA_1024", "RSA_2048"].contains(&certificate.key_algorithm.as_str()),
        false => types.contains(&certificate.key_algorithm),
    };
    let status =
        |certificate: &Certificate| if certificate.issued_at.is_some_and(|at| at <= now) { "ISSUED" } else { "PENDING_VALIDATION" };
    let all: Vec<&Certificate> = context
        .region
        .certificates
        .iter_visible(now)
        .filter(is_of)
        .filter(|certificate| statuses.is_empty() || statuses.iter().any(|wanted| wanted == status(certificate)))
        .filter(|certificate| from.as_ref().is_none_or(|from| certificate.arn >= *from))
        .collect();
    let told: Vec<Value> = all
        .iter()
        .take(most)
        .map(|certificate| {
            json!({
                "CertificateArn": certificate.arn,
                "DomainName": certificate.domain,
                "SubjectAlternativeNameSummaries": certificate.names,
                "Status": status(certificate),
                "Type": "AMAZON_ISSUED",
                "KeyAlgorithm": certificate.key_algorithm,
                "InUse": !certificate.in_use_by.is_empty(),
                "CreatedAt": moment::unix_seconds(certificate.created_at),
            })
        })
        .collect();
    Ok(Answer::Json(json!({ "CertificateSummaryList": told, "NextToken": all.get(most).map(|certificate| &certificate.arn) })))
}

fn delete(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let certificate = wanted(context, false)?;
    if !certificate.in_use_by.is_empty() {
        let message = format!("Certificate {} is in use.", certificate.arn);
        return Err(Failure::new("ResourceInUseException", message));
    }
    context.remove::<Certificate>(&certificate.arn);
    Ok(Answer::Json(json!({})))
}

fn update_options(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let certificate = wanted(context, false)?;
    let logging = logging(context)?.ok_or_else(|| invalid("Options are required"))?;
    context.change::<Certificate>(&certificate.arn)?.logging = logging;
    Ok(Answer::Json(json!({})))
}

fn add_tags(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let certificate = wanted(context, false)?;
    let tags = sent_tags(context)?;
    if certificate.tags.len() + tags.len() > 50 {
        return Err(Failure::new("TooManyTagsException", "at most 50 tags are possible"));
    }
    context.change::<Certificate>(&certificate.arn)?.tags.extend(tags);
    Ok(Answer::Json(json!({})))
}

fn remove_tags(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let certificate = wanted(context, false)?;
    for tag in context.params.groups("Tags") {
        let (key, value) = (tag.owned("Key").unwrap_or_default(), tag.owned("Value"));
        let tags = &mut context.change::<Certificate>(&certificate.arn)?.tags;
        if value.is_none() || tags.get(&key) == value.as_ref() {
            tags.remove(&key);
        }
    }
    Ok(Answer::Json(json!({})))
}

fn list_tags(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let certificate = wanted(context, true)?;
    let tags: Vec<Value> = certificate.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    Ok(Answer::Json(json!({ "Tags": tags })))
}
