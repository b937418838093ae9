//! Why a saved plan is not carried out.

use super::{FORMAT, Moved};

/// Why a saved plan is not carried out. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SavedPlanError {
    /// It is no saved plan, or not as it was written.
    #[error("reading the saved plan: it is damaged, or no saved plan at all")]
    Damaged,
    /// A later release wrote it.
    #[error("reading the saved plan: it has format {0}, and this program knows {FORMAT} at most")]
    Newer(u32),
    /// It was made for another stack.
    #[error("the saved plan is for stack `{found}`, and this run for `{wanted}`")]
    OtherStack {
        /// Project and stack of the plan.
        found: String,
        /// Those of this run.
        wanted: String,
    },
    /// It was made for another target.
    #[error("the saved plan is for {found}, and this run for {wanted}")]
    OtherTarget {
        /// The plan's target.
        found: String,
        /// This run's.
        wanted: String,
    },
    /// It was made from another state of the same stack.
    #[error("the saved plan was made from another state than this one, or its key has been replaced")]
    OtherState,
    /// It was made by another executable.
    #[error("the saved plan was made by another build of this program")]
    OtherExecutable,
    /// It was made with other settings.
    #[error("the saved plan was made with other settings")]
    OtherSettings,
    /// What it was made from has moved.
    #[error("what the saved plan was made from has moved: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Moved(Vec<Moved>),
}

impl SavedPlanError {
    /// The way out.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Damaged => "take the file as `preview --save` wrote it, or save the plan again",
            Self::Newer(_) => "use the build of the program that saved it, or save the plan again with this one",
            Self::OtherStack { .. } => "name its stack with `--stack`, or save a plan of this one",
            Self::OtherTarget { .. } => "name its target with `--target`, or save a plan for this one",
            Self::OtherState => "name the folder of its state with `--state`, or save a plan from this one",
            Self::OtherExecutable => "use the very executable that saved it, or save the plan again with this one",
            Self::OtherSettings => "give the settings with which it was saved, those of `--set` too, or save the plan again",
            Self::Moved(_) => "look at the plan as it is now with `preview`, and save that one",
        }
    }
}
