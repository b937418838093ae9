//! Kinds whose objects carry tags: how they are found again, claimed and released is the same for all.

use std::{future::Future, time::Duration};

use blogstack_core::{
    Field, Home, Id, Resource, Tags,
    provider::{Changes, Cx, Doing, FieldProblem, Found, Hold, LostCreate, Observed, Planned, ResourceProvider, Result, State, Wanted},
    value::Value,
};

use super::{
    described::{self, Described},
    tagging,
};
use crate::tags;

/// What is left to say of a kind that has tags. The methods are those of [`ResourceProvider`].
pub(crate) trait Tagged: Described + Send + 'static {
    /// The field with the program's tags.
    const TAGS: Field<Self::Resource, Tags>;

    /// What is wrong with the inputs, besides the tags.
    fn check(&self, _planned: &Planned<'_, Self::Resource>) -> Vec<FieldProblem> {
        Vec::new()
    }

    /// Why this change needs a new object.
    fn replaces(&self, _current: &Self::Resource, _planned: &Planned<'_, Self::Resource>) -> Option<String> {
        None
    }

    /// What cannot be deleted as long as this object is as it is.
    fn holds(&self, _current: &Self::Resource) -> Vec<Hold> {
        Vec::new()
    }

    /// How long an operation usually takes.
    fn usually_takes(&self, _doing: Doing<'_>) -> Duration {
        Duration::ZERO
    }

    /// Makes the object, with its tags.
    fn create(
        &self,
        cx: &Cx<'_>,
        inputs: <Self::Resource as Resource>::Inputs,
    ) -> impl Future<Output = Result<State<Self::Resource>>> + Send;

    /// Reads many objects. Kinds that need further calls for some fields do it in their own way.
    fn read(&self, home: &Home, wanted: &[Wanted<Self::Resource>]) -> impl Future<Output = Result<Vec<Observed<Self::Resource>>>> + Send {
        async move { described::read(self, home, &described::ids(wanted)).await }
    }

    /// Makes the changes.
    fn update(
        &self,
        cx: &Cx<'_>,
        current: State<Self::Resource>,
        changes: &Changes<Self::Resource>,
    ) -> impl Future<Output = Result<State<Self::Resource>>> + Send;

    /// Deletes the object.
    fn delete(&self, cx: &Cx<'_>, current: State<Self::Resource>) -> impl Future<Output = Result<()>> + Send;
}

/// The provider of a kind whose objects are found by our tags.
pub(crate) struct ByTag<P>(pub(crate) P);

impl<P: Tagged> ResourceProvider for ByTag<P> {
    type Resource = P::Resource;

    fn check(&self, planned: &Planned<'_, P::Resource>) -> Vec<FieldProblem> {
        let tags = planned.get(P::TAGS).and_then(|tags| tags::problem(&tags));
        let tags = tags.map(|message| FieldProblem { field: P::TAGS.name(), message });
        self.0.check(planned).into_iter().chain(tags).collect()
    }

    fn replaces(&self, current: &P::Resource, planned: &Planned<'_, P::Resource>) -> Option<String> {
        self.0.replaces(current, planned)
    }

    fn holds(&self, current: &P::Resource) -> Vec<Hold> {
        self.0.holds(current)
    }

    fn usually_takes(&self, doing: Doing<'_>) -> Duration {
        self.0.usually_takes(doing)
    }

    async fn survey(&self, _: &Cx<'_>, _: &<P::Resource as Resource>::Inputs) -> Result<Value> {
        Ok(Value::Null)
    }

    async fn create(&self, cx: &Cx<'_>, inputs: <P::Resource as Resource>::Inputs) -> Result<State<P::Resource>> {
        self.0.create(cx, inputs).await
    }

    async fn read(&self, home: &Home, wanted: &[Wanted<P::Resource>]) -> Result<Vec<Observed<P::Resource>>> {
        self.0.read(home, wanted).await
    }

    async fn update(&self, cx: &Cx<'_>, current: State<P::Resource>, changes: &Changes<P::Resource>) -> Result<State<P::Resource>> {
        self.0.update(cx, current, changes).await
    }

    async fn delete(&self, cx: &Cx<'_>, current: State<P::Resource>) -> Result<()> {
        self.0.delete(cx, current).await
    }

    async fn find(&self, cx: &Cx<'_>, lost: LostCreate<<P::Resource as Resource>::Inputs>) -> Result<Found<P::Resource>> {
        described::find_by_tag(&self.0, cx, lost.left()).await
    }

    async fn claim(&self, cx: &Cx<'_>, id: &Id<P::Resource>) -> Result<()> {
        tagging::claim(&self.0.account().ec2(cx.home), cx, id.as_str()).await
    }

    async fn release(&self, cx: &Cx<'_>, id: &Id<P::Resource>) -> Result<()> {
        tagging::release(&self.0.account().ec2(cx.home), cx, id.as_str()).await
    }
}
