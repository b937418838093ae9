//! What differs between an object and its declaration. Pure.

use crate::{
    graph::Declared,
    options::Options,
    shape::{Exclusive, FieldSchema, Part, Presence, Schema, Shape},
    state::{Phase, Record},
    value::{Draft, Tree, Unknown, Value},
};

/// One field that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// Its name.
    pub field: &'static str,
    /// What stands there now.
    pub old: Option<Value>,
    /// What is to stand there; `None` when it is cleared.
    pub new: Option<Draft>,
    /// Why.
    pub cause: Cause,
    /// Whether it needs a new object.
    pub replaces: bool,
}

/// Why a field differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The program says something else than before.
    Program,
    /// The program stopped setting it: it goes back to its default, or is cleared.
    Unset,
    /// The object was changed by somebody else.
    Drift,
    /// It will be known only after something else has been carried out.
    Unknown,
    /// It cannot be read, and an operation on it was interrupted.
    Unsure,
}

impl FieldChange {
    /// Where an unknown new value will come from.
    pub fn unknown(&self) -> Option<&Unknown> {
        self.new.as_ref().and_then(Draft::first_unknown)
    }
}

/// How a wanted value compares with a present one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Match {
    Same,
    Different,
    Unknown,
}

/// What a declaration asks for, where the comparison needs it.
pub(crate) struct Wanted<'a> {
    pub(crate) schema: &'static Schema,
    pub(crate) inputs: &'a Draft,
    pub(crate) ignore: &'a [Vec<String>],
    pub(crate) replace_on: &'a [Vec<String>],
    /// The object was not made by us: what cannot be read of it is known to nobody.
    pub(crate) adopted: bool,
}

impl<'a> Wanted<'a> {
    /// What `declared` asks for, with these inputs.
    pub(crate) fn of(declared: &'a Declared, inputs: &'a Draft) -> Self {
        let Options { ignore_changes, replace_on, adopt, .. } = &declared.options;
        Self { schema: declared.node.schema, inputs, ignore: ignore_changes, replace_on, adopted: adopt.is_some() }
    }

    fn ignores(&self, field: &FieldSchema) -> bool {
        self.ignore.iter().any(|path| matches!(&path[..], [only] if only == field.name))
    }

    /// The inputs as far as they are heeded: everything that is ignored is as it is now.
    pub(crate) fn heeded(&self, record: &Record) -> Draft {
        let mut inputs = self.inputs.clone();
        for field in self.schema.inputs() {
            let present = present(field, record);
            let heeded = match self.inputs.get(field.name) {
                _ if self.ignores(field) => present.map_or(Draft::Null, Value::to_draft),
                Some(draft) => without_ignored(draft, present, field, self.ignore),
                None => continue,
            };
            inputs.set(field.name, heeded);
        }
        inputs
    }
}

/// What stands in a field now; where that cannot be read, what was last applied.
fn present<'a>(field: &FieldSchema, record: &'a Record) -> Option<&'a Value> {
    if field.write_only { record.inputs.get(field.name) } else { record.outputs.get(field.name) }
}

/// The fields that differ, in the order of the schema. `record` holds the outputs as observed now; `applied` the inputs.
pub(crate) fn diff(wanted: &Wanted<'_>, record: &Record) -> Vec<FieldChange> {
    wanted.schema.inputs().filter_map(|field| field_change(wanted, record, field)).collect()
}

fn field_change(wanted: &Wanted<'_>, record: &Record, field: &'static FieldSchema) -> Option<FieldChange> {
    let (applied, present) = (record.inputs.get(field.name), present(field, record));
    let unknowable = wanted.adopted && field.write_only && applied.is_none();
    // What can be neither read nor changed is taken for what the program says.
    if wanted.ignores(field) || unknowable && field.replace {
        return None;
    }
    let declared = wanted.inputs.get(field.name).map(|draft| without_ignored(draft, present, field, wanted.ignore));
    let change = |new: Option<Draft>, cause| FieldChange {
        field: field.name,
        old: present.cloned(),
        replaces: field.replace || !unknowable && replaced_on(wanted.replace_on, field, present, new.as_ref()),
        new,
        cause,
    };
    match declared {
        Some(draft) => {
            let cause = cause(field, record, applied, present, &draft)?;
            Some(change(Some(draft), cause))
        }
        None => {
            applied?;
            let default = field.default.map(|default| default().to_draft());
            match &default {
                Some(default) if present.is_some_and(|present| compare(&field.shape, present, default) == Match::Same) => None,
                None if field.presence == Presence::OptionalComputed || present.is_none() => None,
                None if field.replace => None,
                _ => Some(change(default, Cause::Unset)),
            }
        }
    }
}

fn cause(field: &FieldSchema, record: &Record, applied: Option<&Value>, present: Option<&Value>, draft: &Draft) -> Option<Cause> {
    let with = |value: Option<&Value>| value.map_or(Match::Different, |value| compare(&field.shape, value, draft));
    match with(present) {
        // What replaces was sent when the object was made, and no operation since can have changed it.
        Match::Same if field.write_only && !field.replace && record.phase == Phase::Incomplete => Some(Cause::Unsure),
        Match::Same => None,
        Match::Unknown => Some(Cause::Unknown),
        Match::Different if is_empty(draft) && present.is_none_or(Value::is_null) => None,
        Match::Different if record.phase != Phase::Incomplete && with(applied) == Match::Same => Some(Cause::Drift),
        Match::Different => Some(Cause::Program),
    }
}

/// An empty collection where nothing is read back is no difference.
fn is_empty(draft: &Draft) -> bool {
    matches!(draft, Draft::List(items) if items.is_empty()) || matches!(draft, Draft::Map(map) if map.is_empty())
}

/// Takes over the present value of every ignored part.
fn without_ignored(draft: &Draft, present: Option<&Value>, field: &FieldSchema, ignore: &[Vec<String>]) -> Draft {
    let mut draft = draft.clone();
    for path in ignore.iter().filter(|path| path.len() > 1 && path[0] == field.name) {
        let value = present.and_then(|present| present.at(path[1..].iter().map(String::as_str)));
        overwrite(&mut draft, &path[1..], value.map(Value::to_draft));
    }
    draft
}

fn overwrite(draft: &mut Draft, path: &[String], value: Option<Draft>) {
    let (Draft::Map(map), Some((key, rest))) = (draft, path.split_first()) else { return };
    match (rest.is_empty(), value) {
        (true, Some(value)) => drop(map.insert(key.clone(), value)),
        (true, None) => drop(map.remove(key)),
        (false, value) => {
            if let Some(inner) = map.get_mut(key) {
                overwrite(inner, rest, value);
            }
        }
    }
}

fn replaced_on(paths: &[Vec<String>], field: &FieldSchema, present: Option<&Value>, new: Option<&Draft>) -> bool {
    paths.iter().filter(|path| path[0] == field.name).any(|path| {
        let keys = || path[1..].iter().map(String::as_str);
        let old = present.and_then(|value| value.at(keys())).map(Value::to_draft);
        old.as_ref() != new.and_then(|draft| draft.at(keys()))
    })
}

/// Compares by meaning. Parts of a struct that the program leaves unset are not compared.
pub(crate) fn compare(shape: &Shape, present: &Value, wanted: &Draft) -> Match {
    match (shape, present.exposed(), wanted.exposed()) {
        (_, _, Draft::Unknown(_)) => Match::Unknown,
        (Shape::Secret(inner), present, wanted) => compare(inner, present, wanted),
        (Shape::Set(item), Value::List(present), Draft::List(wanted)) => compare_sets(item, present, wanted),
        (Shape::List(item), Value::List(present), Draft::List(wanted)) => {
            let pairs = present.iter().zip(wanted).map(|(present, wanted)| compare(item, present, wanted));
            all(present.len() == wanted.len(), pairs)
        }
        (Shape::Map(item), Value::Map(present), Draft::Map(wanted)) => {
            let pairs =
                wanted.iter().map(|(key, wanted)| present.get(key).map_or(Match::Different, |present| compare(item, present, wanted)));
            all(present.len() == wanted.len(), pairs)
        }
        (Shape::Object(parts) | Shape::Choice(parts), Value::Map(_), Draft::Map(wanted)) => {
            let pair = |(key, wanted): (&String, &Draft)| match (part(parts, key), present.exposed().get(key)) {
                (Some(shape), Some(present)) => compare(shape, present, wanted),
                _ => Match::Different,
            };
            all(true, wanted.iter().map(pair))
        }
        (_, present, wanted) if wanted.first_unknown().is_some() && !present.is_null() => Match::Unknown,
        (_, present, wanted) => all(present.to_draft() == *wanted, []),
    }
}

fn part<'a>(parts: &'a [Part], key: &str) -> Option<&'a Shape> {
    parts.iter().find(|part| part.name == key).and_then(|part| part.shape.as_ref())
}

fn all(so_far: bool, pairs: impl IntoIterator<Item = Match>) -> Match {
    let first = if so_far { Match::Same } else { Match::Different };
    pairs.into_iter().fold(first, |all, one| match (all, one) {
        (Match::Different, _) | (_, Match::Different) => Match::Different,
        (Match::Unknown, _) | (_, Match::Unknown) => Match::Unknown,
        (Match::Same, Match::Same) => Match::Same,
    })
}

/// Each wanted item must have a partner of its own. What is wanted may repeat itself.
fn compare_sets(item: &Shape, present: &[Value], wanted: &[Draft]) -> Match {
    let mut distinct: Vec<&Draft> = wanted.iter().collect();
    distinct.sort();
    distinct.dedup();
    if distinct.iter().any(|draft| draft.first_unknown().is_some()) {
        return Match::Unknown;
    }
    let mut free: Vec<&Value> = present.iter().collect();
    for wanted in &distinct {
        match free.iter().position(|present| compare(item, present, wanted) == Match::Same) {
            Some(found) => drop(free.swap_remove(found)),
            None => return Match::Different,
        }
    }
    all(free.is_empty(), [])
}

/// Whether a value that became known is what the plan said, as far as the plan could tell.
pub(crate) fn fits(planned: &Draft, actual: &Draft) -> bool {
    match (planned, actual) {
        (Draft::Unknown(_), _) => true,
        (Draft::Secret(planned), actual) => fits(planned, actual.exposed()),
        (Draft::List(planned), Draft::List(actual)) => {
            planned.len() == actual.len() && planned.iter().zip(actual).all(|(planned, actual)| fits(planned, actual))
        }
        (Draft::Map(planned), Draft::Map(actual)) => {
            let same = |(key, planned): (&String, &Draft)| actual.get(key).is_some_and(|actual| fits(planned, actual));
            planned.len() == actual.len() && planned.iter().all(same)
        }
        (planned, actual) => planned == actual,
    }
}

/// Whether a new object with these inputs could not stand beside the old one, be it of the same kind or of another.
pub(crate) fn collides((old_schema, old): (&Schema, &Value), (schema, new): (&Schema, &Draft)) -> bool {
    let meet = |there: &Exclusive, group: &Exclusive| {
        there.fields.iter().zip(group.fields).all(|(old_field, field)| {
            let shape = schema.field(field).map_or(Shape::Text, |field| field.shape);
            let olds = claimed(old_schema, there, old_field, old.get(old_field).map(Value::to_draft).as_ref());
            let news = claimed(schema, group, field, new.get(field));
            news.iter().filter(|new| new.known().is_some()).any(|new| olds.iter().any(|old| overlap(&shape, old, new)))
        })
    };
    let same_place = |there: &Exclusive, group: &Exclusive| group.place == there.place && group.fields.len() == there.fields.len();
    old_schema.exclusive.iter().any(|there| schema.exclusive.iter().any(|group| same_place(there, group) && meet(there, group)))
}

/// What an object claims of an exclusive field: each item of a list or set, or the value as it is. Of a field that it does not set
/// the default; and where it does not have what would tell it from others, the place of those that have nothing there.
pub(crate) fn claimed(schema: &Schema, group: &Exclusive, field: &str, value: Option<&Draft>) -> Vec<Draft> {
    match (value.filter(|value| !value.is_null()), schema.field(field)) {
        (Some(Draft::List(items)), _) => items.clone(),
        (Some(value), _) => vec![value.clone()],
        (None, Some(FieldSchema { default: Some(default), .. })) => claimed(schema, group, field, Some(&default().to_draft())),
        (None, Some(FieldSchema { presence: Presence::Optional, shape, .. })) => {
            let tells_apart = group.fields.len() > 1 && !matches!(shape, Shape::List(_) | Shape::Set(_));
            tells_apart.then_some(Draft::Null).into_iter().collect()
        }
        (None, _) => Vec::new(),
    }
}

/// Every way to take one of each.
pub(crate) fn combinations<'a, T>(choices: &[&'a [T]]) -> Vec<Vec<&'a T>> {
    choices.iter().fold(vec![Vec::new()], |so_far, items| {
        let with = |taken: &Vec<&'a T>| items.iter().map(|item| taken.iter().copied().chain([item]).collect()).collect::<Vec<_>>();
        so_far.iter().flat_map(with).collect()
    })
}

/// Whether two values of an exclusive field stand in each other's way.
pub(crate) fn overlap<U: PartialEq>(shape: &Shape, a: &Tree<U>, b: &Tree<U>) -> bool {
    let range = |value: &Tree<U>| value.as_text().and_then(|text| text.parse::<ipnet::IpNet>().ok());
    match (shape, range(a), range(b)) {
        (Shape::Range, Some(a), Some(b)) => a.contains(&b) || b.contains(&a),
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(items: &[i64]) -> Value {
        Value::List(items.iter().copied().map(Value::Int).collect())
    }

    fn map(entries: &[(&str, Value)]) -> Value {
        Value::Map(entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
    }

    #[test]
    fn sets_have_no_order_and_no_repetition() {
        let shape = Shape::Set(&Shape::Int);
        assert_eq!(compare(&shape, &list(&[1, 2]), &list(&[2, 1, 2]).to_draft()), Match::Same);
        assert_eq!(compare(&shape, &list(&[1, 2]), &list(&[1]).to_draft()), Match::Different);
        assert_eq!(compare(&Shape::List(&Shape::Int), &list(&[1, 2]), &list(&[2, 1]).to_draft()), Match::Different);
    }

    #[test]
    fn unset_parts_of_a_struct_are_not_compared() {
        let part = |name, shape| Part { name, shape: Some(shape), required: false, doc: "" };
        let parts: &'static [Part] = Box::leak(Box::new([part("size", Shape::Int), part("iops", Shape::Int)]));
        let present = map(&[("size", Value::Int(8)), ("iops", Value::Int(3000))]);
        assert_eq!(compare(&Shape::Object(parts), &present, &map(&[("size", Value::Int(8))]).to_draft()), Match::Same);
        assert_eq!(compare(&Shape::Object(parts), &present, &map(&[("size", Value::Int(9))]).to_draft()), Match::Different);
    }

    #[test]
    fn secrets_are_compared_by_what_they_hide() {
        let secret = Value::Secret(Box::new(Value::text("a")));
        assert_eq!(compare(&Shape::Secret(&Shape::Text), &secret, &secret.to_draft()), Match::Same);
    }

    #[test]
    fn of_each_list_one_is_taken_in_every_way() {
        let taken = combinations(&[&['a'][..], &['x', 'y']]);
        assert_eq!(taken, [vec![&'a', &'x'], vec![&'a', &'y']]);
        assert!(combinations(&[&['a'][..], &[]]).is_empty());
    }

    #[test]
    fn ranges_collide_when_they_overlap() {
        let text = |range: &str| Value::text(range);
        assert!(overlap(&Shape::Range, &text("10.0.0.0/24"), &text("10.0.0.0/23")));
        assert!(!overlap(&Shape::Range, &text("10.0.0.0/24"), &text("10.0.1.0/24")));
    }
}
