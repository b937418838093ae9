//! Stacks without one of the safeguards: for tests that must fail then.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use blogstack_core::{
    Home,
    backend::{Backend, Log},
    journal::{Head, JournalError, OpenError, Position, Replay},
    provider::{Cx, Doing, FieldProblem, Found, Hold, LostCreate, Object, Provider, Related, Result, ToRead},
    shape::Schema,
    value::{Draft, Value},
};

use crate::world::World;

/// Intents are acknowledged, and not kept.
pub fn without_intents(world: World) -> World {
    World { lab: world.lab.around_backend(|inner| Arc::new(Forgetful(inner))), ..world }
}

/// Nothing that a lost create made is looked for.
pub fn without_look_up(world: World) -> World {
    let blind = |inner| -> Arc<dyn Provider> { Arc::new(Hasty { inner, looks: false }) };
    World { lab: world.lab.around_providers(|providers| providers.wrapped(blind)), ..world }
}

/// What is not seen at once is taken to be absent.
pub fn without_patience(world: World) -> World {
    let hasty = |inner| -> Arc<dyn Provider> { Arc::new(Hasty { inner, looks: true }) };
    World { lab: world.lab.around_providers(|providers| providers.wrapped(hasty)), ..world }
}

struct Forgetful(Arc<dyn Backend>);

#[async_trait]
impl Backend for Forgetful {
    async fn open(&self, holder: &str) -> std::result::Result<(Box<dyn Log>, Replay), OpenError> {
        let (log, replay) = self.0.open(holder).await?;
        Ok((Box::new(ForgetfulLog(log)), replay))
    }

    fn place(&self) -> String {
        self.0.place()
    }
}

struct ForgetfulLog(Box<dyn Log>);

type Appended = std::pin::Pin<Box<dyn Future<Output = std::result::Result<Position, JournalError>> + Send>>;

#[async_trait]
impl Log for ForgetfulLog {
    fn append(&self, payload: Vec<u8>) -> Appended {
        if payload.starts_with(br#"{"entry":"intended""#) {
            let head = self.0.head();
            return Box::pin(async move { Ok(head) });
        }
        self.0.append(payload)
    }

    fn compact(&self, payloads: Vec<Vec<u8>>) -> Appended {
        self.0.compact(payloads)
    }

    fn head(&self) -> Head {
        self.0.head()
    }

    fn size(&self) -> u64 {
        self.0.size()
    }

    async fn close(self: Box<Self>) -> std::result::Result<(), JournalError> {
        self.0.close().await
    }
}

struct Hasty {
    inner: Arc<dyn Provider>,
    looks: bool,
}

#[async_trait]
impl Provider for Hasty {
    fn schema(&self) -> &'static Schema {
        self.inner.schema()
    }

    fn is_kept(&self) -> bool {
        self.inner.is_kept()
    }

    fn check(&self, planned: &Draft, related: &Related<'_>) -> Vec<FieldProblem> {
        self.inner.check(planned, related)
    }

    fn replaces(&self, outputs: &Value, planned: &Draft, cleared: &[&'static str]) -> Option<String> {
        self.inner.replaces(outputs, planned, cleared)
    }

    fn holds(&self, outputs: &Value) -> Vec<Hold> {
        self.inner.holds(outputs)
    }

    fn usually_takes(&self, doing: Doing<'_>) -> Duration {
        self.inner.usually_takes(doing)
    }

    async fn survey(&self, cx: &Cx<'_>, inputs: &Value) -> Result<Value> {
        self.inner.survey(cx, inputs).await
    }

    async fn create(&self, cx: &Cx<'_>, inputs: &Value) -> Result<Object> {
        self.inner.create(cx, inputs).await
    }

    async fn read(&self, home: &Home, wanted: &[ToRead]) -> Result<Vec<Object>> {
        self.inner.read(home, wanted).await
    }

    async fn update(&self, cx: &Cx<'_>, current: &Object, changes: BTreeMap<String, Value>) -> Result<Object> {
        self.inner.update(cx, current, changes).await
    }

    async fn delete(&self, cx: &Cx<'_>, current: &Object) -> Result<()> {
        self.inner.delete(cx, current).await
    }

    async fn find(&self, cx: &Cx<'_>, lost: LostCreate<Value>) -> Result<Found> {
        match self.looks {
            true => self.inner.find(cx, LostCreate { age: Duration::from_hours(1), ..lost }).await,
            false => Ok(Found::None),
        }
    }

    async fn claim(&self, cx: &Cx<'_>, id: &str) -> Result<()> {
        self.inner.claim(cx, id).await
    }

    async fn release(&self, cx: &Cx<'_>, id: &str) -> Result<()> {
        self.inner.release(cx, id).await
    }
}
