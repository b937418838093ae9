//! When a statement applies. <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use blogstack_core::{Block, Input, IntoInput, Set, Value};

/// When a statement applies: one of the values must fit what the request has under the key.
///
/// ```
/// use blogstack_aws::iam::Condition;
///
/// let tagged = Condition::string_equals("aws:ResourceTag/team", ["web", "data"]);
/// let encrypted = Condition::new("Bool", "aws:SecureTransport", ["true"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct Condition {
    /// How they are compared.
    pub operator: ConditionOperator,
    /// What of the request: `aws:SourceIp`, `ec2:ResourceTag/Name` and so on.
    pub key: String,
    /// The values, as text. Numbers and truth values are written as AWS writes them.
    pub values: Set<String>,
}

/// How values are compared: `StringEquals`, `ArnLikeIfExists`, `ForAllValues:StringLike` and so on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Value)]
pub struct ConditionOperator(pub String);

impl IntoInput<ConditionOperator> for &str {
    fn into_input(self) -> Input<ConditionOperator> {
        ConditionOperator(self.to_owned()).into_input()
    }
}

impl Condition {
    /// The text is one of these.
    pub fn string_equals(key: impl IntoInput<String>, values: impl IntoInput<Set<String>>) -> ConditionArgs {
        Self::new("StringEquals", key, values)
    }

    /// The text fits one of these patterns: `*` and `?` stand for any characters.
    pub fn string_like(key: impl IntoInput<String>, values: impl IntoInput<Set<String>>) -> ConditionArgs {
        Self::new("StringLike", key, values)
    }

    /// The ARN fits one of these patterns, part by part.
    pub fn arn_like(key: impl IntoInput<String>, values: impl IntoInput<Set<String>>) -> ConditionArgs {
        Self::new("ArnLike", key, values)
    }

    /// The call comes from one of these ranges of addresses.
    pub fn source_ip(ranges: impl IntoInput<Set<String>>) -> ConditionArgs {
        Self::new("IpAddress", "aws:SourceIp", ranges)
    }

    /// The key is true, or is not.
    pub fn bool(key: impl IntoInput<String>, value: bool) -> ConditionArgs {
        Self::new("Bool", key, [value.to_string()])
    }
}
