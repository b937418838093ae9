//! Values for a reader: on one line where that fits, else spread over several.

use crate::value::{Draft, HIDDEN, SEALED, Value};

/// What is longer than this is spread over lines.
const FITTING: usize = 90;

/// A recorded value on one line.
pub fn value_text(value: &Value) -> String {
    one_line(&value.to_draft())
}

/// One value on one line.
pub(super) fn one_line(draft: &Draft) -> String {
    match draft {
        Draft::Null => "unset".into(),
        Draft::Bool(b) => b.to_string(),
        Draft::Int(i) => i.to_string(),
        Draft::Text(text) => format!("{text:?}"),
        Draft::List(items) => format!("[{}]", items.iter().map(one_line).collect::<Vec<_>>().join(", ")),
        Draft::Map(map) => {
            let entries = map.iter().map(|(key, item)| format!("{key}: {}", one_line(item)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Draft::Secret(_) => HIDDEN.into(),
        Draft::Sealed(_) => SEALED.into(),
        Draft::Unknown(unknown) => format!("<{unknown:?}>"),
    }
}

/// Whether it can be shown on one line.
pub(super) fn fits(draft: &Draft) -> bool {
    match draft {
        Draft::Text(text) => !text.trim_end_matches('\n').contains('\n'),
        Draft::List(_) | Draft::Map(_) => one_line(draft).chars().count() <= FITTING && inner_fit(draft),
        _ => true,
    }
}

fn inner_fit(draft: &Draft) -> bool {
    match draft {
        Draft::List(items) => items.iter().all(fits),
        Draft::Map(map) => map.values().all(fits),
        _ => true,
    }
}

/// How many lines of a text are shown where all of it is new.
const BEGINNING: usize = 12;

/// What is worth a reader's time in a value that is new: nothing that is empty inside it, and the beginning of a long text.
pub(super) fn gist(value: &Draft) -> Draft {
    match value {
        Draft::Text(text) => Draft::Text(beginning(text)),
        Draft::List(items) => Draft::List(items.iter().map(gist).collect()),
        Draft::Map(map) => {
            let told = map.iter().filter(|(_, item)| !is_empty(item));
            Draft::Map(told.map(|(key, item)| (key.clone(), gist(item))).collect())
        }
        other => other.clone(),
    }
}

fn beginning(text: &str) -> String {
    let more = text.lines().count().saturating_sub(BEGINNING);
    if more < 2 {
        return text.to_owned();
    }
    let shown: String = text.lines().take(BEGINNING).flat_map(|line| [line, "\n"]).collect();
    format!("{shown}({more} more lines)")
}

fn is_empty(value: &Draft) -> bool {
    match value {
        Draft::Null => true,
        Draft::Text(text) => text.is_empty(),
        Draft::List(items) => items.is_empty(),
        Draft::Map(map) => map.values().all(is_empty),
        _ => false,
    }
}

/// `name: value`, over as many lines as it takes.
pub(super) fn named(name: &str, value: &Draft) -> Vec<String> {
    if fits(value) {
        return vec![format!("{name}: {}", one_line(value))];
    }
    let mut lines = vec![format!("{name}:")];
    lines.extend(spread(value).into_iter().map(|line| format!("  {line}")));
    lines
}

/// One item, entry or line of text a line; what fits is not spread further.
pub(super) fn spread(value: &Draft) -> Vec<String> {
    match value {
        Draft::Text(text) if !fits(value) => text.lines().map(|line| format!("| {line}")).collect(),
        Draft::List(items) => items.iter().flat_map(bulleted).collect(),
        Draft::Map(map) => map.iter().flat_map(|(key, item)| named(key, item)).collect(),
        other => vec![one_line(other)],
    }
}

fn bulleted(item: &Draft) -> Vec<String> {
    let lines = if fits(item) { vec![one_line(item)] } else { spread(item) };
    lines.into_iter().enumerate().map(|(number, line)| format!("{} {line}", if number == 0 { "*" } else { " " })).collect()
}
