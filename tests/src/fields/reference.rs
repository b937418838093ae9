//! The page of a kind in the book's reference.

use std::collections::{BTreeMap, BTreeSet};

use blogstack_core::{
    shape::{FieldSchema, Part, Presence, Schema, Shape},
    value::Value,
};

use super::{
    paths::parts,
    service_and_name,
    table::{Input, LeftOut, Reasons, Table},
};

/// The page, in Markdown.
pub fn page(schema: &Schema, table: &Table, reasons: &Reasons) -> String {
    let inputs = rows(&["Input", "Type", "Unset", "What it is"], schema.inputs().flat_map(input));
    let id = row([code("id"), type_name(&Shape::Reference(schema.kind)), "What AWS calls it.".into()]);
    let outputs = schema.fields.iter().filter(|field| !field.is_input()).map(output);
    let outputs = rows(&["Output", "Type", "What it is"], std::iter::once(id).chain(outputs));
    let left_out = rows(&["Input of AWS", "Why there is no field"], left_out(table, reasons));
    let head = "<!-- Written by `UPDATE_EXPECT=1 cargo test -p blogstack-tests fields`. -->";
    let (name, doc, facts) = (rust_name(schema.kind), schema.doc, facts(schema));
    format!("{head}\n\n# {name}\n\n{doc}\n\n{facts}\n\n## Inputs\n\n{inputs}\n## Outputs\n\n{outputs}\n## What is left out\n\n{left_out}")
}

/// What else the schema says of the kind as a whole.
fn facts(schema: &Schema) -> String {
    let kind = format!("Kind `{}`, cargo feature `{}`.", schema.kind, schema.feature);
    let alone = schema.exclusive.iter().map(|group| {
        let fields: Vec<String> = group.fields.iter().map(code).collect();
        let others =
            if group.place.starts_with(schema.kind) { String::new() } else { format!(" (`{}`, also of other kinds)", group.place) };
        format!("No two may share {}{others}.", fields.join(" and "))
    });
    let after = schema.after.iter().map(|after| {
        let (kind, sharing) = (rust_name(after.kind), rust_name(after.sharing));
        format!("Made after, and deleted before, every {kind} with which it shares a {sharing}.")
    });
    std::iter::once(kind).chain(alone).chain(after).collect::<Vec<_>>().join(" ")
}

/// The row of an input and those of its parts.
fn input(field: &FieldSchema) -> Vec<String> {
    let unset = match (field.presence, field.default) {
        (Presence::Required, _) => "required".into(),
        (Presence::OptionalComputed, _) => "chosen".into(),
        (_, Some(default)) => literal(&default()),
        _ => String::new(),
    };
    let remarks = [(field.replace, "A change replaces the object."), (field.write_only, "AWS does not tell it again.")];
    let remarks = remarks.iter().filter(|(holds, _)| *holds).map(|(_, remark)| format!(" *{remark}*"));
    let doc = std::iter::once(field.doc.to_owned()).chain(remarks).collect();
    let own = row([code(field.name), type_name(&field.shape), unset, doc]);
    std::iter::once(own).chain(part_rows(field.name, field.shape)).collect()
}

fn part_rows(path: &str, shape: Shape) -> Vec<String> {
    let part = |part: &Part| {
        let path = format!("{path}.{}", part.name);
        let required = if part.required { "required" } else { "" };
        let kind = part.shape.as_ref().map(type_name).unwrap_or_default();
        let own = row([code(&path), kind, required.into(), part.doc.into()]);
        let below = part.shape.map(|shape| part_rows(&path, shape)).unwrap_or_default();
        std::iter::once(own).chain(below).collect::<Vec<_>>()
    };
    parts(shape).into_iter().flatten().flat_map(part).collect()
}

fn output(field: &FieldSchema) -> String {
    row([code(field.name), type_name(&field.shape), field.doc.into()])
}

/// A row for each reason and note.
fn left_out(table: &Table, reasons: &Reasons) -> Vec<String> {
    let mut by_reason: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (Input(calls, path), why) in table.left_out() {
        let input = code(if path.is_empty() { calls } else { path });
        by_reason.entry(sentence(why, reasons)).or_default().insert(input);
    }
    by_reason.into_iter().map(|(why, inputs)| row([inputs.into_iter().collect::<Vec<_>>().join(", "), why])).collect()
}

fn sentence(why: &LeftOut, reasons: &Reasons) -> String {
    let reason = reasons.get(&why.left_out).unwrap_or(&why.left_out);
    why.note.as_ref().map_or_else(|| reason.clone(), |note| format!("{}: {note}.", reason.trim_end_matches(['.', ':'])))
}

fn type_name(shape: &Shape) -> String {
    match shape {
        Shape::Bool => "yes or no".into(),
        Shape::Int => "integer".into(),
        Shape::Text => "text".into(),
        Shape::Range => "range".into(),
        Shape::Reference(kind) => format!("id of {}", rust_name(kind)),
        Shape::List(item) => format!("list of {}", type_name(item)),
        Shape::Set(item) => format!("set of {}", type_name(item)),
        Shape::Map(item) => format!("map to {}", type_name(item)),
        Shape::Object(_) => "block".into(),
        Shape::Choice(_) if parts(*shape).is_some() => "one of".into(),
        Shape::Choice(words) => words.iter().map(|word| code(word.name)).collect::<Vec<_>>().join(", "),
        Shape::Secret(content) => format!("secret {}", type_name(content)),
    }
}

fn literal(value: &Value) -> String {
    value.as_text().map_or_else(|| code(value.masked().to_string()), code)
}

/// The struct of a kind, as programs write it: `ec2::NatGateway` for `aws:ec2/nat-gateway`.
fn rust_name(kind: &str) -> String {
    let (service, name) = service_and_name(kind);
    let words = name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]);
    format!("`{service}::{}`", words.collect::<String>())
}

fn code(text: impl AsRef<str>) -> String {
    format!("`{}`", text.as_ref())
}

fn rows<const N: usize>(head: &[&str; N], rows: impl IntoIterator<Item = String>) -> String {
    let rule = row(["---"; N].map(String::from));
    std::iter::once(row(head.map(String::from))).chain(std::iter::once(rule)).chain(rows).collect()
}

fn row<const N: usize>(cells: [String; N]) -> String {
    format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | "))
}
