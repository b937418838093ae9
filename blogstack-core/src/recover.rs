//! After a crash: what became of every attempt that was intended and never closed. It reads the journal, not the program.

use std::time::Duration;

use crate::{
    event::{Event, Events},
    provider::{Cx, Found, LostCreate, ProviderError, Record as Recorder},
    state::{Entry, Intent, Ledger, LedgerError, Operation, Phase, Record},
    target::Connection,
};

/// Why recovery cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum RecoverError {
    /// The state cannot be written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// It could not be found out what a lost create made.
    #[error("finding out whether an interrupted run made `{path}`: {error}")]
    Provider {
        /// The resource.
        path: String,
        /// Why it failed.
        error: ProviderError,
    },
    /// It cannot be told.
    #[error("an interrupted run may or may not have made `{path}`: {why}")]
    Undecided {
        /// The resource.
        path: String,
        /// What was seen.
        why: String,
    },
}

/// Closes every open intent. Nothing is changed in the cloud.
pub async fn recover(ledger: &Ledger, connection: &Connection, events: &Events) -> Result<(), RecoverError> {
    let open: Vec<Intent> = ledger.state().intents.values().cloned().collect();
    for intent in open {
        match &intent.operation {
            Operation::Create { record, before, .. } => create(ledger, connection, events, &intent, record, before).await?,
            Operation::Update | Operation::Delete => unfinished(ledger, &intent).await?,
        }
    }
    Ok(())
}

/// What the object looks like will be read; that it may be half changed is noted.
async fn unfinished(ledger: &Ledger, intent: &Intent) -> Result<(), RecoverError> {
    let record = ledger.state().records.get(&intent.uid).cloned();
    let entry = match record {
        Some(record) => Entry::Recorded { number: Some(intent.number), record: Box::new(interrupted(record)) },
        None => Entry::Abandoned { number: intent.number },
    };
    Ok(ledger.write(entry).await?)
}

/// The same record, not to be trusted. One that awaits deletion still does.
pub(crate) fn interrupted(record: Record) -> Record {
    let phase = if record.phase == Phase::Condemned { Phase::Condemned } else { Phase::Incomplete };
    Record { phase, ..record }
}

async fn create(
    ledger: &Ledger,
    connection: &Connection,
    events: &Events,
    intent: &Intent,
    record: &Record,
    before: &crate::value::Value,
) -> Result<(), RecoverError> {
    if record.inputs.holds_sealed() {
        ledger.key().map_err(LedgerError::from)?;
    }
    let path = || record.urn.path().to_owned();
    let wrap = |error| RecoverError::Provider { path: path(), error };
    let provider = connection.providers.require(record.urn.kind()).map_err(wrap)?;
    let nobody = NoRecorder;
    let cx = Cx { urn: &record.urn, uid: &record.uid, home: &record.home, owner: ledger.owner(), timeout: None, record: &nobody };
    let age = Duration::from_secs(ledger.now().saturating_sub(intent.at));
    let lost = LostCreate { inputs: record.inputs.clone(), before: before.clone(), age, window: connection.window };
    let entry = match provider.find(&cx, lost).await.map_err(wrap)? {
        Found::One(id) => {
            events.send(Event::Recovered { urn: record.urn.clone(), id: Some(id.as_str().to_owned()) });
            Entry::Created { number: intent.number, id: id.as_str().to_owned() }
        }
        Found::None => {
            events.send(Event::Recovered { urn: record.urn.clone(), id: None });
            Entry::Abandoned { number: intent.number }
        }
        Found::Undecided(why) => return Err(RecoverError::Undecided { path: path(), why }),
    };
    Ok(ledger.write(entry).await?)
}

/// Looking creates nothing.
pub(crate) struct NoRecorder;

#[async_trait::async_trait]
impl Recorder for NoRecorder {
    async fn created(&self, _: &str) -> crate::provider::Result<()> {
        Ok(())
    }
}
