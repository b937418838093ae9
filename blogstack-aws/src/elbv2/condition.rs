//! Which requests a rule is for: <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RuleCondition.html>.

use aws_sdk_elasticloadbalancingv2::types::{
    HostHeaderConditionConfig, HttpHeaderConditionConfig, HttpRequestMethodConditionConfig, PathPatternConditionConfig,
    QueryStringConditionConfig, QueryStringKeyValuePair, RuleCondition, SourceIpConditionConfig,
};
use blogstack_core::{Block, IntoInput, Set, Value};

use super::shared::{of_word, word};

/// What a request must be like: its field has one of the values. In values `*` stands for any text and `?` for any character.
///
/// ```
/// use blogstack_aws::elbv2::Condition;
///
/// let images = Condition::path(["/img/*", "/*.png"]);
/// let beta = Condition::http_header("X-Version", ["beta*"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct Condition {
    /// What is looked at.
    pub field: ConditionField,
    /// The values, one of which it has. Those of the query are written `key=value`, or `=value` whatever the key.
    pub values: Set<String>,
    /// Which header, where the field is one.
    #[field(default = "")]
    pub http_header_name: String,
}

/// What of a request is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Value)]
pub enum ConditionField {
    /// The host it is for.
    HostHeader,
    /// The path.
    PathPattern,
    /// Some header.
    HttpHeader,
    /// The query.
    QueryString,
    /// The method: `GET`, `POST`.
    HttpRequestMethod,
    /// The range of addresses that the client's belongs to.
    SourceIp,
}

impl Condition {
    /// It is for one of these hosts.
    pub fn host(values: impl IntoInput<Set<String>>) -> ConditionArgs {
        Self::new(ConditionField::HostHeader, values)
    }

    /// It asks for one of these paths.
    pub fn path(values: impl IntoInput<Set<String>>) -> ConditionArgs {
        Self::new(ConditionField::PathPattern, values)
    }

    /// A header has one of these values.
    pub fn http_header(name: &str, values: impl IntoInput<Set<String>>) -> ConditionArgs {
        Self::new(ConditionField::HttpHeader, values).http_header_name(name)
    }

    /// Its query has one of these pairs, `key=value`.
    pub fn query(values: impl IntoInput<Set<String>>) -> ConditionArgs {
        Self::new(ConditionField::QueryString, values)
    }

    /// It has one of these methods.
    pub fn method(values: impl IntoInput<Set<String>>) -> ConditionArgs {
        Self::new(ConditionField::HttpRequestMethod, values)
    }

    /// It comes from one of these ranges of addresses.
    pub fn source(values: impl IntoInput<Set<String>>) -> ConditionArgs {
        Self::new(ConditionField::SourceIp, values)
    }
}

pub(super) fn to_sdk(conditions: &Set<Condition>) -> Vec<RuleCondition> {
    conditions.iter().map(one_to_sdk).collect()
}

fn one_to_sdk(condition: &Condition) -> RuleCondition {
    let values = Some(condition.values.iter().cloned().collect::<Vec<_>>());
    let builder = RuleCondition::builder().field(word(&condition.field));
    let built = match condition.field {
        ConditionField::HostHeader => builder.host_header_config(HostHeaderConditionConfig::builder().set_values(values).build()),
        ConditionField::PathPattern => builder.path_pattern_config(PathPatternConditionConfig::builder().set_values(values).build()),
        ConditionField::HttpHeader => {
            let config = HttpHeaderConditionConfig::builder().http_header_name(&condition.http_header_name);
            builder.http_header_config(config.set_values(values).build())
        }
        ConditionField::QueryString => {
            let pairs = condition.values.iter().map(|text| pair(text)).collect();
            builder.query_string_config(QueryStringConditionConfig::builder().set_values(Some(pairs)).build())
        }
        ConditionField::HttpRequestMethod => {
            builder.http_request_method_config(HttpRequestMethodConditionConfig::builder().set_values(values).build())
        }
        ConditionField::SourceIp => builder.source_ip_config(SourceIpConditionConfig::builder().set_values(values).build()),
    };
    built.build()
}

fn pair(text: &str) -> QueryStringKeyValuePair {
    let (key, value) = text.split_once('=').unwrap_or(("", text));
    let key = Some(key.to_owned()).filter(|key| !key.is_empty());
    QueryStringKeyValuePair::builder().set_key(key).value(value).build()
}

pub(super) fn of_sdk(conditions: &[RuleCondition]) -> Set<Condition> {
    conditions.iter().filter_map(one_of_sdk).collect()
}

fn one_of_sdk(told: &RuleCondition) -> Option<Condition> {
    let field = of_word(told.field()?)?;
    let values: Option<&[String]> = match field {
        ConditionField::HostHeader => told.host_header_config().map(HostHeaderConditionConfig::values),
        ConditionField::PathPattern => told.path_pattern_config().map(PathPatternConditionConfig::values),
        ConditionField::HttpHeader => told.http_header_config().map(HttpHeaderConditionConfig::values),
        ConditionField::HttpRequestMethod => told.http_request_method_config().map(HttpRequestMethodConditionConfig::values),
        ConditionField::SourceIp => told.source_ip_config().map(SourceIpConditionConfig::values),
        ConditionField::QueryString => None,
    };
    let pairs = told.query_string_config().map(QueryStringConditionConfig::values).unwrap_or_default();
    let pairs = pairs.iter().map(|pair| format!("{}={}", pair.key().unwrap_or_default(), pair.value().unwrap_or_default()));
    let values = values.unwrap_or(told.values()).iter().cloned().chain(pairs).collect();
    let header = told.http_header_config().and_then(HttpHeaderConditionConfig::http_header_name).unwrap_or_default();
    Some(Condition { field, values, http_header_name: header.to_owned() })
}

/// What is wrong with conditions.
pub(super) fn problem(conditions: &Set<Condition>) -> Option<String> {
    let is_header = |condition: &&Condition| condition.field == ConditionField::HttpHeader;
    let lacks = |condition: &Condition| is_header(&condition) == condition.http_header_name.is_empty();
    let odd_pair =
        |condition: &Condition| condition.field == ConditionField::QueryString && !condition.values.iter().all(|text| text.contains('='));
    let count: usize = conditions.iter().map(|condition| condition.values.iter().count()).sum();
    match () {
        () if conditions.is_empty() => Some("a rule has a condition".into()),
        () if conditions.iter().any(|condition| condition.values.is_empty()) => Some("a condition has a value".into()),
        () if conditions.iter().any(lacks) => Some("a header is named where the field is one, and nowhere else".into()),
        () if conditions.iter().any(odd_pair) => Some("values of the query are written `key=value` or `=value`".into()),
        () if count > 5 => Some(format!("there are {count} values, and the conditions of a rule take 5")),
        () => None,
    }
}
