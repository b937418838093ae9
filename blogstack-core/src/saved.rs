//! Plans that are kept, approved, and carried out later: exactly as they are, or not at all.
//!
//! A plan is a pure function of what is declared, recorded and observed. So a saved plan holds no work: it is made anew from all
//! three, and must come out the same. The file holds fences, keyed digests of everything that the plan was made from. They tell
//! that something has moved, and where, but no value; who has not the state's key can neither guess one nor change the file.
//!
//! Only what the plan used is fenced. What an object reports besides may move, and so may the journal's head: a refresh in between
//! does no harm.

use serde::{Deserialize, Serialize};
use serde_json::json;

use self::fences::Fenced;
use crate::{
    graph::Graph,
    plan::{Plan, Selection},
    seal::{Fencer, KeyId},
    state::{Binding, State},
};

mod canonical;
mod error;
mod fences;
mod moved;

pub use self::{
    error::SavedPlanError,
    moved::{Moved, Why},
};

/// The version of the file.
pub const FORMAT: u32 = 1;

/// What the declarations of a program were made from, besides the program itself. A saved plan is refused when it was made
/// from something else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The executable: a digest of it, say.
    pub executable: String,
    /// The settings, in a canonical form. A saved plan keeps no more of them than a keyed digest.
    pub settings: String,
}

/// How a plan was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Flags {
    pub(crate) selection: Selection,
    pub(crate) no_refresh: bool,
    pub(crate) refresh_lookups: bool,
}

/// A plan in a file.
///
/// ```
/// # async fn doc(deployment: blogstack_core::deployment::Deployment) -> Result<(), Box<dyn std::error::Error>> {
/// use blogstack_core::saved::SavedPlan;
///
/// let (plan, saved) = deployment.preview_and_save().await?;
/// let file = saved.to_json();
/// // Somebody approves of `plan`; later, in another process:
/// let report = deployment.up_as_saved(&SavedPlan::from_json(&file)?).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedPlan {
    format: u32,
    project: String,
    stack: String,
    target: String,
    identity: String,
    /// The state's key has the name of no other state's key.
    key: String,
    executable: String,
    settings: String,
    flags: Flags,
    parts: Vec<Fenced>,
    /// A fence around all of the above.
    seal: String,
}

/// Everything that a saved plan is made from.
pub(crate) struct Basis<'a> {
    pub(crate) fencer: &'a Fencer,
    pub(crate) key: &'a KeyId,
    pub(crate) provenance: &'a Provenance,
    pub(crate) flags: &'a Flags,
    pub(crate) graph: &'a Graph,
    pub(crate) state: &'a State,
    pub(crate) plan: &'a Plan,
}

impl SavedPlan {
    pub(crate) fn of(basis: &Basis<'_>) -> Self {
        let Basis { fencer, key, provenance, flags, graph, state, plan } = basis;
        let mut saved = Self {
            format: FORMAT,
            project: plan.owner.project.clone(),
            stack: plan.owner.stack.clone(),
            target: plan.binding.target.clone(),
            identity: plan.binding.identity.clone(),
            key: key.to_string(),
            executable: provenance.executable.clone(),
            settings: fence_of_settings(fencer, provenance),
            flags: (*flags).clone(),
            parts: fences::fences(fencer, graph, state, plan),
            seal: String::new(),
        };
        saved.seal = saved.fence(fencer);
        saved
    }

    fn fence(&self, fencer: &Fencer) -> String {
        let unsealed = Self { seal: String::new(), ..self.clone() };
        let mut fence = fencer.begin(&["saved plan"]);
        fence.part(json!(unsealed).to_string().as_bytes());
        fence.end()
    }

    /// The file.
    pub fn to_json(&self) -> String {
        format!("{:#}\n", json!(self))
    }

    /// Reads a file. Whether it was changed shows only with the state's key.
    ///
    /// # Errors
    /// [`SavedPlanError::Newer`], and [`SavedPlanError::Damaged`] when it is no saved plan.
    pub fn from_json(text: &str) -> Result<Self, SavedPlanError> {
        #[derive(Deserialize)]
        struct Version {
            format: u32,
        }
        let Version { format } = serde_json::from_str(text).map_err(|_| SavedPlanError::Damaged)?;
        match format {
            FORMAT => serde_json::from_str(text).map_err(|_| SavedPlanError::Damaged),
            0 => Err(SavedPlanError::Damaged),
            newer => Err(SavedPlanError::Newer(newer)),
        }
    }

    /// How it was asked for.
    pub(crate) fn flags(&self) -> &Flags {
        &self.flags
    }

    /// Refuses what was saved for another stack or target.
    pub(crate) fn check_place(&self, project: &str, stack: &str, binding: &Binding) -> Result<(), SavedPlanError> {
        let (found, wanted) = (format!("{}/{}", self.project, self.stack), format!("{project}/{stack}"));
        if found != wanted {
            return Err(SavedPlanError::OtherStack { found, wanted });
        }
        let place = |target: &str, identity: &str| format!("{target} ({identity})");
        let (found, wanted) = (place(&self.target, &self.identity), place(&binding.target, &binding.identity));
        if found == wanted { Ok(()) } else { Err(SavedPlanError::OtherTarget { found, wanted }) }
    }

    /// Refuses what was changed since it was saved, or was made from another state, program or settings.
    pub(crate) fn check(&self, fencer: &Fencer, key: &KeyId, provenance: &Provenance) -> Result<(), SavedPlanError> {
        match () {
            () if self.key != key.to_string() => Err(SavedPlanError::OtherState),
            () if self.seal != self.fence(fencer) => Err(SavedPlanError::Damaged),
            () if self.executable != provenance.executable => Err(SavedPlanError::OtherExecutable),
            () if self.settings != fence_of_settings(fencer, provenance) => Err(SavedPlanError::OtherSettings),
            () => Ok(()),
        }
    }

    /// Refuses when the plan as it would be made now was made from something else.
    pub(crate) fn compare(&self, now: &Self) -> Result<(), SavedPlanError> {
        let moved = moved::moved(&self.parts, &now.parts);
        if moved.is_empty() { Ok(()) } else { Err(SavedPlanError::Moved(moved)) }
    }
}

fn fence_of_settings(fencer: &Fencer, provenance: &Provenance) -> String {
    let mut fence = fencer.begin(&["settings"]);
    fence.part(provenance.settings.as_bytes());
    fence.end()
}
