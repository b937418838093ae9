//! How one field changes, for a reader.

use super::values::{fits, gist, one_line, spread};
use crate::{
    diff::{Cause, FieldChange},
    value::{Draft, HIDDEN, Value},
};

/// Unchanged lines that are shown around changed ones.
const CONTEXT: usize = 2;

/// `field: old -> new` with the reason; a long value shows only the lines that differ.
pub(super) fn lines(change: &FieldChange) -> Vec<String> {
    let old = change.old.as_ref().map_or(Draft::Null, Value::to_draft);
    let new = change.new.clone().unwrap_or(Draft::Null);
    let why = why(change);
    if fits(&old) && fits(&new) {
        let (old, mut new) = (one_line(&old), one_line(&new));
        if old == HIDDEN && new == HIDDEN {
            "[another secret]".clone_into(&mut new);
        }
        return vec![format!("{}: {old} -> {new}{why}", change.field)];
    }
    let mut lines = vec![format!("{}: changes{why}", change.field)];
    // All of it is new where nothing stood.
    let new = if old.is_null() { gist(&new) } else { new };
    lines.extend(difference(&side(&old), &side(&new)).into_iter().map(|line| format!("  {line}")));
    lines
}

fn why(change: &FieldChange) -> String {
    let why = match change.cause {
        Cause::Program | Cause::Unknown => "",
        Cause::Unset => " (no longer set by the program)",
        Cause::Drift => " (changed by somebody else)",
        Cause::Unsure => " (cannot be read, and was interrupted)",
    };
    let replaces = if change.replaces { "; needs a new object" } else { "" };
    format!("{why}{replaces}")
}

fn side(value: &Draft) -> Vec<String> {
    if value.is_null() { Vec::new() } else { spread(value) }
}

/// The lines of `old` and `new` that differ, with some around them.
fn difference(old: &[String], new: &[String]) -> Vec<String> {
    let all = compare(old, new);
    let near = |at: usize| all[at.saturating_sub(CONTEXT)..(at + CONTEXT + 1).min(all.len())].iter().any(|(sign, _)| *sign != ' ');
    let mut lines = Vec::new();
    let mut skipped = false;
    for (at, (sign, line)) in all.iter().enumerate() {
        if near(at) {
            lines.push(format!("{sign} {line}"));
        } else if !skipped {
            lines.push("  ...".to_owned());
        }
        skipped = !near(at);
    }
    lines
}

/// All lines with `-`, `+` or a blank, along a longest common subsequence.
fn compare<'a>(old: &'a [String], new: &'a [String]) -> Vec<(char, &'a str)> {
    let mut common = vec![vec![0_u32; new.len() + 1]; old.len() + 1];
    for (i, before) in old.iter().enumerate().rev() {
        for (j, after) in new.iter().enumerate().rev() {
            common[i][j] = if before == after { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push((' ', old[i].as_str()));
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && (j == new.len() || common[i + 1][j] >= common[i][j + 1]) {
            lines.push(('-', old[i].as_str()));
            i += 1;
        } else {
            lines.push(('+', new[j].as_str()));
            j += 1;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_shown() {
        let lines = |text: &str| text.split(' ').map(ToOwned::to_owned).collect::<Vec<_>>();
        let shown = difference(&lines("a b c d e f g"), &lines("a b c d x f g h"));
        assert_eq!(shown, ["  ...", "  c", "  d", "- e", "+ x", "  f", "  g", "+ h"]);
    }
}
