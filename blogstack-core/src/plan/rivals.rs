//! Declared resources that could not exist side by side: two subnets of one range, two users of one address.

use std::collections::BTreeMap;

use crate::{
    diff::{claimed, combinations, overlap},
    error::Problem,
    graph::Graph,
    shape::{Exclusive, Schema, Shape},
    step::Step,
    value::Draft,
};

/// A problem for each pair, on the one that is declared later.
pub(super) fn rivals(graph: &Graph, steps: &[Step]) -> Vec<Problem> {
    let mut places: BTreeMap<_, Vec<(usize, Draft)>> = BTreeMap::new();
    let mut problems = Vec::new();
    for (number, declared) in graph.declared.iter().enumerate() {
        for group in declared.node.schema.exclusive {
            for claim in claims(declared.node.schema, group, &steps[number].inputs) {
                let others = places.entry((group.place, declared.node.home.place(), claim.exact.clone())).or_default();
                if let Some((other, theirs)) = others.iter().find(|(_, theirs)| overlap(&Shape::Range, theirs, &claim.own)) {
                    problems.push(claim.problem(graph, number, *other, theirs));
                }
                others.push((number, claim.own));
            }
        }
    }
    problems
}

/// One place that a declared resource is to have.
struct Claim {
    group: &'static Exclusive,
    /// Which of the fields is a range, and which one holds many values.
    range: Option<usize>,
    list: Option<usize>,
    /// The values besides the range.
    exact: Vec<Draft>,
    /// The range, or nothing.
    own: Draft,
    values: Vec<Draft>,
}

/// The places of a group of exclusive fields: more than one where a field is a list or a set.
fn claims(schema: &'static Schema, group: &'static Exclusive, inputs: &Draft) -> Vec<Claim> {
    let all: Vec<Vec<Draft>> = group.fields.iter().map(|field| claimed(schema, group, field, inputs.get(field))).collect();
    let all: Vec<&[Draft]> = all.iter().map(Vec::as_slice).collect();
    let at = |is_it: fn(Shape) -> bool| group.fields.iter().position(|field| schema.field(field).is_some_and(|field| is_it(field.shape)));
    let range = at(|shape| matches!(shape, Shape::Range));
    let list = at(|shape| matches!(shape, Shape::List(_) | Shape::Set(_)));
    let claim = |values: Vec<&Draft>| {
        let values: Vec<Draft> = values.into_iter().cloned().collect();
        let exact = values.iter().enumerate().filter(|(at, _)| Some(*at) != range).map(|(_, value)| value.clone()).collect();
        Claim { group, range, list, exact, own: range.map_or(Draft::Null, |at| values[at].clone()), values }
    };
    combinations(&all).into_iter().map(claim).collect()
}

impl Claim {
    fn problem(&self, graph: &Graph, number: usize, other: usize, theirs: &Draft) -> Problem {
        let ([own, other], fields) = ([number, other].map(|number| &graph.declared[number].node), self.group.fields);
        let kind = if other.schema.kind == own.schema.kind { String::new() } else { format!(" ({})", other.urn.short_kind()) };
        let whose = if own.urn == other.urn { "another of its fields".to_owned() } else { format!("`{}`{kind}", other.urn.path()) };
        let message = match (self.range, self.list) {
            (Some(at), _) => format!("field `{}`: {:?} overlaps {whose} ({theirs:?})", fields[at], self.own),
            (None, Some(at)) => format!("field `{}`: {:?} is taken by {whose}", fields[at], self.values[at]),
            (None, None) => format!("it has the same {} as {whose}", fields.join(" and ")),
        };
        Problem::new(own.urn.path(), message).at(own.line).related(other.line, "the other one")
    }
}
