//! The object-safe forms that the engine drives.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;

use super::masking::masked;
use super::{
    Changes, Cx, Doing, ErrorKind, FieldProblem, Found, Hold, LookupProvider, LostCreate, Object, Observed, Planned, ProviderError,
    Related, ResourceProvider, Result, State, ToRead, Wanted, schema_of,
};
use crate::{
    data::Data,
    graph::{Home, Lookup},
    resource::{Id, Resource},
    shape::Schema,
    value::{Draft, Value},
};

/// A [`ResourceProvider`] without its type.
#[async_trait]
pub trait Provider: Send + Sync {
    /// The kind's schema.
    fn schema(&self) -> &'static Schema;
    /// See [`ResourceProvider::KEPT`].
    fn is_kept(&self) -> bool;
    /// See [`ResourceProvider::check`].
    fn check(&self, planned: &Draft, related: &Related<'_>) -> Vec<FieldProblem>;
    /// See [`ResourceProvider::replaces`].
    fn replaces(&self, outputs: &Value, planned: &Draft, cleared: &[&'static str]) -> Option<String>;
    /// See [`ResourceProvider::holds`].
    fn holds(&self, outputs: &Value) -> Vec<Hold>;
    /// See [`ResourceProvider::usually_takes`].
    fn usually_takes(&self, doing: Doing<'_>) -> Duration;
    /// See [`ResourceProvider::survey`].
    async fn survey(&self, cx: &Cx<'_>, inputs: &Value) -> Result<Value>;
    /// See [`ResourceProvider::create`].
    async fn create(&self, cx: &Cx<'_>, inputs: &Value) -> Result<Object>;
    /// See [`ResourceProvider::read`].
    async fn read(&self, home: &Home, wanted: &[ToRead]) -> Result<Vec<Object>>;
    /// See [`ResourceProvider::update`]. A field that maps to [`Value::Null`] is cleared.
    async fn update(&self, cx: &Cx<'_>, current: &Object, changes: BTreeMap<String, Value>) -> Result<Object>;
    /// See [`ResourceProvider::delete`].
    async fn delete(&self, cx: &Cx<'_>, current: &Object) -> Result<()>;
    /// See [`ResourceProvider::find`].
    async fn find(&self, cx: &Cx<'_>, lost: LostCreate<Value>) -> Result<Found<()>>;
    /// See [`ResourceProvider::claim`].
    async fn claim(&self, cx: &Cx<'_>, id: &str) -> Result<()>;
    /// See [`ResourceProvider::release`].
    async fn release(&self, cx: &Cx<'_>, id: &str) -> Result<()>;
}

struct Typed<P>(P);

fn typed<R: Resource>(object: &Object) -> Result<State<R>> {
    Ok(State { id: Id::new(object.id.as_str()), fields: R::decode(&object.outputs)? })
}

fn erased<R: Resource>(state: &State<R>) -> Object {
    Object { id: state.id.as_str().to_owned(), outputs: state.fields.encode(), broken: None }
}

fn observed<R: Resource>(seen: &Observed<R>) -> Object {
    Object { broken: seen.broken.clone(), ..erased(&seen.state) }
}

#[async_trait]
impl<P: ResourceProvider> Provider for Typed<P> {
    fn schema(&self) -> &'static Schema {
        schema_of::<P>()
    }

    fn is_kept(&self) -> bool {
        P::KEPT
    }

    fn check(&self, planned: &Draft, related: &Related<'_>) -> Vec<FieldProblem> {
        self.0.check(&Planned::new(planned, related))
    }

    fn replaces(&self, outputs: &Value, planned: &Draft, cleared: &[&'static str]) -> Option<String> {
        let related = Related::new();
        self.0.replaces(&Data::decode(outputs).ok()?, &Planned::new(planned, &related).clearing(cleared))
    }

    fn holds(&self, outputs: &Value) -> Vec<Hold> {
        P::Resource::decode(outputs).map(|current| self.0.holds(&current)).unwrap_or_default()
    }

    fn usually_takes(&self, doing: Doing<'_>) -> Duration {
        self.0.usually_takes(doing)
    }

    async fn survey(&self, cx: &Cx<'_>, inputs: &Value) -> Result<Value> {
        self.0.survey(cx, &Data::decode(inputs)?).await.map_err(|error| masked(error, [inputs]))
    }

    async fn create(&self, cx: &Cx<'_>, inputs: &Value) -> Result<Object> {
        let created = self.0.create(cx, Data::decode(inputs)?).await.map_err(|error| masked(error, [inputs]));
        Ok(erased(&created?))
    }

    async fn read(&self, home: &Home, wanted: &[ToRead]) -> Result<Vec<Object>> {
        let wanted: Vec<_> = wanted.iter().map(|one| Wanted { id: Id::new(one.id.as_str()), managed: one.managed.clone() }).collect();
        Ok(self.0.read(home, &wanted).await?.iter().map(observed).collect())
    }

    async fn update(&self, cx: &Cx<'_>, current: &Object, changes: BTreeMap<String, Value>) -> Result<Object> {
        let sent: Vec<Value> = changes.values().filter(|value| value.holds_secret()).cloned().collect();
        let updated = self.0.update(cx, typed(current)?, &Changes::new(changes)).await;
        Ok(erased(&updated.map_err(|error| masked(error, sent.iter().chain([&current.outputs])))?))
    }

    async fn delete(&self, cx: &Cx<'_>, current: &Object) -> Result<()> {
        self.0.delete(cx, typed(current)?).await.map_err(|error| masked(error, [&current.outputs]))
    }

    async fn find(&self, cx: &Cx<'_>, lost: LostCreate<Value>) -> Result<Found<()>> {
        let sent = lost.inputs;
        let lost = LostCreate { inputs: Data::decode(&sent)?, before: lost.before, age: lost.age, window: lost.window };
        Ok(match self.0.find(cx, lost).await.map_err(|error| masked(error, [&sent]))? {
            Found::One(id) => Found::One(Id::new(id.as_str())),
            Found::None => Found::None,
            Found::Undecided(why) => Found::Undecided(why),
        })
    }

    async fn claim(&self, cx: &Cx<'_>, id: &str) -> Result<()> {
        self.0.claim(cx, &Id::new(id)).await
    }

    async fn release(&self, cx: &Cx<'_>, id: &str) -> Result<()> {
        self.0.release(cx, &Id::new(id)).await
    }
}

/// A [`LookupProvider`] without its type.
#[async_trait]
pub trait Answering: Send + Sync {
    /// The kind of question.
    fn kind(&self) -> &'static str;
    /// The answer.
    async fn look_up(&self, home: &Home, question: &Value) -> Result<Value>;
}

struct Answers<P>(P);

#[async_trait]
impl<P: LookupProvider> Answering for Answers<P> {
    fn kind(&self) -> &'static str {
        P::Question::TYPE
    }

    async fn look_up(&self, home: &Home, question: &Value) -> Result<Value> {
        let question = Data::decode(question)?;
        Ok(self.0.look_up(home, question).await?.encode())
    }
}

/// The kinds that a binary knows.
#[derive(Clone, Default)]
pub struct Providers {
    kinds: BTreeMap<&'static str, Arc<dyn Provider>>,
    lookups: BTreeMap<&'static str, Arc<dyn Answering>>,
}

impl Providers {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a kind.
    #[must_use]
    pub fn with(mut self, provider: impl ResourceProvider) -> Self {
        let provider = Typed(provider);
        self.kinds.insert(provider.schema().kind, Arc::new(provider));
        self
    }

    /// Adds a kind unless there is a provider for it.
    pub(crate) fn beside(mut self, provider: impl ResourceProvider) -> Self {
        let provider = Typed(provider);
        self.kinds.entry(provider.schema().kind).or_insert_with(|| Arc::new(provider));
        self
    }

    /// Adds a kind of question.
    #[must_use]
    pub fn answering(mut self, provider: impl LookupProvider) -> Self {
        let provider = Answers(provider);
        self.lookups.insert(provider.kind(), Arc::new(provider));
        self
    }

    /// Leaves a kind out, as a binary without its cargo feature does.
    #[must_use]
    pub fn without(mut self, kind: &str) -> Self {
        self.kinds.remove(kind);
        self
    }

    /// With something around every kind's provider.
    #[must_use]
    pub fn wrapped(mut self, wrap: impl Fn(Arc<dyn Provider>) -> Arc<dyn Provider>) -> Self {
        self.kinds.values_mut().for_each(|provider| *provider = wrap(provider.clone()));
        self
    }

    /// All kinds, by name.
    pub fn kinds(&self) -> impl Iterator<Item = &Arc<dyn Provider>> {
        self.kinds.values()
    }

    pub(crate) fn get(&self, kind: &str) -> Option<&Arc<dyn Provider>> {
        self.kinds.get(kind)
    }

    pub(crate) fn require(&self, kind: &str) -> Result<&Arc<dyn Provider>> {
        self.get(kind).ok_or_else(|| unknown(kind))
    }

    pub(crate) fn answer(&self, kind: &str) -> Result<&Arc<dyn Answering>> {
        self.lookups.get(kind).ok_or_else(|| unknown(kind))
    }
}

fn unknown(kind: &str) -> ProviderError {
    let error = ProviderError::new(ErrorKind::Internal, "find the provider", format!("this binary has no provider for `{kind}`"));
    error.hint("enable the cargo feature that brings the kind")
}
