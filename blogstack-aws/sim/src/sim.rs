//! The handle to a simulation.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use serde_json::Value;

use crate::builder::SimBuilder;
use crate::call::Call;
use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::SimError;
use crate::fault::Fault;
use crate::gate::Gate;
use crate::journal::Journal;
use crate::limits::Meters;
use crate::log::Log;
use crate::moment::millis;
use crate::out_of_band::OutOfBand;
use crate::snapshot::Snapshot;
use crate::state::world::Place;
use crate::transport::Transport;

/// A simulated AWS. Clones are handles to the same one.
///
/// ```
/// use blogstack_sim::Sim;
///
/// let sim = Sim::builder().seed(7).build()?;
/// let client = sim.http_client(); // for `SdkConfig::builder().http_client(client)`
/// assert!(sim.objects().is_empty() && sim.calls().is_empty());
/// # Ok::<(), blogstack_sim::SimError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sim {
    pub(crate) shared: Arc<Shared>,
}

/// What all handles to a simulation share.
pub(crate) struct Shared {
    pub(crate) default: Place,
    pub(crate) clock: Clock,
    /// Held by one request from its arrival to its answer.
    pub(crate) turn: tokio::sync::Mutex<()>,
    pub(crate) engine: Mutex<Engine>,
    pub(crate) journal: Option<Mutex<Journal>>,
    pub(crate) log: Option<Mutex<Log>>,
    pub(crate) keep: Keep,
    pub(crate) watch: Mutex<Watch>,
}

/// What is remembered of calls.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keep {
    pub(crate) calls: bool,
    pub(crate) answers: bool,
}

/// What looks at calls or disturbs them.
#[derive(Default)]
pub(crate) struct Watch {
    pub(crate) faults: Vec<Fault>,
    pub(crate) calls: Vec<Call>,
    pub(crate) gate: Option<Arc<dyn Gate>>,
    pub(crate) meters: Meters,
}

impl Sim {
    /// Begins to set up a simulation.
    pub fn builder() -> SimBuilder {
        SimBuilder::new()
    }

    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// The HTTP client that takes an SDK's requests to this simulation.
    pub fn http_client(&self) -> SharedHttpClient {
        SharedHttpClient::new(Transport::new(self.clone()))
    }

    /// The calls made so far, in their order.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.watch().calls.clone()
    }

    /// Forgets the calls made so far.
    pub fn clear_calls(&self) {
        self.shared.watch().calls.clear();
    }

    /// Adds a fault.
    pub fn add_fault(&self, fault: Fault) {
        self.shared.watch().faults.push(fault);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.shared.watch().faults.clear();
    }

    /// Lets a gate see every call from now on, in the place of an earlier one.
    pub fn gate(&self, gate: Arc<dyn Gate>) {
        self.shared.watch().gate = Some(gate);
    }

    /// Removes the gate.
    pub fn clear_gate(&self) {
        self.shared.watch().gate = None;
    }

    /// The virtual time since this world began.
    pub fn now(&self) -> Duration {
        Duration::from_millis(self.shared.clock.now())
    }

    /// Moves the virtual time forward, without moving tokio's clock.
    pub fn advance(&self, duration: Duration) {
        self.shared.clock.advance(duration);
    }

    /// Names this simulated world for ever, also when it is read back from its file.
    pub fn instance_id(&self) -> String {
        self.shared.engine().world.instance_id.clone()
    }

    /// The account of callers whose access key id is not an account's number.
    pub fn account(&self) -> &str {
        &self.shared.default.account
    }

    /// The region of requests that name none.
    pub fn region(&self) -> &str {
        &self.shared.default.region
    }

    /// A copy of the whole world as it is now.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot { world: self.shared.settled().world.clone() }
    }

    /// Puts a copy in the place of the world, and sets the time back to it.
    ///
    /// # Errors
    /// When the simulation has a file and cannot write it.
    pub fn restore(&self, snapshot: Snapshot) -> Result<(), SimError> {
        let mut engine = self.shared.engine();
        self.shared.clock.set(snapshot.world.now);
        engine.replace(snapshot.world);
        match &self.shared.journal {
            Some(journal) => locked(journal).rewrite(&engine.world),
            None => Ok(()),
        }
    }

    /// Every object that is not terminated or deleted: `region/kind/id` and its fields.
    ///
    /// Objects of another than the default account have it before the region. Times, whose names end in `_at`, are left out, so
    /// that runs can be compared. What the world has without anybody's doing (images, DHCP options) is left out, too.
    pub fn objects(&self) -> BTreeMap<String, Value> {
        let engine = self.shared.settled();
        let regions = engine.world.regions.iter();
        let objects = regions.flat_map(|(key, region)| region.objects().into_iter().map(move |object| (key, object)));
        objects.map(|(key, (kind, id, fields))| (self.object_key(key, kind, &id), without_times(fields))).collect()
    }

    /// Changes and deletes things as somebody else would, without AWS's checks.
    pub fn out_of_band(&self) -> OutOfBand {
        OutOfBand::new(self.clone(), self.shared.default.clone())
    }

    fn object_key(&self, place: &str, kind: &str, id: &str) -> String {
        let place = Place::of(place);
        let own = place.account == self.shared.default.account;
        let place = if own { place.region } else { place.key() };
        format!("{place}/{kind}/{id}")
    }
}

impl Shared {
    pub(crate) fn engine(&self) -> MutexGuard<'_, Engine> {
        locked(&self.engine)
    }

    pub(crate) fn watch(&self) -> MutexGuard<'_, Watch> {
        locked(&self.watch)
    }

    /// Queues for the file what has changed. The engine is still held, so that the lines keep the order of the changes.
    pub(crate) fn queue_changes(&self, engine: &mut Engine) {
        if let Some(journal) = &self.journal {
            locked(journal).queue(engine.world.now, engine.take_changes());
        }
    }

    /// Writes what is queued for the file.
    pub(crate) fn flush(&self) -> std::io::Result<()> {
        self.journal.as_ref().map_or(Ok(()), |journal| locked(journal).flush())
    }

    pub(crate) fn file_path(&self) -> std::path::PathBuf {
        self.journal.as_ref().map(|journal| locked(journal).path().to_owned()).unwrap_or_default()
    }

    fn settled(&self) -> MutexGuard<'_, Engine> {
        let now = self.clock.now();
        let mut engine = self.engine();
        engine.settle(now);
        engine
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let time = millis(Duration::from_millis(self.clock.now()));
        formatter.debug_struct("Sim").field("default", &self.default).field("now", &time).finish_non_exhaustive()
    }
}

/// A lock that a panic elsewhere does not take away.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn without_times(mut fields: Value) -> Value {
    if let Some(fields) = fields.as_object_mut() {
        fields.retain(|name, _| !name.ends_with("_at"));
    }
    fields
}
