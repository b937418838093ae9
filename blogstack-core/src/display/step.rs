//! One step of a plan, for a reader.

use std::{fmt::Write as _, time::Duration};

use super::{Round, Style, about, changes, sign, values};
use crate::{
    step::{Action, Step},
    value::Draft,
};

/// A line with round, sign, path, action, kind, and how long it takes if that is long; below it why, and the fields.
pub(super) fn write(text: &mut String, step: &Step, (round, takes): (Option<&Round>, Duration), width: usize, style: Style) {
    let (sign, colour) = sign(step.action);
    let round_text = round.map_or_else(String::new, |(round, _)| round.to_string());
    let padded = format!("{}{}", step.urn.path(), " ".repeat(width.saturating_sub(step.urn.path().chars().count())));
    let left_out = if step.left_out { " (left out)" } else { "" };
    let takes = about(takes).map(|time| format!(", {time}")).unwrap_or_default();
    let line = format!("{padded}  {:<8} {}{takes}{left_out}", word(step), step.urn.short_kind());
    let _ = writeln!(text, "{round_text:>3} {} {}", style.paint(colour, sign), line.trim_end());
    for note in notes(step, round).into_iter().chain(fields(step)) {
        let _ = writeln!(text, "        {}", note.trim_end());
    }
}

/// Something that is kept although all else goes is no ordinary "same".
fn word(step: &Step) -> &'static str {
    match step.action {
        _ if step.is_kept() => "keep",
        Action::Same if step.renamed_from.is_some() => "rename",
        other => other.word(),
    }
}

fn notes(step: &Step, round: Option<&Round>) -> Vec<String> {
    let mut notes: Vec<String> = step.renamed_from.iter().map(|old| format!("was `{}`", old.path())).collect();
    if let (Action::Replace { delete_first }, Some((_, Some(gone)))) = (step.action, round) {
        let (when, what) =
            (if delete_first { "first" } else { "afterwards" }, if step.old_stays.is_some() { "given up" } else { "deleted" });
        let why = step.old_stays.as_ref().map_or_else(String::new, |why| format!(": {why}"));
        notes.push(format!("the old object is {what} {when} (number {gone}){why}"));
    }
    notes.extend(step.reasons.iter().map(|reason| format!("because {}", reason.strip_prefix("kept: ").unwrap_or(reason))));
    notes
}

fn fields(step: &Step) -> Vec<String> {
    match step.action {
        Action::Create => step.inputs.entries().flat_map(|(name, value)| field(name, value)).collect(),
        _ => step.changes.iter().flat_map(changes::lines).collect(),
    }
}

fn field(name: &str, value: &Draft) -> Vec<String> {
    values::named(name, &values::gist(value))
}
