//! After a crash: what became of every attempt that was intended and never closed. It reads the journal, not the program.

use std::time::Duration;

use crate::{
    event::{Event, Events},
    provider::{Cx, Found, LostCreate, ProviderError, Record as Recorder},
    state::{Entry, Intent, Ledger, LedgerError, Operation, Phase, Record},
    target::Connection,
    urn::Urn,
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
    #[error("an interrupted run may or may not have made `{}`: {why}", .urn.path())]
    Undecided {
        /// The resource.
        urn: Urn,
        /// What was seen.
        why: String,
    },
    /// Its kind is not known.
    #[error("an interrupted run may have made `{}`, whose kind `{}` this binary does not know", .urn.path(), .urn.kind())]
    Lacking {
        /// The resource.
        urn: Urn,
    },
    /// The attempt was written down by a newer program.
    #[error("finding out whether an interrupted run made `{}`: {why}", .urn.path())]
    Newer {
        /// The resource.
        urn: Urn,
        /// What is newer.
        why: String,
    },
}

impl RecoverError {
    /// The way out.
    pub fn hint(&self) -> Option<String> {
        let give_up = |urn: &Urn| format!("`state rm '{urn}'` closes the attempt: look for the object yourself, nobody will remember it");
        match self {
            Self::Ledger(error) => error.hint(),
            Self::Provider { error, .. } => error.hint.clone(),
            Self::Undecided { urn, .. } => {
                Some(format!("run again later, nothing was changed by this run. If it stays so: {}", give_up(urn)))
            }
            Self::Lacking { urn } => Some(format!("build with the cargo feature `{}`. If that cannot be: {}", urn.feature(), give_up(urn))),
            Self::Newer { .. } => Some("use the newer version of the program that wrote it".into()),
        }
    }
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
    let urn = || record.urn.clone();
    let provider = connection.providers.get(record.urn.kind()).ok_or_else(|| RecoverError::Lacking { urn: urn() })?;
    let record = &record.migrated(provider.schema()).map_err(|why| RecoverError::Newer { urn: urn(), why })?;
    let nobody = NoRecorder;
    let Record { urn: identity, uid, home, inputs, .. } = record;
    let cx = Cx { urn: identity, uid, home, owner: ledger.owner(), timeout: None, inputs, record: &nobody };
    let age = Duration::from_secs(ledger.now().saturating_sub(intent.at));
    let lost = LostCreate { inputs: record.inputs.clone(), before: before.clone(), age, window: connection.window };
    let entry =
        match provider.find(&cx, lost).await.map_err(|error| RecoverError::Provider { path: record.urn.path().to_owned(), error })? {
            Found::One(id) => {
                events.send(Event::Recovered { urn: record.urn.clone(), id: Some(id.as_str().to_owned()) });
                Entry::Created { number: intent.number, id: id.as_str().to_owned() }
            }
            Found::None => {
                events.send(Event::Recovered { urn: record.urn.clone(), id: None });
                Entry::Abandoned { number: intent.number }
            }
            Found::Undecided(why) => return Err(RecoverError::Undecided { urn: urn(), why }),
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
