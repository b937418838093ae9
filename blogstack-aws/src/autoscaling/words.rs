//! Words and numbers, as the SDK and as fields have them.

pub(super) use crate::values::{count, number, of_word, word};

/// Nothing for an empty text.
pub(super) fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
