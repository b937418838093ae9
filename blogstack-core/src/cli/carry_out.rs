//! What `up` and `destroy` share: plan, show, ask, apply, report.

use globset::Glob;

use super::{context::Context, exit::Exit, failure::Failure, json, outputs, report, words};
use crate::{
    apply::Stopped,
    deployment::{Deployment, DeploymentError, Planned, Session},
    display,
    graph::Graph,
    plan::Plan,
    step::Action,
};

/// How consent is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// Yes or no.
    Plain,
    /// By the stack's name.
    Stern,
}

/// Makes the cloud as in `graph`.
pub(super) async fn carry_out(
    context: &Context<'_>,
    deployment: &Deployment,
    graph: Graph,
    question: Option<Question>,
) -> Result<Exit, Failure> {
    let session = context.stop(deployment.open()).await??;
    let planned = context.stop(session.plan(graph)).await??;
    carry_out_planned(context, deployment, session, planned, question).await
}

/// Carries out what was planned, if that is what is wanted.
pub(super) async fn carry_out_planned(
    context: &Context<'_>,
    deployment: &Deployment,
    session: Session<'_>,
    planned: Planned,
    question: Option<Question>,
) -> Result<Exit, Failure> {
    let plan = planned.plan();
    check_patterns(context, plan)?;
    show(context, plan);
    if context.flags.planning.expect_no_changes && !plan.is_empty() {
        session.close().await?;
        context.console.say("There are changes, and none were expected: nothing was done.");
        return Ok(Exit::Changes);
    }
    if let Some(question) = question.filter(|_| !plan.is_empty())
        && let Err(refused) = consent(context, plan, question).await
    {
        session.close().await?;
        return Err(refused);
    }
    apply(context, deployment, session, &planned).await
}

/// The plan of `up` is a message: its result are the outputs.
fn show(context: &Context<'_>, plan: &Plan) {
    let console = &context.console;
    if context.flags.json {
        let json = serde_json::json!({"version": json::VERSION, "event": "planned", "plan": display::plan_json(plan)});
        console.result(&format!("{json}\n"));
    }
    console.say(display::plan_text(plan, console.message_style()).trim_end());
}

/// A pattern that means nothing is a mistake, not an empty selection.
pub(super) fn check_patterns(context: &Context<'_>, plan: &Plan) -> Result<(), Failure> {
    let planning = &context.flags.planning;
    let patterns = [("--target-urn", &planning.target_urn), ("--exclude", &planning.exclude), ("--replace", &planning.replace)];
    let patterns = patterns.iter().flat_map(|(flag, patterns)| patterns.iter().map(move |pattern| (flag, pattern)));
    for (flag, pattern) in patterns {
        let Ok(glob) = Glob::new(pattern) else { continue };
        let glob = glob.compile_matcher();
        if !plan.steps.iter().any(|step| glob.is_match(step.urn.path()) || glob.is_match(step.urn.as_str())) {
            let hint = "patterns match a path such as `network/vpc`, or a whole urn; `*` also matches `/`";
            return Err(Failure::usage(format!("reading `{flag}`: no resource matches `{pattern}`"), Some(hint.into())));
        }
    }
    Ok(())
}

async fn consent(context: &Context<'_>, plan: &Plan, question: Question) -> Result<(), Failure> {
    let gone = plan.steps.iter().filter(|step| !step.left_out && matches!(step.action, Action::Delete | Action::Replace { .. })).count();
    let warning = if gone > 0 { format!("{} will be deleted. ", words::count(gone, "object")) } else { String::new() };
    let place = format!("`{}` on `{}` ({})", context.stack, plan.binding.target, plan.binding.identity);
    match question {
        Question::Plain => context.ask(&format!("{warning}Carry this out for {place}? [y/N] "), &["y", "yes"]).await,
        Question::Stern => context.ask(&format!("{warning}Type the name of the stack to destroy {place}: "), &[&context.stack]).await,
    }
}

async fn apply(context: &Context<'_>, deployment: &Deployment, session: Session<'_>, planned: &Planned) -> Result<Exit, Failure> {
    let begun = tokio::time::Instant::now();
    context.progress.begin(planned.plan());
    let done = context.finish(deployment, session.apply(planned)).await;
    context.progress.end();
    let (report, stopped) = match done? {
        Ok(report) => (report, session.close().await.err().map(Failure::from)),
        Err(DeploymentError::Stopped(stopped)) => {
            let Stopped { error, report } = *stopped;
            (report, Some(Failure::from(&*error)))
        }
        Err(error) => return Err(error.into()),
    };
    let simulated = if deployment.is_simulated() { " of simulated time" } else { "" };
    report::tell(context, &report, planned.plan(), &format!("{}{simulated}", words::duration(begun.elapsed())));
    if context.flags.json {
        context.console.result(&format!("{}\n", json::summary(&report)));
    } else if report.is_complete() && !report.exports.is_empty() {
        outputs::show(context, &report.exports, false);
    }
    match stopped {
        Some(failure) => Err(failure),
        None => Ok(report::exit(&report, deployment.cancellation().is_cancelled())),
    }
}
