//! A program, a stack and a target: preview, up, refresh, destroy. No printing, no exit; dropping a future is a kill.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use tokio_util::sync::CancellationToken;

mod keyless;
mod saved;

use crate::{
    apply::{self, Pace, Report, Stopped},
    command,
    error::{Problem, Problems},
    event::{Event, Events},
    graph::{Graph, Home},
    observe::{self, Looking, ObserveError},
    plan::{self, Observations, Plan, PlanError, Selection, Situation},
    provider::{Cx, ProviderError, Providers},
    random,
    recover::{self, NoRecorder, RecoverError},
    saved::{Flags, Provenance, SavedPlanError},
    scope::{Scope, declare},
    state::{Binding, Entry, Intent, Ledger, LedgerError, Opening, Operation, Parts, Record, Wishes},
    target::{CONSISTENCY_WINDOW, Connection},
    urn::{Uid, Urn},
    value::Value,
};

/// Why an operation on a stack could not be carried out. Failures of single objects are in the [`Report`].
#[derive(Debug, thiserror::Error)]
pub enum DeploymentError {
    /// The program is wrong.
    #[error("{0}")]
    Invalid(Problems),
    /// It asks for what is protected, or what cannot be done safely.
    #[error("{0}")]
    Refused(Problems),
    /// The state cannot be opened or written.
    #[error(transparent)]
    State(#[from] LedgerError),
    /// The state could not be written any more: what was done, failed and was not tried until then is in the report.
    #[error(transparent)]
    Stopped(#[from] Box<Stopped>),
    /// The cloud cannot be read.
    #[error(transparent)]
    Observe(#[from] ObserveError),
    /// What an interrupted run did cannot be found out.
    #[error(transparent)]
    Recover(#[from] RecoverError),
    /// A call failed.
    #[error("{urn}: {error}")]
    Provider {
        /// The resource.
        urn: Urn,
        /// Why.
        error: ProviderError,
    },
    /// Nothing recorded has this name.
    #[error("nothing recorded is called `{0}`")]
    Unknown(String),
    /// A saved plan does not hold any more.
    #[error(transparent)]
    Saved(#[from] SavedPlanError),
    /// Objects of another stack of the same name exist.
    #[error("objects of `{project}/{stack}` exist here, made from another state")]
    Stranger {
        /// The project.
        project: String,
        /// The stack.
        stack: String,
    },
}

impl From<PlanError> for DeploymentError {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Invalid(problems) => Self::Invalid(problems),
            PlanError::Refused(problems) => Self::Refused(problems),
        }
    }
}

/// How a deployment goes about its work.
#[derive(Clone, Default)]
pub struct How {
    /// Which resources are touched.
    pub selection: Selection,
    /// How fast, and how patient.
    pub pace: Pace,
    /// Believe what was recorded instead of reading.
    pub no_refresh: bool,
    /// Take the newest answers of look-ups, whether objects are read or not.
    pub refresh_lookups: bool,
    /// Where events go.
    pub events: Events,
}

impl How {
    fn flags(&self) -> Flags {
        Flags { selection: self.selection.clone(), no_refresh: self.no_refresh, refresh_lookups: self.refresh_lookups }
    }
}

/// One stack of a program on a target.
///
/// ```
/// # async fn doc(connection: blogstack_core::target::Connection, parts: blogstack_core::state::Parts)
/// # -> Result<(), blogstack_core::deployment::DeploymentError> {
/// use blogstack_core::{Scope, deployment::Deployment};
///
/// fn program(_scope: &Scope) {}
///
/// let deployment = Deployment::new("blog", "prod", connection, parts, program);
/// let plan = deployment.preview().await?;
/// assert!(plan.is_empty());
/// let report = deployment.up().await?;
/// assert!(report.is_complete());
/// # Ok(())
/// # }
/// ```
pub struct Deployment {
    opening: Opening,
    connection: Connection,
    parts: Parts,
    program: Box<dyn Fn(&Scope) + Send + Sync>,
    how: How,
    provenance: Provenance,
    cancel: CancellationToken,
}

/// A plan together with the declarations that it carries out.
pub struct Planned {
    graph: Graph,
    plan: Plan,
    flags: Flags,
}

impl Planned {
    /// What is to be done.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

impl Deployment {
    /// A stack of `program`. Nothing is opened yet.
    pub fn new(
        project: impl Into<String>,
        stack: impl Into<String>,
        connection: Connection,
        parts: Parts,
        program: impl Fn(&Scope) + Send + Sync + 'static,
    ) -> Self {
        let providers = random::beside(connection.providers, &parts.entropy);
        let providers = command::beside(providers, connection.simulated);
        let connection = Connection { providers, ..connection };
        let binding = Some(connection.binding.clone());
        let opening = Opening { project: project.into(), stack: stack.into(), binding, holder: "another run".to_owned() };
        let (how, provenance, cancel) = (How::default(), Provenance::default(), CancellationToken::new());
        Self { opening, connection, parts, program: Box::new(program), how, provenance, cancel }
    }

    /// A stack of which only what is recorded is of interest: nobody is asked who we are, and no cloud can be reached.
    pub fn unconnected(project: impl Into<String>, stack: impl Into<String>, parts: Parts) -> Self {
        let nowhere = Connection {
            binding: Binding { target: String::new(), identity: String::new() },
            home: Home::new("", None),
            providers: Providers::new(),
            simulated: false,
            window: CONSISTENCY_WINDOW,
            census: None,
        };
        let mut deployment = Self::new(project, stack, nowhere, parts, |_| ());
        deployment.opening.binding = None;
        deployment
    }

    /// Goes about it in another way.
    #[must_use]
    pub fn how(mut self, how: How) -> Self {
        self.how = how;
        self
    }

    /// Says what the program's declarations are made from, for saved plans.
    #[must_use]
    pub fn provenance(mut self, provenance: Provenance) -> Self {
        self.provenance = provenance;
        self
    }

    /// What another run is told about this one while it holds the lock.
    #[must_use]
    pub fn holder(mut self, holder: impl Into<String>) -> Self {
        self.opening.holder = holder.into();
        self
    }

    /// Whether nothing real can come to harm.
    pub fn is_simulated(&self) -> bool {
        self.connection.simulated
    }

    /// Fires to finish what is in flight and begin nothing more.
    pub fn cancellation(&self) -> CancellationToken {
        self.cancel.clone()
    }

    /// What the program declares.
    ///
    /// # Errors
    /// Every problem of the program.
    pub fn declare(&self) -> Result<Graph, DeploymentError> {
        declare(self.connection.home.clone(), &self.program).map_err(DeploymentError::Invalid)
    }

    /// Takes the lock and finds out what an interrupted run did.
    pub async fn open(&self) -> Result<Session<'_>, DeploymentError> {
        let session = self.open_unrecovered().await?;
        recover::recover(&session.ledger, &self.connection, &self.how.events).await?;
        Ok(session)
    }

    /// Takes the lock only: for looking at the state, or mending it.
    pub async fn open_unrecovered(&self) -> Result<Session<'_>, DeploymentError> {
        let ledger = Ledger::open(&self.parts, &self.opening).await?;
        if let Some(torn) = ledger.torn() {
            self.how.events.send(Event::TornTail { bytes: torn.bytes });
        }
        Ok(Session { deployment: self, ledger })
    }

    /// Plans, and changes nothing.
    pub async fn preview(&self) -> Result<Plan, DeploymentError> {
        let graph = self.declare()?;
        let session = self.open().await?;
        let planned = session.plan(graph).await?;
        session.close().await?;
        Ok(planned.plan)
    }

    /// Makes the cloud as declared.
    pub async fn up(&self) -> Result<Report, DeploymentError> {
        self.carry_out(self.declare()?).await
    }

    /// Deletes everything that is neither protected nor retained: the plan of an empty program.
    pub async fn destroy(&self) -> Result<Report, DeploymentError> {
        self.carry_out(Graph::empty()).await
    }

    async fn carry_out(&self, graph: Graph) -> Result<Report, DeploymentError> {
        let session = self.open().await?;
        let planned = session.plan(graph).await?;
        session.finish(&planned).await
    }

    /// Reads every object and records what was seen.
    pub async fn refresh(&self) -> Result<Vec<Drift>, DeploymentError> {
        let session = self.open().await?;
        let drift = session.drift().await?;
        session.record(&drift).await?;
        session.close().await?;
        Ok(drift)
    }
}

/// An object that is not as it was recorded.
#[derive(Debug, Clone)]
pub struct Drift {
    /// The resource.
    pub urn: Urn,
    /// Managed fields that differ: name, recorded and observed value. `None`: the object is gone.
    pub fields: Option<Vec<(String, Value, Value)>>,
    record: Record,
}

/// A stack whose lock is held.
pub struct Session<'a> {
    deployment: &'a Deployment,
    ledger: Ledger,
}

impl Session<'_> {
    /// The state and its journal.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Observes, then decides what it takes to make the cloud as in `graph`.
    pub async fn plan(&self, graph: Graph) -> Result<Planned, DeploymentError> {
        self.plan_with(graph, self.deployment.how.flags()).await
    }

    async fn plan_with(&self, graph: Graph, flags: Flags) -> Result<Planned, DeploymentError> {
        let connection = &self.deployment.connection;
        let state = self.ledger.state().clone();
        self.refuse_strangers(&state).await?;
        let observed = self.observe(&graph, &flags).await?;
        self.refuse_sealed(&graph, &state, &observed)?;
        let situation = Situation {
            graph: &graph,
            state: &state,
            observed: &observed,
            providers: &connection.providers,
            head: &self.ledger.head(),
            owner: self.ledger.owner(),
            binding: self.ledger.binding(),
        };
        let plan = plan::plan(&situation, &flags.selection)?;
        self.refuse_secrets(&plan)?;
        Ok(Planned { graph, plan, flags })
    }

    /// A first run must not take over the objects of a stack whose state is elsewhere.
    async fn refuse_strangers(&self, state: &crate::state::State) -> Result<(), DeploymentError> {
        let connection = &self.deployment.connection;
        let Some(census) = connection.census.as_ref().filter(|_| state.records.is_empty()) else { return Ok(()) };
        let owner = self.ledger.owner();
        let what = || "the tags of existing objects".to_owned();
        let uids = census.stack_uids(&connection.home, owner).await.map_err(|error| ObserveError { what: what(), error })?;
        match uids.iter().any(|uid| *uid != owner.stack_uid) {
            true => Err(DeploymentError::Stranger { project: owner.project.clone(), stack: owner.stack.clone() }),
            false => Ok(()),
        }
    }

    async fn observe(&self, graph: &Graph, flags: &Flags) -> Result<Observations, DeploymentError> {
        let looking = Looking {
            refresh: !flags.no_refresh,
            refresh_lookups: flags.refresh_lookups,
            now: self.ledger.now(),
            window: self.deployment.connection.window,
        };
        let state = self.ledger.state().clone();
        Ok(observe::observe(&state, graph, &self.deployment.connection.providers, looking).await?)
    }

    /// Carries a plan out.
    pub async fn apply(&self, planned: &Planned) -> Result<Report, DeploymentError> {
        let Deployment { connection, how, cancel, .. } = self.deployment;
        let Planned { graph, plan, .. } = planned;
        Ok(apply::apply(&self.ledger, connection, graph, plan, &how.pace, &how.events, cancel).await.map_err(Box::new)?)
    }

    /// Carries a plan out and frees the lock.
    async fn finish(self, planned: &Planned) -> Result<Report, DeploymentError> {
        let report = self.apply(planned).await?;
        match self.ledger.close().await {
            Ok(()) => Ok(report),
            Err(error) => Err(Box::new(Stopped { error: error.into(), report }).into()),
        }
    }

    /// What differs from what was recorded, by resource.
    ///
    /// # Errors
    /// Also when an object cannot be compared, because this binary does not know its kind, or an older version of it.
    pub async fn drift(&self) -> Result<Vec<Drift>, DeploymentError> {
        let records = self.migrated()?;
        let observed = self.observe(&Graph::empty(), &self.deployment.how.flags()).await?;
        self.refuse_to_compare(&self.ledger.state(), &observed)?;
        let mut drift: Vec<Drift> = records.iter().filter_map(|record| drift_of(record, &observed)).collect();
        drift.sort_by(|a, b| a.urn.cmp(&b.urn));
        Ok(drift)
    }

    /// All records, in today's versions of their kinds.
    fn migrated(&self) -> Result<Vec<Record>, DeploymentError> {
        let (mut records, mut problems) = (Vec::new(), Vec::new());
        for record in self.ledger.state().records.values() {
            let migrated = match self.deployment.connection.providers.get(record.urn.kind()) {
                None => Err(plan::lacking(record)),
                Some(provider) => record.migrated(provider.schema()).map_err(|message| Problem::new(record.urn.path(), message)),
            };
            match migrated {
                Ok(record) => records.push(record),
                Err(problem) => problems.push(problem),
            }
        }
        Problems(problems).none_or(records).map_err(DeploymentError::Invalid)
    }

    /// Records what was seen.
    pub async fn record(&self, drift: &[Drift]) -> Result<(), DeploymentError> {
        for one in drift {
            let entry = match one.fields {
                None => Entry::Removed { number: None, uid: one.record.uid.clone() },
                Some(_) => Entry::Recorded { number: None, record: Box::new(one.record.clone()) },
            };
            self.ledger.write(entry).await?;
        }
        Ok(())
    }

    /// The objects recorded under a resource's path or urn: usually one. An object's own id is a name as well.
    pub fn find(&self, name: &str) -> Result<Vec<Record>, DeploymentError> {
        let is_it = |record: &&Record| is_called(&record.urn, name) || record.id == name;
        let found: Vec<Record> = self.ledger.state().records.values().filter(is_it).cloned().collect();
        if found.is_empty() { Err(DeploymentError::Unknown(name.to_owned())) } else { Ok(found) }
    }

    /// The creates of a resource, by its path or urn, of which nobody knows whether they made an object: an interrupted run left
    /// them open.
    pub fn attempts(&self, name: &str) -> Vec<Intent> {
        let is_it = |intent: &&Intent| matches!(intent.operation, Operation::Create { .. }) && is_called(&intent.urn, name);
        self.ledger.state().intents.values().filter(is_it).cloned().collect()
    }

    /// Drops what is recorded of a resource, its [attempts](Self::attempts) too. Objects stay as they are, tags and all.
    pub async fn remove_record(&self, name: &str) -> Result<Vec<Record>, DeploymentError> {
        let (found, attempts) = self.named(name)?;
        let uids: BTreeSet<&Uid> = found.iter().map(|record| &record.uid).chain(attempts.iter().map(|intent| &intent.uid)).collect();
        let open: Vec<u64> =
            self.ledger.state().intents.values().filter(|intent| uids.contains(&intent.uid)).map(|intent| intent.number).collect();
        for number in open {
            self.ledger.write(Entry::Abandoned { number }).await?;
        }
        for record in &found {
            self.ledger.write(Entry::Removed { number: None, uid: record.uid.clone() }).await?;
        }
        Ok(found)
    }

    /// What is recorded under a name: there must be something.
    fn named(&self, name: &str) -> Result<(Vec<Record>, Vec<Intent>), DeploymentError> {
        let attempts = self.attempts(name);
        match self.find(name) {
            Err(DeploymentError::Unknown(_)) if !attempts.is_empty() => Ok((Vec::new(), attempts)),
            found => Ok((found?, attempts)),
        }
    }

    /// Gives a resource's object up: our tags are taken off, where the kind is known and the object still there. Its
    /// [attempts](Self::attempts) are dropped.
    pub async fn forget(&self, name: &str) -> Result<Vec<Record>, DeploymentError> {
        for record in self.named(name)?.0 {
            let Some(provider) = self.deployment.connection.providers.get(record.urn.kind()) else { continue };
            let nobody = NoRecorder;
            let cx = Cx {
                urn: &record.urn,
                uid: &record.uid,
                home: &record.home,
                owner: self.ledger.owner(),
                timeout: Some(Duration::from_mins(1)),
                inputs: &record.inputs,
                record: &nobody,
            };
            match provider.release(&cx, &record.id).await {
                Err(error) if error.kind != crate::provider::ErrorKind::NotFound => {
                    return Err(DeploymentError::Provider { urn: record.urn.clone(), error });
                }
                _ => {}
            }
        }
        self.remove_record(name).await
    }

    /// Lifts the protection of a resource's object.
    pub async fn unprotect(&self, name: &str) -> Result<Vec<Record>, DeploymentError> {
        let found = self.find(name)?;
        for record in &found {
            let record = Record { wishes: Wishes { protect: false, ..record.wishes.clone() }, ..record.clone() };
            self.ledger.write(Entry::Recorded { number: None, record: Box::new(record) }).await?;
        }
        Ok(found)
    }

    /// Takes the journal as it is for the newest: nothing that is made from here on gets a uid of what was made before in a later
    /// state that is lost.
    pub async fn accept(&self) -> Result<(), DeploymentError> {
        Ok(self.ledger.accept().await?)
    }

    /// The exported values, as last recorded.
    pub fn exports(&self) -> BTreeMap<String, Value> {
        self.ledger.state().exports.clone()
    }

    /// Makes everything durable and frees the lock.
    pub async fn close(self) -> Result<(), DeploymentError> {
        Ok(self.ledger.close().await?)
    }
}

fn is_called(urn: &Urn, name: &str) -> bool {
    urn.as_str() == name || urn.path() == name
}

/// How a record in today's version differs from what was seen.
fn drift_of(record: &Record, observed: &Observations) -> Option<Drift> {
    let drift = |fields, record: Record| Some(Drift { urn: record.urn.clone(), fields, record });
    match observed.objects.get(&record.uid)? {
        None => drift(None, record.clone()),
        Some(object) if object.outputs == record.outputs => None,
        Some(object) => {
            let value = |outputs: &Value, name: &str| outputs.get(name).cloned().unwrap_or(Value::Null);
            let pair = |(name, _): (&String, _)| (name.clone(), value(&record.outputs, name), value(&object.outputs, name));
            let fields = record.inputs.entries().map(pair).filter(|(_, old, new)| old != new).collect();
            drift(Some(fields), Record { outputs: object.outputs.clone(), ..record.clone() })
        }
    }
}
