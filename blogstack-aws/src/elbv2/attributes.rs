//! Attributes: settings that AWS keeps under keys with dots. Their fields are called the same, with underscores.

use blogstack_core::{Data, shape::Shape, value::Value};

/// What is set, by AWS's keys.
pub(super) fn to_pairs<B: Data>(block: &B, keys: &[&'static str]) -> Vec<(&'static str, String)> {
    let block = block.encode();
    let pair = |key: &&'static str| Some((*key, text(block.get(&field(key))?)?));
    keys.iter().filter_map(pair).collect()
}

/// The fields for what AWS tells. Keys without a field, and words that are unknown here, are left out.
pub(super) fn of_pairs<B: Data>(pairs: impl IntoIterator<Item = (String, String)>) -> Option<B> {
    let Shape::Object(parts) = B::SHAPE else { return None };
    let mut block = Value::empty();
    for (key, text) in pairs {
        let name = field(&key);
        if let Some(part) = parts.iter().find(|part| part.name == name)
            && let Some(value) = part.shape.and_then(|shape| value(shape, text))
        {
            block.set(name, value);
        }
    }
    B::decode(&block).ok()
}

fn field(key: &str) -> String {
    key.replace('.', "_")
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Bool(on) => Some(on.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}

fn value(shape: Shape, text: String) -> Option<Value> {
    match shape {
        Shape::Bool => text.parse().ok().map(Value::Bool),
        Shape::Int => text.parse().ok().map(Value::Int),
        Shape::Choice(words) => words.iter().any(|word| word.name == text).then_some(Value::Text(text)),
        _ => Some(Value::Text(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::elbv2::{CrossZone, TargetGroupAttributes};

    #[test]
    fn keys_and_fields_are_the_same_names() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let told = [
            pair("deregistration_delay.timeout_seconds", "30"),
            pair("stickiness.enabled", "true"),
            pair("load_balancing.cross_zone.enabled", "use_load_balancer_configuration"),
            pair("load_balancing.algorithm.type", "of-tomorrow"),
            pair("unknown.here", "1"),
        ];
        let attributes: TargetGroupAttributes = of_pairs(told).expect("attributes");
        assert_eq!(attributes.deregistration_delay_timeout_seconds, Some(30));
        assert_eq!(attributes.load_balancing_cross_zone_enabled, Some(CrossZone::UseLoadBalancerConfiguration));
        assert_eq!(attributes.load_balancing_algorithm_type, None);
        let sent = to_pairs(&attributes, &["stickiness.enabled", "deregistration_delay.timeout_seconds", "slow_start.duration_seconds"]);
        assert_eq!(sent, [("stickiness.enabled", "true".to_owned()), ("deregistration_delay.timeout_seconds", "30".to_owned())]);
    }
}
