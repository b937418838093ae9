//! An object that is to be taken over must be somebody else's: neither one of ours already, nor taken over twice.

use std::collections::BTreeMap;

use super::Situation;
use crate::{
    error::{Problem, Problems},
    graph::{Declared, Home},
    state::{Phase, Record},
    urn::Uid,
};

/// Kind, account and region, id: which object is meant.
type Meant<'a> = (&'a str, (&'a str, Option<&'a str>), &'a str);

fn meant<'a>(kind: &'a str, home: &'a Home, id: &'a str) -> Meant<'a> {
    (kind, home.place(), id)
}

/// Refuses what would have two names for one object: one of them would be deleted, and the object with it.
pub(super) fn adoptions(situation: &Situation<'_>, claims: &[Option<Uid>]) -> Result<(), Problems> {
    let declared = &situation.graph.declared;
    let recorded: BTreeMap<Meant<'_>, &Record> =
        situation.state.records.values().map(|record| (meant(record.urn.kind(), &record.home, &record.id), record)).collect();
    let mut takers: BTreeMap<Meant<'_>, &Declared> = BTreeMap::new();
    let mut problems = Vec::new();
    for one in declared.iter().zip(claims).filter(|(_, claim)| claim.is_none()).map(|(one, _)| one) {
        let Some(id) = &one.options.adopt else { continue };
        let object = meant(one.node.urn.kind(), &one.node.home, id);
        let problem = |message| Problem::new(one.node.urn.path(), message).at(one.node.line);
        if let Some(record) = recorded.get(&object) {
            let holder = claims.iter().position(|claim| claim.as_ref() == Some(&record.uid)).map(|holder| &declared[holder]);
            problems.push(ours(problem(format!("`{id}` is recorded already, as the object of `{}`", record.urn.path())), record, holder));
        } else if let Some(other) = takers.insert(object, one) {
            let message = format!("`{id}` is adopted by `{}` too", other.node.urn.path());
            problems.push(problem(message).related(other.node.line, "the first one"));
        }
    }
    Problems(problems).none_or(())
}

fn ours(problem: Problem, record: &Record, holder: Option<&Declared>) -> Problem {
    let path = record.urn.path();
    match holder {
        Some(holder) => problem.related(holder.node.line, "the resource that has it"),
        None if record.phase == Phase::Condemned => problem.hint(format!(
            "another object has taken its place, so `up` deletes it; to keep it, drop its record first: `state rm '{}'`",
            record.id
        )),
        None => problem.hint(format!("if `{path}` was renamed, say `.alias(\"{path}\")` in place of `.adopt(..)`")),
    }
}
