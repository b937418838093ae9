//! How often each kind went through each action.

use std::collections::BTreeMap;

use blogstack_core::{plan::Plan, step::Action};
use blogstack_tests::kinds::Kind;

use super::hands::Part;

/// Kind, action, and how often.
#[derive(Default)]
pub(super) struct Tally(BTreeMap<(String, &'static str), usize>);

impl Tally {
    /// Nothing yet: each kind with each action that its life has.
    pub(super) fn of(kinds: &[Kind]) -> Self {
        let always = [Action::Create, Action::Delete, Action::Same];
        let of = |kind: &Kind| {
            let name = kind.name();
            let actions = always.into_iter().chain(kind.changes.iter().map(|change| change.action));
            actions.map(|action| ((name.clone(), action.word()), 0)).collect::<Vec<_>>()
        };
        Self(kinds.iter().flat_map(of).collect())
    }

    /// Counts what a plan does to the subjects of a pair.
    pub(super) fn note(&mut self, pair: &[Part], plan: &Plan) {
        for part in pair {
            let subject = format!("{}/{}", part.scope, part.kind.subject);
            for step in plan.steps.iter().filter(|step| step.urn.path() == subject) {
                *self.0.entry((part.kind.name(), step.action.word())).or_default() += 1;
            }
        }
    }

    /// What came up too seldom.
    pub(super) fn below(&self, floor: usize) -> Vec<String> {
        let seldom = self.0.iter().filter(|(_, count)| **count < floor);
        seldom.map(|((kind, action), count)| format!("{kind} {action}: only {count} times")).collect()
    }

    /// How much was counted, and the rarest.
    pub(super) fn summary(&self) -> String {
        let rarest = self.0.iter().min_by_key(|(_, count)| **count);
        format!("{} kinds with an action, {} steps, the rarest: {rarest:?}", self.0.len(), self.0.values().sum::<usize>())
    }
}
