//! Deals the kinds: in each round every one once, in hands of a few, each time with another thing that is to become of it.

use std::fmt;

use blogstack_core::{Scope, step::Action};
use blogstack_tests::{fields::service_and_name, kinds::Kind};
use fastrand::Rng;

/// How many kinds are in a program.
const HAND: usize = 6;

/// Programs under which AWS keeps the subject from being deleted: the next change lifts that.
const PROTECTED: [(&str, &str); 3] =
    [("aws:ec2/instance", "protected"), ("aws:elbv2/load-balancer", "attributes set"), ("aws:logs/log-group", "protected")];

/// What is to become of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Create,
    Delete,
    Same,
    Update,
    Replace,
    /// From any of its programs to any other one.
    Jump,
}

/// The part of a kind in a pair of programs: which of its own programs stand in the first and in the second.
#[derive(Clone)]
pub(super) struct Part {
    pub(super) scope: String,
    pub(super) kind: Kind,
    pub(super) before: Option<usize>,
    pub(super) after: Option<usize>,
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |number: Option<usize>| number.map_or("absent", |number| self.kind.program(number).0);
        write!(f, "{}: {} -> {}", self.scope, name(self.before), name(self.after))
    }
}

impl Part {
    /// One of its programs.
    pub(super) fn program(&self, number: Option<usize>) -> Option<fn(&Scope)> {
        Some(self.kind.program(number?).1)
    }

    /// Whether AWS keeps the subject from being deleted under the second of its programs.
    pub(super) fn is_protected(&self) -> bool {
        self.after.is_some_and(|number| unprotected(&self.kind, number) != number)
    }

    /// The second of its programs, or what lifts the protection that it sets.
    pub(super) fn unprotected(&self) -> Option<fn(&Scope)> {
        self.program(self.after.map(|number| unprotected(&self.kind, number)))
    }
}

/// This program, or the next one if this one protects the subject.
fn unprotected(kind: &Kind, number: usize) -> usize {
    let (what, _) = kind.program(number);
    number + usize::from(PROTECTED.contains(&(&kind.name(), what)))
}

/// Pairs of programs in which every kind is so many times.
pub(super) fn deal(kinds: &[Kind], rounds: usize) -> Vec<Vec<Part>> {
    let mut rng = Rng::with_seed(7);
    let mut pairs = Vec::new();
    for round in 0..rounds {
        let mut numbers: Vec<usize> = (0..kinds.len()).collect();
        rng.shuffle(&mut numbers);
        pairs.extend(numbers.chunks(HAND).map(|hand| hand.iter().map(|number| part(&kinds[*number], round + number, &mut rng)).collect()));
    }
    pairs
}

/// Its turn says which of the things that can become of it does.
fn part(kind: &Kind, turn: usize, rng: &mut Rng) -> Part {
    let wishes = wishes(kind);
    let count = kind.changes.len() + 1;
    let any = unprotected(kind, rng.usize(..count));
    let (before, after) = match wishes[turn % wishes.len()] {
        Wish::Create => (None, Some(any)),
        Wish::Delete => (Some(any), None),
        Wish::Same => (Some(any), Some(any)),
        Wish::Update => changed(kind, |action| action == Action::Update, rng),
        Wish::Replace => changed(kind, is_replaced, rng),
        Wish::Jump => (Some(any), Some(rng.usize(..count))),
    };
    Part { scope: scope(kind), kind: *kind, before, after }
}

/// Named after the kind; SSM wants no name that begins with its own.
fn scope(kind: &Kind) -> String {
    let name = kind.name();
    let (service, name) = service_and_name(&name);
    format!("{name}-of-{service}")
}

fn wishes(kind: &Kind) -> Vec<Wish> {
    let can = |action: fn(Action) -> bool| kind.changes.iter().any(|change| action(change.action));
    let mut wishes = vec![Wish::Create, Wish::Delete, Wish::Same, Wish::Jump];
    wishes.extend(can(|action| action == Action::Update).then_some(Wish::Update));
    wishes.extend(can(is_replaced).then_some(Wish::Replace));
    wishes
}

fn is_replaced(action: Action) -> bool {
    matches!(action, Action::Replace { .. })
}

/// Any of the changes with such an action, from the program before it.
fn changed(kind: &Kind, is_wanted: fn(Action) -> bool, rng: &mut Rng) -> (Option<usize>, Option<usize>) {
    let wanted: Vec<usize> = (0..kind.changes.len()).filter(|number| is_wanted(kind.changes[*number].action)).collect();
    let number = wanted[rng.usize(..wanted.len())];
    (Some(number), Some(number + 1))
}
