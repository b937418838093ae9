//! What carries out reads and changes: one small provider per kind, and the erased form that the engine drives.

use std::{collections::BTreeMap, fmt, future::Future, marker::PhantomData, sync::Arc, time::Duration};

use async_trait::async_trait;

use crate::{
    data::{Data, DecodeError, Tags},
    field::Field,
    graph::{Home, Lookup},
    resource::{Id, Resource},
    shape::Schema,
    urn::{Uid, Urn},
    value::{Draft, Value},
};

mod erased;
mod error;
mod hold;
pub(crate) mod masking;

pub use self::{
    erased::{Answering, Provider, Providers},
    error::{ErrorKind, ProviderError},
    hold::Hold,
};

/// What providers return.
pub type Result<T, E = ProviderError> = std::result::Result<T, E>;

/// Who an object belongs to. Providers write it into its tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The program's project.
    pub project: String,
    /// The stack's name.
    pub stack: String,
    /// The stack's uid: two stacks of one name are told apart by it.
    pub stack_uid: String,
}

/// The tag that names the project an object belongs to.
pub const PROJECT_TAG: &str = "blogstack:project";
/// The tag that names the stack.
pub const STACK_TAG: &str = "blogstack:stack";
/// The tag that holds the stack's uid.
pub const STACK_UID_TAG: &str = "blogstack:stack-uid";
/// The tag that holds the object's uid.
pub const UID_TAG: &str = "blogstack:uid";
/// What all our tags begin with. They are no part of a resource's `tags`.
pub const TAG_PREFIX: &str = "blogstack:";

/// What the engine gives to each operation on one object.
pub struct Cx<'a> {
    /// The resource's identity.
    pub urn: &'a Urn,
    /// The object's name for ever.
    pub uid: &'a Uid,
    /// Where the object lives.
    pub home: &'a Home,
    /// Who it belongs to.
    pub owner: &'a Owner,
    /// How long the operation may take, if the program says so.
    pub timeout: Option<Duration>,
    pub(crate) inputs: &'a Value,
    pub(crate) record: &'a (dyn Record + 'a),
}

/// Makes the id of a new object durable.
#[async_trait]
pub(crate) trait Record: Sync {
    async fn created(&self, id: &str) -> Result<()>;
}

impl Cx<'_> {
    /// The idempotency token of the create: 32 lower-case hex digits, the same on each attempt.
    pub fn token(&self) -> &str {
        self.uid.as_str()
    }

    /// The tags that say whose the object is, to be set as it is created.
    pub fn ownership_tags(&self) -> Tags {
        let tag = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        [
            tag(PROJECT_TAG, &self.owner.project),
            tag(STACK_TAG, &self.owner.stack),
            tag(STACK_UID_TAG, &self.owner.stack_uid),
            tag(UID_TAG, self.uid.as_str()),
        ]
        .into()
    }

    /// How this object is to be read as it is made or changed: with the fields that the program sets.
    pub fn wanted<R>(&self, id: &Id<R>) -> Wanted<R> {
        Wanted { id: id.clone(), managed: self.inputs.entries().map(|(name, _)| name.clone()).collect() }
    }

    /// What a field is set to as the object is made or changed, if the program sets it. What the program ignores is as it was.
    pub fn declared<R: Resource, T: Data>(&self, field: Field<R, T>) -> Option<T> {
        self.inputs.get(field.name()).and_then(|value| T::decode(value).ok())
    }

    /// Makes the id durable. To be called at once when the create call has answered, before any wait: whatever happens
    /// afterwards, the object is known.
    pub async fn created<R>(&self, id: &Id<R>) -> Result<()> {
        self.record.created(id.as_str()).await
    }
}

/// An object and all its fields as the provider sees them.
#[derive(Debug, Clone)]
pub struct State<R> {
    /// The id the cloud gave it.
    pub id: Id<R>,
    /// Its fields.
    pub fields: R,
}

/// What a read found.
#[derive(Debug, Clone)]
pub struct Observed<R> {
    /// The object.
    pub state: State<R>,
    /// Why it can never be used, if so: it must be replaced.
    pub broken: Option<String>,
}

impl<R> From<State<R>> for Observed<R> {
    fn from(state: State<R>) -> Self {
        Self { state, broken: None }
    }
}

/// An object to read, with the fields that somebody manages: further calls are made only for those.
#[derive(Debug, Clone)]
pub struct Wanted<R> {
    /// The object.
    pub id: Id<R>,
    pub(crate) managed: Arc<[String]>,
}

impl<R> Wanted<R> {
    /// Whether the program sets, or set, this field.
    pub fn manages<T>(&self, field: Field<R, T>) -> bool {
        self.managed.iter().any(|name| name == field.name())
    }
}

/// What became of a create whose answer was lost.
#[derive(Debug, Clone)]
pub enum Found<R = ()> {
    /// It was made: this is it.
    One(Id<R>),
    /// It was not made, and can no longer appear.
    None,
    /// It cannot be told; the text says why.
    Undecided(String),
}

/// A create whose answer was lost.
#[derive(Debug, Clone)]
pub struct LostCreate<I> {
    /// What it was to be made of.
    pub inputs: I,
    /// What [`ResourceProvider::survey`] saw before.
    pub before: Value,
    /// How long ago the attempt began.
    pub age: Duration,
    /// After how long what is not seen was not made, as the target says.
    pub window: Duration,
}

impl<I> LostCreate<I> {
    /// How long it may still appear.
    pub fn left(&self) -> Duration {
        self.window.saturating_sub(self.age)
    }
}

/// What is to become of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change<T> {
    /// Leave it.
    Keep,
    /// Make it so.
    Set(T),
    /// Back to unset.
    Clear,
}

impl<T> Change<T> {
    /// The new value, if there is one.
    pub fn set(self) -> Option<T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }

    /// What stands there afterwards.
    pub fn after(self, current: Option<T>) -> Option<T> {
        match self {
            Self::Keep => current,
            Self::Set(value) => Some(value),
            Self::Clear => None,
        }
    }

    /// Whether it is left as it is.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

/// The fields that differ and nothing else: a provider cannot write a field that the program did not touch.
#[derive(Debug, Clone)]
pub struct Changes<R> {
    fields: BTreeMap<String, Value>,
    of: PhantomData<fn() -> R>,
}

impl<R: Resource> Changes<R> {
    /// [`Value::Null`] clears a field.
    pub(crate) fn new(fields: BTreeMap<String, Value>) -> Self {
        Self { fields, of: PhantomData }
    }

    /// What is to become of a field.
    pub fn of<T: Data>(&self, field: Field<R, T>) -> Result<Change<T>> {
        match self.fields.get(field.name()) {
            None => Ok(Change::Keep),
            Some(Value::Null) => Ok(Change::Clear),
            Some(value) => Ok(Change::Set(T::decode(value).map_err(|error| error.within(field.name()))?)),
        }
    }

    /// What is to stand in each field that differs; [`Value::Null`] clears it.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether nothing differs: the object is only to be finished.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}

/// Inputs at plan time: some are not known yet.
pub struct Planned<'a, R> {
    values: &'a Draft,
    inputs: &'a Draft,
    related: &'a Related<'a>,
    cleared: &'a [&'static str],
    of: PhantomData<fn() -> R>,
}

/// The declared resources to which inputs refer, by the input's name.
pub type Related<'a> = BTreeMap<&'static str, Neighbour<'a>>;

/// A declared resource to which an input refers.
#[derive(Debug, Clone, Copy)]
pub struct Neighbour<'a> {
    /// What it will yield.
    pub outputs: &'a Draft,
    /// What the program sets.
    pub inputs: &'a Draft,
}

impl<'a, R: Resource> Planned<'a, R> {
    pub(crate) fn new(inputs: &'a Draft, related: &'a Related<'a>) -> Self {
        Self { values: inputs, inputs, related, cleared: &[], of: PhantomData }
    }

    /// The same, where these fields of an object are to be cleared.
    pub(crate) fn clearing(self, cleared: &'a [&'static str]) -> Self {
        Self { cleared, ..self }
    }

    /// The resource to which a field refers, when the program declares it: its values are those it will yield.
    pub fn related<S: Resource>(&self, field: Field<R, Id<S>>) -> Option<Planned<'a, S>> {
        let Neighbour { outputs, inputs } = *self.related.get(field.name())?;
        Some(Planned { values: outputs, inputs, related: &NOTHING_RELATED, cleared: &[], of: PhantomData })
    }

    /// The value, if it is set and known.
    pub fn get<T: Data>(&self, field: Field<R, T>) -> Option<T> {
        T::decode(&self.values.get(field.name())?.known()?).ok()
    }

    /// Whether the program sets it, known or not.
    pub fn is_set<T>(&self, field: Field<R, T>) -> bool {
        self.inputs.get(field.name()).is_some()
    }

    /// Whether the object has it because the program set it, and the program does so no more. Known in [`ResourceProvider::replaces`] only.
    pub fn is_cleared<T>(&self, field: Field<R, T>) -> bool {
        self.cleared.contains(&field.name())
    }

    /// The encoded value as far as it is known: of an enum, the variant is, even where what it holds is not.
    pub fn draft<T>(&self, field: Field<R, T>) -> Option<&'a Draft> {
        self.values.get(field.name())
    }
}

static NOTHING_RELATED: Related<'static> = BTreeMap::new();

/// An operation, where it is asked how long it takes: see [`ResourceProvider::usually_takes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing<'a> {
    /// Making an object.
    Create,
    /// Changing these fields of one; none when it is only to be finished or taken over.
    Update(&'a [&'static str]),
    /// Deleting one.
    Delete,
}

/// Something wrong with one field, found before any call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field.
    pub field: &'static str,
    /// What is wrong.
    pub message: String,
}

impl FieldProblem {
    /// The problems among what was looked at: fields, and what is wrong with each, if anything is.
    ///
    /// ```
    /// # use blogstack_core::provider::FieldProblem;
    /// let (name, days) = ("", 30);
    /// let nameless = name.is_empty().then(|| "it has no name".to_owned());
    /// let endless = (days > 365).then(|| format!("{days} days are too many"));
    /// let problems = FieldProblem::among([("name", nameless), ("days", endless)]);
    /// assert_eq!(problems.len(), 1);
    /// ```
    pub fn among(fields: impl IntoIterator<Item = (&'static str, Option<String>)>) -> Vec<Self> {
        fields.into_iter().filter_map(|(field, message)| Some(Self { field, message: message? })).collect()
    }

    /// The problems among what may be wrong: whether it is, the field, and what is wrong with it then.
    ///
    /// ```
    /// # use blogstack_core::provider::FieldProblem;
    /// let days = 400;
    /// let problems = FieldProblem::when([(days == 0, "days", "one day at least"), (days > 365, "days", "a year at most")]);
    /// assert_eq!(problems[0].message, "a year at most");
    /// ```
    pub fn when<'a>(cases: impl IntoIterator<Item = (bool, &'static str, &'a str)>) -> Vec<Self> {
        let message = |wrong: bool, message: &str| wrong.then(|| message.to_owned());
        Self::among(cases.into_iter().map(|(wrong, field, text)| (field, message(wrong, text))))
    }
}

/// Creates, reads, changes, deletes and finds the objects of one kind.
///
/// None of these methods retries a create: the engine looks first, then tries again.
pub trait ResourceProvider: Send + Sync + 'static {
    /// The kind.
    type Resource: Resource;

    /// Whether its objects are in the state alone: there is nothing to be read, what is recorded is the object.
    const KEPT: bool = false;

    /// What is wrong with the inputs, as far as they are known. No call is made.
    fn check(&self, _planned: &Planned<'_, Self::Resource>) -> Vec<FieldProblem> {
        Vec::new()
    }

    /// Why this change needs a new object, beyond what `#[field(replace)]` says.
    fn replaces(&self, _current: &Self::Resource, _planned: &Planned<'_, Self::Resource>) -> Option<String> {
        None
    }

    /// What the cloud does not let go as long as this object is as it is, beyond what it is made of. No call is made.
    fn holds(&self, _current: &Self::Resource) -> Vec<Hold> {
        Vec::new()
    }

    /// How long an operation usually takes, its waits included; nothing, where it is over as soon as the cloud has answered. Plans
    /// tell it, and what takes long is begun early. It limits nothing. No call is made.
    fn usually_takes(&self, _doing: Doing<'_>) -> Duration {
        Duration::ZERO
    }

    /// What stands where the object is to be made, for kinds that can only be found again by a natural key; an error when
    /// something does. It is kept with the intent. Kinds with tags or tokens return [`Value::Null`].
    fn survey(&self, cx: &Cx<'_>, inputs: &<Self::Resource as Resource>::Inputs) -> impl Future<Output = Result<Value>> + Send;

    /// Makes the object, calls [`Cx::created`] at once, then waits until it is ready.
    fn create(
        &self,
        cx: &Cx<'_>,
        inputs: <Self::Resource as Resource>::Inputs,
    ) -> impl Future<Output = Result<State<Self::Resource>>> + Send;

    /// Reads many objects of one home in as few calls as the cloud allows. Absent ones are absent from the answer.
    fn read(&self, home: &Home, wanted: &[Wanted<Self::Resource>]) -> impl Future<Output = Result<Vec<Observed<Self::Resource>>>> + Send;

    /// Makes the changes, first waiting until the object is ready. Without changes it only waits.
    fn update(
        &self,
        cx: &Cx<'_>,
        current: State<Self::Resource>,
        changes: &Changes<Self::Resource>,
    ) -> impl Future<Output = Result<State<Self::Resource>>> + Send;

    /// Deletes the object and waits until it is gone. That it is gone already is success. Fields that cannot be read are those last
    /// applied.
    fn delete(&self, cx: &Cx<'_>, current: State<Self::Resource>) -> impl Future<Output = Result<()>> + Send;

    /// Finds what a lost create made: by token, tag, name or natural key.
    fn find(
        &self,
        cx: &Cx<'_>,
        lost: LostCreate<<Self::Resource as Resource>::Inputs>,
    ) -> impl Future<Output = Result<Found<Self::Resource>>> + Send;

    /// Marks an adopted object as ours, where the kind has tags.
    fn claim(&self, cx: &Cx<'_>, id: &Id<Self::Resource>) -> impl Future<Output = Result<()>> + Send;

    /// Takes our marks off an object that is forgotten.
    fn release(&self, cx: &Cx<'_>, id: &Id<Self::Resource>) -> impl Future<Output = Result<()>> + Send;
}

/// Answers one kind of question.
pub trait LookupProvider: Send + Sync + 'static {
    /// The question.
    type Question: Lookup + Send + Sync;

    /// The answer; not finding exactly one thing is an error that says what was found.
    fn look_up(&self, home: &Home, question: Self::Question) -> impl Future<Output = Result<<Self::Question as Lookup>::Answer>> + Send;
}

/// An object without its Rust type.
#[derive(Clone, PartialEq, Eq)]
pub struct Object {
    /// The id the cloud gave it.
    pub id: String,
    /// Its fields.
    pub outputs: Value,
    /// Why it can never be used, if so.
    pub broken: Option<String>,
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.id, self.outputs)
    }
}

/// An object to read, without its Rust type.
#[derive(Debug, Clone)]
pub struct ToRead {
    /// Its id.
    pub id: String,
    /// The fields that somebody manages.
    pub managed: Arc<[String]>,
}

impl From<DecodeError> for ProviderError {
    fn from(error: DecodeError) -> Self {
        Self::new(ErrorKind::Internal, "decode", error.to_string())
    }
}

/// A kind's schema and the code behind it.
pub(crate) fn schema_of<P: ResourceProvider>() -> &'static Schema {
    P::Resource::SCHEMA
}
