//! Plans for a part of a stack: `--target-urn`, `--exclude`, `--replace`.

use std::collections::BTreeSet;

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::Plan;
use crate::{step::Action, urn::Urn};

/// Which resources a plan touches. Patterns match a path (`network/*`) or a whole urn.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "Patterns", into = "Patterns")]
pub struct Selection {
    patterns: Patterns,
    only: Option<GlobSet>,
    except: Option<GlobSet>,
    replace: Option<GlobSet>,
}

/// A selection as it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Patterns {
    only: Vec<String>,
    except: Vec<String>,
    replace: Vec<String>,
}

impl TryFrom<Patterns> for Selection {
    type Error = String;

    fn try_from(patterns: Patterns) -> Result<Self, String> {
        let Patterns { only, except, replace } = &patterns;
        Ok(Self { only: globs(only)?, except: globs(except)?, replace: globs(replace)?, patterns })
    }
}

impl From<Selection> for Patterns {
    fn from(selection: Selection) -> Self {
        selection.patterns
    }
}

/// Two are equal when they were written in the same words.
impl PartialEq for Selection {
    fn eq(&self, other: &Self) -> bool {
        self.patterns == other.patterns
    }
}

impl Eq for Selection {}

impl Selection {
    /// Everything.
    pub fn all() -> Self {
        Self::default()
    }

    /// Reads patterns: touch only `only` and what it needs, not `except` and what needs it, and replace `replace`.
    ///
    /// # Errors
    /// A sentence that names the bad pattern.
    pub fn new(only: &[String], except: &[String], replace: &[String]) -> Result<Self, String> {
        Self::try_from(Patterns { only: only.to_vec(), except: except.to_vec(), replace: replace.to_vec() })
    }

    pub(super) fn replaces(&self, urn: &Urn) -> bool {
        matches(self.replace.as_ref(), urn)
    }
}

fn globs(patterns: &[String]) -> Result<Option<GlobSet>, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).map_err(|error| format!("`{pattern}` is not a pattern: {}", error.kind()))?);
    }
    if patterns.is_empty() { Ok(None) } else { set.build().map(Some).map_err(|error| error.to_string()) }
}

fn matches(set: Option<&GlobSet>, urn: &Urn) -> bool {
    set.is_some_and(|set| set.is_match(urn.path()) || set.is_match(urn.as_str()))
}

/// Drops the work that is not asked for, and marks its steps.
pub(super) fn apply(selection: &Selection, plan: &mut Plan) {
    if selection.only.is_none() && selection.except.is_none() {
        return;
    }
    let kept = kept(selection, plan);
    let mut position = vec![None; plan.tasks.len()];
    kept.iter().enumerate().for_each(|(place, task)| position[*task] = Some(place));
    let worked: BTreeSet<usize> = kept.iter().map(|task| plan.tasks[*task].step).collect();
    for (number, step) in plan.steps.iter_mut().enumerate() {
        step.left_out = step.action != Action::Same && !worked.contains(&number);
    }
    plan.tasks = kept
        .iter()
        .map(|task| {
            let mut task = plan.tasks[*task].clone();
            task.after = task.after.iter().filter_map(|first| position[*first]).collect();
            task
        })
        .collect();
    plan.exports_change &= kept.len() == position.len();
}

/// Tasks are in an order in which everything follows what it waits for.
fn kept(selection: &Selection, plan: &Plan) -> Vec<usize> {
    let urn = |task: usize| &plan.steps[plan.tasks[task].step].urn;
    let count = plan.tasks.len();
    let mut wanted: Vec<bool> = (0..count).map(|task| selection.only.is_none() || matches(selection.only.as_ref(), urn(task))).collect();
    for task in (0..count).rev().collect::<Vec<_>>() {
        if wanted[task] {
            plan.tasks[task].after.iter().for_each(|first| wanted[*first] = true);
        }
    }
    let mut unwanted = vec![false; count];
    for task in 0..count {
        let waits_for_unwanted = plan.tasks[task].after.iter().any(|first| unwanted[*first]);
        unwanted[task] = matches(selection.except.as_ref(), urn(task)) || waits_for_unwanted;
    }
    // A step is done whole or not at all: a replacement whose old object must stay is no replacement.
    let left: BTreeSet<usize> = (0..count).filter(|task| !wanted[*task] || unwanted[*task]).map(|task| plan.tasks[task].step).collect();
    let mut dropped: Vec<bool> = (0..count).map(|task| left.contains(&plan.tasks[task].step)).collect();
    for task in 0..count {
        dropped[task] |= plan.tasks[task].after.iter().any(|first| dropped[*first]);
    }
    (0..count).filter(|task| !dropped[*task]).collect()
}
