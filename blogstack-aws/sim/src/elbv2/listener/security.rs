//! Certificates and security policies of listeners.
//!
//! Source: *`CreateListener`*, *Security policies for your Application Load Balancer*. Certificates are not looked up: whatever looks
//! like the ARN of one is one.

use super::Listener;
use crate::context::Context;
use crate::elbv2::{invalid, unfit};
use crate::failure::Failure;

/// The policy of listeners for which nothing is said.
const STANDARD: &str = "ELBSecurityPolicy-2016-08";

/// What the names of all others go on with.
const POLICIES: [&str; 16] = [
    "2016-08",
    "2015-05",
    "TLS-1-0-2015-04",
    "TLS-1-1-2017-01",
    "TLS-1-2-2017-01",
    "TLS-1-2-Ext-2018-06",
    "FS-2018-06",
    "FS-1-1-2019-08",
    "FS-1-2-2019-08",
    "FS-1-2-Res-2019-08",
    "FS-1-2-Res-2020-10",
    "TLS13-1-0-2021-06",
    "TLS13-1-1-2021-06",
    "TLS13-1-2-2021-06",
    "TLS13-1-2-Res-2021-06",
    "TLS13-1-3-2021-06",
];

/// Takes over what a request says about certificates and policies; listeners without encryption have neither.
pub(super) fn apply(context: &Context<'_>, listener: &mut Listener) -> Result<(), Failure> {
    let certificates = certificates(context)?;
    let (policy, alpn) = (context.params.owned("SslPolicy"), context.params.list("AlpnPolicy.member"));
    if !listener.is_secure() {
        if !certificates.is_empty() {
            return Err(invalid(format!("A certificate cannot be specified for {} listeners", listener.protocol)));
        }
        (listener.ssl_policy, listener.certificates, listener.alpn_policy) = (None, Vec::new(), Vec::new());
        return Ok(());
    }
    match certificates.as_slice() {
        [] if listener.certificates.is_empty() => {
            return Err(invalid(format!("A certificate must be specified for {} listeners", listener.protocol)));
        }
        [] => {}
        [only] => match listener.certificates.first_mut() {
            Some(first) => first.clone_from(only),
            None => listener.certificates.push(only.clone()),
        },
        _ => return Err(unfit("You must provide a list containing exactly one certificate")),
    }
    let policy = policy.or_else(|| listener.ssl_policy.take()).unwrap_or_else(|| STANDARD.to_owned());
    if !policy.strip_prefix("ELBSecurityPolicy-").is_some_and(|rest| POLICIES.contains(&rest)) {
        return Err(Failure::new("SSLPolicyNotFound", format!("SSL policy '{policy}' not found")));
    }
    listener.ssl_policy = Some(policy);
    if !alpn.is_empty() {
        if listener.protocol != "TLS" {
            return Err(invalid("An ALPN policy can be specified for TLS listeners only"));
        }
        listener.alpn_policy = if alpn == ["None"] { Vec::new() } else { alpn };
    }
    Ok(())
}

/// The certificates of a request.
pub(crate) fn certificates(context: &Context<'_>) -> Result<Vec<String>, Failure> {
    let arn = |group: &crate::params::Params| {
        let arn = group.owned("CertificateArn").unwrap_or_default();
        group.known_as_false("IsDefault");
        let known = arn.starts_with("arn:aws:acm:") || (arn.starts_with("arn:aws:iam:") && arn.contains(":server-certificate/"));
        if known { Ok(arn) } else { Err(Failure::new("CertificateNotFound", format!("Certificate '{arn}' not found"))) }
    };
    context.params.groups("Certificates.member").iter().map(arn).collect()
}
