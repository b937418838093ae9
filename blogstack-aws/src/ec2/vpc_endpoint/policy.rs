//! Policies of endpoints, which are compared by meaning.

use std::{fmt, str::FromStr};

use blogstack_core::{Data, DecodeError, Expr, Input, IntoInput, Plain, Public, shape::Shape, value::Value};
use serde_json::Value as Json;

/// What may be done through an endpoint: a policy document in JSON.
///
/// The order of statements, of names and of the entries of lists does not matter, nor whether a list of one is written as a list.
///
/// ```
/// use blogstack_aws::ec2::EndpointPolicy;
///
/// let one: EndpointPolicy = r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": ["s3:Get*"], "Resource": "*"}]}"#.parse()?;
/// let other = r#"{"Statement": {"Action": "s3:Get*", "Effect": "Allow", "Resource": ["*"], "Principal": "*"}}"#.parse()?;
/// assert_eq!(one, other);
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointPolicy(Json);

/// The one form of everything that means the same.
fn canonical(json: Json) -> Json {
    match json {
        Json::Array(items) => {
            let mut items: Vec<Json> = items.into_iter().map(canonical).collect();
            items.sort_by_cached_key(ToString::to_string);
            items.dedup();
            match items.pop() {
                Some(only) if items.is_empty() => only,
                last => Json::Array(items.into_iter().chain(last).collect()),
            }
        }
        Json::Object(entries) => {
            let mut entries: Vec<(String, Json)> = entries.into_iter().map(|(name, value)| (name, canonical(value))).collect();
            entries.sort_by(|one, other| one.0.cmp(&other.0));
            Json::Object(entries.into_iter().collect())
        }
        other => other,
    }
}

impl FromStr for EndpointPolicy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let json: Json = serde_json::from_str(text).map_err(|error| format!("the policy is no JSON: {error}"))?;
        match json.get("Statement") {
            Some(_) => Ok(Self(canonical(json))),
            None => Err("the policy has no `Statement`".to_owned()),
        }
    }
}

impl fmt::Display for EndpointPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Data for EndpointPolicy {
    const SHAPE: Shape = Shape::Text;

    fn encode(&self) -> Value {
        Value::text(self.to_string())
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        value.as_text().and_then(|text| text.parse().ok()).ok_or_else(|| DecodeError::new("a policy document", value))
    }
}

impl Plain for EndpointPolicy {}
impl Public for EndpointPolicy {}

impl IntoInput<EndpointPolicy> for &str {
    fn into_input(self) -> Input<EndpointPolicy> {
        match self.parse::<EndpointPolicy>() {
            Ok(policy) => policy.into_input(),
            Err(message) => Input::from_expr(Expr::Invalid(message)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_the_same_is_the_same() {
        let policy = |text: &str| text.parse::<EndpointPolicy>().expect("a policy");
        let one = policy(r#"{"Version":"2012-10-17","Statement":[{"Action":["b","a","a"]},{"Action":"c"}]}"#);
        assert_eq!(one, policy(r#"{"Statement":[{"Action":["c"]},{"Action":["a","b"]}],"Version":"2012-10-17"}"#));
        assert_ne!(one, policy(r#"{"Statement":[{"Action":["c"]},{"Action":["a"]}],"Version":"2012-10-17"}"#));
        assert_eq!(policy(&one.to_string()), one);
        assert_eq!(EndpointPolicy::decode(&one.encode()), Ok(one));
        assert_eq!("[]".parse::<EndpointPolicy>(), Err("the policy has no `Statement`".to_owned()));
        assert!("{".parse::<EndpointPolicy>().is_err_and(|message| message.starts_with("the policy is no JSON")));
    }
}
