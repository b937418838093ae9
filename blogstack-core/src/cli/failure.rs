//! Why a command did not succeed, for a person: the one place where errors get their exit code and their words.

use std::fmt::Write as _;

use super::{exit::Exit, nearest::nearest};
use crate::{
    deployment::DeploymentError,
    display::Style,
    error::{Line, Problem, Problems},
    journal::OpenError,
    keys::KeyError,
    recover::RecoverError,
    saved::SavedPlanError,
    state::LedgerError,
    target::TargetError,
};

/// Everything that is wrong, and how the process ends.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    pub(super) items: Vec<Item>,
}

/// One thing that is wrong.
#[derive(Debug)]
pub(super) struct Item {
    /// A lower-case phrase without a full stop.
    pub(super) text: String,
    /// The line of the program that is to blame.
    pub(super) line: Option<Line>,
    /// Another line that has to do with it, and what stands there.
    pub(super) related: Option<(Line, &'static str)>,
    /// The way out.
    pub(super) hint: Option<String>,
}

impl Item {
    pub(super) fn new(text: impl Into<String>, hint: Option<String>) -> Self {
        Self { text: text.into(), line: None, related: None, hint }
    }
}

impl From<&Problem> for Item {
    fn from(problem: &Problem) -> Self {
        let text = format!("`{}`: {}", problem.subject, problem.message);
        Self { text, line: problem.line, related: problem.related, hint: problem.hint.clone() }
    }
}

impl Failure {
    /// One thing, with a way out.
    pub(super) fn new(exit: Exit, text: impl Into<String>, hint: Option<&str>) -> Self {
        Self { exit, items: vec![Item::new(text, hint.map(Into::into))] }
    }

    /// Bad usage, with a way out.
    pub(super) fn usage(text: impl Into<String>, hint: Option<String>) -> Self {
        Self { exit: Exit::Usage, items: vec![Item::new(text, hint)] }
    }

    /// Somebody stopped it, who knows that already.
    pub(super) fn interrupted() -> Self {
        Self::new(Exit::Interrupted, "interrupted: nothing was changed", None)
    }

    /// A name that nothing recorded has, with the one that was probably meant.
    pub(super) fn unknown<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Self {
        let meant = nearest(name, known).map(|best| format!("did you mean `{best}`? ")).unwrap_or_default();
        Self::usage(DeploymentError::Unknown(name.to_owned()).to_string(), Some(format!("{meant}`state list` shows what is recorded")))
    }

    fn problems(exit: Exit, problems: &Problems) -> Self {
        Self { exit, items: problems.0.iter().map(Item::from).collect() }
    }

    /// The whole of it, as lines that begin with `error:`.
    pub(super) fn text(&self, style: Style) -> String {
        self.items.iter().map(|item| item.text(style)).collect()
    }
}

impl Item {
    /// The text, the program's lines, the hint; each on lines of its own.
    pub(super) fn text(&self, style: Style) -> String {
        let mut text = format!("{} {}\n", style.error("error:"), self.text);
        if let Some(line) = self.line {
            let _ = writeln!(text, "  --> {line}");
        }
        if let Some((line, what)) = self.related {
            let _ = writeln!(text, "  --> {line}: {what}");
        }
        if let Some(hint) = &self.hint {
            let _ = writeln!(text, "  {} {hint}", style.hint("hint:"));
        }
        text
    }
}

impl From<DeploymentError> for Failure {
    fn from(error: DeploymentError) -> Self {
        let text = error.to_string();
        match &error {
            DeploymentError::Invalid(problems) => Self::problems(Exit::Usage, problems),
            DeploymentError::Refused(problems) => Self::problems(Exit::Refused, problems),
            DeploymentError::State(error) => Self { exit: exit_of(error), items: vec![Item::new(text, error.hint())] },
            DeploymentError::Observe(observe) => Self { exit: Exit::Failed, items: vec![Item::new(text, observe.error.hint.clone())] },
            DeploymentError::Recover(error) => of_recovery(error),
            DeploymentError::Provider { error, .. } => Self { exit: Exit::Failed, items: vec![Item::new(text, error.hint.clone())] },
            DeploymentError::Unknown(name) => Self::unknown(name, []),
            DeploymentError::Saved(error) => error.into(),
            DeploymentError::Stranger { .. } => Self::new(
                Exit::Refused,
                text,
                Some("use the state they were made from, or another `--stack` name: a second state would make everything twice"),
            ),
        }
    }
}

/// One item for each thing that has moved; the way out is the same for all.
impl From<&SavedPlanError> for Failure {
    fn from(error: &SavedPlanError) -> Self {
        let mut items = match error {
            SavedPlanError::Moved(moved) => {
                moved.iter().map(|one| Item::new(format!("the saved plan does not hold: {one}"), None)).collect()
            }
            other => vec![Item::new(other.to_string(), None)],
        };
        if let Some(last) = items.last_mut() {
            last.hint = Some(error.hint().to_owned());
        }
        Self { exit: Exit::Refused, items }
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        Self { exit: exit_of(&error), items: vec![Item::new(error.to_string(), error.hint())] }
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        LedgerError::from(error).into()
    }
}

impl From<TargetError> for Failure {
    fn from(error: TargetError) -> Self {
        let exit = if error.refused { Exit::Refused } else { Exit::Failed };
        Self { exit, items: vec![Item::new(error.to_string(), error.hint)] }
    }
}

fn of_recovery(error: &RecoverError) -> Failure {
    let (exit, hint) = match error {
        RecoverError::Ledger(error) => (exit_of(error), error.hint()),
        RecoverError::Provider { error, .. } => (Exit::Failed, error.hint.clone()),
        RecoverError::Undecided { .. } => (Exit::Failed, Some("run again later; nothing was changed by this run".into())),
    };
    Failure { exit, items: vec![Item::new(error.to_string(), hint)] }
}

/// A state that must not be used is refused; a disk that fails is a failure.
fn exit_of(error: &LedgerError) -> Exit {
    match error {
        LedgerError::Open(OpenError::Anchor { cause, .. }) if cause.kind() == std::io::ErrorKind::InvalidData => Exit::Refused,
        LedgerError::Open(OpenError::Io { .. } | OpenError::Anchor { .. })
        | LedgerError::Journal(_)
        | LedgerError::Key(KeyError::Io { .. } | KeyError::NoHome) => Exit::Failed,
        LedgerError::Open(_) | LedgerError::Key(_) | LedgerError::Entry(_) | LedgerError::Foreign { .. } | LedgerError::Empty { .. } => {
            Exit::Refused
        }
    }
}
