//! `up`: makes the cloud as the program declares.

use super::{
    carry_out::{Question, carry_out},
    context::Context,
    exit::Exit,
    failure::Failure,
};

pub(super) async fn run(context: &Context<'_>) -> Result<Exit, Failure> {
    let program = context.program()?;
    let connection = context.connect().await?;
    let question = (!connection.simulated).then_some(Question::Plain);
    let deployment = context.deployment(connection, program)?;
    let graph = deployment.declare()?;
    carry_out(context, &deployment, graph, question).await
}
