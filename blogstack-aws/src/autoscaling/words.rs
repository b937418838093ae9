//! Words and numbers, as the SDK and as fields have them.

use blogstack_core::{Data, value};

/// AWS's word for a variant: the same as in records.
pub(super) fn word<T: Data>(value: &T) -> String {
    value.encode().as_text().unwrap_or_default().to_owned()
}

/// The variant for AWS's word.
pub(super) fn of_word<T: Data>(word: &str) -> Option<T> {
    T::decode(&value::Value::text(word)).ok()
}

/// A number for the SDK.
pub(super) fn number(count: Option<u32>) -> Option<i32> {
    count.and_then(|count| i32::try_from(count).ok())
}

/// A number of the SDK that is never negative.
pub(super) fn count(number: Option<i32>) -> Option<u32> {
    number.and_then(|number| u32::try_from(number).ok())
}

/// Nothing for an empty text.
pub(super) fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
