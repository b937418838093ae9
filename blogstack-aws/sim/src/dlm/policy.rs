//! Lifecycle policies.
//!
//! Source: *`CreateLifecyclePolicy`*, *`GetLifecyclePolicy`*, *`GetLifecyclePolicies`*, *`UpdateLifecyclePolicy`*, *`DeleteLifecyclePolicy`*.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{check, run, tags};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::reply::Answer;
use crate::protocol::request::Request;
use crate::state::object::{Kind, Object, Tags};

/// A lifecycle policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Policy {
    pub(super) id: String,
    pub(super) description: String,
    pub(super) role: String,
    pub(super) enabled: bool,
    /// What it does, as it was told.
    pub(super) details: Value,
    created_at: Moment,
    modified_at: Moment,
    /// When it does its work the next time.
    pub(super) next_at: Option<Moment>,
    pub(super) tags: Tags,
}

impl Object for Policy {
    const KIND: Kind = Kind {
        name: "lifecycle-policy",
        prefix: "policy",
        missing: "ResourceNotFoundException",
        malformed: None,
        sentence: "The policy {} does not exist.",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    fn due(&self) -> Option<Moment> {
        self.next_at
    }
}

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateLifecyclePolicy" => create,
        "GetLifecyclePolicy" => |context, _| get(context),
        "GetLifecyclePolicies" => |context, _| list(context),
        "UpdateLifecyclePolicy" => update,
        "DeleteLifecyclePolicy" => |context, _| delete(context),
        _ => return None,
    })
}

/// The policy that the path of a request names.
fn named(context: &Context<'_>) -> Result<Policy, Failure> {
    let id = context.params.text("policyId").unwrap_or_default();
    context.find::<Policy>(id).cloned().map_err(|failure| failure.status(404))
}

fn create(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let body = &request.json;
    let (role, description) = (check::role(&body["ExecutionRoleArn"])?, check::description(&body["Description"])?);
    let (enabled, details) = (check::state(&body["State"])?, check::details(&body["PolicyDetails"])?);
    context.params.read_all();
    let tags = tags::read(&body["Tags"])?;
    context.within_quota::<Policy>("lifecycle-policies", "LimitExceededException").map_err(|failure| failure.status(429))?;
    let (id, now) = (context.new_id("policy"), context.now);
    let mut policy = Policy { id, description, role, enabled, details, created_at: now, modified_at: now, next_at: None, tags };
    policy.next_at = run::next(&policy, now);
    let answer = json!({ "PolicyId": policy.id });
    context.add(policy);
    Ok(Answer::Json(answer))
}

fn get(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let id = context.params.owned("policyId").unwrap_or_default();
    let missing = || Policy::KIND.not_found(&id).status(404);
    let policy = context.region.lifecycle_policies.visible(&id, context.now).ok_or_else(missing)?;
    Ok(Answer::Json(json!({ "Policy": policy.written(context) })))
}

fn list(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (ids, state) = (context.params.each_text("policyIds"), context.params.text("state"));
    let missing = |id: &&String| context.region.lifecycle_policies.visible(id, context.now).is_none();
    if let Some(id) = ids.iter().find(missing) {
        return Err(Policy::KIND.not_found(id).status(404));
    }
    let fits = |policy: &&Policy| (ids.is_empty() || ids.contains(&policy.id)) && state.is_none_or(|state| state == policy.state());
    let found: Vec<Value> = context.region.lifecycle_policies.iter_visible(context.now).filter(fits).map(Policy::summary).collect();
    Ok(Answer::Json(json!({ "Policies": found })))
}

/// What is named is set, what it does as a whole.
fn update(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let (mut policy, body) = (named(context)?, &request.json);
    if let Some(role) = body.get("ExecutionRoleArn") {
        policy.role = check::role(role)?;
    }
    if let Some(description) = body.get("Description") {
        policy.description = check::description(description)?;
    }
    if let Some(state) = body.get("State") {
        policy.enabled = check::state(state)?;
    }
    if let Some(details) = body.get("PolicyDetails") {
        policy.details = check::details(details)?;
    }
    context.params.read_all();
    policy.modified_at = context.now;
    policy.next_at = run::next(&policy, context.now);
    let id = policy.id.clone();
    *context.change::<Policy>(&id)? = policy;
    Ok(Answer::Json(json!({})))
}

/// The snapshots that it made stay.
fn delete(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let id = named(context)?.id;
    context.remove::<Policy>(&id);
    Ok(Answer::Json(json!({})))
}

impl Policy {
    pub(super) fn arn(&self, context: &Context<'_>) -> String {
        format!("arn:aws:dlm:{}:{}:policy/{}", context.place.region, context.place.account, self.id)
    }

    fn state(&self) -> &'static str {
        if self.enabled { "ENABLED" } else { "DISABLED" }
    }

    fn written(&self, context: &Context<'_>) -> Value {
        json!({
            "PolicyId": self.id,
            "Description": self.description,
            "State": self.state(),
            "StatusMessage": self.state(),
            "ExecutionRoleArn": self.role,
            "DateCreated": moment::date(self.created_at),
            "DateModified": moment::date(self.modified_at),
            "PolicyDetails": self.details,
            "Tags": self.tags,
            "PolicyArn": self.arn(context),
        })
    }

    fn summary(&self) -> Value {
        json!({
            "PolicyId": self.id,
            "Description": self.description,
            "State": self.state(),
            "Tags": self.tags,
            "PolicyType": self.details["PolicyType"],
        })
    }
}
