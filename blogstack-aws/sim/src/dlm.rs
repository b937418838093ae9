//! The simulated Data Lifecycle Manager: policies that make snapshots by schedules.
//!
//! Source: *Amazon Data Lifecycle Manager API reference*. Policies of images, of events and default policies, copies to other regions,
//! sharing, archiving and scripts are taken and told, and do nothing; nor do expressions of cron. The role is not asked.

mod check;
pub(crate) mod policy;
mod run;
mod tags;

use serde_json::Value;

use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::rest::Route;

/// The operations by method and path.
pub(crate) const ROUTES: &[Route] = &[
    Route::new("POST", "/policies", "CreateLifecyclePolicy"),
    Route::new("GET", "/policies", "GetLifecyclePolicies"),
    Route::new("GET", "/policies/{policyId}", "GetLifecyclePolicy"),
    Route::new("PATCH", "/policies/{policyId}", "UpdateLifecyclePolicy"),
    Route::new("DELETE", "/policies/{policyId}", "DeleteLifecyclePolicy"),
    Route::new("POST", "/tags/{resourceArn}", "TagResource"),
    Route::new("DELETE", "/tags/{resourceArn}", "UntagResource"),
    Route::new("GET", "/tags/{resourceArn}", "ListTagsForResource"),
];

/// The operation of a name, when it is simulated.
pub(crate) fn operation(name: &str) -> Option<Operation> {
    [policy::operation, tags::operation].iter().find_map(|part| part(name))
}

/// Lets a policy do its work, when it is time.
pub(crate) fn mature(context: &mut Context<'_>, id: &str) {
    run::run(context, id);
}

/// `InvalidRequestException`, in words of one's own.
fn invalid(message: impl Into<String>) -> Failure {
    Failure::new("InvalidRequestException", message)
}

/// The tags of a list of keys and values.
fn pairs(list: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    list.as_array().into_iter().flatten().map(|tag| (text(&tag["Key"]), text(&tag["Value"]))).collect()
}

#[cfg(test)]
mod tests;
