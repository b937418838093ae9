//! Orders that the cloud enforces and programs do not express.

use std::collections::{BTreeMap, BTreeSet};

use crate::{expr::Expr, graph::Graph, urn::Urn};

/// For each declaration, by number, those that come first because both belong to one object.
pub(super) fn affinities(graph: &Graph, numbers: &BTreeMap<&Urn, usize>) -> BTreeMap<usize, BTreeSet<usize>> {
    let shared: BTreeSet<&str> =
        graph.declared.iter().flat_map(|declared| declared.node.schema.after).map(|affinity| affinity.sharing).collect();
    if shared.is_empty() {
        return BTreeMap::new();
    }
    let above = ancestors(graph, numbers, &shared);
    let mut members: BTreeMap<(&str, usize), Vec<usize>> = BTreeMap::new();
    for (number, declared) in graph.declared.iter().enumerate() {
        for ancestor in &above[number] {
            members.entry((declared.node.schema.kind, *ancestor)).or_default().push(number);
        }
    }
    let first = |number: usize| {
        let schema = graph.declared[number].node.schema;
        let of_kind = |kind, sharing: &str| {
            let ancestors = above[number].iter().filter(move |ancestor| graph.declared[**ancestor].node.schema.kind == sharing);
            ancestors.filter_map(|ancestor| members.get(&(kind, *ancestor))).flatten().copied().collect::<Vec<_>>()
        };
        schema.after.iter().flat_map(|affinity| of_kind(affinity.kind, affinity.sharing)).filter(|other| *other != number).collect()
    };
    (0..graph.len()).map(|number| (number, first(number))).filter(|(_, first): &(usize, BTreeSet<usize>)| !first.is_empty()).collect()
}

/// The objects of the shared kinds to which each declaration belongs, directly or through others.
fn ancestors(graph: &Graph, numbers: &BTreeMap<&Urn, usize>, shared: &BTreeSet<&str>) -> Vec<BTreeSet<usize>> {
    let mut above: Vec<BTreeSet<usize>> = Vec::with_capacity(graph.len());
    for declared in &graph.declared {
        let mut own = BTreeSet::new();
        for (_, expr) in &declared.inputs {
            expr.visit(&mut |inner| {
                if let Expr::Field { node, .. } = inner
                    && let Some(number) = numbers.get(&node.urn).filter(|number| **number < above.len())
                {
                    if shared.contains(node.schema.kind) {
                        own.insert(*number);
                    } else {
                        own.extend(above[*number].iter().copied());
                    }
                }
            });
        }
        above.push(own);
    }
    above
}
