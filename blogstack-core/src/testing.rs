//! For tests of stacks: everything that a deployment needs, in memory and seeded.

use std::{path::Path, sync::Arc};

use crate::{
    backend::{Backend, FileBackend},
    clock::{Clock, FixedClock},
    deployment::{Deployment, DeploymentError, How},
    disk::{Disk, MemoryDisk},
    entropy::SeededEntropy,
    journal::NoAnchors,
    keys::UserFolders,
    plan::Plan,
    provider::{Cx, Owner, ProviderError, Providers},
    recover::NoRecorder,
    scope::Scope,
    state::{Parts, Record, State},
    target::Connection,
};

/// A place in memory where a stack's state is kept from one run to the next.
///
/// ```
/// # async fn doc(connection: blogstack_core::target::Connection) {
/// use blogstack_core::{Scope, testing::Lab};
///
/// fn program(_scope: &Scope) {}
///
/// let lab = Lab::new(connection);
/// lab.stack(program).up().await.expect("nothing is declared");
/// assert!(lab.stack(program).preview().await.expect("it was just applied").is_empty());
/// # }
/// ```
#[derive(Clone)]
pub struct Lab {
    connection: Connection,
    disk: Arc<dyn Disk>,
    seed: u64,
    clock: Arc<dyn Clock>,
    how: How,
    name: String,
    around: Option<Around>,
}

type Around = Arc<dyn Fn(Arc<dyn Backend>) -> Arc<dyn Backend> + Send + Sync>;

impl Lab {
    /// An empty state in memory.
    pub fn new(connection: Connection) -> Self {
        Self {
            connection,
            disk: Arc::new(MemoryDisk::new()),
            seed: 7,
            clock: Arc::new(FixedClock(1_767_225_600)),
            how: How::default(),
            name: "test".into(),
            around: None,
        }
    }

    /// The disk on which the state is.
    pub fn disk(&self) -> Arc<dyn Disk> {
        self.disk.clone()
    }

    /// The same on another disk: one that was just opened again after a crash, say.
    #[must_use]
    pub fn on(mut self, disk: Arc<dyn Disk>) -> Self {
        self.disk = disk;
        self
    }

    /// With another name for its project and stack.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// With another seed for the stack's uid and key.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// With another calendar.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Goes about it in another way.
    #[must_use]
    pub fn how(mut self, how: How) -> Self {
        self.how = how;
        self
    }

    /// With something around the backend: one that loses what it should keep, say.
    #[must_use]
    pub fn around_backend(mut self, around: impl Fn(Arc<dyn Backend>) -> Arc<dyn Backend> + Send + Sync + 'static) -> Self {
        self.around = Some(Arc::new(around));
        self
    }

    /// With something around the connection's providers.
    #[must_use]
    pub fn around_providers(mut self, around: impl FnOnce(Providers) -> Providers) -> Self {
        self.connection.providers = around(self.connection.providers);
        self
    }

    /// The stack `test` of project `test`, unless it was named, with this program.
    pub fn stack(&self, program: impl Fn(&Scope) + Send + Sync + 'static) -> Deployment {
        Deployment::new(&*self.name, &*self.name, self.connection.clone(), self.parts(), program).how(self.how.clone())
    }

    fn parts(&self) -> Parts {
        let folder = Path::new("/state");
        let file: Arc<dyn Backend> = Arc::new(FileBackend::new(self.disk.clone(), &folder.join("journal"), Arc::new(NoAnchors)));
        Parts {
            backend: self.around.as_ref().map_or_else(|| file.clone(), |around| around(file.clone())),
            disk: self.disk.clone(),
            folders: UserFolders::below(&folder.join("user")),
            entropy: Arc::new(SeededEntropy::new(self.seed)),
            clock: self.clock.clone(),
        }
    }

    /// Deletes an object as somebody else would: whatever the state says, and without a word to it.
    pub async fn take_away(&self, record: &Record) -> Result<(), ProviderError> {
        let owner = Owner { project: self.name.clone(), stack: self.name.clone(), stack_uid: String::new() };
        let provider = self.connection.providers.require(record.urn.kind())?;
        let nobody = NoRecorder;
        let Record { urn, uid, home, inputs, .. } = record;
        let cx = Cx { urn, uid, home, owner: &owner, timeout: None, inputs, record: &nobody };
        provider.delete(&cx, &record.known(provider.schema())).await
    }

    /// What is recorded.
    pub async fn state(&self) -> Result<State, DeploymentError> {
        let stack = self.stack(|_| ());
        let session = stack.open_unrecovered().await?;
        let state = session.ledger().state().clone();
        session.close().await?;
        Ok(state)
    }
}

/// The plan of a program that has never run.
pub async fn plan_of(connection: Connection, program: impl Fn(&Scope) + Send + Sync + 'static) -> Result<Plan, DeploymentError> {
    Lab::new(connection).stack(program).preview().await
}
