//! What has moved since a plan was saved.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::fences::{Fenced, INPUTS, OBSERVED, PROGRAM, RECORDED, Subject, USED};
use crate::urn::Urn;

/// A part of a saved plan that would come out otherwise now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// What it is about: a resource, a look-up, an exported value.
    pub subject: String,
    /// What has moved.
    pub why: Vec<Why>,
    /// The action that was planned and the one that would be now, where they differ.
    pub actions: Option<(String, String)>,
}

/// What has moved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Its record.
    Recorded,
    /// What was observed: of a field, or (`None`) whether it is there.
    Observed(Option<String>),
    /// What the program says: of a field, or (`None`) as its options.
    Program(Option<String>),
    /// Only what follows from other things that moved.
    Follows,
    /// It was not in the plan.
    Added,
    /// It would be in the plan no more.
    Missing,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Recorded => f.write_str("what is recorded"),
            Self::Observed(Some(field)) => write!(f, "what is observed: field `{field}`"),
            Self::Observed(None) => f.write_str("what is observed: whether it is there"),
            Self::Program(Some(field)) => write!(f, "what the program says: field `{field}`"),
            Self::Program(None) => f.write_str("what the program says"),
            Self::Follows => f.write_str("what follows from the rest"),
            Self::Added => f.write_str("it was not in the plan"),
            Self::Missing => f.write_str("it is in the plan no more"),
        }
    }
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why: Vec<String> = self.why.iter().map(ToString::to_string).collect();
        write!(f, "{}: {}", self.subject, why.join(", "))?;
        match &self.actions {
            Some((then, now)) => write!(f, "; planned was `{then}`, now it would be `{now}`"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resource(name) => match name.parse::<Urn>() {
                Ok(urn) => write!(f, "`{}` ({})", urn.path(), urn.short_kind()),
                Err(_) => write!(f, "`{name}`"),
            },
            Self::LookUp(question) => write!(f, "look-up {question}"),
            Self::Export(name) => write!(f, "exported value `{name}`"),
        }
    }
}

/// Compares plans part by part. Several parts of one name (an object and one that it replaced) are compared in their order.
pub(super) fn moved(then: &[Fenced], now: &[Fenced]) -> Vec<Moved> {
    let (then, now) = (by_name(then), by_name(now));
    let names: BTreeSet<_> = then.keys().chain(now.keys()).collect();
    names.into_iter().filter_map(|name| difference(then.get(name).copied(), now.get(name).copied())).collect()
}

fn by_name(parts: &[Fenced]) -> BTreeMap<(&Subject, usize), &Fenced> {
    let mut named = BTreeMap::new();
    for part in parts {
        let number = named.range((&part.subject, 0)..=(&part.subject, usize::MAX)).count();
        named.insert((&part.subject, number), part);
    }
    named
}

fn difference(then: Option<&Fenced>, now: Option<&Fenced>) -> Option<Moved> {
    let (then, now) = match (then, now) {
        (Some(then), Some(now)) if then == now => return None,
        (Some(then), Some(now)) => (then, now),
        (Some(one), None) => return Some(Moved { subject: one.subject.to_string(), why: vec![Why::Missing], actions: None }),
        (None, one) => return one.map(|one| Moved { subject: one.subject.to_string(), why: vec![Why::Added], actions: None }),
    };
    let why = why(&then.fences, &now.fences);
    let actions = then.action.clone().zip(now.action.clone()).filter(|(then, now)| then != now);
    Some(Moved { subject: now.subject.to_string(), why, actions })
}

/// What has moved of itself; what only follows is told when there is nothing else.
fn why(then: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Vec<Why> {
    let moved = |name: &str| then.get(name) != now.get(name);
    let both = |name: &str| then.contains_key(name) && now.contains_key(name);
    let names: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    let reason = |name: &String| {
        let (what, field) = name.split_once('.').map_or((name.as_str(), None), |(what, field)| (what, Some(field.to_owned())));
        match (what, &field) {
            (RECORDED, _) => Some(Why::Recorded),
            (PROGRAM, _) => Some(Why::Program(field)),
            (OBSERVED, None) if both(name) => Some(Why::Observed(None)),
            // What is not there has no fields, and with other inputs the same field is right or wrong in another way.
            (OBSERVED, Some(of)) if both(OBSERVED) && !moved(OBSERVED) && !moved(&format!("{INPUTS}.{of}")) => Some(Why::Observed(field)),
            (USED, Some(_)) if both(name) => Some(Why::Observed(field)),
            _ => None,
        }
    };
    let why: BTreeSet<Why> = names.into_iter().filter(|name| moved(name)).filter_map(reason).collect();
    if why.is_empty() { vec![Why::Follows] } else { why.into_iter().collect() }
}
