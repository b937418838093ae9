//! What only one object can have at a time: a name, a range, an address.

use std::collections::BTreeMap;

use super::{PlanError, Situation};
use crate::{
    diff::{claimed, collides, combinations},
    error::{Problem, Problems},
    graph::Home,
    shape::{Schema, Shape},
    state::Record,
    step::{Action, Step},
    value::{Draft, Value},
};

/// An object that goes, or is given up.
pub(super) struct Leaving<'a> {
    /// The step that says so.
    pub(super) number: usize,
    pub(super) current: &'a Record,
    /// The work after which it is no longer ours.
    pub(super) task: usize,
    /// It is given up: what it has it keeps.
    pub(super) stays: bool,
}

/// Which arrival has to wait for which departure, because it takes its place.
///
/// # Errors
/// A problem for each arrival in the place of an object that stays.
pub(super) fn collisions<'a>(
    situation: &Situation<'_>,
    steps: &'a [Step],
    leaving: impl Iterator<Item = Leaving<'a>>,
    arrives: &BTreeMap<usize, usize>,
) -> Result<Vec<(usize, usize)>, PlanError> {
    let schema = |step: &Step| situation.providers.get(step.urn.kind()).map(|provider| provider.schema());
    let mut places: BTreeMap<Place<'_>, Vec<Leaving<'_>>> = BTreeMap::new();
    for one in leaving {
        let Some(schema) = schema(&steps[one.number]) else { continue };
        for place in had(schema, one.current) {
            places.entry(place).or_default().push(Leaving { ..one });
        }
    }
    for (number, task) in arrives {
        let step = &steps[*number];
        let (Some(schema), Some(current)) = (schema(step), &step.current) else { continue };
        for place in freed(schema, step, current) {
            places.entry(place).or_default().push(Leaving { number: *number, current, task: *task, stays: false });
        }
    }
    let (mut edges, mut problems) = (Vec::new(), Vec::new());
    for (number, task) in arrives {
        let step = &steps[*number];
        let Some(own) = schema(step) else { continue };
        for place in of(own, &step.home, |field| step.inputs.get(field).cloned()) {
            for one in places.get(&place).into_iter().flatten() {
                let theirs = &steps[one.number];
                // What is as it was stands in nobody's place.
                let is_same = matches!(theirs.action, Action::Replace { .. }) && step.action == Action::Same;
                let meets = |old| !is_same && collides((old, &one.current.outputs), (own, &step.inputs));
                match schema(theirs).is_some_and(meets) {
                    true if one.stays => problems.push(taken(step, theirs)),
                    true if one.number != *number => edges.push((*task, one.task)),
                    _ => {}
                }
            }
        }
    }
    Problems(problems).none_or(edges).map_err(PlanError::Refused)
}

fn taken(step: &Step, theirs: &Step) -> Problem {
    let whose =
        if step.urn == theirs.urn { "its old object".to_owned() } else { format!("`{}` ({})", theirs.urn.path(), theirs.urn.short_kind()) };
    let why = theirs.old_stays.as_ref().or_else(|| theirs.reasons.first()).map_or_else(String::new, |why| format!(": {why}"));
    let problem = Problem::new(step.urn.path(), format!("it would take the place of {whose}, which is given up and not deleted{why}"));
    let problem = problem.hint("declare the old one without `.retain()`, apply that, and then make this change");
    match step.line {
        Some(line) => problem.at(line),
        None => problem,
    }
}

type Place<'a> = (&'static str, (&'a str, Option<&'a str>), Vec<Value>);

/// The places of an object, as far as they are known. Ranges stand for any other: they are compared later.
fn of<'a>(schema: &'static Schema, home: &'a Home, value: impl Fn(&str) -> Option<Draft>) -> Vec<Place<'a>> {
    let mut places = Vec::new();
    for group in schema.exclusive {
        let all = group.fields.iter().map(|field| {
            let is_range = schema.field(field).is_some_and(|field| matches!(field.shape, Shape::Range));
            let values = claimed(schema, group, field, value(field).as_ref());
            values.iter().filter_map(|value| if is_range { Some(Value::Null) } else { value.known() }).collect::<Vec<_>>()
        });
        let all: Vec<Vec<Value>> = all.collect();
        let all: Vec<&[Value]> = all.iter().map(Vec::as_slice).collect();
        places.extend(combinations(&all).into_iter().map(|one| (group.place, home.place(), one.into_iter().cloned().collect())));
    }
    places
}

/// The places that an object has.
fn had<'a>(schema: &'static Schema, current: &'a Record) -> Vec<Place<'a>> {
    of(schema, &current.home, |field| current.outputs.get(field).map(Value::to_draft))
}

/// The places that an object gives up although it stays.
fn freed<'a>(schema: &'static Schema, step: &Step, current: &'a Record) -> Vec<Place<'a>> {
    if !matches!(step.action, Action::Update | Action::Adopt) {
        return Vec::new();
    }
    let changed = |name: &str| step.changes.iter().find(|change| change.field == name);
    let kept = of(schema, &step.home, |field| match changed(field) {
        Some(change) => change.new.clone(),
        None => current.outputs.get(field).map(Value::to_draft),
    });
    had(schema, current).into_iter().filter(|place| !kept.contains(place)).collect()
}
