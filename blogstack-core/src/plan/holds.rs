//! What cannot go because something stays: the cloud would refuse it, so the plan does.

use std::collections::{BTreeMap, BTreeSet};

use super::{PlanError, Situation};
use crate::{
    error::{Problem, Problems},
    provider::Hold,
    shape::{Schema, Shape},
    state::Record,
    step::{Action, Step},
    value::{Draft, Value},
};

/// Refuses to let go what an object holds that stays.
///
/// # Errors
/// A problem for each pair, on the one that cannot go.
pub(super) fn holds(situation: &Situation<'_>, steps: &[Step]) -> Result<(), PlanError> {
    let there = There::new(situation, steps);
    let going: Vec<&Step> = steps.iter().filter(|step| leaves(step) || there.may_move(step)).collect();
    if going.is_empty() {
        return Ok(());
    }
    let held = Held::new(&there, steps);
    let problems = going.into_iter().flat_map(|step| held.problems(&there, step)).collect();
    Problems(problems).none_or(()).map_err(PlanError::Refused)
}

/// Whether its object is deleted.
fn leaves(step: &Step) -> bool {
    let deleted = step.action == Action::Delete || matches!(step.action, Action::Replace { .. }) && step.old_stays.is_none();
    deleted && present(step).is_some()
}

/// The object of a step, if it is there.
fn present(step: &Step) -> Option<&Record> {
    step.current.as_ref().filter(|_| !step.gone)
}

/// An object that stays, and what it holds.
type Holder<'a> = (&'a Step, Hold);

/// What objects hold that stay.
#[derive(Default)]
struct Held<'a> {
    /// By the kind of what is held, then by its id.
    named: BTreeMap<&'static str, BTreeMap<String, Vec<Holder<'a>>>>,
    /// By its kind, and kind and id of what is shared.
    every: BTreeMap<(&'static str, &'static str, String), Vec<Holder<'a>>>,
    /// Through what something was held by an object that leaves.
    freed: BTreeSet<String>,
}

impl<'a> Held<'a> {
    fn new(there: &There<'a>, steps: &'a [Step]) -> Self {
        let mut held = Self::default();
        for step in steps {
            let (Some(provider), Some(record)) = (there.situation.providers.get(step.urn.kind()), present(step)) else { continue };
            if leaves(step) {
                held.freed.extend(provider.holds(&record.outputs).iter().filter_map(|hold| hold.through().map(ToOwned::to_owned)));
                continue;
            }
            for hold in provider.holds(&afterwards(provider.schema(), step, record)) {
                held.add(there, step, record, hold);
            }
        }
        held
    }

    fn add(&mut self, there: &There<'a>, step: &'a Step, record: &Record, hold: Hold) {
        match &hold {
            Hold::Named { kind, id, .. } => self.named.entry(kind).or_default().entry(id.clone()).or_default().push((step, hold)),
            Hold::Every { kind, sharing, .. } => {
                if let Some(shared) = there.above(step, &record.outputs, sharing) {
                    self.every.entry((kind, sharing, shared)).or_default().push((step, hold));
                }
            }
        }
    }

    fn problems(&self, there: &There<'_>, step: &Step) -> Vec<Problem> {
        let Some(record) = present(step) else { return Vec::new() };
        let named = if leaves(step) { self.named(step.urn.kind(), &record.id) } else { &[] };
        named.iter().chain(self.every(there, step, record)).map(|(holder, hold)| problem(step, holder, hold)).collect()
    }

    fn named(&self, kind: &str, id: &str) -> &[Holder<'a>] {
        self.named.get(kind).and_then(|named| named.get(id)).map_or(&[], Vec::as_slice)
    }

    /// Those that hold it because of what it shares with them, and leaves.
    fn every(&self, there: &There<'_>, step: &Step, record: &Record) -> Vec<&Holder<'a>> {
        let mut found: Vec<&Holder<'a>> = Vec::new();
        for ((_, sharing, shared), holders) in self.every.iter().filter(|((kind, ..), _)| *kind == step.urn.kind()) {
            let is_shared = |outputs: &Value| there.above(step, outputs, sharing).as_ref() == Some(shared);
            if is_shared(&record.outputs)
                && (leaves(step) || !there.schema(step).is_some_and(|of| is_shared(&afterwards(of, step, record))))
            {
                found.extend(holders.iter().filter(|(_, hold)| hold.through().is_none_or(|through| !self.freed.contains(through))));
            }
        }
        // Of those that hold through the same thing, the last one was made of the others: when it goes, they hold no more.
        let last: BTreeMap<&str, usize> =
            found.iter().enumerate().filter_map(|(number, (_, hold))| Some((hold.through()?, number))).collect();
        let counts = |number: usize, hold: &Hold| hold.through().is_none_or(|through| last[through] == number);
        found.into_iter().enumerate().filter(|(number, (_, hold))| counts(*number, hold)).map(|(_, held)| held).collect()
    }
}

/// Every object that is there, by kind and id.
struct There<'a> {
    situation: &'a Situation<'a>,
    objects: BTreeMap<(&'a str, &'a str), &'a Step>,
}

impl<'a> There<'a> {
    fn new(situation: &'a Situation<'a>, steps: &'a [Step]) -> Self {
        let object = |step: &'a Step| Some(((step.urn.kind(), &*present(step)?.id), step));
        Self { situation, objects: steps.iter().filter_map(object).collect() }
    }

    /// Whether its object may come to belong to something else.
    fn may_move(&self, step: &Step) -> bool {
        let refers = |schema: &Schema, field: &str| schema.field(field).is_some_and(|field| matches!(field.shape, Shape::Reference(_)));
        let moves = |schema: &Schema| step.changes.iter().any(|change| refers(schema, change.field));
        matches!(step.action, Action::Update | Action::Adopt) && self.schema(step).is_some_and(moves)
    }

    fn schema(&self, step: &Step) -> Option<&'static Schema> {
        self.situation.providers.get(step.urn.kind()).map(|provider| provider.schema())
    }

    /// The id of the object of this kind to which an object belongs, directly or through others that are known.
    fn above(&self, step: &Step, outputs: &Value, kind: &str) -> Option<String> {
        let mut seen = BTreeSet::new();
        let mut open = references(self.schema(step)?, outputs);
        while let Some((of_kind, id)) = open.pop() {
            if of_kind == kind {
                return Some(id);
            }
            let Some(step) = self.objects.get(&(of_kind, &*id)).filter(|_| seen.insert((of_kind, id.clone()))) else { continue };
            if let (Some(schema), Some(record)) = (self.schema(step), present(step)) {
                open.extend(references(schema, &record.outputs));
            }
        }
        None
    }
}

/// The kinds and ids of the objects to which these fields refer.
fn references(schema: &Schema, outputs: &Value) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for field in schema.fields {
        if let Some(value) = outputs.get(field.name) {
            refer(&field.shape, value, &mut found);
        }
    }
    found
}

fn refer(shape: &Shape, value: &Value, found: &mut Vec<(&'static str, String)>) {
    match (shape, value) {
        (Shape::Reference(kind), Value::Text(id)) => found.push((kind, id.clone())),
        (Shape::List(item) | Shape::Set(item), Value::List(items)) => items.iter().for_each(|value| refer(item, value, found)),
        (Shape::Map(item), Value::Map(map)) => map.values().for_each(|value| refer(item, value, found)),
        (Shape::Object(parts) | Shape::Choice(parts), Value::Map(map)) => {
            for part in *parts {
                if let (Some(shape), Some(value)) = (&part.shape, map.get(part.name)) {
                    refer(shape, value, found);
                }
            }
        }
        _ => {}
    }
}

/// The fields of an object after its step, as far as they are known. What must have a value keeps the one that it has.
fn afterwards(schema: &Schema, step: &Step, record: &Record) -> Value {
    let mut outputs = record.outputs.clone();
    for change in &step.changes {
        let known = change.new.as_ref().and_then(known_part);
        let may_lack = schema.field(change.field).is_some_and(|field| field.presence == crate::shape::Presence::Optional);
        if known.is_some() || may_lack {
            outputs.set(change.field, known.unwrap_or_default());
        }
    }
    outputs
}

/// A list without its unknown items, or anything else that is known.
fn known_part(draft: &Draft) -> Option<Value> {
    match draft {
        Draft::List(items) => Some(Value::List(items.iter().filter_map(Draft::known).collect())),
        other => other.known(),
    }
}

fn problem(step: &Step, holder: &Step, hold: &Hold) -> Problem {
    let what = match step.action {
        Action::Replace { .. } => "its old object cannot be deleted",
        Action::Delete => "it cannot be deleted",
        _ => "it cannot be moved",
    };
    let (holder_path, kind, own) = (holder.urn.path(), holder.urn.short_kind(), step.urn.path());
    let (why, hint) = match hold {
        Hold::Named { field, .. } => {
            let why = format!("names it in `{field}`, which the program does not change");
            (why, format!("set `{field}` of `{holder_path}`, or keep `{own}`"))
        }
        Hold::Every { because, .. } => (format!("stays, which {because}"), every(step, holder_path)),
    };
    let problem = Problem::new(own, format!("{what} while `{holder_path}` ({kind}) {why}")).hint(hint);
    match (step.line, holder.line) {
        (Some(line), Some(theirs)) => problem.at(line).related(theirs, "what stays"),
        (Some(line), None) | (None, Some(line)) => problem.at(line),
        (None, None) => problem,
    }
}

fn every(step: &Step, holder: &str) -> String {
    match step.action {
        Action::Delete => format!("take `{holder}` out of the program too, or keep `{}`", step.urn.path()),
        _ => format!("take `{holder}` out of the program, apply that, and then make this change"),
    }
}
