//! The checks that services of the JSON protocols make of each parameter before anything else, in their words.
//!
//! Source: *Common Errors* in the Systems Manager, Key Management Service and Secrets Manager API references: `ValidationException`.

use std::fmt::Display;
use std::ops::RangeInclusive;

use crate::failure::Failure;
use crate::params::Params;

/// A value that does not do.
pub(crate) fn refused(value: impl Display, name: &str, constraint: impl Display) -> Failure {
    let field = lower_first(name);
    let message =
        format!("1 validation error detected: Value '{value}' at '{field}' failed to satisfy constraint: Member must {constraint}");
    Failure::new("ValidationException", message)
}

/// A parameter that must be there.
pub(crate) fn required<'a>(params: &'a Params, name: &str) -> Result<&'a str, Failure> {
    params.text(name).ok_or_else(|| {
        let field = lower_first(name);
        let message = format!("1 validation error detected: Value null at '{field}' failed to satisfy constraint: Member must not be null");
        Failure::new("ValidationException", message)
    })
}

/// A parameter that takes one of these words.
pub(crate) fn one_of<'a>(params: &'a Params, name: &str, words: &[&str]) -> Result<Option<&'a str>, Failure> {
    match params.text(name) {
        Some(value) if !words.contains(&value) => Err(refused(value, name, format!("satisfy enum value set: [{}]", words.join(", ")))),
        value => Ok(value),
    }
}

/// A parameter with so many characters. What it says is not repeated: it may be secret.
pub(crate) fn length(params: &Params, name: &str, range: &RangeInclusive<usize>) -> Result<(), Failure> {
    let Some(value) = params.text(name) else { return Ok(()) };
    match value.chars().count() {
        count if count < *range.start() => Err(refused("", name, format!("have length greater than or equal to {}", range.start()))),
        count if count > *range.end() => Err(refused("***", name, format!("have length less than or equal to {}", range.end()))),
        _ => Ok(()),
    }
}

/// A whole number in a range.
pub(crate) fn number(params: &Params, name: &str, range: &RangeInclusive<usize>) -> Result<Option<usize>, Failure> {
    let Some(text) = params.text(name) else { return Ok(None) };
    match text.parse::<usize>() {
        Ok(number) if number > *range.end() => Err(refused(text, name, format!("have value less than or equal to {}", range.end()))),
        Ok(number) if range.contains(&number) => Ok(Some(number)),
        _ => Err(refused(text, name, format!("have value greater than or equal to {}", range.start()))),
    }
}

fn lower_first(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(name: &str, value: &str) -> Params {
        Params::new([(name.to_owned(), value.to_owned())].into())
    }

    #[test]
    fn constraints_are_told_as_aws_does() {
        let message = |result: Result<(), Failure>| result.unwrap_err().message;
        let about = "1 validation error detected: Value";
        assert_eq!(
            message(required(&params("A", "x"), "KeyId").map(drop)),
            format!("{about} null at 'keyId' failed to satisfy constraint: Member must not be null")
        );
        assert_eq!(
            message(one_of(&params("Type", "x"), "Type", &["a", "b"]).map(drop)),
            format!("{about} 'x' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [a, b]")
        );
        let long = message(length(&params("Value", "hunter2"), "Value", &(1..=3)));
        assert!(long.contains("less than or equal to 3") && !long.contains("hunter"), "{long}");
        assert!(number(&params("N", "0"), "N", &(1..=3)).is_err() && number(&params("N", "4"), "N", &(1..=3)).is_err());
        assert_eq!(number(&params("N", "3"), "N", &(1..=3)), Ok(Some(3)));
    }
}
