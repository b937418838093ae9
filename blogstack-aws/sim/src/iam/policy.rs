//! Managed policies: those of the account, and some of AWS's own.
//!
//! Source: *`CreatePolicy`*, *`GetPolicy`*, *`ListPolicies`*, *`DeletePolicy`*; *IAM and AWS STS quotas*.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::attachment::Attachment;
use super::document::{self, Use};
use super::role::Role;
use super::{arn, below, done, exists, in_use, invalid, limit, managed, missing, no_such, page, required, tag, tag_list, unique_id};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::reply::Answer;
use crate::state::object::{Kind, Object, Tags};

/// A managed policy of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ManagedPolicy {
    pub(super) arn: String,
    pub(super) name: String,
    path: String,
    policy_id: String,
    description: Option<String>,
    /// From the oldest to the newest.
    pub(super) versions: Vec<Version>,
    pub(super) default_version: u32,
    /// The number of the newest version ever.
    pub(super) newest_version: u32,
    created_at: Moment,
    pub(super) updated_at: Moment,
    tags: Tags,
}

/// What a managed policy says, or said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(super) number: u32,
    pub(super) document: String,
    pub(super) created_at: Moment,
}

impl Object for ManagedPolicy {
    const KIND: Kind =
        Kind { name: "managed-policy", prefix: "", missing: "NoSuchEntity", malformed: None, sentence: "Policy {} was not found." };

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

impl ManagedPolicy {
    /// The document that is in force.
    pub(super) fn document(&self) -> &str {
        let default = self.versions.iter().find(|version| version.number == self.default_version);
        default.map_or("", |version| &version.document)
    }

    /// What all answers have that name a policy; listings have no description and no tags.
    pub(super) fn brief(&self, context: &Context<'_>) -> Value {
        let boundary_of = context.all::<Role>().filter(|role| role.boundary.as_ref() == Some(&self.arn)).count();
        json!({
            "PolicyName": self.name,
            "PolicyId": self.policy_id,
            "Arn": self.arn,
            "Path": self.path,
            "DefaultVersionId": format!("v{}", self.default_version),
            "AttachmentCount": context.of::<Attachment>(&self.arn).count(),
            "PermissionsBoundaryUsageCount": boundary_of,
            "IsAttachable": true,
            "CreateDate": moment::date(self.created_at),
            "UpdateDate": moment::date(self.updated_at),
        })
    }

    fn whole(&self, context: &Context<'_>) -> Value {
        let mut value = self.brief(context);
        value["Description"] = json!(self.description);
        value["Tags"] = json!(tag_list(&self.tags));
        value
    }
}

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreatePolicy" => |context, _| create(context).map(Answer::Json),
        "GetPolicy" => |context, _| get(context).map(Answer::Json),
        "ListPolicies" => |context, _| list(context).map(Answer::Json),
        "DeletePolicy" => |context, _| delete(context).map(Answer::Json),
        _ => return None,
    })
}

/// The document in a request: at most 6,144 characters.
pub(super) fn document(context: &Context<'_>) -> Result<String, Failure> {
    let text = required(context, "PolicyDocument")?;
    document::checked(text, Use::Identity)?;
    if document::size(text) > 6144 {
        return Err(limit("Cannot exceed quota for PolicySize: 6144"));
    }
    Ok(text.to_owned())
}

fn create(context: &mut Context<'_>) -> Result<Value, Failure> {
    let name = super::name(context, "PolicyName", 128)?;
    let path = super::path(context)?;
    let document = document(context)?;
    let (description, tags) = (context.params.owned("Description"), tag::sent(context)?);
    if description.as_ref().is_some_and(|text| text.chars().count() > 1000) {
        return Err(invalid("description", "Member must have length less than or equal to 1000"));
    }
    if context.all::<ManagedPolicy>().any(|policy| policy.name.eq_ignore_ascii_case(&name)) {
        return Err(exists(format!("A policy called {name} already exists. Duplicate names are not allowed.")));
    }
    let now = context.now;
    let policy = ManagedPolicy {
        arn: arn(context, "policy", &path, &name),
        name,
        path,
        policy_id: unique_id(context, "ANPA"),
        description: description.filter(|text| !text.is_empty()),
        versions: vec![Version { number: 1, document, created_at: now }],
        default_version: 1,
        newest_version: 1,
        created_at: now,
        updated_at: now,
        tags,
    };
    context.add(policy.clone());
    let mut answer = policy.brief(context);
    answer["Tags"] = if policy.tags.is_empty() { Value::Null } else { json!(tag_list(&policy.tags)) };
    Ok(json!({ "Policy": answer }))
}

/// Whether there is such a policy, of the account or of AWS.
pub(super) fn known(context: &Context<'_>, arn: &str) -> Result<(), Failure> {
    if managed::document(arn).is_some() {
        return Ok(());
    }
    context.find::<ManagedPolicy>(arn).map(drop).map_err(|failure| failure.status(404))
}

/// Whether a policy can be attached to something.
pub(super) fn attachable(context: &Context<'_>, arn: &str) -> Result<(), Failure> {
    if !arn.starts_with("arn:") || !arn.contains(":policy/") {
        return Err(Failure::new("InvalidInput", format!("ARN {arn} is not valid.")));
    }
    known(context, arn).map_err(|_| no_such(format!("Policy {arn} does not exist or is not attachable.")))
}

/// The path in the ARN of a policy: `/` or `/service-role/`.
pub(super) fn path_in(arn: &str) -> &str {
    let path = arn.split_once(":policy").map_or("/", |(_, path)| path);
    path.rfind('/').map_or("/", |end| &path[..=end])
}

/// The document that is in force, of a policy of the account or of AWS.
pub(super) fn in_force<'a>(region: &'a crate::state::region::Region, arn: &str) -> Option<&'a str> {
    managed::document(arn).or_else(|| region.managed_policies.get(arn).map(ManagedPolicy::document))
}

fn get(context: &mut Context<'_>) -> Result<Value, Failure> {
    let arn = required(context, "PolicyArn")?;
    if let Some(policy) = managed::listed(arn) {
        return Ok(json!({ "Policy": policy }));
    }
    let policy = context.region.managed_policies.visible(arn, context.now).ok_or_else(|| missing::<ManagedPolicy>(arn))?;
    Ok(json!({ "Policy": policy.whole(context) }))
}

fn list(context: &mut Context<'_>) -> Result<Value, Failure> {
    let scope = context.params.text("Scope").unwrap_or("All");
    let attached = context.params.flag("OnlyAttached")?.unwrap_or(false);
    let aws = managed::all().filter(|_| scope != "Local");
    let own = context.region.managed_policies.iter_visible(context.now).filter(|_| scope != "AWS");
    let own = own.filter(|policy| below(context, &policy.path)).map(|policy| policy.brief(context));
    let aws = aws.filter(|policy| below(context, policy["Path"].as_str().unwrap_or_default()));
    let used = |policy: &Value| context.of::<Attachment>(policy["Arn"].as_str().unwrap_or_default()).next().is_some();
    let all = own.chain(aws).filter(|policy| !attached || used(policy)).collect();
    page(context, "Policies", all)
}

fn delete(context: &mut Context<'_>) -> Result<Value, Failure> {
    let arn = required(context, "PolicyArn")?.to_owned();
    let policy = context.find::<ManagedPolicy>(&arn).map_err(|failure| failure.status(404))?;
    let is_boundary = context.all::<Role>().any(|role| role.boundary.as_ref() == Some(&arn));
    if is_boundary || context.of::<Attachment>(&arn).next().is_some() {
        return Err(in_use("Cannot delete a policy attached to entities."));
    }
    if policy.versions.len() > 1 {
        return Err(in_use(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
        ));
    }
    context.remove::<ManagedPolicy>(&arn);
    Ok(done())
}
