//! How an apply ended: what was done, what failed and why, what was not tried because of which.

use std::collections::BTreeMap;

use super::{context::Context, exit::Exit, failure::Item, words};
use crate::{
    apply::{Failure as Failed, Report},
    plan::Plan,
    urn::Urn,
};

/// The exit code. Whoever interrupted it learns so, even when everything was in flight already and got done.
pub(super) fn exit(report: &Report, interrupted: bool) -> Exit {
    match interrupted || report.interrupted {
        true => Exit::Interrupted,
        false if report.is_complete() => Exit::Done,
        false => Exit::Failed,
    }
}

/// Says it all.
pub(super) fn tell(context: &Context<'_>, report: &Report, plan: &Plan, took: &str) {
    let style = context.console.message_style();
    for failed in &report.failed {
        context.console.say(item(failed).text(style).trim_end());
    }
    for line in not_tried(report) {
        context.console.say(&line);
    }
    let kept: Vec<&str> = plan.steps.iter().filter(|step| step.is_kept()).map(|step| step.urn.path()).collect();
    if !kept.is_empty() {
        context.console.say(&format!("Kept: {}.", words::list(&kept)));
    }
    if !plan.is_empty() || !report.is_complete() {
        context.console.say(&summary(report, took));
    }
}

fn item(failed: &Failed) -> Item {
    let doing = match failed.action.word() {
        "create" => "creating",
        "adopt" => "adopting",
        "update" => "updating",
        "replace" => "replacing",
        "delete" => "deleting",
        "forget" => "giving up",
        _ => "recording",
    };
    let text = format!("{doing} `{}` ({}): {}", failed.urn.path(), failed.urn.short_kind(), failed.error);
    Item { line: failed.line, ..Item::new(text, failed.error.hint()) }
}

fn not_tried(report: &Report) -> Vec<String> {
    let mut groups: BTreeMap<Option<&Urn>, Vec<&str>> = BTreeMap::new();
    for (urn, because) in &report.not_tried {
        let paths = groups.entry(because.as_ref()).or_default();
        if !paths.contains(&urn.path()) {
            paths.push(urn.path());
        }
    }
    let line = |(because, mut paths): (Option<&Urn>, Vec<&str>)| {
        paths.sort_unstable();
        match because {
            Some(urn) => format!("Not tried, because `{}` failed: {}.", urn.path(), words::list(&paths)),
            None if report.interrupted => format!("Not begun, because of the interrupt: {}.", words::list(&paths)),
            None => format!("Not begun, because the state could not be written: {}.", words::list(&paths)),
        }
    };
    groups.into_iter().map(line).collect()
}

fn summary(report: &Report, took: &str) -> String {
    let done = words::count(report.done.len(), "operation");
    if report.is_complete() {
        return format!("Done: {done} in {took}.");
    }
    let parts = [(report.failed.len(), "failed"), (report.not_tried.len(), "not tried")];
    let parts: Vec<String> = parts.iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{number} {what}")).collect();
    let how = if report.interrupted { "Interrupted" } else { "Failed" };
    format!("{how}: {done} done, {}. What was done is recorded; run again to go on.", parts.join(", "))
}
