//! How often each kind went through each action with each option, and what cannot come up.

use std::collections::BTreeMap;

use blogstack_core::plan::Plan;

use super::{program::Program, slot::Choices};

/// The kinds.
const KINDS: [&str; 12] = [
    "vpc",
    "subnet",
    "internet-gateway",
    "route-table",
    "route",
    "route-table-association",
    "eip",
    "eip-association",
    "nat-gateway",
    "security-group",
    "key-pair",
    "instance",
];

/// The actions of a plan.
const ACTIONS: [&str; 7] = ["create", "update", "replace", "delete", "same", "adopt", "forget"];

/// What a declaration may carry.
const OPTIONS: [&str; 12] = [
    "plain",
    "protect",
    "retain",
    "adopt",
    "depends_on",
    "ignore_changes",
    "replace_on",
    "delete_before_replace",
    "timeout",
    "deleted_with",
    "alias",
    "tags",
];

/// Everything, in the table below.
const ANY: &str = "*";

/// What cannot come up: kind, action, option, and why.
const IMPOSSIBLE: &[(&str, &str, &str, &str)] = &[
    (ANY, "replace", "protect", "protection refuses it"),
    (ANY, "delete", "protect", "protection refuses it; where it is lifted first, nothing is protected any more"),
    (ANY, "delete", "retain", "what is retained is forgotten instead"),
    (ANY, "create", "adopt", "what is there to be adopted is not made"),
    (ANY, "adopt", "plain", "what adopts asks for something"),
    ("route", ANY, "tags", "it has no tags"),
    ("route-table-association", ANY, "tags", "it has no tags"),
    ("eip-association", ANY, "tags", "it has no tags"),
    (
        "route-table-association",
        ANY,
        "ignore_changes",
        "both fields say which object another one is: ignored, it would stay at one that goes",
    ),
];

/// How often a step of such a kind, with such an action, had such an option.
#[derive(Default)]
pub(super) struct Counts {
    triples: BTreeMap<(&'static str, &'static str, &'static str), usize>,
    /// Programs that were planned.
    pub(super) plans: usize,
    /// Those that were refused, by reason.
    pub(super) refused: BTreeMap<&'static str, usize>,
}

fn why_impossible(kind: &str, action: &str, option: &str) -> Option<&'static str> {
    let is = |pattern: &str, word: &str| pattern == ANY || pattern == word;
    IMPOSSIBLE.iter().find(|(k, a, o, _)| is(k, kind) && is(a, action) && is(o, option)).map(|(.., why)| *why)
}

impl Counts {
    /// Counts the steps of a plan; `choices` are those of the declaration that a step is about.
    pub(super) fn note(&mut self, plan: &Plan, choices: impl Fn(&'static str, bool) -> Choices) {
        for step in &plan.steps {
            let Some(slot) = Program::slot_of(step.urn.path()) else { continue };
            let kind = KINDS.iter().find(|kind| step.urn.kind().trim_start_matches("aws:ec2/") == **kind).expect("a kind of the table");
            let action = step.action.word();
            for option in choices(slot, matches!(action, "delete" | "forget")).names() {
                *self.triples.entry((*kind, action, option)).or_default() += 1;
            }
        }
    }

    /// All triples, with their numbers.
    fn all(&self) -> impl Iterator<Item = ((&'static str, &'static str, &'static str), usize)> {
        let pairs = KINDS.into_iter().flat_map(|kind| ACTIONS.into_iter().map(move |action| (kind, action)));
        let triples = pairs.flat_map(|(kind, action)| OPTIONS.into_iter().map(move |option| (kind, action, option)));
        triples.map(|triple| (triple, self.triples.get(&triple).copied().unwrap_or_default()))
    }

    /// The triples that came up too seldom, and those that could not have.
    pub(super) fn wrong(&self, floor: usize) -> Vec<String> {
        let verdict = |((kind, action, option), count): ((&str, &str, &str), usize)| match why_impossible(kind, action, option) {
            Some(why) if count > 0 => Some(format!("{kind} {action} {option}: {count} times, but {why}")),
            None if count < floor => Some(format!("{kind} {action} {option}: only {count} times")),
            _ => None,
        };
        self.all().filter_map(verdict).collect()
    }

    /// How many triples there are, how many of them can come up, and how often the rarest of those did.
    pub(super) fn summary(&self) -> String {
        let possible: Vec<_> = self.all().filter(|((kind, action, option), _)| why_impossible(kind, action, option).is_none()).collect();
        let rarest = possible.iter().min_by_key(|(_, count)| *count);
        let steps: usize = possible.iter().map(|(_, count)| count).sum();
        format!("{} triples, {} possible, {steps} counted, the rarest: {rarest:?}", self.all().count(), possible.len())
    }
}
