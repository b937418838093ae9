//! Answers that tell what a request said: parameters of the query protocol, as fields.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Parameters as fields: `A.B` in an object `A`, `A.member.1` in a list `A`.
pub(super) fn nested(parameters: &BTreeMap<String, String>) -> Value {
    below(parameters.iter().map(|(key, value)| (key.split('.').collect::<Vec<_>>(), value.as_str())).collect())
}

fn below(values: Vec<(Vec<&str>, &str)>) -> Value {
    if let [(path, value)] = values.as_slice()
        && path.is_empty()
    {
        return (*value).into();
    }
    let mut parts: BTreeMap<&str, Vec<(Vec<&str>, &str)>> = BTreeMap::new();
    for (path, value) in values {
        let Some((first, rest)) = path.split_first() else { continue };
        parts.entry(first).or_default().push((rest.to_vec(), value));
    }
    match parts.remove("member") {
        Some(members) => list(members),
        None => parts.into_iter().map(|(part, values)| (part.to_owned(), below(values))).collect::<Map<_, _>>().into(),
    }
}

fn list(values: Vec<(Vec<&str>, &str)>) -> Value {
    let mut members: BTreeMap<u32, Vec<(Vec<&str>, &str)>> = BTreeMap::new();
    for (path, value) in values {
        let Some((index, rest)) = path.split_first() else { continue };
        members.entry(index.parse().unwrap_or_default()).or_default().push((rest.to_vec(), value));
    }
    members.into_values().map(below).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parameters_become_fields_and_lists() {
        let pairs = [("A.B", "1"), ("A.C.member.2.D", "3"), ("A.C.member.10.D", "4"), ("E.member.1", "5"), ("F", "6")];
        let parameters = pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        assert_eq!(nested(&parameters), json!({ "A": { "B": "1", "C": [{ "D": "3" }, { "D": "4" }] }, "E": ["5"], "F": "6" }));
    }
}
