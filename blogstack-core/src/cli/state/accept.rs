//! `state accept`: takes the journal as it is for the newest, whatever this machine remembers of it.

use std::io::ErrorKind;

use serde_json::json;

use super::tell;
use crate::{
    cli::{context::Context, exit::Exit, failure::Failure, json},
    deployment::DeploymentError,
    journal::{OpenError, Rollback},
    state::LedgerError,
};

pub(super) async fn run(context: &Context<'_>) -> Result<Exit, Failure> {
    let deployment = context.unconnected()?;
    let error = match context.stop(deployment.open_unrecovered()).await? {
        Ok(session) => {
            session.close().await?;
            context.console.say("The state is the newest that this machine has seen: there is nothing to accept.");
            return Ok(Exit::Done);
        }
        Err(error) => error,
    };
    let Some((lineage, what)) = refused(&error) else { return Err(error.into()) };
    context.console.say(&what);
    context.ask("Take the state as it is for the newest? [y/N] ", &["y", "yes"]).await?;
    // The head moves before what was noted is forgotten: whenever this is interrupted, the state is still refused, or is accepted.
    let unanchored = context.unanchored()?;
    let session = context.stop(unanchored.open_unrecovered()).await??;
    session.accept().await?;
    session.close().await?;
    let failed = |error| Failure::new(Exit::Failed, format!("forgetting what was seen of the journal before: {error}"), None);
    context.anchors()?.forget(&lineage).map_err(failed)?;
    // Opening notes the end that it finds.
    context.stop(deployment.open_unrecovered()).await??.close().await?;
    let event = json!({"version": json::VERSION, "event": "accepted"});
    tell(context, "Accepted. Look at `preview` before the next `up`.", &event);
    Ok(Exit::Done)
}

/// Which journal is refused because of what was noted about it, and what is known.
fn refused(error: &DeploymentError) -> Option<(String, String)> {
    match error {
        DeploymentError::State(LedgerError::Open(OpenError::RolledBack(rollback))) => {
            let Rollback { path, lineage, expected, found } = &**rollback;
            let text = format!(
                "Journal `{}` ends with {found}, and {expected} was seen in it before.\n\
                 What was done in between is not in it: objects made since are unknown to it, and `up` may make them a second time.",
                path.display()
            );
            Some((lineage.clone(), text))
        }
        DeploymentError::State(LedgerError::Open(OpenError::Anchor { path, lineage, cause, .. }))
            if cause.kind() == ErrorKind::InvalidData =>
        {
            let text = format!(
                "What this machine noted about journal `{}` is damaged.\nThe journal itself is whole; whether it is the newest, nobody can tell.",
                path.display()
            );
            Some((lineage.clone(), text))
        }
        _ => None,
    }
}
