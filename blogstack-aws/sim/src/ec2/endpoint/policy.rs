//! The policies of endpoints.
//!
//! Source: *Control access to VPC endpoints using endpoint policies*.

use serde_json::Value;

use crate::ec2::endpoint::Sort;
use crate::failure::Failure;

/// What an endpoint has that was given no policy: everything is allowed.
pub(super) fn open(sort: Sort) -> String {
    let text = match sort {
        Sort::Gateway => r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#,
        Sort::Interface => r#"{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}"#,
    };
    text.to_owned()
}

/// A policy as it was sent, when it is one: an object with statements.
pub(super) fn checked(text: &str) -> Result<String, Failure> {
    let policy: Option<Value> = serde_json::from_str(text).ok();
    match policy.is_some_and(|policy| policy["Statement"].is_array() || policy["Statement"].is_object()) {
        true => Ok(text.to_owned()),
        false => Err(Failure::new("InvalidPolicyDocument", "Policy document is invalid")),
    }
}
