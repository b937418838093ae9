//! Kinds without tags: an object is known by its place, which takes one only.
//!
//! Whether one that stands there is ours cannot be seen in it. So the place is looked at before each attempt, and what stands
//! there already is refused; what is found there after a lost answer, and is as wanted, is ours.

use std::{future::Future, time::Duration};

use blogstack_core::{
    Data, Home, Id, Resource,
    provider::{
        Changes, Cx, Doing, ErrorKind, FieldProblem, Found, Hold, LostCreate, Observed, Planned, ProviderError, ResourceProvider, Result,
        State, Wanted,
    },
    shape::Shape,
    value::Value,
};

use crate::{
    account::Account,
    call,
    readable::{self, WINDOW},
    wait::{self, Pause},
};

type Inputs<P> = <<P as Natural>::Resource as Resource>::Inputs;

/// What is left to say of a kind with natural keys. Where a method is called as one of [`ResourceProvider`], it does the same.
pub(crate) trait Natural: Clone + Send + Sync + 'static {
    /// The kind.
    type Resource: Resource + Clone;
    /// The operation that reads, for errors.
    const OPERATION: &'static str;
    /// Fields of which it cannot be seen that they were cleared, because AWS keeps them or fills them in.
    const NEVER_EMPTY: &'static [&'static str] = &[];

    /// The account.
    fn account(&self) -> &Account;

    /// The id of the place.
    fn place(inputs: &Inputs<Self>) -> Id<Self::Resource>;

    /// Whether what stands there is what was to be made.
    fn is_as_wanted(_inputs: &Inputs<Self>, _there: &Self::Resource) -> bool {
        true
    }

    /// Whether it may take the place of what stands there.
    fn may_take_over(_inputs: &Inputs<Self>) -> bool {
        false
    }

    /// What stands there, for people: *`rtb-1` leads 10.0.0.0/8 to `igw-1`*.
    fn describe(there: &State<Self::Resource>) -> String;

    /// What is wrong with the inputs.
    fn check(&self, _planned: &Planned<'_, Self::Resource>) -> Vec<FieldProblem> {
        Vec::new()
    }

    /// What cannot be deleted as long as this object is as it is.
    fn holds(&self, _current: &Self::Resource) -> Vec<Hold> {
        Vec::new()
    }

    /// How long an operation usually takes.
    fn usually_takes(&self, _doing: Doing<'_>) -> Duration {
        Duration::ZERO
    }

    /// Reads what stands in these places, in as few calls as possible.
    fn read(&self, home: &Home, places: &[&str]) -> impl Future<Output = Result<Vec<State<Self::Resource>>>> + Send;

    /// The call that makes the object.
    fn make(&self, cx: &Cx<'_>, inputs: &Inputs<Self>) -> impl Future<Output = Result<()>> + Send;

    /// Waits until the object can be used, where more is needed than that it stands there.
    fn ready(&self, _cx: &Cx<'_>, _id: &Id<Self::Resource>) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// The calls that make the changes.
    fn change(
        &self,
        _cx: &Cx<'_>,
        _current: &State<Self::Resource>,
        changes: &Changes<Self::Resource>,
    ) -> impl Future<Output = Result<()>> + Send {
        std::future::ready(readable::nothing_but("", changes))
    }

    /// Makes the changes, and waits until they are seen.
    fn update(
        &self,
        cx: &Cx<'_>,
        current: State<Self::Resource>,
        changes: &Changes<Self::Resource>,
    ) -> impl Future<Output = Result<State<Self::Resource>>> + Send {
        async move {
            self.change(cx, &current, changes).await?;
            self.ready(cx, &current.id).await?;
            settled(self, cx, &current.id, |there| shows::<Self>(there, &current.fields, changes)).await
        }
    }

    /// The call that deletes the object. That it is not there is fine.
    fn erase(&self, cx: &Cx<'_>, current: &State<Self::Resource>) -> impl Future<Output = Result<()>> + Send;

    /// Waits until the object is gone.
    fn gone(&self, cx: &Cx<'_>, current: &State<Self::Resource>) -> impl Future<Output = Result<()>> + Send {
        vacant(self, cx, &current.id)
    }
}

/// What stands in a place now. Whoever asks for others at the same time shares the call.
pub(crate) async fn standing<P: Natural>(kind: &P, home: &Home, place: &Id<P::Resource>) -> Result<Option<State<P::Resource>>> {
    let (own, there) = (kind.clone(), home.clone());
    let many = |places: Vec<String>| async move {
        let places: Vec<&str> = places.iter().map(String::as_str).collect();
        let found = own.read(&there, &places).await?;
        Ok(found.into_iter().map(|one| (one.id.as_str().to_owned(), one)).collect())
    };
    kind.account().gathering().one::<P, _, _>(home, place.as_str(), many).await
}

/// Waits until what stands in a place is as it should be.
pub(crate) async fn settled<P: Natural>(
    kind: &P,
    cx: &Cx<'_>,
    place: &Id<P::Resource>,
    is_settled: impl Fn(&P::Resource) -> bool + Send + Sync,
) -> Result<State<P::Resource>> {
    let is_settled = &is_settled;
    let asked = || async move { Ok(standing(kind, cx.home, place).await?.filter(|there| is_settled(&there.fields))) };
    wait::until(P::OPERATION, &format!("`{place}` is as declared"), cx.timeout.unwrap_or(WINDOW), asked).await
}

/// Whether what stands in a place shows the changes that were made: reads may tell of the time before for a while.
/// A plain value, or one of several, is as it is to be. One that was cleared, or has parts that AWS may fill in, is no longer as it was.
fn shows<P: Natural>(there: &P::Resource, before: &P::Resource, changes: &Changes<P::Resource>) -> bool {
    let (there, before) = (there.encode(), before.encode());
    let readable = |(name, wanted)| P::Resource::SCHEMA.field(name).filter(|field| !field.write_only).map(|field| (field, wanted));
    changes.fields().filter_map(readable).all(|(field, wanted)| match wanted {
        Value::Null if P::NEVER_EMPTY.contains(&field.name) => true,
        Value::Map(_) if matches!(field.shape, Shape::Choice(_)) => there.get(field.name) == Some(wanted),
        Value::Null | Value::List(_) | Value::Map(_) => there.get(field.name) != before.get(field.name),
        wanted => there.get(field.name) == Some(wanted),
    })
}

/// Waits until nothing stands in a place.
async fn vacant<P: Natural>(kind: &P, cx: &Cx<'_>, place: &Id<P::Resource>) -> Result<()> {
    let asked = || async move { Ok(standing(kind, cx.home, place).await?.is_none().then_some(())) };
    wait::until(P::OPERATION, &format!("`{place}` is deleted"), cx.timeout.unwrap_or(WINDOW), asked).await
}

/// The provider of a kind whose objects are found by their natural keys.
pub(crate) struct ByPlace<P>(pub(crate) P);

/// What is noted about a place where nothing stands.
fn nothing() -> Value {
    Value::text("nothing")
}

impl<P: Natural> ResourceProvider for ByPlace<P> {
    type Resource = P::Resource;

    fn check(&self, planned: &Planned<'_, P::Resource>) -> Vec<FieldProblem> {
        self.0.check(planned)
    }

    fn holds(&self, current: &P::Resource) -> Vec<Hold> {
        self.0.holds(current)
    }

    fn usually_takes(&self, doing: Doing<'_>) -> Duration {
        self.0.usually_takes(doing)
    }

    async fn survey(&self, cx: &Cx<'_>, inputs: &Inputs<P>) -> Result<Value> {
        match standing(&self.0, cx.home, &P::place(inputs)).await? {
            None => Ok(nothing()),
            Some(there) if P::may_take_over(inputs) => Ok(there.fields.encode()),
            Some(there) => {
                let error = ProviderError::new(ErrorKind::Conflict, P::OPERATION, P::describe(&there));
                Err(error.hint(format!("remove that first, or take it over with `.adopt(\"{}\")`", there.id)))
            }
        }
    }

    async fn create(&self, cx: &Cx<'_>, inputs: Inputs<P>) -> Result<State<P::Resource>> {
        let id = P::place(&inputs);
        self.0.make(cx, &inputs).await?;
        cx.created(&id).await?;
        self.0.ready(cx, &id).await?;
        settled(&self.0, cx, &id, |there| P::is_as_wanted(&inputs, there)).await
    }

    async fn read(&self, home: &Home, wanted: &[Wanted<P::Resource>]) -> Result<Vec<Observed<P::Resource>>> {
        let places: Vec<&str> = wanted.iter().map(|one| one.id.as_str()).collect();
        Ok(self.0.read(home, &places).await?.into_iter().map(Observed::from).collect())
    }

    async fn update(&self, cx: &Cx<'_>, current: State<P::Resource>, changes: &Changes<P::Resource>) -> Result<State<P::Resource>> {
        self.0.update(cx, current, changes).await
    }

    async fn delete(&self, cx: &Cx<'_>, current: State<P::Resource>) -> Result<()> {
        call::gone_is_fine(self.0.erase(cx, &current).await)?;
        self.0.gone(cx, &current).await
    }

    /// What stands there is ours when it was not there before and is as wanted. Something else is somebody else's.
    async fn find(&self, cx: &Cx<'_>, lost: LostCreate<Inputs<P>>) -> Result<Found<P::Resource>> {
        let place = P::place(&lost.inputs);
        let mut pause = Pause::up_to(lost.left());
        loop {
            match standing(&self.0, cx.home, &place).await? {
                Some(there) if there.fields.encode() == lost.before => {}
                Some(there) if P::is_as_wanted(&lost.inputs, &there.fields) => return Ok(Found::One(there.id)),
                Some(_) => return Ok(Found::None),
                None => {}
            }
            if !pause.next().await {
                return Ok(Found::None);
            }
        }
    }

    async fn claim(&self, _: &Cx<'_>, _: &Id<P::Resource>) -> Result<()> {
        Ok(())
    }

    async fn release(&self, _: &Cx<'_>, _: &Id<P::Resource>) -> Result<()> {
        Ok(())
    }
}
