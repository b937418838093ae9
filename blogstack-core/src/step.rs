//! What a plan does with one resource.

use std::{collections::BTreeSet, time::Duration};

use crate::{
    diff::FieldChange,
    error::Line,
    graph::Home,
    state::{Record, Wishes},
    urn::{Uid, Urn},
    value::Draft,
};

/// What becomes of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Nothing.
    Same,
    /// An object is made.
    Create,
    /// An existing object is taken over, and changed where it differs.
    Adopt,
    /// Fields are changed in place.
    Update,
    /// A new object is made; the old one is deleted afterwards, or (`delete_first`) before.
    Replace {
        /// The old object goes first.
        delete_first: bool,
    },
    /// The object is deleted.
    Delete,
    /// The object stays, but is no longer ours.
    Forget,
}

impl Action {
    /// The word for it in plans and their JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Create => "create",
            Self::Adopt => "adopt",
            Self::Update => "update",
            Self::Replace { .. } => "replace",
            Self::Delete => "delete",
            Self::Forget => "forget",
        }
    }
}

/// The decision on one resource, or on an object that no resource stands for any more.
#[derive(Debug, Clone)]
pub struct Step {
    /// The resource.
    pub urn: Urn,
    /// Where its object lives.
    pub home: Home,
    /// What becomes of it.
    pub action: Action,
    /// The fields that differ, in the order of the schema.
    pub changes: Vec<FieldChange>,
    /// Why, where the changes do not say it.
    pub reasons: Vec<String>,
    /// The name it had before.
    pub renamed_from: Option<Urn>,
    /// Left out by `--target-urn` or `--exclude`.
    pub left_out: bool,
    /// The program's line, for failures. It is in no plan text.
    pub(crate) line: Option<Line>,
    /// The declaration, by its number in the graph.
    pub(crate) node: Option<usize>,
    /// The object that stands for the resource afterwards, or the one that goes.
    pub(crate) uid: Uid,
    /// The object as it is now; its outputs as just observed.
    pub(crate) current: Option<Record>,
    /// Why the old object of a replacement is given up, and not deleted.
    pub(crate) old_stays: Option<String>,
    /// The object could not be found any more.
    pub(crate) gone: bool,
    /// What the program sets.
    pub(crate) inputs: Draft,
    /// What the resource will yield; nothing, where none is declared.
    pub(crate) outputs: Draft,
    pub(crate) wishes: Wishes,
    pub(crate) timeout: Option<Duration>,
    /// Objects it is built on, besides those of `depends_on`: steps by number.
    pub(crate) depends_on: BTreeSet<usize>,
    /// The id of an object to take over.
    pub(crate) adopt: Option<String>,
    /// The record is to be written even though the object stays the same.
    pub(crate) rewrite: bool,
}

impl Step {
    /// The program's line; none, where it declares the object no longer.
    pub fn line(&self) -> Option<Line> {
        self.line
    }

    /// What the program sets, as far as it is known.
    pub fn inputs(&self) -> &Draft {
        &self.inputs
    }

    /// Whether the object stays although all else goes: it is protected, or something protected is built on it.
    pub(crate) fn is_kept(&self) -> bool {
        self.action == Action::Same && !self.reasons.is_empty()
    }
}

/// A piece of work on one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Make the object.
    Make,
    /// Change it, finish it, or take it over.
    Change,
    /// Write its record anew; no call is made, unless the step shrank.
    Note,
    /// Delete it.
    Remove,
    /// Give it up without deleting it.
    Release,
}

/// A piece of work and what it waits for.
#[derive(Debug, Clone)]
pub struct Task {
    /// The step it belongs to, by number.
    pub step: usize,
    /// What is done.
    pub work: Work,
    /// Tasks that come first, by number.
    pub after: Vec<usize>,
    /// How long it usually takes, waits included.
    pub expected: Duration,
    /// How many seconds it and what comes behind it in one chain usually take at most: the longest goes first. What takes no time
    /// to speak of counts as one second.
    pub rank: u64,
}
