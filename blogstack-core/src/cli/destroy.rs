//! `destroy`: the plan of an empty program.

use super::{
    carry_out::{Question, carry_out},
    context::Context,
    exit::Exit,
    failure::Failure,
};
use crate::graph::Graph;

pub(super) async fn run(context: &Context<'_>) -> Result<Exit, Failure> {
    if !context.has_state()? {
        context.console.say(&format!("Nothing is recorded for stack `{}`: there is nothing to destroy.", context.stack));
        return Ok(Exit::Done);
    }
    let connection = context.connect().await?;
    let question = (!connection.simulated).then_some(Question::Stern);
    let deployment = context.deployment(connection, |_| ())?;
    carry_out(context, &deployment, Graph::empty(), question).await
}
