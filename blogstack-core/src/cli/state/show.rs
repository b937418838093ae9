//! `state show NAME`: all that is recorded of a resource.

use std::fmt::Write as _;

use serde_json::json;

use super::{list::marks, unknown};
use crate::{
    cli::{context::Context, failure::Failure, json, words},
    deployment::Session,
    display::value_text,
    state::{Record, State},
    value::Value,
};

pub(super) fn run(context: &Context<'_>, session: &Session<'_>, name: &str) -> Result<(), Failure> {
    let found = session.find(name).map_err(|error| unknown(session, error))?;
    let state = session.ledger().state();
    if context.flags.json {
        let objects: Vec<serde_json::Value> = found.iter().map(|record| of_record(record, &state)).collect();
        let json = json!({"version": json::VERSION, "stack": context.stack, "objects": objects});
        context.console.result(&format!("{json:#}\n"));
    } else {
        for record in &found {
            context.console.result(&text(record, &state));
        }
    }
    Ok(())
}

fn text(record: &Record, state: &State) -> String {
    let mut text = format!("{} ({})\n", record.urn.path(), record.urn.short_kind());
    let region = record.home.region.as_deref().unwrap_or("global");
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "  {name:<11} {value}");
    };
    line("urn", record.urn.as_str());
    line("id", &record.id);
    line("uid", record.uid.as_str());
    line("place", &format!("{region}, account {}", record.home.account));
    line("since", &words::moment(record.since));
    let marks = marks(record);
    if !marks.is_empty() {
        line("marks", &marks.join(", "));
    }
    if !record.dependencies.is_empty() {
        line("built on", &dependencies(record, state).join(", "));
    }
    fields(&mut text, "set by the program", &record.inputs);
    fields(&mut text, "last seen", &record.outputs);
    text
}

fn fields(text: &mut String, title: &str, values: &Value) {
    let _ = writeln!(text, "  {title}:");
    for (name, value) in values.entries() {
        let _ = writeln!(text, "    {name}: {}", value_text(value));
    }
}

fn dependencies<'a>(record: &'a Record, state: &'a State) -> Vec<&'a str> {
    record.dependencies.iter().map(|uid| state.records.get(uid).map_or(uid.as_str(), |other| other.urn.path())).collect()
}

fn of_record(record: &Record, state: &State) -> serde_json::Value {
    json!({
        "urn": record.urn.as_str(),
        "type": record.urn.kind(),
        "id": record.id,
        "uid": record.uid.as_str(),
        "account": record.home.account,
        "region": record.home.region,
        "since": words::moment(record.since),
        "marks": marks(record),
        "built_on": dependencies(record, state),
        "inputs": record.inputs.masked(),
        "outputs": record.outputs.masked(),
    })
}
