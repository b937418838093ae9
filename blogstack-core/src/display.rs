//! Plans as text and as JSON. Deterministic: no time, no uid, no source line.

use std::{collections::BTreeMap, fmt::Write as _};

use serde_json::json;

use crate::{
    diff::{Cause, FieldChange},
    plan::Plan,
    step::{Action, Step, Work},
    value::{Draft, HIDDEN, Value},
};

/// How text is set off. Colour never carries meaning alone.
#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    /// Whether to use colour.
    pub colour: bool,
}

const GREEN: anstyle::AnsiColor = anstyle::AnsiColor::Green;
const YELLOW: anstyle::AnsiColor = anstyle::AnsiColor::Yellow;
const RED: anstyle::AnsiColor = anstyle::AnsiColor::Red;
const CYAN: anstyle::AnsiColor = anstyle::AnsiColor::Cyan;

impl Style {
    /// Plain text.
    pub fn plain() -> Self {
        Self::default()
    }

    /// The word before an error.
    pub(crate) fn error(self, text: &str) -> String {
        self.paint(RED, text)
    }

    /// The word before a hint.
    pub(crate) fn hint(self, text: &str) -> String {
        self.paint(CYAN, text)
    }

    fn paint(self, colour: anstyle::AnsiColor, text: &str) -> String {
        if self.colour { format!("{}{text}{}", colour.render_fg(), anstyle::Reset.render()) } else { text.to_owned() }
    }
}

/// The sign before a step.
pub fn sign(action: Action) -> (&'static str, anstyle::AnsiColor) {
    match action {
        Action::Same => (" ", CYAN),
        Action::Create => ("+", GREEN),
        Action::Adopt => (">", CYAN),
        Action::Update => ("~", YELLOW),
        Action::Replace { .. } => ("±", YELLOW),
        Action::Delete => ("-", RED),
        Action::Forget => ("<", CYAN),
    }
}

/// The sign, set off.
pub(crate) fn painted_sign(action: Action, style: Style) -> String {
    let (sign, colour) = sign(action);
    style.paint(colour, sign)
}

/// The plan for a reader: what, why, and in which order.
pub fn plan_text(plan: &Plan, style: Style) -> String {
    let mut text = String::new();
    let rounds = rounds(plan);
    let _ = writeln!(text, "Plan for stack `{}` of `{}` on `{}`:\n", plan.owner.stack, plan.owner.project, plan.binding.target);
    let mut shown: Vec<(usize, &Step)> = plan.steps.iter().enumerate().filter(|(_, step)| is_shown(step)).collect();
    shown.sort_by_key(|(number, _)| (rounds.get(number).map(|round| round.0), *number));
    let width = shown.iter().map(|(_, step)| step.urn.path().chars().count()).max().unwrap_or(0);
    for (number, step) in &shown {
        step_text(&mut text, step, rounds.get(number), width, style);
    }
    for (question, old, new) in &plan.moved {
        let _ = writeln!(text, "  look-up {question} now answers {new:?}; {old:?} stays in use until `--refresh-lookups`");
    }
    if !shown.is_empty() || !plan.moved.is_empty() {
        text.push('\n');
    }
    text.push_str(&summary_text(plan));
    text
}

fn is_shown(step: &Step) -> bool {
    step.action != Action::Same || !step.reasons.is_empty() || step.renamed_from.is_some()
}

/// Counts, as a sentence.
pub fn summary_text(plan: &Plan) -> String {
    let summary = plan.summary();
    let count = |word: &str| summary.get(word).copied().unwrap_or(0);
    let words = [
        ("create", "to create"),
        ("adopt", "to adopt"),
        ("update", "to update"),
        ("replace", "to replace"),
        ("delete", "to delete"),
        ("forget", "to forget"),
    ];
    let parts: Vec<String> =
        words.iter().filter(|(word, _)| count(word) > 0).map(|(word, phrase)| format!("{} {phrase}", count(word))).collect();
    let left_out = plan.steps.iter().filter(|step| step.left_out).count();
    let left_out = if left_out > 0 { format!("; {left_out} left out") } else { String::new() };
    match parts.is_empty() {
        true => format!("No changes: {} objects are as declared{left_out}.\n", count("same")),
        false => format!("{}; {} stay as they are{left_out}.\n", parts.join(", "), count("same")),
    }
}

/// For each step, the round in which it arrives and the one in which its old object goes: work of one round runs side by side.
fn rounds(plan: &Plan) -> BTreeMap<usize, (usize, Option<usize>)> {
    let mut round = vec![0; plan.tasks.len()];
    let mut rounds: BTreeMap<usize, (usize, Option<usize>)> = BTreeMap::new();
    for (number, task) in plan.tasks.iter().enumerate() {
        let waits = task.after.iter().map(|first| round[*first]).max().unwrap_or(0);
        round[number] = waits + usize::from(task.work != Work::Note);
        let replaces = matches!(plan.steps[task.step].action, Action::Replace { .. });
        let entry = rounds.entry(task.step).or_insert((round[number], None));
        match task.work {
            Work::Remove | Work::Release if replaces => entry.1 = Some(round[number]),
            _ => entry.0 = round[number],
        }
    }
    rounds
}

fn step_text(text: &mut String, step: &Step, round: Option<&(usize, Option<usize>)>, width: usize, style: Style) {
    let (sign, colour) = sign(step.action);
    let round_text = round.map_or_else(String::new, |(round, _)| round.to_string());
    let left_out = if step.left_out { " (left out)" } else { "" };
    let padded = format!("{}{}", step.urn.path(), " ".repeat(width.saturating_sub(step.urn.path().chars().count())));
    let line = format!("{round_text:>3} {sign} {padded}  {:<8} {}{left_out}", step.action.word(), step.urn.short_kind());
    let _ = writeln!(text, "{}", style.paint(colour, line.trim_end()));
    let mut note = |line: String| {
        let _ = writeln!(text, "        {line}");
    };
    if let Some(old) = &step.renamed_from {
        note(format!("was `{}`", old.path()));
    }
    if let (Action::Replace { delete_first }, Some((_, Some(gone)))) = (step.action, round) {
        note(format!("the old object is deleted {} (round {gone})", if delete_first { "first" } else { "afterwards" }));
    }
    step.reasons.iter().for_each(|reason| note(format!("because {reason}")));
    match step.action {
        Action::Create => step.inputs.entries().for_each(|(name, value)| note(format!("{name}: {}", draft_text(value)))),
        _ => step.changes.iter().for_each(|change| note(change_text(change))),
    }
}

fn change_text(change: &FieldChange) -> String {
    let old = change.old.as_ref().map_or_else(|| "unset".to_owned(), |value| draft_text(&value.to_draft()));
    let new = change.new.as_ref().map_or_else(|| "unset".to_owned(), draft_text);
    let why = match change.cause {
        Cause::Program | Cause::Unknown => String::new(),
        Cause::Unset => " (no longer set by the program)".into(),
        Cause::Drift => " (changed by somebody else)".into(),
        Cause::Unsure => " (cannot be read, and was interrupted)".into(),
    };
    let replaces = if change.replaces { "; needs a new object" } else { "" };
    format!("{}: {old} -> {new}{why}{replaces}", change.field)
}

/// One value on one line.
fn draft_text(draft: &Draft) -> String {
    match draft {
        Draft::Null => "unset".into(),
        Draft::Bool(b) => b.to_string(),
        Draft::Int(i) => i.to_string(),
        Draft::Text(text) => format!("{text:?}"),
        Draft::List(items) => format!("[{}]", items.iter().map(draft_text).collect::<Vec<_>>().join(", ")),
        Draft::Map(map) => {
            let entries = map.iter().map(|(key, item)| format!("{key}: {}", draft_text(item)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Draft::Secret(_) => HIDDEN.into(),
        Draft::Unknown(unknown) => format!("<{unknown:?}>"),
    }
}

/// A recorded value on one line.
pub fn value_text(value: &Value) -> String {
    draft_text(&value.to_draft())
}

/// The plan for tools; the format is described in the book.
pub fn plan_json(plan: &Plan) -> serde_json::Value {
    let rounds = rounds(plan);
    let steps: Vec<serde_json::Value> =
        plan.steps.iter().enumerate().map(|(number, step)| step_json(step, rounds.get(&number).map(|round| round.0))).collect();
    json!({
        "version": 1,
        "project": plan.owner.project,
        "stack": plan.owner.stack,
        "target": plan.binding.target,
        "steps": steps,
        "exports": plan.exports.iter().map(|(name, draft)| (name.clone(), draft.masked())).collect::<serde_json::Map<_, _>>(),
        "summary": plan.summary(),
    })
}

fn step_json(step: &Step, round: Option<usize>) -> serde_json::Value {
    let mut json = json!({
        "urn": step.urn.as_str(),
        "type": step.urn.kind(),
        "action": step.action.word(),
        "reasons": step.reasons,
        "changes": step.changes.iter().map(change_json).collect::<Vec<_>>(),
    });
    if let Action::Replace { delete_first } = step.action {
        json["delete_first"] = delete_first.into();
    }
    if step.action == Action::Create {
        json["inputs"] = step.inputs.masked();
    }
    if let Some(round) = round {
        json["round"] = round.into();
    }
    if let Some(old) = &step.renamed_from {
        json["renamed_from"] = old.as_str().into();
    }
    if step.left_out {
        json["left_out"] = true.into();
    }
    json
}

fn change_json(change: &FieldChange) -> serde_json::Value {
    let cause = match change.cause {
        Cause::Program => "program",
        Cause::Unset => "unset",
        Cause::Drift => "drift",
        Cause::Unknown => "unknown",
        Cause::Unsure => "unsure",
    };
    json!({
        "field": change.field,
        "old": change.old.as_ref().map(Value::masked),
        "new": change.new.as_ref().map(Draft::masked),
        "cause": cause,
        "replaces": change.replaces,
    })
}
