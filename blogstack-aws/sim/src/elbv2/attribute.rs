//! Attributes: named settings of load balancers and target groups, each with a default.
//!
//! Source: *`LoadBalancerAttribute`*, *`TargetGroupAttribute`*.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::elbv2::{invalid, unfit};
use crate::failure::Failure;
use crate::params::Params;

/// Attributes by key.
pub(crate) type Attributes = BTreeMap<String, String>;

/// A key, its default, and what it takes.
pub(crate) type Known = (&'static str, &'static str, Takes);

/// What an attribute takes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Takes {
    /// `true` or `false`.
    Flag,
    /// A whole number within limits.
    Number(u32, u32),
    /// One of these words.
    Word(&'static [&'static str]),
    /// Any text.
    Text,
}

/// What every one of these begins with.
pub(crate) fn defaults(known: &[Known]) -> Attributes {
    known.iter().map(|(key, default, _)| ((*key).to_owned(), (*default).to_owned())).collect()
}

/// Takes over what a request sets.
pub(crate) fn apply(attributes: &mut Attributes, known: &[Known], params: &Params) -> Result<(), Failure> {
    for group in params.groups("Attributes.member") {
        let (key, value) = (group.required("Key")?.to_owned(), group.owned("Value").unwrap_or_default());
        let Some((_, _, takes)) = known.iter().find(|(own, ..)| *own == key) else {
            return Err(unfit(format!("Key {key} not valid")));
        };
        takes.check(&key, &value)?;
        attributes.insert(key, value);
    }
    Ok(())
}

/// As a list of keys and values.
pub(crate) fn written(attributes: &Attributes) -> Vec<Value> {
    attributes.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

impl Takes {
    fn check(self, key: &str, value: &str) -> Result<(), Failure> {
        let message = match self {
            Self::Flag if !["true", "false"].contains(&value) => format!("'{key}' value '{value}' must be either 'true' or 'false'"),
            Self::Number(least, most) if !value.parse().is_ok_and(|number| (least..=most).contains(&number)) => {
                format!("'{key}' value '{value}' must be between '{least}-{most}' inclusive")
            }
            Self::Word(words) if !words.contains(&value) => format!("'{key}' value '{value}' must be one of [{}]", words.join(", ")),
            _ => return Ok(()),
        };
        Err(invalid(message))
    }
}
