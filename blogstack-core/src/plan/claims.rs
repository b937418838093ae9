//! Which recorded object stands for which declared resource.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    error::{Problem, Problems},
    graph::Graph,
    state::{Phase, Record, State},
    urn::{Uid, Urn},
};

/// For each declaration, by number, the object that stands for it.
pub(super) fn claims(graph: &Graph, state: &State) -> Result<Vec<Option<Uid>>, Problems> {
    let recorded = recorded(state)?;
    let moves = moves(graph, &recorded)?;
    let taken: BTreeSet<&Urn> = moves.values().collect();
    let claim = |(number, declared): (usize, &crate::graph::Declared)| match moves.get(&number) {
        Some(old) => recorded.get(old).map(|uid| (*uid).clone()),
        None if taken.contains(&declared.node.urn) => None,
        None => recorded.get(&declared.node.urn).map(|uid| (*uid).clone()),
    };
    Ok(graph.declared.iter().enumerate().map(claim).collect())
}

/// The objects that stand for a resource, which is one for each: those that are to be deleted stand for none.
fn recorded(state: &State) -> Result<BTreeMap<&Urn, &Uid>, Problems> {
    let mut recorded: BTreeMap<&Urn, &Record> = BTreeMap::new();
    let mut problems = Vec::new();
    for record in state.records.values().filter(|record| record.phase != Phase::Condemned) {
        if let Some(other) = recorded.insert(&record.urn, record) {
            let message = format!("two objects are recorded for it, `{}` and `{}`, and only one can stand for it", other.id, record.id);
            let hint = "look at both, then drop the record of the one that does not by its id: `state rm ID`";
            problems.push(Problem::new(record.urn.path(), message).hint(hint));
        }
    }
    Problems(problems).none_or(recorded.into_iter().map(|(urn, record)| (urn, &record.uid)).collect())
}

/// The declarations that take an object over from another name. A name can pass on along a chain: `c` takes `b`'s object, so `b`
/// may take `a`'s.
fn moves(graph: &Graph, recorded: &BTreeMap<&Urn, &Uid>) -> Result<BTreeMap<usize, Urn>, Problems> {
    let with_alias: Vec<_> = graph.declared.iter().enumerate().filter(|(_, declared)| !declared.options.aliases.is_empty()).collect();
    let mut moves: BTreeMap<usize, Urn> = BTreeMap::new();
    let mut takers: BTreeMap<Urn, usize> = BTreeMap::new();
    let mut problems = Vec::new();
    loop {
        let before = moves.len();
        for (number, declared) in &with_alias {
            let urn = &declared.node.urn;
            let keeps_own = recorded.contains_key(urn) && !takers.contains_key(urn);
            if keeps_own || moves.contains_key(number) {
                continue;
            }
            let olds = declared.options.aliases.iter().map(|path| urn.at_path(path));
            let Some(old) = olds.into_iter().find(|old| recorded.contains_key(old) && old != urn) else { continue };
            if let Some(other) = takers.get(&old).map(|other| &graph.declared[*other].node) {
                let problem = Problem::new(urn.path(), format!("the alias `{}` is claimed by `{}` too", old.path(), other.urn.path()));
                problems.push(problem.at(declared.node.line).related(other.line, "the first claim"));
                continue;
            }
            takers.insert(old.clone(), *number);
            moves.insert(*number, old);
        }
        if moves.len() == before || !problems.is_empty() {
            return Problems(problems).none_or(moves);
        }
    }
}
