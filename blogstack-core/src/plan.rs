//! Decisions: declared + recorded + observed -> plan. Pure: no call, no clock, no randomness.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    error::Problems,
    graph::Graph,
    provider::{Object, Owner, Providers},
    state::{Binding, State},
    step::{Action, Step, Task},
    urn::{Uid, Urn},
    value::{Draft, Value},
};

mod adoptions;
mod claims;
mod decide;
mod departures;
mod holds;
mod order;
mod places;
mod rivals;
mod room;
mod selection;
mod sequence;
mod standing;
mod tasks;

pub(crate) use self::departures::lacking;
pub use self::{selection::Selection, standing::Standing};

/// What the cloud was seen to hold.
#[derive(Debug, Clone, Default)]
pub struct Observations {
    /// Recorded objects; `None` when it is not there any more. Unlisted ones were not looked at.
    pub objects: BTreeMap<Uid, Option<Object>>,
    /// Objects to be taken over, by resource.
    pub adopted: BTreeMap<Urn, Option<Object>>,
    /// Answers of look-ups, by the query's key.
    pub answers: BTreeMap<String, Value>,
    /// Pinned answers that the cloud would now give otherwise: what was asked, pinned and new answer.
    pub moved: Vec<(String, Value, Value)>,
}

/// Everything that a plan is made of.
pub struct Situation<'a> {
    /// What the program declares.
    pub graph: &'a Graph,
    /// What was written down.
    pub state: &'a State,
    /// What the cloud holds.
    pub observed: &'a Observations,
    /// The kinds that the binary knows.
    pub providers: &'a Providers,
    /// The journal's head, from which new objects get their uids.
    pub head: &'a [u8],
    /// Who plans.
    pub owner: &'a Owner,
    /// Against what.
    pub binding: &'a Binding,
}

/// What to do, complete, in an order that is safe. A value: it is printed, approved and executed as it stands.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Whose plan it is.
    pub owner: Owner,
    /// The target it is for.
    pub binding: Binding,
    /// One for each declared resource, in the order of declaration; then one for each object that goes.
    pub steps: Vec<Step>,
    /// The work, in an order in which it could be done one by one.
    pub tasks: Vec<Task>,
    /// Exported values after apply.
    pub exports: Vec<(String, Draft)>,
    /// Pinned answers of look-ups that have moved on: what was asked, pinned and new answer.
    pub moved: Vec<(String, Value, Value)>,
    /// Answers to be pinned.
    pub(crate) pins: BTreeMap<String, Value>,
    pub(crate) exports_change: bool,
}

/// Why there is no plan.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PlanError {
    /// The program is wrong.
    #[error("{0}")]
    Invalid(Problems),
    /// The program asks for what was forbidden, or what cannot be done safely.
    #[error("{0}")]
    Refused(Problems),
}

/// Decides what to do.
///
/// # Errors
/// All problems of the program that only show against the recorded state, together.
pub fn plan(situation: &Situation<'_>, selection: &Selection) -> Result<Plan, PlanError> {
    let claims = claims::claims(situation.graph, situation.state).map_err(PlanError::Invalid)?;
    adoptions::adoptions(situation, &claims).map_err(PlanError::Invalid)?;
    let mut makes_room = BTreeMap::new();
    let mut decisions = loop {
        let decisions = decide::decide(situation, selection, &claims, &makes_room)?;
        let more = room::obstructing(situation, &decisions.steps);
        if more.is_empty() {
            break decisions;
        }
        makes_room.extend(more);
    };
    departures::depart(situation, &claims, &mut decisions)?;
    holds::holds(situation, &decisions.steps)?;
    let exports = decisions.exports(situation.graph)?;
    let steps = decisions.into_steps();
    let tasks = tasks::tasks(situation, &steps)?;
    let mut plan = Plan {
        owner: situation.owner.clone(),
        binding: situation.binding.clone(),
        exports_change: exports_change(situation.state, &exports),
        exports,
        moved: situation.observed.moved.clone(),
        pins: situation.observed.answers.clone(),
        steps,
        tasks,
    };
    selection::apply(selection, &mut plan);
    Ok(plan)
}

fn exports_change(state: &State, exports: &[(String, Draft)]) -> bool {
    let known: Option<BTreeMap<String, Value>> = exports.iter().map(|(name, draft)| Some((name.clone(), draft.known()?))).collect();
    known.as_ref() != Some(&state.exports)
}

impl Plan {
    /// Whether the cloud is to stay as it is.
    pub fn is_empty(&self) -> bool {
        self.steps.iter().all(|step| step.left_out || step.action == Action::Same)
    }

    /// How long each step is expected to take: by number, those that take time to speak of. A replacement makes and deletes.
    pub fn expected_of_steps(&self) -> BTreeMap<usize, Duration> {
        let mut times: BTreeMap<usize, Duration> = BTreeMap::new();
        for task in self.tasks.iter().filter(|task| !task.expected.is_zero()) {
            *times.entry(task.step).or_default() += task.expected;
        }
        times
    }

    /// How long all of it is expected to take: what does not wait for each other is done side by side.
    pub fn expected(&self) -> Duration {
        let mut ends: Vec<Duration> = Vec::with_capacity(self.tasks.len());
        for task in &self.tasks {
            let begins = task.after.iter().map(|first| ends[*first]).max().unwrap_or_default();
            ends.push(begins + task.expected);
        }
        ends.into_iter().max().unwrap_or_default()
    }

    /// How many steps there are of each action, without those left out.
    pub fn summary(&self) -> BTreeMap<&'static str, usize> {
        let mut summary = BTreeMap::new();
        for step in self.steps.iter().filter(|step| !step.left_out) {
            *summary.entry(step.action.word()).or_default() += 1;
        }
        summary
    }
}
