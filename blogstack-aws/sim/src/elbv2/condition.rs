//! Which requests a rule is for.
//!
//! Source: *`RuleCondition`*: the patterns of hosts and paths may stand in `Values` or in a structure of their own, and are
//! answered in both.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::elbv2::{check_word, invalid};
use crate::failure::Failure;
use crate::params::Params;

/// One condition of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Condition {
    field: String,
    values: Vec<String>,
    regex_values: Vec<String>,
    header: Option<String>,
    /// Keys, where they matter, and values of the query.
    query: Vec<(Option<String>, String)>,
}

/// The fields, and the structure that each is described in.
const FIELDS: [(&str, &str); 6] = [
    ("host-header", "HostHeaderConfig"),
    ("path-pattern", "PathPatternConfig"),
    ("http-header", "HttpHeaderConfig"),
    ("query-string", "QueryStringConfig"),
    ("http-request-method", "HttpRequestMethodConfig"),
    ("source-ip", "SourceIpConfig"),
];

/// The conditions of a request.
pub(crate) fn read(params: &Params) -> Result<Vec<Condition>, Failure> {
    params.groups("Conditions.member").iter().map(one).collect()
}

fn one(params: &Params) -> Result<Condition, Failure> {
    let field = params.owned("Field").unwrap_or_default();
    let names = FIELDS.map(|(name, _)| name);
    if !names.contains(&field.as_str()) {
        return Err(invalid(format!("Condition field '{field}' must be one of '[{}]'", names.join(","))));
    }
    let structure = structure(&field);
    let mut values = params.list("Values.member");
    let simple = matches!(field.as_str(), "host-header" | "path-pattern");
    if !values.is_empty() && !simple {
        return Err(invalid(format!("The 'Values' field is not compatible with '{field}'")));
    }
    if values.len() > 1 {
        return Err(invalid(format!("The '{field}' field contains too many values; the limit is '1'")));
    }
    let query = query(params)?;
    if field != "query-string" {
        let specified = params.list(&format!("{structure}.Values.member"));
        if !specified.is_empty() && !values.is_empty() && specified != values {
            return Err(invalid(format!("You cannot provide both Values and '{structure}' for a condition of type '{field}'")));
        }
        values.extend(specified.into_iter().filter(|_| values.is_empty()).collect::<Vec<_>>());
    }
    let mut regex_values = params.list(&format!("{structure}.RegexValues.member"));
    if regex_values.is_empty() {
        regex_values = params.list("RegexValues.member");
    }
    let condition = Condition { header: params.owned("HttpHeaderConfig.HttpHeaderName"), field, values, regex_values, query };
    condition.check()?;
    Ok(condition)
}

fn query(params: &Params) -> Result<Vec<(Option<String>, String)>, Failure> {
    let missing = |_| invalid("A 'Value' must be specified in 'QueryStringKeyValuePair'");
    let pairs = params.groups("QueryStringConfig.Values.member");
    pairs.iter().map(|pair| Ok((pair.owned("Key"), pair.required("Value").map_err(missing)?.to_owned()))).collect()
}

fn structure(field: &str) -> &'static str {
    FIELDS.iter().find(|(name, _)| *name == field).map_or("", |(_, structure)| structure)
}

impl Condition {
    /// How many values it has: a rule takes five in all.
    pub(crate) fn count(&self) -> usize {
        self.values.len() + self.regex_values.len() + self.query.len()
    }

    fn check(&self) -> Result<(), Failure> {
        let field = &self.field;
        if self.count() == 0 {
            return Err(invalid("A condition value must be specified"));
        }
        if field == "http-header" && self.header.is_none() {
            return Err(invalid("A 'HttpHeaderConfig' must be specified with 'http-header'"));
        }
        let limit = if field == "http-request-method" { 40 } else { 128 };
        if self.values.iter().any(|value| value.len() > limit) {
            return Err(invalid(format!("The '{field}' value is too long; the limit is '{limit}'")));
        }
        if field == "http-request-method" {
            let word = |value: &String| value.bytes().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'-' | b'_'));
            let known = self.values.iter().all(word);
            return check_word(if known { "" } else { "lower case" }, &[""], "httpRequestMethodConfig.values");
        }
        Ok(())
    }

    /// As AWS answers it.
    pub(crate) fn written(&self) -> Value {
        let regex = (!self.regex_values.is_empty()).then_some(&self.regex_values);
        let values = (!self.values.is_empty()).then_some(&self.values);
        let inside = match self.field.as_str() {
            "query-string" => {
                let pairs: Vec<Value> = self.query.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
                json!({ "Values": pairs })
            }
            "http-header" => json!({ "HttpHeaderName": self.header, "Values": values, "RegexValues": regex }),
            _ => json!({ "Values": values, "RegexValues": regex }),
        };
        let simple = matches!(self.field.as_str(), "host-header" | "path-pattern");
        let mut written = json!({ "Field": self.field, "Values": values.filter(|_| simple) });
        written[structure(&self.field)] = inside;
        written
    }
}
