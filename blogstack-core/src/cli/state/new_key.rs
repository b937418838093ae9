//! `state new-key`: another key for a state whose key is lost, and an end to what only that one could open.

use serde_json::json;

use super::tell;
use crate::cli::{context::Context, exit::Exit, failure::Failure, json};

pub(super) async fn run(context: &Context<'_>) -> Result<Exit, Failure> {
    let deployment = context.unconnected()?;
    let session = context.stop(deployment.open_unrecovered()).await??;
    let Err(missing) = session.ledger().key() else {
        session.close().await?;
        context.console.say("The key of this state is where it belongs: nothing was done.");
        return Ok(Exit::Done);
    };
    let sealed = session.ledger().state().sealed();
    context.console.say(&format!("{}.", super::capital(&missing.to_string())));
    match sealed.is_empty() {
        true => context.console.say("No value is sealed with it."),
        false => context.console.say("What was sealed with it is given up, and cannot be read even if the key is found again:"),
    }
    for what in sealed {
        context.console.say(&format!("  {what}"));
    }
    context.ask("Make another key? [y/N] ", &["y", "yes"]).await?;
    session.make_new_key().await?;
    session.close().await?;
    let event = json!({"version": json::VERSION, "event": "new-key"});
    tell(context, "Made another key: keep a copy. Look at `preview` before the next `up`.", &event);
    Ok(Exit::Done)
}
