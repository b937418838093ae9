//! Points of time among the fields of an answer, which each protocol writes in its own way.
//!
//! Source: Smithy's *timestampFormat*: a date in XML, seconds since 1970 in JSON, the same under a tag in CBOR.

use ciborium::Value as Cbor;
use serde_json::{Value, json};

use crate::moment::{self, Moment};

/// A name that no field has.
const MARK: &str = "\u{0}time";

/// The tag of seconds since 1970 in CBOR.
const SECONDS: u64 = 1;

/// A point of time as a field.
pub(crate) fn field(moment: Moment) -> Value {
    json!({ MARK: moment })
}

/// The point of time that a field is, if it is one.
pub(crate) fn of(field: &Value) -> Option<Moment> {
    field.get(MARK)?.as_u64()
}

/// Fields as JSON has them.
pub(crate) fn as_json(field: &Value) -> Value {
    match (of(field), field) {
        (Some(at), _) => moment::unix_seconds(at).into(),
        (None, Value::Array(items)) => items.iter().map(as_json).collect(),
        (None, Value::Object(fields)) => Value::Object(fields.iter().map(|(name, field)| (name.clone(), as_json(field))).collect()),
        (None, other) => other.clone(),
    }
}

/// Fields as CBOR has them.
pub(crate) fn as_cbor(field: &Value) -> Cbor {
    match (of(field), field) {
        (Some(at), _) => Cbor::Tag(SECONDS, Box::new(moment::unix_seconds(at).into())),
        (None, Value::Array(items)) => Cbor::Array(items.iter().map(as_cbor).collect()),
        (None, Value::Object(fields)) => Cbor::Map(fields.iter().map(|(name, field)| (name.as_str().into(), as_cbor(field))).collect()),
        (None, other) => Cbor::serialized(other).unwrap_or(Cbor::Null),
    }
}
