//! What tools read: events, one a line, and values. The format is described in the book.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::{
    apply::Report,
    event::Event,
    step::{Action, Work},
    urn::Urn,
    value::Value,
};

/// The version of everything that `--json` prints.
pub(super) const VERSION: u32 = 1;

/// One event.
pub(super) fn event(event: &Event) -> Json {
    match event {
        Event::Recovered { urn, id } => json!({"version": VERSION, "event": "recovered", "urn": urn.as_str(), "id": id}),
        Event::TornTail { bytes } => json!({"version": VERSION, "event": "torn-tail", "bytes": bytes}),
        Event::Started { urn, action, work } => of_work("started", urn.as_str(), *action, *work),
        Event::Retrying { urn, attempt, error, after } => json!({
            "version": VERSION, "event": "retrying", "urn": urn.as_str(), "attempt": attempt, "error": error, "after_ms": millis(*after),
        }),
        Event::Finished { urn, action, work, took, .. } => {
            let mut json = of_work("finished", urn.as_str(), *action, *work);
            json["took_ms"] = millis(*took).into();
            json
        }
        Event::Failed { urn, action, work, error } => {
            let mut json = of_work("failed", urn.as_str(), *action, *work);
            json["error"] = error.as_str().into();
            json
        }
        Event::Stopping => json!({"version": VERSION, "event": "stopping"}),
    }
}

fn of_work(event: &str, urn: &str, action: Action, work: Work) -> Json {
    json!({"version": VERSION, "event": event, "urn": urn, "action": action.word(), "work": word(work)})
}

fn word(work: Work) -> &'static str {
    match work {
        Work::Make => "make",
        Work::Change => "change",
        Work::Note => "note",
        Work::Remove => "remove",
        Work::Release => "release",
    }
}

fn millis(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The last line of an apply.
pub(super) fn summary(report: &Report) -> Json {
    let outcome = match report {
        _ if report.interrupted => "interrupted",
        _ if report.is_complete() => "done",
        _ => "failed",
    };
    let failed = report.failed.iter().map(|failure| {
        json!({"urn": failure.urn.as_str(), "action": failure.action.word(), "error": failure.error.to_string(), "hint": failure.error.hint()})
    });
    let not_tried =
        report.not_tried.iter().map(|(urn, because)| json!({"urn": urn.as_str(), "because": because.as_ref().map(Urn::as_str)}));
    json!({
        "version": VERSION,
        "event": "summary",
        "outcome": outcome,
        "done": report.done.len(),
        "failed": failed.collect::<Vec<_>>(),
        "not_tried": not_tried.collect::<Vec<_>>(),
        "outputs": values(&report.exports, false),
    })
}

/// Exported values by name.
pub(super) fn values(values: &BTreeMap<String, Value>, show_secrets: bool) -> Json {
    Json::Object(values.iter().map(|(name, value)| (name.clone(), of_value(value, show_secrets))).collect::<Map<_, _>>())
}

/// A value; its secrets are hidden unless they are asked for.
pub(super) fn of_value(value: &Value, show_secrets: bool) -> Json {
    match value {
        Value::Secret(inner) if show_secrets => of_value(inner, true),
        Value::List(items) => Json::Array(items.iter().map(|item| of_value(item, show_secrets)).collect()),
        Value::Map(map) => Json::Object(map.iter().map(|(key, item)| (key.clone(), of_value(item, show_secrets))).collect()),
        other => other.masked(),
    }
}
