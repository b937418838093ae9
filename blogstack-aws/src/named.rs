//! Kinds whose objects have a name that is taken once, and tags: the name finds them again, the tags say whose they are.
//!
//! A name that the program leaves open is made from the uid, so nobody else ever has it. A name that it sets may be somebody
//! else's: what has it already is never taken over silently, not even by those services that answer a second create with the
//! object that is there.

use std::{future::Future, time::Duration};

use blogstack_core::{
    Field, Home, Id, Resource, Tags,
    provider::{
        Changes, Cx, Doing, ErrorKind, FieldProblem, Found, LostCreate, Observed, Planned, ProviderError, ResourceProvider, Result, State,
        UID_TAG, Wanted,
    },
    value::Value,
};

use crate::{
    call,
    readable::{self, Readable},
    tags,
    wait::Pause,
};

type Inputs<P> = <<P as Readable>::Resource as Resource>::Inputs;

/// Who has a name.
#[derive(Debug, Clone)]
pub(crate) struct Holder<R> {
    /// The object.
    pub(crate) id: Id<R>,
    /// All its tags, ours among them.
    pub(crate) tags: Tags,
}

/// What is left to say of a kind with unique names. Where a method is called as one of [`ResourceProvider`], it does the same.
pub(crate) trait Named: Readable {
    /// The field with the program's tags.
    const TAGS: Field<Self::Resource, Tags>;
    /// How long deleting may take, unless the program says otherwise.
    const DELETING: Duration = readable::WINDOW;
    /// The field with the name, for messages.
    const NAME: &'static str;
    /// What the name is, for messages.
    const WHAT: &'static str = "name";
    /// The codes by which AWS refuses a name that is taken. Where there are none, AWS does not refuse it.
    const TAKEN: &'static [&'static str];
    /// Whether who has the name is asked before each attempt, because AWS does not always refuse it.
    const LOOKS_FIRST: bool = Self::TAKEN.is_empty();

    /// The name: what the program says, or one made with [`naming::generated`](crate::naming::generated).
    fn name(cx: &Cx<'_>, inputs: &Inputs<Self>) -> String;

    /// What is wrong with the inputs, besides the tags.
    fn check(&self, _planned: &Planned<'_, Self::Resource>) -> Vec<FieldProblem> {
        Vec::new()
    }

    /// Why this change needs a new object.
    fn replaces(&self, _current: &Self::Resource, _planned: &Planned<'_, Self::Resource>) -> Option<String> {
        None
    }

    /// How long an operation usually takes.
    fn usually_takes(&self, _doing: Doing<'_>) -> Duration {
        Duration::ZERO
    }

    /// Who has the name now, if anybody.
    fn holder(&self, home: &Home, name: &str) -> impl Future<Output = Result<Option<Holder<Self::Resource>>>> + Send;

    /// The one call that makes the object, with its tags and ours.
    fn make(&self, cx: &Cx<'_>, name: &str, inputs: &Inputs<Self>) -> impl Future<Output = Result<Id<Self::Resource>>> + Send;

    /// Waits until the object can be used: until it is seen, unless there is more to it.
    fn ready(&self, cx: &Cx<'_>, id: &Id<Self::Resource>) -> impl Future<Output = Result<State<Self::Resource>>> + Send {
        async move { Ok(readable::visible(self, cx.home, id).await?.state) }
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

    /// Reads many objects.
    fn read(&self, home: &Home, wanted: &[Wanted<Self::Resource>]) -> impl Future<Output = Result<Vec<Observed<Self::Resource>>>> + Send {
        readable::read(self, home, wanted)
    }

    /// Makes the changes but for those of the tags. `current` is what is known since the plan, `seen` what was seen just now, without
    /// what [`complete`](Readable::complete) adds.
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
            let (set, removed) = tags::changed(Self::TAGS, &current.fields, changes)?;
            if !(set.is_empty() && removed.is_empty()) {
                self.retag(cx.home, &current.id, set, removed).await?;
            }
            readable::whole(self, cx, self.ready(cx, &current.id).await?).await
        }
    }

    /// The call that deletes the object. That it is not there is fine.
    fn erase(&self, cx: &Cx<'_>, current: &State<Self::Resource>) -> impl Future<Output = Result<()>> + Send;

    /// Sets tags and removes others: there is something to be done.
    fn retag(&self, home: &Home, id: &Id<Self::Resource>, set: Tags, removed: Vec<String>) -> impl Future<Output = Result<()>> + Send;
}

/// The provider of a kind whose objects are found by their names.
pub(crate) struct ByName<P>(pub(crate) P);

impl<P: Named> ByName<P> {
    fn taken(name: &str, holder: &Holder<P::Resource>) -> ProviderError {
        let owner = match holder.tags.get(blogstack_core::provider::STACK_TAG) {
            Some(stack) => format!("an object of the stack `{stack}`"),
            None => "an object that this stack did not make".to_owned(),
        };
        let message = format!("the {} `{name}` is taken by {owner}", P::WHAT);
        let error = ProviderError::new(ErrorKind::Conflict, P::OPERATION, message).field(P::NAME);
        error.hint(format!("choose another `{}`, or take it over with `.adopt(\"{}\")`", P::NAME, holder.id))
    }

    /// The object that has the name already, if an attempt of ours made it.
    async fn own(&self, cx: &Cx<'_>, name: &str, refusal: ProviderError) -> Result<Id<P::Resource>> {
        match self.0.holder(cx.home, name).await? {
            Some(holder) if is_ours(cx, &holder) => Ok(holder.id),
            Some(holder) => Err(ProviderError { code: refusal.code, request_id: refusal.request_id, ..Self::taken(name, &holder) }),
            None => Err(refusal),
        }
    }
}

fn is_ours<R>(cx: &Cx<'_>, holder: &Holder<R>) -> bool {
    holder.tags.get(UID_TAG).is_some_and(|uid| uid == cx.uid.as_str())
}

impl<P: Named> ResourceProvider for ByName<P> {
    type Resource = P::Resource;

    fn check(&self, planned: &Planned<'_, P::Resource>) -> Vec<FieldProblem> {
        let tags = planned.get(P::TAGS).and_then(|tags| tags::problem(&tags));
        let tags = tags.map(|message| FieldProblem { field: P::TAGS.name(), message });
        self.0.check(planned).into_iter().chain(tags).collect()
    }

    fn replaces(&self, current: &P::Resource, planned: &Planned<'_, P::Resource>) -> Option<String> {
        self.0.replaces(current, planned)
    }

    fn usually_takes(&self, doing: Doing<'_>) -> Duration {
        self.0.usually_takes(doing)
    }

    async fn survey(&self, cx: &Cx<'_>, inputs: &Inputs<P>) -> Result<Value> {
        if P::LOOKS_FIRST {
            let name = P::name(cx, inputs);
            if let Some(holder) = self.0.holder(cx.home, &name).await?.filter(|holder| !is_ours(cx, holder)) {
                return Err(Self::taken(&name, &holder));
            }
        }
        Ok(Value::Null)
    }

    async fn create(&self, cx: &Cx<'_>, inputs: Inputs<P>) -> Result<State<P::Resource>> {
        let name = P::name(cx, &inputs);
        let id = match self.0.make(cx, &name, &inputs).await {
            Err(refusal) if P::TAKEN.iter().any(|code| refusal.is_code(code)) => self.own(cx, &name, refusal).await?,
            made => made?,
        };
        cx.created(&id).await?;
        readable::whole(&self.0, cx, self.0.finish(cx, &id, inputs).await?).await
    }

    async fn read(&self, home: &Home, wanted: &[Wanted<P::Resource>]) -> Result<Vec<Observed<P::Resource>>> {
        self.0.read(home, wanted).await
    }

    async fn update(&self, cx: &Cx<'_>, current: State<P::Resource>, changes: &Changes<P::Resource>) -> Result<State<P::Resource>> {
        self.0.update(cx, current, changes).await
    }

    async fn delete(&self, cx: &Cx<'_>, current: State<P::Resource>) -> Result<()> {
        call::gone_is_fine(self.0.erase(cx, &current).await)?;
        readable::gone(&self.0, cx, &current.id, P::DELETING).await
    }

    /// Whoever has the name is ours by the uid among the tags. Somebody else's proves that no attempt of ours made one.
    async fn find(&self, cx: &Cx<'_>, lost: LostCreate<Inputs<P>>) -> Result<Found<P::Resource>> {
        let name = P::name(cx, &lost.inputs);
        let mut pause = Pause::up_to(lost.left());
        loop {
            match self.0.holder(cx.home, &name).await? {
                Some(holder) if is_ours(cx, &holder) => return Ok(Found::One(holder.id)),
                Some(_) => return Ok(Found::None),
                None if !pause.next().await => return Ok(Found::None),
                None => {}
            }
        }
    }

    async fn claim(&self, cx: &Cx<'_>, id: &Id<P::Resource>) -> Result<()> {
        self.0.retag(cx.home, id, cx.ownership_tags(), Vec::new()).await
    }

    async fn release(&self, cx: &Cx<'_>, id: &Id<P::Resource>) -> Result<()> {
        call::gone_is_fine(self.0.retag(cx.home, id, Tags::new(), cx.ownership_tags().into_keys().collect()).await)
    }
}
