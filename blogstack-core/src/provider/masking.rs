//! What a service says may quote what it was sent: secret values are taken out of its words.

use super::ProviderError;
use crate::value::Value;

/// What stands where a secret was.
const MASK: &str = "[secret]";

/// Shorter ones are in any text, secret or not.
const SHORTEST: usize = 3;

/// The error without the secret parts of what was sent.
pub(super) fn masked<'a>(mut error: ProviderError, sent: impl IntoIterator<Item = &'a Value>) -> ProviderError {
    let mut secrets = Vec::new();
    sent.into_iter().for_each(|value| collect(value, false, &mut secrets));
    error.message = without(error.message, &mut secrets);
    error.hint = error.hint.map(|hint| without(hint, &mut secrets));
    error
}

/// A text with a mark in place of each secret.
pub(crate) fn without(text: String, secrets: &mut [&str]) -> String {
    // The longest first: one may be a part of another.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    let long_enough = secrets.iter().filter(|secret| secret.chars().count() >= SHORTEST);
    long_enough.fold(text, |text, secret| text.replace(*secret, MASK))
}

fn collect<'a>(value: &'a Value, secret: bool, secrets: &mut Vec<&'a str>) {
    match value {
        Value::Secret(inner) => collect(inner, true, secrets),
        Value::List(items) => items.iter().for_each(|item| collect(item, secret, secrets)),
        Value::Map(map) => map.values().for_each(|item| collect(item, secret, secrets)),
        Value::Text(text) if secret => secrets.push(text),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::ErrorKind;

    #[test]
    fn secrets_are_taken_out_of_what_a_service_says() {
        let secret = |text: &str| Value::Secret(Box::new(Value::text(text)));
        let mut inputs = Value::empty();
        inputs.set("password", secret("hunter2"));
        inputs.set("longer", Value::List(vec![secret("hunter22"), secret("a")]));
        inputs.set("name", Value::text("admin"));
        let said = "admin: the passwords hunter2 and hunter22 are too short";
        let error = masked(ProviderError::new(ErrorKind::Rejected, "test:Create", said).hint("not hunter2"), [&inputs]);
        assert_eq!(error.message, "admin: the passwords [secret] and [secret] are too short");
        assert_eq!(error.hint.as_deref(), Some("not [secret]"));
    }
}
