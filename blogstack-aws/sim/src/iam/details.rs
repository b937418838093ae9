//! The whole account in one listing.
//!
//! Source: *`GetAccountAuthorizationDetails`*. It lacks descriptions of roles, how long their sessions last, and tags of policies.

use serde_json::{Value, json};

use super::policy::ManagedPolicy;
use super::role::Role;
use super::{attachment, encoded, inline, managed, page, profile, tag_list, version};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::reply::Answer;

pub(super) fn operation(name: &str) -> Option<Operation> {
    (name == "GetAccountAuthorizationDetails").then_some(|context, _| details(context).map(Answer::Json))
}

/// Pages go through roles first, then through policies.
fn details(context: &mut Context<'_>) -> Result<Value, Failure> {
    let filters = context.params.list("Filter.member");
    let wanted = |name: &str| filters.is_empty() || filters.iter().any(|filter| filter == name);
    let roles = context.region.roles.iter_visible(context.now).filter(|_| wanted("Role")).map(|role| role_detail(context, role));
    let own = context.region.managed_policies.iter_visible(context.now).filter(|_| wanted("LocalManagedPolicy"));
    let own = own.map(|policy| policy_detail(context, policy));
    let aws = managed::all().filter(|_| wanted("AWSManagedPolicy"));
    let all: Vec<Value> = roles.chain(own).chain(aws).collect();
    let mut answer = page(context, "All", all)?;
    let (roles, policies) = match answer["All"].take() {
        Value::Array(all) => all.into_iter().partition(|one| one.get("RoleName").is_some()),
        _ => (Vec::new(), Vec::new()),
    };
    (answer["RoleDetailList"], answer["Policies"]) = (json!(roles), json!(policies));
    (answer["UserDetailList"], answer["GroupDetailList"]) = (json!([]), json!([]));
    Ok(answer)
}

fn role_detail(context: &Context<'_>, role: &Role) -> Value {
    let inline = inline::visible(context, &role.name);
    let inline: Vec<Value> =
        inline.map(|policy| json!({ "PolicyName": policy.name, "PolicyDocument": encoded(&policy.document) })).collect();
    let attached: Vec<Value> = attachment::visible(context, &role.name).map(attachment::attached).collect();
    let mut value = role.brief(context);
    value["RolePolicyList"] = json!(inline);
    value["AttachedManagedPolicies"] = json!(attached);
    value["InstanceProfileList"] = json!(profile::of_role(context, &role.name));
    value["PermissionsBoundary"] = json!(role.boundary());
    value["Tags"] = json!(tag_list(&role.tags));
    value
}

fn policy_detail(context: &Context<'_>, policy: &ManagedPolicy) -> Value {
    let mut value = policy.brief(context);
    let versions: Vec<Value> = policy.versions.iter().rev().map(|one| version::whole(policy, one)).collect();
    value["PolicyVersionList"] = json!(versions);
    value
}
