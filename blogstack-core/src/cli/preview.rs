//! `preview`: the plan alone.

use std::path::Path;

use super::{carry_out::check_patterns, context::Context, exit::Exit, failure::Failure, saved};
use crate::display;

pub(super) async fn run(context: &Context<'_>, save: Option<&Path>) -> Result<Exit, Failure> {
    let program = context.program()?;
    let deployment = context.deployment(context.connect().await?, program)?;
    let (plan, kept) = match save {
        None => (context.stop(deployment.preview()).await??, None),
        Some(path) => {
            let deployment = deployment.provenance(context.provenance()?);
            let (plan, saved) = context.stop(deployment.preview_and_save()).await??;
            (plan, Some((path, saved)))
        }
    };
    check_patterns(context, &plan)?;
    context.console.result(&match context.flags.json {
        true => format!("{:#}\n", display::plan_json(&plan)),
        false => display::plan_text(&plan, context.console.result_style()),
    });
    if let Some((path, plan)) = kept {
        saved::write(context, path, &plan)?;
    }
    let unexpected = context.flags.planning.expect_no_changes && !plan.is_empty();
    Ok(if unexpected { Exit::Changes } else { Exit::Done })
}
