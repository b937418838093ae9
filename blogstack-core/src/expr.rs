//! The one erased form of inputs and outputs.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    declaration::{Node, Query},
    error::Line,
    value::{Draft, Unknown, Value},
};

/// A function from [`Output::map`](crate::Output::map).
pub(crate) type Function = Arc<dyn Fn(&Value) -> Result<Value, String> + Send + Sync>;

/// How a value is made. Typed inputs and outputs are phantom types over this, so that little is compiled per type.
#[derive(Clone)]
#[doc(hidden)]
pub enum Expr {
    /// Known already.
    Literal(Value),
    /// Cannot be right; the program is told when it is declared.
    Invalid(String),
    /// A field of a resource.
    Field { node: Arc<Node>, path: Vec<String> },
    /// A part of a look-up's answer.
    Answer { query: Arc<Query>, path: Vec<String> },
    /// A list of values.
    List(Vec<Self>),
    /// A struct or a map.
    Object(BTreeMap<String, Self>),
    /// Texts one after the other.
    Concat(Vec<Self>),
    /// A part of a computed value.
    Part { of: Box<Self>, key: String },
    /// A pure function of a value.
    Apply { line: Line, argument: Box<Self>, run: Function },
    /// A value that is hidden from here on.
    Secret(Box<Self>),
    /// A secret made public on purpose.
    Reveal { reason: &'static str, inner: Box<Self> },
}

/// Where expressions find what resources and look-ups yield.
pub(crate) trait Environment {
    /// All that is known of a resource's fields; its `id` among them.
    fn outputs(&self, node: &Node) -> Option<&Draft>;

    /// The answer of a look-up.
    fn answer(&self, query: &Query) -> Option<&Value>;
}

impl Expr {
    /// A part of what this yields.
    pub(crate) fn step(self, key: &str) -> Self {
        let longer = |mut path: Vec<String>| {
            path.push(key.to_owned());
            path
        };
        match self {
            Self::Field { node, path } => Self::Field { node, path: longer(path) },
            Self::Answer { query, path } => Self::Answer { query, path: longer(path) },
            of => Self::Part { of: Box::new(of), key: key.to_owned() },
        }
    }

    /// Calls `f` with this expression and everything inside.
    pub(crate) fn visit<'a>(&'a self, f: &mut dyn FnMut(&'a Self)) {
        f(self);
        match self {
            Self::List(items) | Self::Concat(items) => items.iter().for_each(|item| item.visit(f)),
            Self::Object(map) => map.values().for_each(|item| item.visit(f)),
            Self::Part { of: inner, .. } | Self::Apply { argument: inner, .. } | Self::Secret(inner) | Self::Reveal { inner, .. } => {
                inner.visit(f);
            }
            Self::Literal(_) | Self::Invalid(_) | Self::Field { .. } | Self::Answer { .. } => {}
        }
    }

    /// The value, as far as it is known.
    pub(crate) fn evaluate(&self, env: &dyn Environment) -> Result<Draft, String> {
        match self {
            Self::Literal(value) => Ok(value.to_draft()),
            Self::Invalid(message) => Err(message.clone()),
            Self::Field { node, path } => field(node, path, env),
            Self::Answer { query, path } => {
                let answer = env.answer(query).map(Value::to_draft).unwrap_or_default();
                follow(&answer, path).ok_or_else(|| format!("the look-up of {} has no `{}`", query.describe(), path.join(".")))
            }
            Self::List(items) => Ok(Draft::List(items.iter().map(|item| item.evaluate(env)).collect::<Result<_, _>>()?)),
            Self::Object(map) => object(map, env),
            Self::Concat(items) => concat(&items.iter().map(|item| item.evaluate(env)).collect::<Result<Vec<_>, _>>()?),
            Self::Part { of, key } => {
                let whole = of.evaluate(env)?;
                follow(&whole, std::slice::from_ref(key)).ok_or_else(|| format!("there is no `{key}` in {whole:?}"))
            }
            Self::Apply { line, argument, run } => match argument.evaluate(env)? {
                known if known.first_unknown().is_none() => {
                    let value = known.known().unwrap_or(Value::Null);
                    run(&value).map(|value| value.to_draft()).map_err(|error| format!("the function at {line}: {error}"))
                }
                draft => Ok(draft.first_unknown().cloned().map_or(Draft::Null, Draft::Unknown)),
            },
            Self::Secret(inner) => Ok(hide(inner.evaluate(env)?)),
            Self::Reveal { inner, .. } => Ok(inner.evaluate(env)?.exposed().clone()),
        }
    }
}

fn field(node: &Arc<Node>, path: &[String], env: &dyn Environment) -> Result<Draft, String> {
    let name = || format!("`{}` of `{}`", path.join("."), node.urn.path());
    match env.outputs(node).and_then(|outputs| follow(outputs, path)) {
        Some(value) if !value.is_null() => Ok(value),
        Some(_) => Err(format!("{} is not set", name())),
        None => Err(format!("{} does not exist", name())),
    }
}

/// Follows a path; where the value is unknown, so is every part of it.
fn follow(value: &Draft, path: &[String]) -> Option<Draft> {
    let mut value = value;
    let mut secret = false;
    for key in path {
        secret |= matches!(value, Draft::Secret(_));
        match value.exposed() {
            Draft::Unknown(unknown) => return Some(Draft::Unknown(deeper(unknown, key))),
            other => value = other.get(key)?,
        }
    }
    Some(if secret { hide(value.clone()) } else { value.clone() })
}

fn deeper(unknown: &Unknown, key: &str) -> Unknown {
    Unknown { path: format!("{}.{key}", unknown.path).into(), ..unknown.clone() }
}

fn object(map: &BTreeMap<String, Expr>, env: &dyn Environment) -> Result<Draft, String> {
    let entries = map.iter().map(|(key, item)| Ok((key.clone(), item.evaluate(env)?)));
    let entries = entries.filter(|entry: &Result<(_, Draft), String>| !entry.as_ref().is_ok_and(|(_, value)| value.is_null()));
    Ok(Draft::Map(entries.collect::<Result<_, _>>()?))
}

fn hide(draft: Draft) -> Draft {
    match draft {
        Draft::Secret(_) => draft,
        other => Draft::Secret(Box::new(other)),
    }
}

/// Joins texts. The whole is unknown, or secret, when a part is.
fn concat(parts: &[Draft]) -> Result<Draft, String> {
    let secret = parts.iter().any(Draft::holds_secret);
    let joined = match parts.iter().find_map(Draft::first_unknown) {
        Some(unknown) => Draft::Unknown(unknown.clone()),
        None => Draft::Text(parts.iter().map(print).collect::<Result<String, _>>()?),
    };
    Ok(if secret { hide(joined) } else { joined })
}

fn print(part: &Draft) -> Result<String, String> {
    match part.exposed() {
        Draft::Text(text) => Ok(text.clone()),
        Draft::Int(i) => Ok(i.to_string()),
        Draft::Bool(b) => Ok(b.to_string()),
        other => Err(format!("{other:?} cannot be put into a text")),
    }
}

/// For `interpolate_secret!`.
#[doc(hidden)]
pub fn hidden(inner: Expr) -> Expr {
    Expr::Secret(Box::new(inner))
}

/// For `interpolate!`: the pieces of a format and its arguments, in turn.
#[doc(hidden)]
pub fn interpolation(pieces: &[&str], arguments: Vec<Expr>) -> Expr {
    let mut arguments = arguments.into_iter();
    let mut parts = Vec::new();
    for piece in pieces {
        if !piece.is_empty() {
            parts.push(Expr::Literal(Value::text(*piece)));
        }
        parts.extend(arguments.next());
    }
    Expr::Concat(parts)
}
