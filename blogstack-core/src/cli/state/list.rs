//! `state list`: every recorded object on a line.

use serde_json::json;

use crate::{
    cli::{context::Context, json},
    deployment::Session,
    state::{Phase, Record},
};

pub(super) fn run(context: &Context<'_>, session: &Session<'_>) {
    let state = session.ledger().state();
    let mut records: Vec<&Record> = state.records.values().collect();
    records.sort_by_key(|record| (&record.urn, &record.id));
    show(context, &records);
    if !state.intents.is_empty() {
        context.console.say("An interrupted run left open ends: the next `up`, `preview` or `refresh` finds out what became of them.");
    }
}

/// Columns for people, a document for tools.
pub(super) fn show(context: &Context<'_>, records: &[&Record]) {
    if context.flags.json {
        let objects: Vec<serde_json::Value> = records.iter().map(|record| of_record(record)).collect();
        let json = json!({"version": json::VERSION, "stack": context.stack, "objects": objects});
        return context.console.result(&format!("{json:#}\n"));
    }
    let rows: Vec<[String; 4]> = records.iter().map(|record| row(record)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (path, kind, id) = (width(0), width(1), width(2));
    for [a, b, c, d] in &rows {
        let line = format!("{a:<path$}  {b:<kind$}  {c:<id$}  {d}");
        context.console.result(&format!("{}\n", line.trim_end()));
    }
}

fn row(record: &Record) -> [String; 4] {
    [record.urn.path().to_owned(), record.urn.short_kind().to_owned(), record.id.clone(), marks(record).join(", ")]
}

/// What is special about it.
pub(super) fn marks(record: &Record) -> Vec<&'static str> {
    let marks = [
        (record.phase == Phase::Incomplete, "incomplete"),
        (record.phase == Phase::Condemned, "to be deleted"),
        (record.wishes.protect, "protected"),
        (record.wishes.retain, "retained"),
    ];
    marks.into_iter().filter(|(holds, _)| *holds).map(|(_, mark)| mark).collect()
}

fn of_record(record: &Record) -> serde_json::Value {
    json!({
        "urn": record.urn.as_str(),
        "type": record.urn.kind(),
        "id": record.id,
        "account": record.home.account,
        "region": record.home.region,
        "marks": marks(record),
    })
}
