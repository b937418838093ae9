//! Key policies, compared by what they mean.

use std::{collections::BTreeMap, str::FromStr};

use blogstack_core::{Expr, Input, IntoInput, Output, Value};
use serde_json::Value as Json;

/// Who may do what with a key: a policy document. Two are the same when they mean the same, however they are written.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html>
///
/// ```
/// use blogstack_aws::kms::KeyPolicy;
///
/// let one: KeyPolicy = r#"{"Statement": {"Effect": "Allow", "Action": ["kms:*"]}}"#.parse()?;
/// let same: KeyPolicy = r#"{"Statement": [{"Action": "kms:*", "Effect": "Allow"}]}"#.parse()?;
/// assert_eq!(one, same);
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Value)]
pub struct KeyPolicy(String);

impl KeyPolicy {
    /// The document, in JSON.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What AWS tells; if it is no document it stays as it is.
    pub(super) fn told(text: &str) -> Self {
        text.parse().unwrap_or_else(|_| Self(text.to_owned()))
    }
}

impl FromStr for KeyPolicy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let document: Json = serde_json::from_str(text).map_err(|error| format!("this is not a policy: {error}"))?;
        match document.get("Statement") {
            Some(Json::Array(_) | Json::Object(_)) => Ok(Self(canonical(document).to_string())),
            _ => Err("this is not a policy: it has no `Statement`".into()),
        }
    }
}

/// Single entries and lists of one are the same, and so are names and lists of words in any order.
fn canonical(value: Json) -> Json {
    match value {
        Json::Object(fields) => {
            let sorted: BTreeMap<String, Json> = fields.into_iter().map(|(name, value)| (name, canonical(value))).collect();
            sorted.into_iter().collect()
        }
        Json::Array(mut items) if items.len() == 1 => canonical(items.remove(0)),
        Json::Array(items) => {
            let mut items: Vec<Json> = items.into_iter().map(canonical).collect();
            if items.iter().all(Json::is_string) {
                items.sort_by_key(Json::to_string);
            }
            items.into()
        }
        other => other,
    }
}

impl IntoInput<KeyPolicy> for &str {
    fn into_input(self) -> Input<KeyPolicy> {
        match self.parse::<KeyPolicy>() {
            Ok(policy) => policy.into_input(),
            Err(message) => Input::from_expr(Expr::Invalid(message)),
        }
    }
}

impl IntoInput<KeyPolicy> for String {
    fn into_input(self) -> Input<KeyPolicy> {
        self.as_str().into_input()
    }
}

impl IntoInput<KeyPolicy> for &Output<String> {
    fn into_input(self) -> Input<KeyPolicy> {
        self.map(|text| KeyPolicy::told(&text)).into_input()
    }
}

#[cfg(test)]
mod tests {
    use super::KeyPolicy;

    #[test]
    fn what_is_no_policy_is_refused() {
        for text in ["", "{}", "[]", r#"{"Statement": 1}"#] {
            assert!(text.parse::<KeyPolicy>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_order_of_words_means_nothing_and_that_of_statements_stays() {
        let policy = |text: &str| text.parse::<KeyPolicy>().unwrap_or_else(|error| panic!("{error}"));
        let words = |one, other| policy(&format!(r#"{{"Statement": [{{"Action": ["{one}", "{other}"]}}]}}"#));
        assert_eq!(words("kms:A", "kms:B"), words("kms:B", "kms:A"));
        let effects = |one, other| policy(&format!(r#"{{"Statement": [{{"Effect": "{one}"}}, {{"Effect": "{other}"}}]}}"#));
        assert_ne!(effects("Allow", "Deny"), effects("Deny", "Allow"));
    }
}
