//! Declared resources that could not exist side by side: two subnets of one range, two users of one address.

use std::collections::BTreeMap;

use crate::{
    diff::overlap,
    error::Problem,
    graph::Graph,
    shape::{Exclusive, Shape},
    step::Step,
    value::Draft,
};

/// A problem for each pair, on the one that is declared later.
pub(super) fn rivals(graph: &Graph, steps: &[Step]) -> Vec<Problem> {
    let mut places: BTreeMap<_, Vec<(usize, &Draft)>> = BTreeMap::new();
    let mut problems = Vec::new();
    for (number, declared) in graph.declared.iter().enumerate() {
        let (schema, inputs) = (declared.node.schema, &steps[number].inputs);
        for Exclusive { fields, place } in schema.exclusive {
            let Some(values) = fields.iter().map(|field| inputs.get(field)).collect::<Option<Vec<&Draft>>>() else { continue };
            let range = fields.iter().position(|field| is_range(schema.field(field).map(|field| field.shape)));
            let exact: Vec<&Draft> = values.iter().enumerate().filter(|(at, _)| Some(*at) != range).map(|(_, value)| *value).collect();
            let own = range.map_or(&Draft::Null, |at| values[at]);
            let others = places.entry((place, declared.node.home.place(), exact)).or_default();
            if let Some((other, theirs)) = others.iter().find(|(_, theirs)| overlap(&Shape::Range, *theirs, own)) {
                let other = &graph.declared[*other].node;
                let kind = if other.schema.kind == schema.kind { String::new() } else { format!(" ({})", other.urn.short_kind()) };
                let message = match range {
                    Some(at) => format!("field `{}`: {own:?} overlaps `{}`{kind} ({theirs:?})", fields[at], other.urn.path()),
                    None => format!("it has the same {} as `{}`{kind}", fields.join(" and "), other.urn.path()),
                };
                problems.push(Problem::new(declared.node.urn.path(), message).at(declared.node.line).related(other.line, "the other one"));
            }
            others.push((number, own));
        }
    }
    problems
}

fn is_range(shape: Option<Shape>) -> bool {
    matches!(shape, Some(Shape::Range))
}
