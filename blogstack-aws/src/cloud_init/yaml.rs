//! Encoded values as YAML, in the one form that a person reads easily and every reader takes: blocks, quoted texts, and texts of several
//! lines as they stand.

use std::fmt::Write as _;

use blogstack_core::value::Value;

/// A document: a map, with its keys in order.
pub(super) fn document(value: &Value) -> String {
    let mut text = String::new();
    block(&mut text, value, 0);
    text
}

/// The entries of a map or list, each on a line of its own.
fn block(text: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Map(map) => {
            for (key, item) in map.iter().filter(|(_, item)| !item.is_null()) {
                let _ = write!(text, "{:1$}{key}:", "", depth);
                entry(text, item, depth);
            }
        }
        Value::List(items) => {
            for item in items {
                let _ = write!(text, "{:1$}-", "", depth);
                entry(text, item, depth);
            }
        }
        _ => {}
    }
}

/// What stands behind a key or a dash.
fn entry(text: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Map(map) if !map.is_empty() => below(text, value, depth),
        Value::List(items) if !items.is_empty() => below(text, value, depth),
        Value::Text(lines) if is_literal(lines) => literal(text, lines, depth + 2),
        scalar => {
            let _ = writeln!(text, " {}", flow(scalar));
        }
    }
}

fn below(text: &mut String, value: &Value, depth: usize) {
    text.push('\n');
    block(text, value, depth + 2);
}

/// Whether a text of several lines can stand as it is.
fn is_literal(text: &str) -> bool {
    let plain = |c: char| c == '\n' || c == '\t' || !(c.is_control() || is_unprintable(c));
    text.trim_end_matches('\n').contains('\n') && !text.starts_with([' ', '\n', '\t']) && text.chars().all(plain)
}

/// What readers of YAML refuse, or take for the end of a line.
fn is_unprintable(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// A text of several lines; how many line breaks there are at its end is said by the sign behind the bar.
fn literal(text: &mut String, lines: &str, depth: usize) {
    let kept = match lines.len() - lines.trim_end_matches('\n').len() {
        0 => "-",
        1 => "",
        _ => "+",
    };
    let _ = writeln!(text, " |{kept}");
    for line in lines.strip_suffix('\n').unwrap_or(lines).split('\n') {
        let indent = if line.is_empty() { 0 } else { depth };
        let _ = writeln!(text, "{:1$}{line}", "", indent);
    }
}

/// A value on one line.
fn flow(value: &Value) -> String {
    match value {
        Value::Bool(bit) => bit.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Text(text) => quoted(text),
        Value::List(_) => "[]".to_owned(),
        Value::Map(_) => "{}".to_owned(),
        Value::Null | Value::Secret(_) | Value::Sealed(_) => "null".to_owned(),
        Value::Unknown(never) => match *never {},
    }
}

/// A text in quotes, with the escapes that JSON and YAML share.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            c if c.is_control() || is_unprintable(c) => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
        Value::Map(entries.map(|(key, value)| (key.to_owned(), value)).into())
    }

    #[test]
    fn a_document_is_readable() {
        let file = map([("path", Value::text("/a")), ("content", Value::text("one\n\n two\n"))]);
        let written = map([
            ("files", Value::List(vec![file])),
            ("none", Value::Null),
            ("number", Value::Int(7)),
            ("update", Value::Bool(true)),
            ("empty", Value::List(Vec::new())),
            ("run", Value::List(vec![Value::List(vec![Value::text("echo"), Value::text("yes: #")])])),
        ]);
        let expected = "empty: []\nfiles:\n  -\n    content: |\n      one\n\n       two\n    path: \"/a\"\nnumber: 7\nrun:\n  -\n    - \"echo\"\n    - \
                        \"yes: #\"\nupdate: true\n";
        assert_eq!(document(&written), expected);
    }

    #[test]
    fn what_cannot_stand_as_it_is_is_quoted() {
        for (text, expected) in [
            ("a\nb", " |-\n  a\n  b\n"),
            ("a\nb\n\n", " |+\n  a\n  b\n\n"),
            (" a\nb", " \" a\\nb\"\n"),
            ("a\r\nb", " \"a\\u000d\\nb\"\n"),
            ("say \"\\\" \u{7f}", " \"say \\\"\\\\\\\" \\u007f\"\n"),
        ] {
            let mut written = String::new();
            entry(&mut written, &Value::text(text), 0);
            assert_eq!(written, expected, "{text:?}");
        }
    }
}
