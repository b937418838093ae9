//! What we wrote down: records of objects, open intents, exported values. Replaying the journal yields it.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    graph::Home,
    provider::{Object, Owner},
    shape::Schema,
    urn::{Uid, Urn},
    value::Value,
};

mod disk;
mod ledger;
mod sealed;

pub(crate) use self::ledger::lineage;
pub use self::{
    disk::EntryError,
    ledger::{Ledger, LedgerError, Opening, Parts},
    sealed::VaultError,
};

/// The version of the journal's entries.
pub const FORMAT: u32 = 1;

/// What a state belongs to: it is refused anywhere else.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Binding {
    /// `sim`, `aws` or a URL.
    pub target: String,
    /// Partition and account, or the instance id of a simulation.
    pub identity: String,
}

/// The first entry of a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Whose state it is.
    pub owner: Owner,
    /// Where its objects are.
    pub binding: Binding,
}

/// How far an object has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// All that was asked for has been done.
    Complete,
    /// An operation on it was interrupted: what it looks like must be read.
    Incomplete,
    /// Another object has taken its place, and it is to be deleted.
    Condemned,
}

/// What the program asked of the engine, as far as it matters when the declaration is gone.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wishes {
    /// Not to be deleted or replaced.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub protect: bool,
    /// To be forgotten instead of deleted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retain: bool,
    /// Goes away with this object, without a call of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_with: Option<Uid>,
    /// How long one operation may take, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<u64>,
}

/// One object that we made or took over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The resource it belongs to.
    pub urn: Urn,
    /// Its name for ever.
    pub uid: Uid,
    /// The version of the kind's schema in which its values are encoded.
    pub version: u32,
    /// Where it lives.
    pub home: Home,
    /// The id the cloud gave it.
    pub id: String,
    /// How far it has come.
    pub phase: Phase,
    /// What the program set, as last applied.
    pub inputs: Value,
    /// All its fields, as last observed.
    pub outputs: Value,
    /// The objects it was built on.
    pub dependencies: BTreeSet<Uid>,
    /// What the program asked of the engine.
    pub wishes: Wishes,
    /// When it was made, in seconds since 1970.
    pub since: u64,
}

impl Record {
    fn sealed(&self) -> impl Iterator<Item = String> {
        let fields = self.inputs.entries().chain(self.outputs.entries()).filter(|(_, value)| value.holds_sealed());
        fields.map(|(name, _)| format!("`{}`, field `{name}`", self.urn.path()))
    }

    /// The object as last observed.
    pub fn object(&self) -> Object {
        Object { id: self.id.clone(), outputs: self.outputs.clone(), broken: None }
    }

    /// The same in today's version of the kind's schema.
    ///
    /// # Errors
    /// A sentence, when it has a version that this binary does not know yet.
    pub(crate) fn migrated(&self, schema: &Schema) -> Result<Self, String> {
        if self.version > schema.version {
            let versions = format!("version {}, and this binary knows {} at most", self.version, schema.version);
            return Err(format!("it was recorded by a newer program: its values have {versions}"));
        }
        let mut record = self.clone();
        for migration in schema.migrations.iter().skip(self.version.saturating_sub(1) as usize) {
            migration(&mut record.inputs, &mut record.outputs);
        }
        record.version = schema.version;
        Ok(record)
    }

    /// The object as a provider gets it that changes or deletes it: what cannot be read is what was last applied.
    pub fn known(&self, schema: &Schema) -> Object {
        let mut object = self.object();
        for field in schema.fields.iter().filter(|field| field.write_only) {
            if let Some(applied) = self.inputs.get(field.name) {
                object.outputs.set(field.name, applied.clone());
            }
        }
        object
    }
}

/// What is about to be done to an object, durable before each attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Make it.
    Create {
        /// The record it will have, still without an id.
        record: Box<Record>,
        /// The object it takes the place of.
        replaces: Option<Uid>,
        /// What stood there before.
        before: Value,
    },
    /// Change it, or take it over.
    Update,
    /// Delete it.
    Delete,
}

/// One attempt at one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Counts up within a journal.
    pub number: u64,
    /// The object.
    pub uid: Uid,
    /// The resource.
    pub urn: Urn,
    /// From 1.
    pub attempt: u32,
    /// Seconds since 1970.
    pub at: u64,
    /// What is attempted.
    pub operation: Operation,
}

impl Intent {
    fn holds_sealed(&self) -> bool {
        matches!(&self.operation, Operation::Create { record, before, .. }
            if record.inputs.holds_sealed() || record.outputs.holds_sealed() || before.holds_sealed())
    }
}

/// One step in the life of a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    /// The state begins.
    Opened(Header),
    /// An attempt is about to be made.
    Intended(Box<Intent>),
    /// The create call of this intent has answered with an id.
    Created { number: u64, id: String },
    /// The attempt had no effect.
    Abandoned { number: u64 },
    /// The object looks like this now; closes the intent.
    Recorded { number: Option<u64>, record: Box<Record> },
    /// The object is gone, or no longer ours; closes the intent.
    Removed { number: Option<u64>, uid: Uid },
    /// A look-up's answer; [`Value::Null`] when nobody asks any more.
    Pinned { key: String, answer: Value },
    /// The stack's exported values, all of them.
    Exported { values: BTreeMap<String, Value> },
    /// The journal was set back, and taken for the newest. The nonce makes a head that what was lost cannot have had, so that no
    /// uid is used twice.
    Accepted { nonce: String },
}

/// Everything known, as of the last entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// Absent before the first entry.
    pub header: Option<Header>,
    /// Objects.
    pub records: BTreeMap<Uid, Record>,
    /// Attempts of which nothing is known yet.
    pub intents: BTreeMap<u64, Intent>,
    /// Answers of look-ups.
    pub pins: BTreeMap<String, Value>,
    /// Exported values.
    pub exports: BTreeMap<String, Value>,
    /// The last intent's number.
    pub last_number: u64,
}

impl State {
    /// Takes one step.
    pub(crate) fn apply(&mut self, entry: Entry) {
        match entry {
            Entry::Opened(header) => self.header = Some(header),
            Entry::Intended(intent) => {
                self.last_number = self.last_number.max(intent.number);
                self.intents.insert(intent.number, *intent);
            }
            Entry::Created { number, id } => self.created(number, id),
            Entry::Abandoned { number } => drop(self.intents.remove(&number)),
            Entry::Recorded { number, record } => {
                self.close(number);
                self.records.insert(record.uid.clone(), *record);
            }
            Entry::Removed { number, uid } => {
                self.close(number);
                self.records.remove(&uid);
            }
            Entry::Pinned { key, answer: Value::Null } => drop(self.pins.remove(&key)),
            Entry::Pinned { key, answer } => drop(self.pins.insert(key, answer)),
            Entry::Exported { values } => self.exports = values,
            Entry::Accepted { .. } => {}
        }
    }

    /// What stands in it that could not be decrypted, for people: `network/vpc`, field `password`.
    pub fn sealed(&self) -> Vec<String> {
        let attempts = self.intents.values().filter(|intent| intent.holds_sealed());
        let attempts = attempts.map(|intent| format!("the unfinished making of `{}`", intent.urn.path()));
        let mut fields: Vec<String> = self.records.values().flat_map(Record::sealed).collect();
        fields.sort();
        fields.dedup();
        let pins = self.pins.iter().filter(|(_, answer)| answer.holds_sealed());
        let pins = pins.map(|(key, _)| format!("the answer of a look-up of `{}`", key.rsplit_once(':').map_or(&**key, |(kind, _)| kind)));
        let exports = self.exports.iter().filter(|(_, value)| value.holds_sealed()).map(|(name, _)| format!("the output `{name}`"));
        fields.into_iter().chain(attempts).chain(pins).chain(exports).collect()
    }

    /// The same without it.
    fn without_sealed(&self) -> Self {
        let mut left = self.clone();
        left.intents.retain(|_, intent| !intent.holds_sealed());
        left.pins.retain(|_, answer| !answer.holds_sealed());
        left.exports.retain(|_, value| !value.holds_sealed());
        for record in left.records.values_mut() {
            for values in [&mut record.inputs, &mut record.outputs] {
                *values = values.without_sealed().unwrap_or_default();
            }
        }
        left
    }

    fn close(&mut self, number: Option<u64>) {
        if let Some(number) = number {
            self.intents.remove(&number);
        }
    }

    /// From here on the object is known, though incomplete until its result is recorded.
    fn created(&mut self, number: u64, id: String) {
        let Some(Intent { operation: Operation::Create { record, replaces, .. }, .. }) = self.intents.remove(&number) else { return };
        if let Some(old) = replaces.and_then(|uid| self.records.get_mut(&uid)) {
            old.phase = Phase::Condemned;
        }
        self.records.insert(record.uid.clone(), Record { id, phase: Phase::Incomplete, ..*record });
    }
}
