//! `outputs`: the values that a stack exports.

use std::collections::BTreeMap;

use serde_json::json;

use super::{context::Context, exit::Exit, failure::Failure, json, nearest::nearest, words};
use crate::value::Value;

pub(super) async fn run(context: &Context<'_>, name: Option<&str>, show_secrets: bool) -> Result<Exit, Failure> {
    let exports = recorded(context, name, show_secrets).await?;
    match name {
        Some(name) => one(context, &exports, name, show_secrets)?,
        None => show(context, &exports, show_secrets),
    }
    Ok(Exit::Done)
}

/// The exported values; secrets that are asked for must be readable.
async fn recorded(context: &Context<'_>, name: Option<&str>, show_secrets: bool) -> Result<BTreeMap<String, Value>, Failure> {
    if !context.has_state()? {
        context.console.say(&format!("Nothing is recorded for stack `{}`: `up` makes it.", context.stack));
        return Ok(BTreeMap::new());
    }
    let deployment = context.unconnected()?;
    let session = context.stop(deployment.open_unrecovered()).await??;
    let exports = session.exports();
    let sealed = |(other, value): (&String, &Value)| name.is_none_or(|name| name == other) && value.holds_sealed();
    let key = if show_secrets && exports.iter().any(sealed) { session.ledger().key().map(drop) } else { Ok(()) };
    session.close().await?;
    key?;
    Ok(exports)
}

fn one(context: &Context<'_>, exports: &BTreeMap<String, Value>, name: &str, show_secrets: bool) -> Result<(), Failure> {
    let Some(value) = exports.get(name) else {
        let known: Vec<&str> = exports.keys().map(String::as_str).collect();
        let hint = nearest(name, known.iter().copied()).map(|best| format!("did you mean `{best}`?"));
        let hint = hint.or_else(|| (!known.is_empty()).then(|| format!("there are {}", words::list(&known))));
        return Err(Failure::usage(format!("showing output `{name}`: the stack exports no such value"), hint));
    };
    let text = if context.flags.json { format!("{:#}", json::of_value(value, show_secrets)) } else { bare(value, show_secrets) };
    context.console.result(&format!("{text}\n"));
    Ok(())
}

/// All of them, one a line.
pub(super) fn show(context: &Context<'_>, exports: &BTreeMap<String, Value>, show_secrets: bool) {
    if context.flags.json {
        let outputs = json!({"version": json::VERSION, "stack": context.stack, "outputs": json::values(exports, show_secrets)});
        return context.console.result(&format!("{outputs:#}\n"));
    }
    if exports.is_empty() {
        return context.console.say("No values are exported.");
    }
    let width = exports.keys().map(|name| name.chars().count()).max().unwrap_or(0);
    for (name, value) in exports {
        let padding = " ".repeat(width - name.chars().count());
        context.console.result(&format!("{name}{padding} = {}\n", bare(value, show_secrets)));
    }
}

/// Text as it is, anything else as JSON.
fn bare(value: &Value, show_secrets: bool) -> String {
    match json::of_value(value, show_secrets) {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    }
}
