//! What has to go before its successor comes, because it holds something that goes first.

use std::collections::BTreeMap;

use super::Situation;
use crate::{
    provider::Hold,
    state::Record,
    step::{Action, Step},
    urn::Uid,
};

/// The steps, by number, whose old object would stay until the new one is there although the cloud does not let go of what it holds
/// as long as it is there; and why it goes first instead.
pub(super) fn obstructing(situation: &Situation<'_>, steps: &[Step]) -> BTreeMap<usize, String> {
    let going_first = |step: &&Step| step.action == (Action::Replace { delete_first: true }) && !step.gone;
    let going: BTreeMap<&Uid, (&Step, &Record)> =
        steps.iter().filter(going_first).filter_map(|step| step.current.as_ref().map(|current| (&current.uid, (step, current)))).collect();
    let obstructs = |step: &Step| {
        let current = step.current.as_ref().filter(|_| step.action == (Action::Replace { delete_first: false }) && !step.gone)?;
        let written = situation.state.records.get(&current.uid)?;
        let holds = situation.providers.get(step.urn.kind())?.holds(&current.outputs);
        let held = written.dependencies.iter().filter_map(|uid| going.get(uid));
        let held = held.into_iter().find(|(below, object)| holds.iter().any(|hold| is_of(hold, below, object)));
        held.map(|(below, _)| format!("the old object holds `{}`, which is deleted first", below.urn.path()))
    };
    steps.iter().enumerate().filter_map(|(number, step)| Some((number, obstructs(step)?))).collect()
}

fn is_of(hold: &Hold, below: &Step, object: &Record) -> bool {
    match hold {
        Hold::Named { kind, id, .. } => *kind == below.urn.kind() && *id == object.id,
        Hold::Every { kind, .. } => *kind == below.urn.kind(),
    }
}
