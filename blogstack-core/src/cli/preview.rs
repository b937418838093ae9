//! `preview`: the plan alone.

use super::{carry_out::check_patterns, context::Context, exit::Exit, failure::Failure};
use crate::display;

pub(super) async fn run(context: &Context<'_>) -> Result<Exit, Failure> {
    let program = context.program()?;
    let deployment = context.deployment(context.connect().await?, program)?;
    let plan = context.stop(deployment.preview()).await??;
    check_patterns(context, &plan)?;
    context.console.result(&match context.flags.json {
        true => format!("{:#}\n", display::plan_json(&plan)),
        false => display::plan_text(&plan, context.console.result_style()),
    });
    let unexpected = context.flags.planning.expect_no_changes && !plan.is_empty();
    Ok(if unexpected { Exit::Changes } else { Exit::Done })
}
