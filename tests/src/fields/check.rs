//! What is wrong with a table, a line for each mistake.

use std::collections::{BTreeMap, BTreeSet};

use blogstack_core::shape::{Schema, Shape};

use super::{
    model::{Member, Model},
    paths::settable,
    source::Source,
    table::{Entry, Input, LeftOut, Reasons, Table, split},
};

/// Whether the table has every input of its operations, and no other.
pub fn against_model(table: &Table, model: &Model, schema: &Schema) -> Vec<String> {
    let mut problems = Vec::new();
    for (calls, entries) in &table.calls {
        let named: BTreeSet<&str> = entries.keys().map(String::as_str).collect();
        let mut inputs = Inputs { model, named: &named, found: Vec::new() };
        for operation in split(calls) {
            match model.input(operation) {
                Some(shape) => inputs.collect("", shape),
                None => problems.push(format!("{operation} is not an operation of AWS")),
            }
        }
        let found: BTreeSet<&str> = inputs.found.iter().map(|(path, _)| path.as_str()).collect();
        problems.extend(found.difference(&named).map(|path| format!("{calls}: {path} is missing")));
        problems.extend(named.difference(&found).map(|path| format!("{calls}: {path} is not an input, or is given in parts too")));
        let whole = inputs.found.iter().filter(|(path, member)| entries.get(path).is_some_and(|entry| hides(entry, member, model, schema)));
        let whole: BTreeSet<&String> = whole.map(|(path, _)| path).collect();
        problems.extend(whole.iter().map(|path| format!("{calls}: {path} is supported and has parts: list them")));
    }
    let unknown = table.unused.keys().filter(|operation| model.input(operation).is_none());
    problems.extend(unknown.map(|operation| format!("unused: {operation} is not an operation of AWS")));
    problems
}

/// Collects inputs by path; one of which the table names parts gives these.
struct Inputs<'a> {
    model: &'a Model,
    named: &'a BTreeSet<&'a str>,
    found: Vec<(String, Member<'a>)>,
}

impl Inputs<'_> {
    fn collect(&mut self, prefix: &str, shape: &str) {
        for member in self.model.members(shape) {
            let path = format!("{prefix}{}", member.name);
            let below = format!("{path}.");
            let in_parts = self.named.iter().any(|name| name.starts_with(&below));
            if in_parts && !self.model.members(member.shape).is_empty() {
                self.collect(&below, member.shape);
            } else {
                self.found.push((path, member));
            }
        }
    }
}

/// Whether an entry claims to support several inputs at once. A map may: its keys and values are the program's.
fn hides(entry: &Entry, member: &Member<'_>, model: &Model, schema: &Schema) -> bool {
    let Entry::Supported { supported } = entry else { return false };
    let maps = supported.iter().all(|path| matches!(settable(schema).get(path), Some(Shape::Map(_))));
    model.members(member.shape).len() > 1 && !maps
}

/// Whether the table names every settable part of the kind, no other, and only listed reasons.
pub fn against_schema(table: &Table, reasons: &Reasons, schema: &Schema) -> Vec<String> {
    let settable = settable(schema);
    let set: BTreeSet<&str> = table.supported().map(|(_, path)| path).collect();
    let named = table.supported().map(|(input, path)| (input.to_string(), path));
    let named = named.chain(table.own.keys().map(|path| ("own".to_owned(), path.as_str())));
    let unknown = named.filter(|(_, path)| !settable.contains_key(*path));
    let unknown = unknown.map(|(place, path)| format!("{place}: `{path}` is not a field, or one with parts"));
    let unset = settable.keys().filter(|path| !set.contains(path.as_str()) && !table.own.contains_key(*path));
    let unset = unset.map(|path| format!("no input is set from `{path}`"));
    let not_own = table.own.keys().filter(|path| set.contains(path.as_str())).map(|path| format!("own: an input is set from `{path}`"));
    let unexplained = table.left_out().filter_map(|(input, why)| Some(format!("{input}: {}", unexplained(why, reasons)?)));
    unknown.chain(unset).chain(not_own).chain(unexplained).collect()
}

/// What is wrong with an explanation. A reason that ends with a colon needs a note.
fn unexplained(why: &LeftOut, reasons: &Reasons) -> Option<String> {
    match reasons.get(&why.left_out) {
        None => Some(format!("`{}` is not in the list of reasons", why.left_out)),
        Some(reason) if reason.ends_with(':') && why.note.is_none() => Some(format!("`{}` needs a note", why.left_out)),
        Some(_) => None,
    }
}

/// Whether the table has the operations that the kind's source calls, and no other.
pub fn against_source(table: &Table, source: &Source) -> Vec<String> {
    let called = source.operations();
    let listed: BTreeSet<&str> = table.operations().collect();
    let missing = called.difference(&listed).map(|operation| format!("{operation} is called and has no table"));
    let unused = listed.difference(&called).map(|operation| format!("{operation} has a table and is not called"));
    let contradicted = table.unused.keys().filter(|operation| called.contains(operation.as_str()));
    missing.chain(unused).chain(contradicted.map(|operation| format!("unused: {operation} is called"))).collect()
}

/// The reasons for which an input is sent all the same: the library knows what to send.
const SENT: [&str; 3] = ["identifies", "one-object", "plumbing"];

/// What was sent: parameters, as requests name them, by operation.
pub type Sent<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// Whether every input that the table supports was sent, and none that it leaves out.
pub fn against_calls(table: &Table, model: &Model, sent: &Sent<'_>) -> Vec<String> {
    let paths = |operation: &str| {
        let parameters = sent.get(operation).into_iter().flatten();
        parameters.filter_map(|parameter| model.path(operation, parameter)).collect::<BTreeSet<_>>()
    };
    let sent: BTreeMap<&str, BTreeSet<String>> = table.operations().map(|operation| (operation, paths(operation))).collect();
    let is_or_is_in = |sent: &str, path: &str| sent.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let was_sent = |Input(calls, path): Input<'_>| {
        split(calls).filter_map(|operation| sent.get(operation)).flatten().any(|sent| is_or_is_in(sent, path))
    };
    let unsent: BTreeSet<String> = table.supported().filter(|(input, _)| !was_sent(*input)).map(|(input, _)| input.to_string()).collect();
    let left_out = table.left_out().filter(|(input, why)| !SENT.contains(&why.left_out.as_str()) && was_sent(*input));
    let unsent = unsent.iter().map(|input| format!("{input} is supported and never sent"));
    unsent.chain(left_out.map(|(input, _)| format!("{input} is left out and sent"))).collect()
}
