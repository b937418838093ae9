//! `state`: looks at what is recorded, and mends it.

use super::{args::StateCommand, context::Context, exit::Exit, failure::Failure};
use crate::{
    deployment::{DeploymentError, Session},
    urn::Urn,
};

mod accept;
mod list;
mod mend;
mod new_key;
mod show;

pub(super) async fn run(context: &Context<'_>, command: &StateCommand) -> Result<Exit, Failure> {
    if !context.has_state()? {
        return empty(context, command);
    }
    let deployment = match command {
        StateCommand::Accept => return accept::run(context).await,
        StateCommand::NewKey => return new_key::run(context).await,
        StateCommand::List | StateCommand::Show { .. } => context.unconnected()?,
        StateCommand::Rm { .. } | StateCommand::Forget { .. } | StateCommand::Unprotect { .. } => context.recorded().await?,
    };
    let session = context.stop(deployment.open_unrecovered()).await??;
    let done = match command {
        StateCommand::List => {
            list::run(context, &session);
            Ok(())
        }
        StateCommand::Accept | StateCommand::NewKey => Ok(()), // They open the state in a way of their own, above.
        StateCommand::Show { name } => show::run(context, &session, name),
        StateCommand::Rm { name } => mend::run(context, &deployment, &session, name, mend::How::Drop).await,
        StateCommand::Forget { name } => mend::run(context, &deployment, &session, name, mend::How::GiveUp).await,
        StateCommand::Unprotect { name } => mend::run(context, &deployment, &session, name, mend::How::Unprotect).await,
    };
    session.close().await?;
    done.map(|()| Exit::Done)
}

/// Without a state there is nothing to list, and nothing has any name.
fn empty(context: &Context<'_>, command: &StateCommand) -> Result<Exit, Failure> {
    let nothing = format!("nothing is recorded for stack `{}` on `{}`", context.stack, context.wanted()?);
    match command {
        StateCommand::List => {
            context.console.say(&format!("{}.", capital(&nothing)));
            list::show(context, &[]);
            Ok(Exit::Done)
        }
        StateCommand::Show { .. } => {
            context.console.say(&format!("{}.", capital(&nothing)));
            Ok(Exit::Done)
        }
        _ => Err(Failure::usage(nothing, None)),
    }
}

/// Says what was done: a sentence for people, a line for tools.
fn tell(context: &Context<'_>, sentence: &str, event: &serde_json::Value) {
    match context.flags.json {
        true => context.console.result(&format!("{event}\n")),
        false => context.console.say(sentence),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Names the resource that was probably meant.
fn unknown(session: &Session<'_>, error: DeploymentError) -> Failure {
    let state = session.ledger().state();
    let attempts = state.intents.values().map(|intent| &intent.urn);
    let known: Vec<&str> = state.records.values().map(|record| &record.urn).chain(attempts).map(Urn::path).collect();
    match &error {
        DeploymentError::Unknown(name) => Failure::unknown(name, known.into_iter().filter(|path| path != name)),
        _ => error.into(),
    }
}
