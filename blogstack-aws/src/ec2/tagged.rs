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
use crate::{call, readable, tags};

/// What is left to say of a kind that has tags. Where a method is called as one of [`ResourceProvider`], it does the same.
pub(crate) trait Tagged: Described + Send + 'static {
    /// The field with the program's tags.
    const TAGS: Field<Self::Resource, Tags>;
    /// How long deleting may take, unless the program says otherwise.
    const DELETING: Duration = described::WINDOW;

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

    /// The one call that makes the object, with its tags and ours.
    fn make(&self, cx: &Cx<'_>, inputs: &Inputs<Self>) -> impl Future<Output = Result<Id<Self::Resource>>> + Send;

    /// Waits until the object can be used: until it is seen, unless there is more to it.
    fn ready(&self, cx: &Cx<'_>, id: &Id<Self::Resource>) -> impl Future<Output = Result<State<Self::Resource>>> + Send {
        async move { Ok(described::visible(self, cx.home, id).await?.state) }
    }

    /// Reads many objects.
    fn read(&self, home: &Home, wanted: &[Wanted<Self::Resource>]) -> impl Future<Output = Result<Vec<Observed<Self::Resource>>>> + Send {
        described::read(self, home, wanted)
    }

    /// What comes after the object was made: what has calls of its own, and until it is ready.
    fn finish(
        &self,
        cx: &Cx<'_>,
        id: &Id<Self::Resource>,
        _inputs: Inputs<Self>,
    ) -> impl Future<Output = Result<State<Self::Resource>>> + Send {
        self.ready(cx, id)
    }

    /// Makes the changes but for those of the tags. `current` is what is known since the plan, `seen` what was seen just now, without
    /// what [`complete`](Described::complete) adds.
    fn change(
        &self,
        _cx: &Cx<'_>,
        _current: &State<Self::Resource>,
        _seen: &Self::Resource,
        changes: &Changes<Self::Resource>,
    ) -> impl Future<Output = Result<()>> + Send {
        std::future::ready(readable::nothing_but(Self::TAGS.name(), changes))
    }

    /// Makes all changes.
    fn update(
        &self,
        cx: &Cx<'_>,
        current: State<Self::Resource>,
        changes: &Changes<Self::Resource>,
    ) -> impl Future<Output = Result<State<Self::Resource>>> + Send {
        async move {
            let seen = self.ready(cx, &current.id).await?;
            self.change(cx, &current, &seen.fields, changes).await?;
            tag(self, cx, &current, changes).await?;
            described::whole(self, cx, self.ready(cx, &current.id).await?).await
        }
    }

    /// The call that deletes the object. That it is not there is fine.
    fn erase(&self, cx: &Cx<'_>, current: &State<Self::Resource>) -> impl Future<Output = Result<()>> + Send;

    /// Waits until the object is gone.
    fn gone(&self, cx: &Cx<'_>, id: &Id<Self::Resource>) -> impl Future<Output = Result<()>> + Send {
        described::gone(self, cx, id, Self::DELETING)
    }
}

type Inputs<P> = <<P as Described>::Resource as Resource>::Inputs;

/// Makes the changes of the tags.
pub(super) async fn tag<P: Tagged>(kind: &P, cx: &Cx<'_>, current: &State<P::Resource>, changes: &Changes<P::Resource>) -> Result<()> {
    let (set, removed) = tags::changed(P::TAGS, &current.fields, changes)?;
    tagging::retag(&Described::account(kind).ec2(cx.home), current.id.as_str(), set, removed).await
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

    async fn survey(&self, _: &Cx<'_>, _: &Inputs<P>) -> Result<Value> {
        Ok(Value::Null)
    }

    async fn create(&self, cx: &Cx<'_>, inputs: Inputs<P>) -> Result<State<P::Resource>> {
        let id = self.0.make(cx, &inputs).await?;
        cx.created(&id).await?;
        described::whole(&self.0, cx, self.0.finish(cx, &id, inputs).await?).await
    }

    async fn read(&self, home: &Home, wanted: &[Wanted<P::Resource>]) -> Result<Vec<Observed<P::Resource>>> {
        self.0.read(home, wanted).await
    }

    async fn update(&self, cx: &Cx<'_>, current: State<P::Resource>, changes: &Changes<P::Resource>) -> Result<State<P::Resource>> {
        self.0.update(cx, current, changes).await
    }

    async fn delete(&self, cx: &Cx<'_>, current: State<P::Resource>) -> Result<()> {
        call::gone_is_fine(self.0.erase(cx, &current).await)?;
        self.0.gone(cx, &current.id).await
    }

    async fn find(&self, cx: &Cx<'_>, lost: LostCreate<Inputs<P>>) -> Result<Found<P::Resource>> {
        described::find_by_tag(&self.0, cx, lost.left()).await
    }

    async fn claim(&self, cx: &Cx<'_>, id: &Id<P::Resource>) -> Result<()> {
        tagging::claim(&self.0.account().ec2(cx.home), cx, id.as_str()).await
    }

    async fn release(&self, cx: &Cx<'_>, id: &Id<P::Resource>) -> Result<()> {
        tagging::release(&self.0.account().ec2(cx.home), cx, id.as_str()).await
    }
}
