//! The settable parts of a kind, down to what has no parts of its own.

use std::collections::BTreeMap;

use blogstack_core::shape::{Part, Schema, Shape};

/// Everything in the inputs of a kind that is set by itself, by path: `cidr_block`, `root_volume.size`, `ingress.peer.range`.
/// Lists and sets are looked through.
pub fn settable(schema: &Schema) -> BTreeMap<String, Shape> {
    let mut paths = BTreeMap::new();
    for field in schema.inputs() {
        collect(field.name.to_owned(), field.shape, &mut paths);
    }
    paths
}

fn collect(path: String, shape: Shape, paths: &mut BTreeMap<String, Shape>) {
    let Some(parts) = parts(shape) else {
        paths.insert(path, shape);
        return;
    };
    for part in parts {
        let path = format!("{path}.{}", part.name);
        match part.shape {
            Some(shape) => collect(path, shape, paths),
            None => _ = paths.insert(path, Shape::Bool),
        }
    }
}

/// The parts that are set one by one, lists and sets looked through. A choice between words has none.
pub fn parts(shape: Shape) -> Option<&'static [Part]> {
    match shape {
        Shape::Object(parts) => Some(parts),
        Shape::Choice(parts) if parts.iter().any(|part| part.shape.is_some()) => Some(parts),
        Shape::List(item) | Shape::Set(item) | Shape::Secret(item) => parts(*item),
        _ => None,
    }
}
