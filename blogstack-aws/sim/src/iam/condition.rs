//! Conditions of policy statements.
//!
//! Source: *IAM JSON policy elements: Condition operators*.

use std::cmp::Ordering;
use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::Value;

use super::evaluate::{Keys, matches};

/// An operator, a key, and the values one of which must fit.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    operator: Operator,
    key: String,
    values: Vec<String>,
}

/// An operator and what goes before and after it.
#[derive(Clone, Copy, Debug)]
struct Operator {
    test: Test,
    negated: bool,
    if_exists: bool,
    /// `ForAllValues` or `ForAnyValue`.
    all_values: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Test {
    Equals,
    EqualsIgnoreCase,
    Like,
    Arn,
    Bool,
    Ip,
    Null,
    Number(Order),
    Date(Order),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Condition {
    /// The conditions in a `Condition` element. `None`: it is malformed.
    pub(super) fn all(element: Option<&Value>) -> Option<Vec<Self>> {
        let mut all = Vec::new();
        let Some(element) = element else { return Some(all) };
        for (operator, keys) in element.as_object()? {
            let operator = Operator::read(operator)?;
            for (key, values) in keys.as_object()? {
                all.push(Self { operator, key: key.to_lowercase(), values: texts(values)? });
            }
        }
        Some(all)
    }

    /// Whether what is known of a request fits.
    pub(super) fn holds(&self, keys: &Keys) -> bool {
        let Operator { test, negated, if_exists, all_values } = self.operator;
        let actual = keys.get(&self.key);
        if test == Test::Null {
            return self.values.iter().any(|value| (value == "true") == actual.is_none());
        }
        let Some(actual) = actual.filter(|values| !values.is_empty()) else {
            return if_exists || all_values == Some(true) || negated && all_values.is_none();
        };
        let fits = |actual: &String| self.values.iter().any(|wanted| test.fits(wanted, actual)) != negated;
        match all_values {
            Some(true) => actual.iter().all(fits),
            None if negated => actual.iter().all(fits),
            Some(false) | None => actual.iter().any(fits),
        }
    }
}

/// Texts, numbers and truth values, one or several.
fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Bool(_) | Value::Number(_) => Some(vec![value.to_string()]),
        Value::Array(items) => Some(items.iter().map(texts).collect::<Option<Vec<_>>>()?.concat()),
        _ => None,
    }
}

impl Operator {
    fn read(name: &str) -> Option<Self> {
        let (all_values, name) = match name.split_once(':') {
            Some(("ForAllValues", rest)) => (Some(true), rest),
            Some(("ForAnyValue", rest)) => (Some(false), rest),
            Some(_) => return None,
            None => (None, name),
        };
        let (if_exists, name) = name.strip_suffix("IfExists").map_or((false, name), |name| (true, name));
        let (test, negated) = match name {
            "StringEquals" => (Test::Equals, false),
            "StringNotEquals" => (Test::Equals, true),
            "StringEqualsIgnoreCase" => (Test::EqualsIgnoreCase, false),
            "StringNotEqualsIgnoreCase" => (Test::EqualsIgnoreCase, true),
            "StringLike" => (Test::Like, false),
            "StringNotLike" => (Test::Like, true),
            "ArnEquals" | "ArnLike" => (Test::Arn, false),
            "ArnNotEquals" | "ArnNotLike" => (Test::Arn, true),
            "Bool" => (Test::Bool, false),
            "IpAddress" => (Test::Ip, false),
            "NotIpAddress" => (Test::Ip, true),
            "Null" => (Test::Null, false),
            _ => Self::ordered(name)?,
        };
        Some(Self { test, negated, if_exists, all_values })
    }

    fn ordered(name: &str) -> Option<(Test, bool)> {
        let (of, order): (fn(Order) -> Test, &str) = match (name.strip_prefix("Numeric"), name.strip_prefix("Date")) {
            (Some(order), _) => (Test::Number, order),
            (_, Some(order)) => (Test::Date, order),
            _ => return None,
        };
        Some(match order {
            "Equals" => (of(Order::Equal), false),
            "NotEquals" => (of(Order::Equal), true),
            "LessThan" => (of(Order::Less), false),
            "LessThanEquals" => (of(Order::LessOrEqual), false),
            "GreaterThan" => (of(Order::Greater), false),
            "GreaterThanEquals" => (of(Order::GreaterOrEqual), false),
            _ => return None,
        })
    }
}

impl Test {
    fn fits(self, wanted: &str, actual: &str) -> bool {
        match self {
            Self::Equals => wanted == actual,
            Self::EqualsIgnoreCase | Self::Bool => wanted.eq_ignore_ascii_case(actual),
            Self::Like => matches(wanted, actual),
            Self::Arn => matches_arn(wanted, actual),
            Self::Ip => within(wanted, actual),
            Self::Null => false,
            Self::Number(order) => order.holds(compare::<f64>(actual, wanted)),
            Self::Date(order) => order.holds(compare::<jiff::Timestamp>(actual, wanted)),
        }
    }
}

impl Order {
    fn holds(self, found: Option<Ordering>) -> bool {
        found.is_some_and(|found| match self {
            Self::Equal => found.is_eq(),
            Self::Less => found.is_lt(),
            Self::LessOrEqual => found.is_le(),
            Self::Greater => found.is_gt(),
            Self::GreaterOrEqual => found.is_ge(),
        })
    }
}

fn compare<T: std::str::FromStr + PartialOrd>(actual: &str, wanted: &str) -> Option<Ordering> {
    actual.parse::<T>().ok()?.partial_cmp(&wanted.parse::<T>().ok()?)
}

/// Part by part: a star does not go over a colon.
fn matches_arn(wanted: &str, actual: &str) -> bool {
    let (wanted, actual): (Vec<&str>, Vec<&str>) = (wanted.splitn(6, ':').collect(), actual.splitn(6, ':').collect());
    wanted.len() == actual.len() && wanted.iter().zip(&actual).all(|(wanted, actual)| matches(wanted, actual))
}

fn within(range: &str, address: &str) -> bool {
    let range = range.parse::<IpNet>().ok().or_else(|| range.parse::<IpAddr>().ok().map(IpNet::from));
    range.zip(address.parse::<IpAddr>().ok()).is_some_and(|(range, address)| range.contains(&address))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(operator: &str, key: &str, values: &Value, known: &[(&str, &[&str])]) -> bool {
        let conditions = Condition::all(Some(&json!({ operator: { key: values } }))).unwrap();
        let texts = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
        let keys = known.iter().map(|(key, values)| ((*key).to_owned(), texts(values))).collect();
        conditions.iter().all(|condition| condition.holds(&keys))
    }

    #[test]
    fn operators_compare_as_documented() {
        let here: &[(&str, &[&str])] = &[("k", &["Blue"])];
        for (operator, values, expected) in [
            ("StringEquals", json!(["red", "Blue"]), true),
            ("StringEquals", json!("blue"), false),
            ("StringNotEquals", json!("blue"), true),
            ("StringNotEquals", json!(["red", "Blue"]), false),
            ("StringEqualsIgnoreCase", json!("blue"), true),
            ("StringLike", json!("B*e"), true),
            ("StringNotLike", json!("B*e"), false),
            ("Null", json!("false"), true),
            ("Null", json!(true), false),
        ] {
            assert_eq!(holds(operator, "K", &values, here), expected, "{operator}");
        }
    }

    #[test]
    fn an_absent_key_fits_only_what_says_no() {
        for (operator, expected) in [
            ("StringEquals", false),
            ("StringNotEquals", true),
            ("StringEqualsIfExists", true),
            ("ForAllValues:StringEquals", true),
            ("ForAnyValue:StringEquals", false),
            ("Bool", false),
        ] {
            assert_eq!(holds(operator, "k", &json!("x"), &[]), expected, "{operator}");
        }
        assert!(holds("Null", "k", &json!("true"), &[]));
    }

    #[test]
    fn addresses_arns_numbers_and_dates_have_their_own_order() {
        let known: &[(&str, &[&str])] = &[
            ("ip", &["10.1.2.3"]),
            ("arn", &["arn:aws:iam::1:role/web"]),
            ("n", &["7"]),
            ("t", &["2026-01-02T00:00:00Z"]),
            ("b", &["true"]),
        ];
        for (operator, key, value, expected) in [
            ("IpAddress", "ip", json!("10.0.0.0/8"), true),
            ("IpAddress", "ip", json!("10.1.2.4"), false),
            ("NotIpAddress", "ip", json!("192.168.0.0/16"), true),
            ("ArnLike", "arn", json!("arn:aws:iam::*:role/w?b"), true),
            ("ArnLike", "arn", json!("arn:*"), false),
            ("NumericLessThan", "n", json!(8), true),
            ("NumericGreaterThanEquals", "n", json!("8"), false),
            ("DateGreaterThan", "t", json!("2026-01-01T00:00:00Z"), true),
            ("Bool", "b", json!(true), true),
        ] {
            assert_eq!(holds(operator, key, &value, known), expected, "{operator} {key}");
        }
    }

    #[test]
    fn several_values_are_asked_one_by_one() {
        let known: &[(&str, &[&str])] = &[("aws:tagkeys", &["a", "b"])];
        assert!(holds("ForAllValues:StringEquals", "aws:TagKeys", &json!(["a", "b", "c"]), known));
        assert!(!holds("ForAllValues:StringEquals", "aws:TagKeys", &json!(["a"]), known));
        assert!(holds("ForAnyValue:StringEquals", "aws:TagKeys", &json!(["a"]), known));
        assert!(Condition::all(Some(&json!({ "Nonsense": { "k": "v" } }))).is_none());
    }
}
