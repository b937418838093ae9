//! `up`: makes the cloud as the program declares.

use std::path::Path;

use super::{
    carry_out::{Question, carry_out, carry_out_planned},
    context::Context,
    exit::Exit,
    failure::Failure,
    saved,
};
use crate::saved::SavedPlanError;

pub(super) async fn run(context: &Context<'_>, plan: Option<&Path>) -> Result<Exit, Failure> {
    if let Some(path) = plan {
        return as_saved(context, path).await;
    }
    let program = context.program()?;
    let connection = context.connect().await?;
    let question = (!connection.simulated).then_some(Question::Plain);
    let deployment = context.deployment(connection, program)?;
    let graph = deployment.declare()?;
    carry_out(context, &deployment, graph, question).await
}

/// A plan that was kept has been approved: nothing is asked.
async fn as_saved(context: &Context<'_>, path: &Path) -> Result<Exit, Failure> {
    let saved = saved::read(context, path)?;
    let program = context.program()?;
    let connection = context.connect().await?;
    saved.check_place(context.project(), &context.stack, &connection.binding).map_err(|error| Failure::from(&error))?;
    if !context.has_state()? {
        // Whoever saved it had a state: none is begun here.
        return Err((&SavedPlanError::OtherState).into());
    }
    let deployment = context.deployment(connection, program)?.provenance(context.provenance()?);
    let graph = deployment.declare()?;
    let session = context.stop(deployment.open()).await??;
    let planned = context.stop(session.plan_as_saved(graph, &saved)).await??;
    carry_out_planned(context, &deployment, session, planned, None).await
}
