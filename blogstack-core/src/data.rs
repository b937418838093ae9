//! How Rust values become encoded ones and come back.

use std::{collections::BTreeMap, net::Ipv4Addr};

use crate::{shape::Shape, value::Value};

/// A type whose values have an encoded form. Derive it with `derive(Value)` or `derive(Block)`.
///
/// It is not serde: a secret can be encoded only as [`Value::Secret`], and every type tells its [`Shape`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no encoded form",
    note = "derive `Value` for plain types and `Block` for structs that may hold outputs"
)]
pub trait Data: Sized {
    /// The form of the encoded value.
    const SHAPE: Shape;

    /// The encoded value.
    fn encode(&self) -> Value;

    /// The Rust value, if the encoded one has the right form.
    fn decode(value: &Value) -> Result<Self, DecodeError>;

    /// What an absent value means; only an `Option` and collections have an answer.
    fn absent() -> Option<Self> {
        None
    }
}

/// An encoded value of the wrong form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}expected {expected}, found {found}", if .path.is_empty() { String::new() } else { format!("`{}`: ", .path) })]
pub struct DecodeError {
    /// Where, from the outside in.
    pub path: String,
    /// What the type takes.
    pub expected: String,
    /// What stood there; secrets are hidden.
    pub found: String,
}

impl DecodeError {
    /// At the top of a value.
    pub fn new(expected: impl Into<String>, found: &Value) -> Self {
        Self { path: String::new(), expected: expected.into(), found: format!("{found:?}") }
    }

    /// The same error seen from outside.
    #[must_use]
    pub fn within(mut self, key: &str) -> Self {
        self.path = if self.path.is_empty() { key.into() } else { format!("{key}.{}", self.path) };
        self
    }
}

/// Decodes the field `name` of an encoded struct.
pub fn decode_field<T: Data>(value: &Value, name: &str) -> Result<T, DecodeError> {
    match value.get(name) {
        Some(field) if !field.is_null() => T::decode(field).map_err(|error| error.within(name)),
        _ => T::absent().ok_or_else(|| DecodeError::new("a value", &Value::Null).within(name)),
    }
}

impl Data for bool {
    const SHAPE: Shape = Shape::Bool;

    fn encode(&self) -> Value {
        Value::Bool(*self)
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        match value {
            Value::Bool(b) => Ok(*b),
            other => Err(DecodeError::new("true or false", other)),
        }
    }
}

macro_rules! whole_numbers {
    ($($number:ty),*) => {$(
        impl Data for $number {
            const SHAPE: Shape = Shape::Int;

            fn encode(&self) -> Value {
                Value::Int(i64::from(*self))
            }

            fn decode(value: &Value) -> Result<Self, DecodeError> {
                let expected = || DecodeError::new(format!("a whole number from {} to {}", <$number>::MIN, <$number>::MAX), value);
                match value {
                    Value::Int(i) => <$number>::try_from(*i).map_err(|_| expected()),
                    _ => Err(expected()),
                }
            }
        }
    )*};
}
whole_numbers!(u8, u16, u32, i32, i64);

impl Data for String {
    const SHAPE: Shape = Shape::Text;

    fn encode(&self) -> Value {
        Value::text(self.as_str())
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        value.as_text().map(Into::into).ok_or_else(|| DecodeError::new("text", value))
    }
}

impl Data for Ipv4Addr {
    const SHAPE: Shape = Shape::Text;

    fn encode(&self) -> Value {
        Value::text(self.to_string())
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        value.as_text().and_then(|text| text.parse().ok()).ok_or_else(|| DecodeError::new("an IPv4 address", value))
    }
}

impl<T: Data> Data for Option<T> {
    const SHAPE: Shape = T::SHAPE;

    fn encode(&self) -> Value {
        self.as_ref().map_or(Value::Null, Data::encode)
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        if value.is_null() { Ok(None) } else { T::decode(value).map(Some) }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

fn decode_items<T: Data>(value: &Value) -> Result<Vec<T>, DecodeError> {
    let Value::List(items) = value else { return Err(DecodeError::new("a list", value)) };
    let item = |(i, item): (usize, &Value)| T::decode(item).map_err(|error| error.within(&i.to_string()));
    items.iter().enumerate().map(item).collect()
}

impl<T: Data> Data for Vec<T> {
    const SHAPE: Shape = Shape::List(&T::SHAPE);

    fn encode(&self) -> Value {
        Value::List(self.iter().map(Data::encode).collect())
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        decode_items(value)
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

/// Values without order: security groups of an instance, rules of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set<T>(Vec<T>);

impl<T> Default for Set<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Set<T> {
    /// The items, in no meaningful order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl<T> IntoIterator for Set<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Set<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T: Data> Data for Set<T> {
    const SHAPE: Shape = Shape::Set(&T::SHAPE);

    fn encode(&self) -> Value {
        let mut items: Vec<Value> = self.0.iter().map(Data::encode).collect();
        items.sort();
        items.dedup();
        Value::List(items)
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        decode_items(value).map(Self)
    }

    fn absent() -> Option<Self> {
        Some(Self(Vec::new()))
    }
}

/// Tags, or any other map of texts.
pub type Tags = BTreeMap<String, String>;

impl<T: Data> Data for BTreeMap<String, T> {
    const SHAPE: Shape = Shape::Map(&T::SHAPE);

    fn encode(&self) -> Value {
        Value::Map(self.iter().map(|(key, item)| (key.clone(), item.encode())).collect())
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        let Value::Map(map) = value else { return Err(DecodeError::new("a map", value)) };
        map.iter().map(|(key, item)| Ok((key.clone(), T::decode(item).map_err(|error| error.within(key))?))).collect()
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_encoded_in_one_order() {
        let set: Set<u16> = [3, 1, 3].into_iter().collect();
        assert_eq!(set.encode(), Value::List(vec![Value::Int(1), Value::Int(3)]));
    }

    #[test]
    fn errors_say_where_and_what() {
        let value = Value::Map([("ports".into(), Value::List(vec![Value::Int(70_000)]))].into());
        let error = decode_field::<Vec<u16>>(&value, "ports").expect_err("out of range");
        assert_eq!(error.to_string(), "`ports.0`: expected a whole number from 0 to 65535, found 70000");
        let error = decode_field::<u16>(&value, "port").expect_err("absent");
        assert_eq!(error.to_string(), "`port`: expected a value, found null");
        assert_eq!(decode_field::<Option<u16>>(&value, "port"), Ok(None));
    }
}
