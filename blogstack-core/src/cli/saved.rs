//! Files of saved plans: `preview --save FILE`, `up --plan FILE`.

use std::path::Path;

use super::{context::Context, exit::Exit, failure::Failure, words};
use crate::saved::SavedPlan;

/// Keeps a plan.
pub(super) fn write(context: &Context<'_>, path: &Path, saved: &SavedPlan) -> Result<(), Failure> {
    let failed = |error| Failure::new(Exit::Failed, format!("writing the plan `{}`: {error}", path.display()), None);
    context.disk().replace(path, saved.to_json().as_bytes()).map_err(failed)?;
    context.console.say(&format!("Saved in `{0}`: `up --plan {0}` carries out this plan or none.", path.display()));
    Ok(())
}

/// Reads a plan that was kept. It says itself how it was asked for.
pub(super) fn read(context: &Context<'_>, path: &Path) -> Result<SavedPlan, Failure> {
    let given = context.flags.planning.shaping();
    if !given.is_empty() {
        let text = format!("reading `--plan`: it cannot be combined with {}", words::list(&given));
        return Err(Failure::usage(text, Some("give these flags when the plan is saved: they are kept in it".into())));
    }
    let doing = || format!("reading the plan `{}`", path.display());
    let file = context.disk().read(path).map_err(|error| Failure::usage(format!("{}: {error}", doing()), None))?;
    let hint = || Some("make one with `preview --save FILE`".to_owned());
    let file = file.ok_or_else(|| Failure::usage(format!("{}: there is no such file", doing()), hint()))?;
    SavedPlan::from_json(&String::from_utf8_lossy(&file)).map_err(|error| Failure::from(&error))
}
