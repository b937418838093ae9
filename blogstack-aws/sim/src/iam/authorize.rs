//! Whether who calls may: the policies of a role against what the request is about.
//!
//! Source: *Service authorization reference*; *Policy evaluation logic* and *Troubleshoot access denied error messages* in the IAM user guide.
//! The account's own user may do everything. Bucket policies and other policies of resources are not looked at, nor is `iam:PassRole`.

use super::document::{self, Document, Use};
use super::evaluate::{self, Keys, Question, Verdict};
use super::role::Role;
use super::session::Session;
use super::{attachment::Attachment, inline::RolePolicy, policy, resource};
use crate::context::Context;
use crate::failure::Failure;
use crate::moment;
use crate::protocol::request::Request;
use crate::protocol::service::{Protocol, Service};
use crate::state::region::Region;

/// Refuses what who calls may not do.
pub(crate) fn authorize(context: &Context<'_>, request: &Request) -> Result<(), Failure> {
    let Some(session) = &request.session else { return Ok(()) };
    // Everybody may ask who they are.
    if request.operation == "GetCallerIdentity" {
        return Ok(());
    }
    let account = &context.place.account;
    let region = super::region_of(context, account);
    let Some((region, role)) = region.and_then(|region| Some((region, region.roles.get(&session.role)?))) else {
        let message = "The security token included in the request is invalid.";
        return Err(Failure::new("InvalidClientTokenId", message).status(403));
    };
    let rights = Rights::of(region, role);
    let action = resource::action(request);
    for resource in resource::arns(context, request) {
        let keys = keys(context, request, session, role, &resource);
        let verdict = rights.judge(&Question { action: &action, resource: &resource, keys: &keys });
        // Somebody of the same account who is named in a trust policy needs no policy besides.
        let left_to_trust = verdict == Verdict::NotAllowed && action == "sts:AssumeRole" && is_of(&resource, account);
        if verdict != Verdict::Allowed && !left_to_trust {
            return Err(refusal(request, &session.arn(context.place), &action, &resource, verdict));
        }
    }
    Ok(())
}

fn is_of(arn: &str, account: &str) -> bool {
    arn.split(':').nth(4) == Some(account)
}

/// What a role may do.
pub(super) struct Rights {
    policies: Vec<Document>,
    boundary: Option<Document>,
}

impl Rights {
    pub(super) fn of(region: &Region, role: &Role) -> Self {
        let inline = region.role_policies.of(&role.name).map(|policy: &RolePolicy| policy.document.as_str());
        let attached = region.role_policy_attachments.of(&role.name);
        let attached = attached.filter_map(|attachment: &Attachment| policy::in_force(region, &attachment.policy));
        let policies = inline.chain(attached).map(|text| document::stored(text, Use::Identity)).collect();
        // A boundary that is gone allows nothing.
        let boundary = role.boundary.as_ref().map(|arn| policy::in_force(region, arn).unwrap_or_default());
        Self { policies, boundary: boundary.map(|text| document::stored(text, Use::Identity)) }
    }

    pub(super) fn judge(&self, question: &Question<'_>) -> Verdict {
        evaluate::identity(&self.policies, self.boundary.as_ref(), question)
    }
}

/// The address of whoever calls the simulation.
const SOURCE: &str = "127.0.0.1";

/// What conditions can ask about a request to a resource.
fn keys(context: &Context<'_>, request: &Request, session: &Session, role: &Role, resource: &str) -> Keys {
    let place = context.place;
    let mut keys = Keys::new();
    let mut put = |key: &str, value: String| keys.entry(key.to_lowercase()).or_default().push(value);
    put("aws:SourceIp", SOURCE.to_owned());
    put("aws:SecureTransport", "true".to_owned());
    put("aws:CurrentTime", moment::date(context.now));
    put("aws:RequestedRegion", place.region.clone());
    put("aws:PrincipalAccount", place.account.clone());
    put("aws:PrincipalArn", format!("arn:aws:iam::{}:role{}{}", place.account, role.path, role.name));
    put("aws:PrincipalType", "AssumedRole".to_owned());
    put("aws:userid", format!("{}:{}", role.aws_id, session.name));
    for (key, value) in &role.tags {
        put(&format!("aws:PrincipalTag/{key}"), value.clone());
    }
    for (key, value) in resource::sent_tags(request) {
        put(&format!("aws:RequestTag/{key}"), value);
        put("aws:TagKeys", key);
    }
    for (key, value) in resource::tags(context, resource) {
        put(&format!("aws:ResourceTag/{key}"), value.clone());
        put(&format!("{}:ResourceTag/{key}", resource::prefix(request.service)), value);
    }
    if request.service == Service::Ec2 {
        put("ec2:Region", place.region.clone());
    }
    if let Some(prefix) = resource::listed(request) {
        put("s3:prefix", prefix.to_owned());
    }
    keys
}

/// In the words of the service.
fn refusal(request: &Request, who: &str, action: &str, resource: &str, verdict: Verdict) -> Failure {
    let because = match verdict {
        Verdict::Denied => "with an explicit deny in an identity-based policy".to_owned(),
        Verdict::OutOfBounds => format!("because no permissions boundary allows the {action} action"),
        _ => format!("because no identity-based policy allows the {action} action"),
    };
    let sentence = format!("User: {who} is not authorized to perform: {action} on resource: {resource} {because}");
    match request.protocol {
        Protocol::Ec2 => {
            let message = format!("You are not authorized to perform this operation. {sentence}");
            Failure::new("UnauthorizedOperation", message).status(403)
        }
        Protocol::Json | Protocol::Cbor | Protocol::RestJson => Failure::new("AccessDeniedException", sentence),
        Protocol::Query | Protocol::RestXml | Protocol::S3 => Failure::new("AccessDenied", sentence).status(403),
    }
}

/// The role that somebody becomes, when its trust policy lets them. `None`: it was not made here, so nothing is known of it.
pub(crate) fn assumed<'a>(context: &'a Context<'_>, request: &Request, arn: &str) -> Result<Option<&'a Role>, Failure> {
    let found = document::role_in(arn).and_then(|(owner, name)| super::region_of(context, owner)?.roles.get(name));
    let Some(role) = found else { return Ok(None) };
    let caller = Caller::of(context, request);
    let mut keys = Keys::new();
    keys.insert("aws:sourceip".to_owned(), vec![SOURCE.to_owned()]);
    keys.insert("aws:principalarn".to_owned(), vec![caller.role.clone().unwrap_or_else(|| caller.arn.clone())]);
    keys.insert("sts:externalid".to_owned(), context.params.owned("ExternalId").into_iter().collect());
    let question = Question { action: "sts:AssumeRole", resource: arn, keys: &keys };
    let names: Vec<(&str, &str)> = caller.names(&question).map(|name| ("AWS", name)).collect();
    if !arn.ends_with(&format!(":role{}{}", role.path, role.name))
        || !evaluate::trusts(&document::stored(&role.trust, Use::Trust), &names, &question)
    {
        let message = format!("User: {} is not authorized to perform: sts:AssumeRole on resource: {arn}", caller.arn);
        return Err(Failure::new("AccessDenied", message).status(403));
    }
    match context.params.number::<u32>("DurationSeconds")? {
        Some(seconds) if seconds > role.max_session_duration => {
            let message = format!("The requested DurationSeconds {seconds} exceeds the MaxSessionDuration set for this role.");
            Err(Failure::new("ValidationError", message))
        }
        _ => Ok(Some(role)),
    }
}

/// Who wants to become a role.
struct Caller {
    account: String,
    /// The ARN of the account itself.
    root: String,
    arn: String,
    /// The ARN of the role that it is now, and what that role may do.
    role: Option<String>,
    rights: Option<Rights>,
}

impl Caller {
    fn of(context: &Context<'_>, request: &Request) -> Self {
        let account = context.place.account.clone();
        let session = request.session.as_ref();
        let region = super::region_of(context, &account);
        let role = session.and_then(|session| region?.roles.get(&session.role));
        Self {
            root: format!("arn:aws:iam::{account}:root"),
            arn: session.map_or_else(|| user(&account), |session| session.arn(context.place)),
            role: role.map(|role| format!("arn:aws:iam::{account}:role{}{}", role.path, role.name)),
            rights: region.zip(role).map(|(region, role)| Rights::of(region, role)),
            account,
        }
    }

    /// The names by which trust policies may mean it. Those of the account mean only whom the account's own policies let.
    fn names(&self, question: &Question<'_>) -> impl Iterator<Item = &str> {
        let lets = self.rights.as_ref().is_none_or(|rights| rights.judge(question) == Verdict::Allowed);
        let account = [&self.root, &self.account].into_iter().filter(move |_| lets);
        account.chain([&self.arn]).chain(&self.role).map(String::as_str)
    }
}

/// The account's own user.
pub(crate) fn user(account: &str) -> String {
    format!("arn:aws:iam::{account}:user/simulated")
}
