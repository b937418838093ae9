//! Plans as text and as JSON. Deterministic: no time, no uid, no source line.

use std::{collections::BTreeMap, fmt::Write as _, time::Duration};

use crate::{
    plan::Plan,
    step::{Action, Step, Work},
};

mod changes;
mod json;
mod step;
mod values;

pub use self::{json::plan_json, values::value_text};

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
    let rounds = rounds(plan);
    let mut shown: Vec<(usize, &Step)> = plan.steps.iter().enumerate().filter(|(_, step)| is_shown(step)).collect();
    shown.sort_by_key(|(number, _)| (rounds.get(number).map(|round| round.0), *number));
    let mut text = format!("Plan for stack `{}` of `{}` on `{}`", plan.owner.stack, plan.owner.project, plan.binding.target);
    let numbered = shown.iter().filter(|(number, _)| rounds.contains_key(number)).count();
    text.push_str(if numbered > 1 { ". What has the same number is done side by side:\n\n" } else { ":\n\n" });
    let width = shown.iter().map(|(_, step)| step.urn.path().chars().count()).max().unwrap_or(0);
    let expected = plan.expected_of_steps();
    for (number, step) in &shown {
        let takes = expected.get(number).copied().unwrap_or_default();
        step::write(&mut text, step, (rounds.get(number), takes), width, style);
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
    let words = ["create", "adopt", "update", "replace", "delete", "forget"];
    let changes: Vec<String> = words.iter().filter(|word| count(word) > 0).map(|word| format!("{} to {word}", count(word))).collect();
    let left_out = plan.steps.iter().filter(|step| step.left_out).count();
    let same = count("same");
    let mut parts = match (changes.is_empty(), same) {
        (true, 0) => vec!["Nothing to do".to_owned()],
        (true, 1) => vec!["No changes: 1 object is as declared".to_owned()],
        (true, _) => vec![format!("No changes: {same} objects are as declared")],
        (false, 0) => vec![changes.join(", ")],
        (false, 1) => vec![changes.join(", "), "1 stays as it is".to_owned()],
        (false, _) => vec![changes.join(", "), format!("{same} stay as they are")],
    };
    parts.extend((left_out > 0).then(|| format!("{left_out} left out")));
    parts.extend(about(plan.expected()).map(|time| format!("{time} in all")));
    parts.extend((changes.is_empty() && left_out == 0 && plan.exports_change).then(|| "the exported values change".to_owned()));
    format!("{}.\n", parts.join("; "))
}

/// A length of time that is worth telling: from a minute on, to the minute.
fn about(time: Duration) -> Option<String> {
    let minutes = (time.as_secs() + 30) / 60;
    match (time.as_secs(), minutes) {
        (..60, _) => None,
        (_, ..60) => Some(format!("about {minutes} min")),
        (_, minutes) if minutes % 60 == 0 => Some(format!("about {} h", minutes / 60)),
        (_, minutes) => Some(format!("about {} h {} min", minutes / 60, minutes % 60)),
    }
}

/// When a step arrives, and when its old object goes.
type Round = (usize, Option<usize>);
/// The rounds of all steps, by number.
type Rounds = BTreeMap<usize, Round>;

/// For each step, the round in which it arrives and the one in which its old object goes: work of one round runs side by side.
fn rounds(plan: &Plan) -> Rounds {
    let mut round = vec![0; plan.tasks.len()];
    let mut rounds = Rounds::new();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_to_the_minute() {
        let told = [0, 59, 60, 89, 90, 3_569, 3_570, 4_200].map(|seconds| about(Duration::from_secs(seconds)).unwrap_or_default());
        assert_eq!(told, ["", "", "about 1 min", "about 1 min", "about 2 min", "about 59 min", "about 1 h", "about 1 h 10 min"]);
    }
}
