//! What becomes of objects that no declaration stands for.

use std::collections::{BTreeMap, BTreeSet};

use super::{PlanError, Situation, decide::Decisions};
use crate::{
    error::{Problem, Problems},
    shape::Schema,
    state::{Phase, Record},
    step::{Action, Step},
    urn::Uid,
    value::Draft,
};

/// Adds a step for each, and tells which old objects of replacements are given up.
pub(super) fn depart(situation: &Situation<'_>, claims: &[Option<Uid>], decisions: &mut Decisions<'_>) -> Result<(), PlanError> {
    let claimed: BTreeSet<&Uid> = claims.iter().flatten().collect();
    let mut leaving: Vec<&Record> = situation.state.records.values().filter(|record| !claimed.contains(&record.uid)).collect();
    leaving.sort_by_key(|record| (&record.urn, record.phase != Phase::Condemned, &record.since, &record.id));
    let kept = kept(situation, &leaving);
    let replaced = decisions.steps.iter().filter_map(|step| replaced_and_retained(step).then_some(step.current.as_ref()).flatten());
    let along = along(situation, leaving.iter().copied().filter(|record| record.wishes.retain).chain(replaced));
    for step in &mut decisions.steps {
        step.old_stays = old_stays(step, &along);
    }
    let (mut invalid, mut refused) = (Vec::new(), Vec::new());
    for record in leaving {
        let Some(provider) = situation.providers.get(record.urn.kind()) else {
            invalid.push(lacking(record));
            continue;
        };
        match step(situation, provider.schema(), record, kept.get(&record.uid), along.get(&record.uid)) {
            Ok(step) if step.action == Action::Delete && record.wishes.protect => refused.push(protected(record)),
            Ok(step) => decisions.steps.push(step),
            Err(problem) => invalid.push(problem),
        }
    }
    Problems(invalid).none_or(()).map_err(PlanError::Invalid)?;
    Problems(refused).none_or(()).map_err(PlanError::Refused)
}

/// Nothing can be said of an object whose kind is not known.
pub(crate) fn lacking(record: &Record) -> Problem {
    let (kind, feature) = (record.urn.kind(), record.urn.feature());
    let problem =
        Problem::new(record.urn.path(), format!("this binary does not know the kind `{kind}` of the recorded object `{}`", record.id));
    problem.hint(format!("build with the cargo feature `{feature}`, or give the object up: `state forget '{}'`", record.urn))
}

fn protected(record: &Record) -> Problem {
    let problem = Problem::new(record.urn.path(), "it is protected, but the program does not declare it any more");
    problem.hint(format!("declare it again, or lift the protection: `state unprotect '{}'`", record.urn))
}

/// When everything is to go, protected objects stay, and so does what they are built on.
fn kept<'a>(situation: &'a Situation<'_>, leaving: &[&'a Record]) -> BTreeMap<&'a Uid, String> {
    let mut kept = BTreeMap::new();
    if !situation.graph.is_empty() {
        return kept;
    }
    let mut open: Vec<(&Record, String)> =
        leaving.iter().filter(|record| record.wishes.protect).map(|record| (*record, "it is protected".to_owned())).collect();
    while let Some((record, why)) = open.pop() {
        if kept.contains_key(&record.uid) {
            continue;
        }
        kept.insert(&record.uid, why);
        let below = record.dependencies.iter().filter_map(|uid| situation.state.records.get(uid));
        open.extend(below.map(|dependency| (dependency, format!("`{}` is built on it and stays", record.urn.path()))));
    }
    kept
}

const RETAINED: &str = "the program asks to retain it";
/// Until it is claimed, an object that is taken over is recorded like that.
const UNCLAIMED: &str = "it is to be retained, or taking it over was never finished";

fn replaced_and_retained(step: &Step) -> bool {
    let retains = step.wishes.retain || step.current.as_ref().is_some_and(|current| current.wishes.retain);
    retains && matches!(step.action, Action::Replace { .. })
}

/// Why the old object of a replacement is given up.
fn old_stays(step: &Step, along: &BTreeMap<Uid, String>) -> Option<String> {
    match step.action {
        Action::Replace { .. } if replaced_and_retained(step) => Some(RETAINED.to_owned()),
        Action::Replace { .. } => along.get(&step.current.as_ref()?.uid).cloned(),
        _ => None,
    }
}

/// What a retained object is built on can go as little as itself: both are given up.
fn along<'a>(situation: &'a Situation<'_>, retained: impl Iterator<Item = &'a Record>) -> BTreeMap<Uid, String> {
    let is_there = |record: &&Record| matches!(situation.observed.objects.get(&record.uid), None | Some(Some(_)));
    let mut along = BTreeMap::new();
    let mut open: Vec<&Record> = retained.filter(is_there).collect();
    while let Some(record) = open.pop() {
        for below in record.dependencies.iter().filter_map(|uid| situation.state.records.get(uid)) {
            if along.insert(below.uid.clone(), format!("`{}`, which is retained, is built on it", record.urn.path())).is_none() {
                open.push(below);
            }
        }
    }
    along
}

fn step(
    situation: &Situation<'_>,
    schema: &Schema,
    written: &Record,
    kept: Option<&String>,
    along: Option<&String>,
) -> Result<Step, Problem> {
    let mut record = written.migrated(schema).map_err(|message| Problem::new(written.urn.path(), message))?;
    let observed = situation.observed.objects.get(&record.uid);
    if let Some(Some(object)) = observed {
        record.outputs.clone_from(&object.outputs);
    }
    let gone = matches!(observed, Some(None));
    let condemned = record.phase == Phase::Condemned;
    let (action, reason) = match kept {
        Some(why) => (Action::Same, Some(format!("kept: {why}"))),
        None if gone => (Action::Delete, Some("it is gone already".to_owned())),
        None if record.wishes.retain && record.phase == Phase::Incomplete => (Action::Forget, Some(UNCLAIMED.to_owned())),
        None if record.wishes.retain => (Action::Forget, Some(RETAINED.to_owned())),
        None if along.is_some() => (Action::Forget, along.cloned()),
        None if condemned => (Action::Delete, Some("another object has taken its place".to_owned())),
        None => (Action::Delete, None),
    };
    Ok(Step {
        urn: record.urn.clone(),
        home: record.home.clone(),
        action,
        changes: Vec::new(),
        reasons: reason.into_iter().collect(),
        renamed_from: None,
        left_out: false,
        line: None,
        node: None,
        uid: record.uid.clone(),
        old_stays: None,
        gone,
        inputs: Draft::empty(),
        outputs: Draft::Null,
        wishes: record.wishes.clone(),
        timeout: record.wishes.timeout.map(std::time::Duration::from_secs),
        depends_on: BTreeSet::new(),
        adopt: None,
        rewrite: false,
        current: Some(record),
    })
}
