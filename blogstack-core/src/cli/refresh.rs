//! `refresh`: looks at every object and records what was seen.

use serde_json::json;

use super::{context::Context, exit::Exit, failure::Failure, json, words};
use crate::{deployment::Drift, display::value_text};

pub(super) async fn run(context: &Context<'_>, check: bool) -> Result<Exit, Failure> {
    if !context.has_state()? {
        context.console.say(&format!("Nothing is recorded for stack `{}`.", context.stack));
        show(context, &[], check);
        return Ok(Exit::Done);
    }
    let deployment = context.recorded().await?;
    let session = context.stop(deployment.open()).await??;
    let drift = context.stop(session.drift()).await??;
    if !check {
        context.finish(&deployment, session.record(&drift)).await??;
    }
    session.close().await?;
    let managed: Vec<&Drift> = drift.iter().filter(|one| one.fields.as_ref().is_none_or(|fields| !fields.is_empty())).collect();
    show(context, &managed, check);
    Ok(if check && !managed.is_empty() { Exit::Changes } else { Exit::Done })
}

fn show(context: &Context<'_>, drift: &[&Drift], check: bool) {
    if context.flags.json {
        let drift: Vec<serde_json::Value> = drift.iter().map(|one| of_drift(one)).collect();
        let json = json!({"version": json::VERSION, "stack": context.stack, "recorded": !check, "drift": drift});
        return context.console.result(&format!("{json:#}\n"));
    }
    for one in drift {
        context.console.result(&text(one));
    }
    let count = format!("{} {}", words::count(drift.len(), "object"), if drift.len() == 1 { "is" } else { "are" });
    context.console.say(&match (drift.is_empty(), check) {
        (true, _) => "Every object is as recorded.".to_owned(),
        (false, true) => format!("{count} not as recorded. Nothing was written."),
        (false, false) => format!("{count} not as recorded. What was seen is recorded now."),
    });
}

fn text(drift: &Drift) -> String {
    let head = format!("{} ({})", drift.urn.path(), drift.urn.short_kind());
    let Some(fields) = &drift.fields else { return format!("{head}: gone\n") };
    let line = |(name, old, new): &(String, _, _)| format!("    {name}: {} -> {}\n", value_text(old), value_text(new));
    format!("{head}: changed by somebody else\n{}", fields.iter().map(line).collect::<String>())
}

fn of_drift(drift: &Drift) -> serde_json::Value {
    let field = |(name, old, new): &(String, crate::value::Value, crate::value::Value)| json!({"field": name, "recorded": old.masked(), "observed": new.masked()});
    let fields = drift.fields.as_ref().map(|fields| fields.iter().map(field).collect::<Vec<_>>());
    json!({"urn": drift.urn.as_str(), "type": drift.urn.kind(), "gone": fields.is_none(), "changes": fields.unwrap_or_default()})
}
