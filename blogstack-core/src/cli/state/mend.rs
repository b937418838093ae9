//! `state rm|forget|unprotect NAME`: each one journal record for an object.

use std::collections::BTreeSet;

use serde_json::json;

use super::{tell, unknown};
use crate::{
    cli::{context::Context, failure::Failure, json, words},
    deployment::{Deployment, DeploymentError, Session},
    state::{Intent, Record},
    urn::Urn,
};

/// What to do with what is recorded of a resource.
#[derive(Debug, Clone, Copy)]
pub(super) enum How {
    /// Drop the record alone.
    Drop,
    /// Take our marks off the object, then drop the record.
    GiveUp,
    /// Lift the protection.
    Unprotect,
}

impl How {
    fn event(self) -> &'static str {
        match self {
            Self::Drop => "dropped",
            Self::GiveUp => "given-up",
            Self::Unprotect => "unprotected",
        }
    }
}

pub(super) async fn run(
    context: &Context<'_>,
    deployment: &Deployment,
    session: &Session<'_>,
    name: &str,
    how: How,
) -> Result<(), Failure> {
    let attempts = if matches!(how, How::Unprotect) { Vec::new() } else { session.attempts(name) };
    let found = match session.find(name) {
        Err(DeploymentError::Unknown(_)) if !attempts.is_empty() => Vec::new(),
        found => found.map_err(|error| unknown(session, error))?,
    };
    refuse_several(name, &found, &attempts)?;
    if !deployment.is_simulated() {
        context.ask(&question(&found, &attempts, how), &["y", "yes"]).await?;
    }
    let work = async {
        match how {
            How::Drop => session.remove_record(name).await,
            How::GiveUp => session.forget(name).await,
            How::Unprotect => session.unprotect(name).await,
        }
    };
    let changed = context.finish(deployment, work).await??;
    for record in &changed {
        let event = json!({"version": json::VERSION, "event": how.event(), "urn": record.urn.as_str(), "id": record.id});
        tell(context, &done(record, how), &event);
    }
    for urn in attempts.iter().map(|intent| &intent.urn) {
        let text = format!("Closed an unfinished attempt to make `{}`. What it may have made stays as it is.", urn.path());
        tell(context, &text, &json!({"version": json::VERSION, "event": "closed", "urn": urn.as_str()}));
    }
    Ok(())
}

/// Resources of different kinds may share a path; which of them is meant must be said.
fn refuse_several(name: &str, found: &[Record], attempts: &[Intent]) -> Result<(), Failure> {
    let urns = found.iter().map(|record| &record.urn).chain(attempts.iter().map(|intent| &intent.urn));
    let urns: BTreeSet<&str> = urns.map(Urn::as_str).collect();
    if urns.len() < 2 {
        return Ok(());
    }
    let urns: Vec<&str> = urns.into_iter().collect();
    let hint = format!("name one of them in full: {}", words::list(&urns));
    Err(Failure::usage(format!("finding `{name}`: {} resources are called so", urns.len()), Some(hint)))
}

fn question(found: &[Record], attempts: &[Intent], how: How) -> String {
    if found.is_empty() {
        let paths: Vec<&str> = attempts.iter().map(|intent| intent.urn.path()).collect();
        return format!(
            "Close the unfinished attempt to make {}? What it may have made stays, and nobody remembers it. [y/N] ",
            words::list(&paths)
        );
    }
    let paths: Vec<&str> = found.iter().map(|record| record.id.as_str()).collect();
    let what = match how {
        How::Drop => "Drop the record of",
        How::GiveUp => "Give up",
        How::Unprotect => "Lift the protection of",
    };
    format!("{what} {}? [y/N] ", words::list(&paths))
}

fn done(record: &Record, how: How) -> String {
    let (path, id) = (record.urn.path(), &record.id);
    match how {
        How::Drop => format!("Dropped the record of `{path}`. Its object `{id}` stays as it is."),
        How::GiveUp => format!("Gave up `{path}`. Its object `{id}` stays, without our tags."),
        How::Unprotect => format!("`{path}` (`{id}`) is no longer protected, unless the program says so again."),
    }
}
