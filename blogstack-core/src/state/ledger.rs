//! The state and its journal as one thing: what is not durable has not happened.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{
    Binding, Entry, Header, Intent, Operation, State,
    disk::{self, EntryError},
    sealed::{Vault, VaultError},
};
use crate::{
    backend::{Backend, Log},
    clock::Clock,
    disk::Disk,
    entropy::Entropy,
    journal::{JournalError, OpenError, TornTail},
    keys::{self, KeyError, UserFolders},
    provider::Owner,
    seal::{Fencer, KeyId, Sealer},
    urn::{Uid, Urn, hex},
};

/// What a ledger is opened with: the seam through which all effects on the machine go.
#[derive(Clone)]
pub struct Parts {
    /// Where the journal is.
    pub backend: Arc<dyn Backend>,
    /// Where the user's key files are.
    pub disk: Arc<dyn Disk>,
    /// The user's folders.
    pub folders: UserFolders,
    /// Randomness for keys, nonces and uids.
    pub entropy: Arc<dyn Entropy>,
    /// The calendar time.
    pub clock: Arc<dyn Clock>,
}

/// Which state is to be opened.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The program's project.
    pub project: String,
    /// The stack's name.
    pub stack: String,
    /// What the state must belong to; `None` to look at whatever is recorded, which must exist.
    pub binding: Option<Binding>,
    /// What a second run is told about this one.
    pub holder: String,
}

/// Why a state cannot be opened or written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// It cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It cannot be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// What it holds cannot be read.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The key of its secrets is missing.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// There is none to look at.
    #[error("reading the state in `{place}`: nothing is recorded yet")]
    Empty {
        /// Where the state would be.
        place: String,
    },
    /// It belongs to something else.
    #[error("the state in `{place}` belongs to {found}, and this run is for {wanted}")]
    Foreign {
        /// Where the state is.
        place: String,
        /// Whose it is.
        found: String,
        /// Who asks.
        wanted: String,
    },
}

impl LedgerError {
    /// The way out.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Open(error) => error.hint(),
            Self::Journal(error) => error.hint(),
            Self::Key(error) | Self::Entry(EntryError::Vault(VaultError::Key(error))) => error.hint(),
            Self::Entry(EntryError::Newer(_)) => Some("use the newer version of the program that wrote it".into()),
            Self::Entry(_) => {
                Some("restore the folder from a backup; the journal itself is undamaged, so the key may be the wrong one".into())
            }
            Self::Empty { .. } => None,
            Self::Foreign { .. } => Some("choose another `--state` folder, `--stack` or `--target`; a state never changes sides".into()),
        }
    }
}

/// An open state. Its lock is held until it is closed or dropped.
pub struct Ledger {
    log: Box<dyn Log>,
    vault: Vault,
    entropy: Arc<dyn Entropy>,
    clock: Arc<dyn Clock>,
    header: Header,
    state: Mutex<State>,
    torn: Option<TornTail>,
}

impl Ledger {
    /// Takes the lock, reads the journal and replays it. A new one gets its header, with a fresh stack uid, and its key.
    ///
    /// Where the key is missing, sealed values stay sealed: see [`Self::key`].
    pub async fn open(parts: &Parts, opening: &Opening) -> Result<Self, LedgerError> {
        let (log, replay) = parts.backend.open(&opening.holder).await?;
        let existing = replay.payloads.first().map(|payload| disk::header(payload)).transpose()?;
        if let Some(header) = &existing {
            check_owner(header, opening, &parts.backend.place())?;
        }
        let is_new = existing.is_none();
        let header =
            existing.or_else(|| mint(opening, &*parts.entropy)).ok_or_else(|| LedgerError::Empty { place: parts.backend.place() })?;
        let lineage = &header.owner.stack_uid;
        let sealer = match keys::load_or_create(&*parts.disk, &parts.folders.keys(), lineage, &*parts.entropy, is_new) {
            Ok(key) => Ok(Sealer::new(key, parts.entropy.clone())),
            Err(KeyError::Missing { path }) => Err(path),
            Err(error) => return Err(error.into()),
        };
        let vault = Vault::new(sealer, lineage);
        let mut state = State::default();
        for payload in &replay.payloads {
            state.apply(disk::decode(payload, &vault)?);
        }
        let (clock, entropy) = (parts.clock.clone(), parts.entropy.clone());
        let ledger = Self { log, vault, entropy, clock, header, state: Mutex::new(state), torn: replay.torn };
        if is_new {
            ledger.write(Entry::Opened(ledger.header.clone())).await?;
        }
        Ok(ledger)
    }

    /// Whose state it is.
    pub fn owner(&self) -> &Owner {
        &self.header.owner
    }

    /// What it belongs to.
    pub fn binding(&self) -> &Binding {
        &self.header.binding
    }

    /// What was cut off when it was opened.
    pub fn torn(&self) -> Option<&TornTail> {
        self.torn.as_ref()
    }

    /// Everything known.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The hash of the record queued last: what new uids are made from.
    pub fn head(&self) -> Vec<u8> {
        self.log.head().hash.as_bytes().to_vec()
    }

    /// The public name of the key of its secrets, which is the state's alone.
    ///
    /// # Errors
    /// [`KeyError::Missing`]: then no secret value can be read or written, and nothing can be fenced.
    pub fn key(&self) -> Result<KeyId, KeyError> {
        Ok(self.vault.sealer()?.key_id())
    }

    /// Makes fences with a key that is derived from the state's.
    pub(crate) fn fencer(&self) -> Result<Fencer, KeyError> {
        Ok(self.vault.sealer()?.fencer())
    }

    /// Seconds since 1970.
    pub(crate) fn now(&self) -> u64 {
        self.clock.now()
    }

    /// Makes an entry durable, then takes its step.
    pub(crate) async fn write(&self, entry: Entry) -> Result<(), LedgerError> {
        let payload = disk::encode(&entry, &self.vault)?;
        self.log.append(payload).await?;
        self.state().apply(entry);
        Ok(())
    }

    /// Makes an intent durable and returns its number.
    pub(crate) async fn intend(&self, urn: &Urn, uid: &Uid, attempt: u32, operation: Operation) -> Result<u64, LedgerError> {
        let number = {
            let mut state = self.state();
            state.last_number += 1;
            state.last_number
        };
        let intent = Intent { number, uid: uid.clone(), urn: urn.clone(), attempt, at: self.now(), operation };
        self.write(Entry::Intended(Box::new(intent))).await?;
        Ok(number)
    }

    /// Moves the head to where it cannot have been, whatever became of this journal elsewhere.
    pub(crate) async fn accept(&self) -> Result<(), LedgerError> {
        let mut nonce = [0; 16];
        self.entropy.fill(&mut nonce);
        self.write(Entry::Accepted { nonce: hex(&nonce) }).await
    }

    /// Gives up all that only the missing key could open, also what the journal tells of the past.
    pub(crate) async fn give_up_sealed(&self) -> Result<(), LedgerError> {
        let left = self.state().without_sealed();
        self.log.compact(self.snapshot(&left)?).await?;
        *self.state() = left;
        Ok(())
    }

    /// Rewrites the journal when most of it is history.
    pub(crate) async fn compact_if_large(&self) -> Result<(), LedgerError> {
        if self.log.size() < SMALL {
            return Ok(());
        }
        let payloads = self.snapshot(&self.state())?;
        let live: usize = payloads.iter().map(Vec::len).sum();
        if self.log.size() > 3 * live as u64 {
            self.log.compact(payloads).await?;
        }
        Ok(())
    }

    fn snapshot(&self, state: &State) -> Result<Vec<Vec<u8>>, EntryError> {
        let header = std::iter::once(Entry::Opened(self.header.clone()));
        let records = state.records.values().map(|record| Entry::Recorded { number: None, record: Box::new(record.clone()) });
        let intents = state.intents.values().map(|intent| Entry::Intended(Box::new(intent.clone())));
        let pins = state.pins.iter().map(|(key, answer)| Entry::Pinned { key: key.clone(), answer: answer.clone() });
        let exports = std::iter::once(Entry::Exported { values: state.exports.clone() });
        header.chain(records).chain(intents).chain(pins).chain(exports).map(|entry| disk::encode(&entry, &self.vault)).collect()
    }

    /// Makes everything durable and frees the lock.
    pub async fn close(self) -> Result<(), LedgerError> {
        self.compact_if_large().await?;
        Ok(self.log.close().await?)
    }
}

/// Below this many bytes a journal is left as it is.
const SMALL: u64 = 1 << 20;

fn mint(opening: &Opening, entropy: &dyn Entropy) -> Option<Header> {
    let binding = opening.binding.clone()?;
    let mut bytes = [0; 16];
    entropy.fill(&mut bytes);
    let owner = Owner { project: opening.project.clone(), stack: opening.stack.clone(), stack_uid: hex(&bytes) };
    Some(Header { owner, binding })
}

fn check_owner(header: &Header, opening: &Opening, place: &str) -> Result<(), LedgerError> {
    let tell = |project: &str, stack: &str, binding: &Binding| format!("`{project}/{stack}` on {} ({})", binding.target, binding.identity);
    let found = tell(&header.owner.project, &header.owner.stack, &header.binding);
    let wanted = tell(&opening.project, &opening.stack, opening.binding.as_ref().unwrap_or(&header.binding));
    if found == wanted { Ok(()) } else { Err(LedgerError::Foreign { place: place.to_owned(), found, wanted }) }
}

/// The stack uid in the first of these records.
pub(crate) fn lineage(payloads: &[bytes::Bytes]) -> Option<String> {
    payloads.first().and_then(|payload| disk::header(payload).ok()).map(|header| header.owner.stack_uid)
}
