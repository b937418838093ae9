//! What serde and TOML say about a wrong setting, in this project's words.

use std::fmt::Write as _;

use super::Settings;
use crate::cli::{failure::Failure, nearest::nearest};

/// Says which setting is wrong, where it stands, what was expected and what was found.
pub(super) fn complain(settings: &Settings, error: &toml::de::Error, path: &[&str]) -> Failure {
    let whole = error.to_string();
    let inside = whole.trim_end().rsplit_once("\nin `").and_then(|(_, keys)| keys.strip_suffix('`')).unwrap_or_default();
    let key = path.iter().copied().chain((!inside.is_empty()).then_some(inside)).collect::<Vec<_>>().join(".");
    let origin = settings.origin(error.span()).to_string();
    let message = error.message().trim();
    let unknown = quoted_after(message, "unknown field ");
    if let Some((name, rest)) = unknown {
        return no_such(&key, name, rest, &origin);
    }
    if let Some((name, _)) = quoted_after(message, "missing field ") {
        let hint = format!("write it into the file, or give it with `--set {}=VALUE`", join(&key, name));
        return Failure::usage(format!("reading settings: `{}` is missing{origin}", join(&key, name)), Some(hint));
    }
    let subject = if key.is_empty() { "reading settings".to_owned() } else { format!("reading setting `{key}`") };
    Failure::usage(format!("{subject}{origin}: {}", said(message)), None)
}

fn no_such(table: &str, name: &str, rest: &str, origin: &str) -> Failure {
    // An inner table's path ends with the unknown name itself.
    let table = table.strip_suffix(name).map_or(table, |table| table.trim_end_matches('.'));
    let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    let mut hint = String::new();
    if let Some(best) = nearest(name, known.iter().copied()) {
        let _ = write!(hint, "did you mean `{}`? ", join(table, best));
    }
    let place = if table.is_empty() { "known settings".to_owned() } else { format!("known in `{table}`") };
    let list = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let _ = if known.is_empty() { write!(hint, "this program takes no settings here") } else { write!(hint, "{place}: {list}") };
    Failure::usage(format!("reading settings: there is no setting `{}`{origin}", join(table, name)), Some(hint))
}

fn join(table: &str, name: &str) -> String {
    if table.is_empty() { name.to_owned() } else { format!("{table}.{name}") }
}

/// The name in backticks behind `start`, and what follows it.
fn quoted_after<'a>(message: &'a str, start: &str) -> Option<(&'a str, &'a str)> {
    message.strip_prefix(start)?.strip_prefix('`')?.split_once('`')
}

/// `invalid type: string "three", expected u8` reads: expected a whole number from 0 to 255, found text "three".
fn said(message: &str) -> String {
    let invalid = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "));
    let invalid = invalid.and_then(|rest| rest.rsplit_once(", expected "));
    if let Some((found, expected)) = invalid {
        return format!("expected {}, found {}", expectation(expected), finding(found));
    }
    match quoted_after(message, "unknown variant ") {
        Some((found, expected)) => format!("expected {}, found `{found}`", expected.trim_start_matches(", expected ")),
        None => message.replace('\n', ", "),
    }
}

fn expectation(expected: &str) -> String {
    let numbers = |low: i128, high: i128| format!("a whole number from {low} to {high}");
    match expected {
        "u8" => numbers(0, u8::MAX.into()),
        "u16" => numbers(0, u16::MAX.into()),
        "u32" => numbers(0, u32::MAX.into()),
        "u64" | "usize" => "a whole number, 0 or more".into(),
        "i8" => numbers(i8::MIN.into(), i8::MAX.into()),
        "i16" => numbers(i16::MIN.into(), i16::MAX.into()),
        "i32" => numbers(i32::MIN.into(), i32::MAX.into()),
        "i64" | "isize" => "a whole number".into(),
        "f32" | "f64" => "a number".into(),
        "a boolean" => "`true` or `false`".into(),
        "a string" | "a borrowed string" => "a text in quotes".into(),
        "a sequence" => "a list".into(),
        _ if expected.starts_with("struct ") => "a table".into(),
        _ => expected.to_owned(),
    }
}

fn finding(found: &str) -> String {
    for (theirs, ours) in [("string ", "the text "), ("integer ", "the number "), ("floating point ", "the number "), ("boolean ", "")] {
        if let Some(rest) = found.strip_prefix(theirs) {
            return format!("{ours}{}", rest.trim_matches('`'));
        }
    }
    match found {
        "map" => "a table".into(),
        "sequence" => "a list".into(),
        _ => found.to_owned(),
    }
}
