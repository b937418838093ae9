//! Plans for tools.

use std::time::Duration;

use serde_json::json;

use super::rounds;
use crate::{
    diff::{Cause, FieldChange},
    plan::Plan,
    step::{Action, Step},
    value::{Draft, Value},
};

/// The plan for tools; the format is described in the book.
pub fn plan_json(plan: &Plan) -> serde_json::Value {
    let rounds = rounds(plan);
    let expected = plan.expected_of_steps();
    let step = |(number, step)| step_json(step, rounds.get(&number).map(|round| round.0), expected.get(&number).map(Duration::as_secs));
    let steps: Vec<serde_json::Value> = plan.steps.iter().enumerate().map(step).collect();
    json!({
        "version": 1,
        "project": plan.owner.project,
        "stack": plan.owner.stack,
        "target": plan.binding.target,
        "steps": steps,
        "moved_look_ups": plan.moved.iter().map(moved_json).collect::<Vec<_>>(),
        "exports": plan.exports.iter().map(|(name, draft)| (name.clone(), draft.masked())).collect::<serde_json::Map<_, _>>(),
        "summary": plan.summary(),
        "expected_seconds": plan.expected().as_secs(),
    })
}

/// A pinned answer that stays in use, and the one that would be given now.
fn moved_json((asked, pinned, newer): &(String, Value, Value)) -> serde_json::Value {
    json!({"asked": asked, "pinned": pinned.masked(), "newer": newer.masked()})
}

fn step_json(step: &Step, round: Option<usize>, expected: Option<u64>) -> serde_json::Value {
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
    if let Some(why) = &step.old_stays {
        json["old_stays"] = why.as_str().into();
    }
    if step.action == Action::Create {
        json["inputs"] = step.inputs.masked();
    }
    if let Some(round) = round {
        json["round"] = round.into();
    }
    if let Some(seconds) = expected {
        json["expected_seconds"] = seconds.into();
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
