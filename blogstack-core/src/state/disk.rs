//! The journal's entries as they are written: versioned, and apart from the ones in memory.
//!
//! A later version may add fields and entries, never change the meaning of these.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{
    Binding, Entry, FORMAT, Header, Intent, Operation, Phase, Record, Wishes,
    sealed::{Vault, VaultError},
};
use crate::{
    graph::Home,
    provider::Owner,
    urn::{Uid, Urn},
    value::Value,
};

#[derive(Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "kebab-case", deny_unknown_fields)]
enum DiskEntry {
    Opened {
        format: u32,
        project: String,
        stack: String,
        stack_uid: String,
        binding: Binding,
    },
    Intended(DiskIntent),
    Created {
        number: u64,
        id: String,
    },
    Abandoned {
        number: u64,
    },
    Recorded {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<u64>,
        record: Box<DiskRecord>,
    },
    Removed {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<u64>,
        uid: Uid,
    },
    Pinned {
        key: String,
        answer: Json,
    },
    Exported {
        values: BTreeMap<String, Json>,
    },
    Accepted {
        nonce: String,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DiskIntent {
    number: u64,
    uid: Uid,
    urn: String,
    attempt: u32,
    at: u64,
    operation: DiskOperation,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum DiskOperation {
    Create {
        record: Box<DiskRecord>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replaces: Option<Uid>,
        before: Json,
    },
    Update,
    Delete,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DiskRecord {
    urn: String,
    uid: Uid,
    version: u32,
    home: Home,
    id: String,
    phase: Phase,
    inputs: Json,
    outputs: Json,
    dependencies: BTreeSet<Uid>,
    #[serde(default)]
    wishes: Wishes,
    since: u64,
}

/// What stands in the journal is no entry.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    /// Not of the format.
    #[error("reading an entry of the state: {0}")]
    Format(String),
    /// Written by a newer version.
    #[error("the state has format {0}, and this program knows {FORMAT} at most")]
    Newer(u32),
    /// A value in it cannot be read.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl From<serde_json::Error> for EntryError {
    /// Serde's messages quote what they stumble on, which secrets never are: those are encrypted.
    fn from(error: serde_json::Error) -> Self {
        Self::Format(error.to_string())
    }
}

/// The header of a journal, which is readable without the key.
pub(super) fn header(payload: &[u8]) -> Result<Header, EntryError> {
    #[derive(Deserialize)]
    struct Version {
        format: u32,
    }
    let version: Version = serde_json::from_slice(payload)?;
    if version.format > FORMAT {
        return Err(EntryError::Newer(version.format));
    }
    match serde_json::from_slice(payload)? {
        DiskEntry::Opened { project, stack, stack_uid, binding, .. } => Ok(Header { owner: Owner { project, stack, stack_uid }, binding }),
        _ => Err(EntryError::Format("the first entry is not the header".into())),
    }
}

/// The bytes of an entry.
pub(super) fn encode(entry: &Entry, vault: &Vault) -> Result<Vec<u8>, EntryError> {
    let disk = match entry.clone() {
        Entry::Opened(Header { owner, binding }) => {
            DiskEntry::Opened { format: FORMAT, project: owner.project, stack: owner.stack, stack_uid: owner.stack_uid, binding }
        }
        Entry::Intended(intent) => DiskEntry::Intended(close_intent(*intent, vault)?),
        Entry::Created { number, id } => DiskEntry::Created { number, id },
        Entry::Abandoned { number } => DiskEntry::Abandoned { number },
        Entry::Recorded { number, record } => DiskEntry::Recorded { number, record: Box::new(close_record(*record, vault)?) },
        Entry::Removed { number, uid } => DiskEntry::Removed { number, uid },
        Entry::Pinned { answer, key } => DiskEntry::Pinned { answer: vault.close(&answer, &format!("pin/{key}"))?, key },
        Entry::Exported { values } => {
            let close = |(name, value): (String, Value)| -> Result<(String, Json), VaultError> {
                let json = vault.close(&value, &format!("export/{name}"))?;
                Ok((name, json))
            };
            DiskEntry::Exported { values: values.into_iter().map(close).collect::<Result<_, _>>()? }
        }
        Entry::Accepted { nonce } => DiskEntry::Accepted { nonce },
    };
    Ok(serde_json::to_vec(&disk)?)
}

/// The entry in these bytes.
pub(super) fn decode(payload: &[u8], vault: &Vault) -> Result<Entry, EntryError> {
    Ok(match serde_json::from_slice(payload)? {
        DiskEntry::Opened { .. } => Entry::Opened(header(payload)?),
        DiskEntry::Intended(intent) => Entry::Intended(Box::new(open_intent(intent, vault)?)),
        DiskEntry::Created { number, id } => Entry::Created { number, id },
        DiskEntry::Abandoned { number } => Entry::Abandoned { number },
        DiskEntry::Recorded { number, record } => Entry::Recorded { number, record: Box::new(open_record(*record, vault)?) },
        DiskEntry::Removed { number, uid } => Entry::Removed { number, uid },
        DiskEntry::Pinned { key, answer } => Entry::Pinned { answer: vault.open(answer, &format!("pin/{key}"))?, key },
        DiskEntry::Exported { values } => {
            let open = |(name, json): (String, Json)| -> Result<(String, Value), EntryError> {
                let value = vault.open(json, &format!("export/{name}"))?;
                Ok((name, value))
            };
            Entry::Exported { values: values.into_iter().map(open).collect::<Result<_, _>>()? }
        }
        DiskEntry::Accepted { nonce } => Entry::Accepted { nonce },
    })
}

fn close_intent(intent: Intent, vault: &Vault) -> Result<DiskIntent, VaultError> {
    let before_place = format!("{}/before", intent.uid);
    let operation = match intent.operation {
        Operation::Create { record, replaces, before } => DiskOperation::Create {
            record: Box::new(close_record(*record, vault)?),
            replaces,
            before: vault.close(&before, &before_place)?,
        },
        Operation::Update => DiskOperation::Update,
        Operation::Delete => DiskOperation::Delete,
    };
    let Intent { number, uid, urn, attempt, at, .. } = intent;
    Ok(DiskIntent { number, uid, urn: urn.as_str().to_owned(), attempt, at, operation })
}

fn open_intent(disk: DiskIntent, vault: &Vault) -> Result<Intent, EntryError> {
    let before_place = format!("{}/before", disk.uid);
    let operation = match disk.operation {
        DiskOperation::Create { record, replaces, before } => {
            Operation::Create { record: Box::new(open_record(*record, vault)?), replaces, before: vault.open(before, &before_place)? }
        }
        DiskOperation::Update => Operation::Update,
        DiskOperation::Delete => Operation::Delete,
    };
    let DiskIntent { number, uid, urn, attempt, at, .. } = disk;
    Ok(Intent { number, uid, urn: parse(&urn)?, attempt, at, operation })
}

fn close_record(record: Record, vault: &Vault) -> Result<DiskRecord, VaultError> {
    let place = |part: &str| format!("{}/{part}", record.uid);
    Ok(DiskRecord {
        inputs: vault.close(&record.inputs, &place("inputs"))?,
        outputs: vault.close(&record.outputs, &place("outputs"))?,
        urn: record.urn.as_str().to_owned(),
        uid: record.uid,
        version: record.version,
        home: record.home,
        id: record.id,
        phase: record.phase,
        dependencies: record.dependencies,
        wishes: record.wishes,
        since: record.since,
    })
}

fn open_record(disk: DiskRecord, vault: &Vault) -> Result<Record, EntryError> {
    let place = |part: &str| format!("{}/{part}", disk.uid);
    Ok(Record {
        inputs: vault.open(disk.inputs, &place("inputs"))?,
        outputs: vault.open(disk.outputs, &place("outputs"))?,
        urn: parse(&disk.urn)?,
        uid: disk.uid,
        version: disk.version,
        home: disk.home,
        id: disk.id,
        phase: disk.phase,
        dependencies: disk.dependencies,
        wishes: disk.wishes,
        since: disk.since,
    })
}

fn parse(urn: &str) -> Result<Urn, EntryError> {
    urn.parse().map_err(EntryError::Format)
}
