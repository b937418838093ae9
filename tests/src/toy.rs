//! A kind of its own, with secrets and versions, and a cloud that is a map: for what needs no AWS.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use blogstack_core::{
    Home, Id, Lookup, Resource, Secret,
    provider::{
        Change, Changes, Cx, ErrorKind, Found, LookupProvider, LostCreate, Observed, ProviderError, Providers, ResourceProvider, Result,
        State, Wanted,
    },
    state::Binding,
    target::Connection,
    value::Value,
};

pub mod version_1;

/// A note on a board.
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "toy:board/note", version = 2, migrations(rename_ink), exclusive(title))]
pub struct Note {
    /// What it says.
    pub text: String,
    /// A name that no other note has.
    #[field(replace)]
    pub title: Option<String>,
    /// The colour of the text; version 1 called it `ink`.
    #[field(default = "black")]
    pub colour: String,
    /// A word that only the author knows.
    pub password: Option<Secret<String>>,
    /// A note below which it hangs.
    pub below: Option<Id<Note>>,
    /// How often it was changed.
    #[field(computed, volatile)]
    pub revision: i64,
}

fn rename_ink(inputs: &mut Value, outputs: &mut Value) {
    for values in [inputs, outputs] {
        if let Some(ink) = values.get("ink").cloned() {
            values.set("ink", Value::Null);
            values.set("colour", ink);
        }
    }
}

/// The saying that stands above the board.
#[derive(Debug, Clone, PartialEq, blogstack_core::Value)]
pub struct Motto {}

impl Lookup for Motto {
    const TYPE: &'static str = "toy:board/motto";
    const GLOBAL: bool = true;
    type Answer = String;
}

struct Mottos;

impl LookupProvider for Mottos {
    type Question = Motto;

    async fn look_up(&self, _: &Home, _: Motto) -> Result<String> {
        Ok("less is more".into())
    }
}

/// What goes wrong with one call.
#[derive(Debug, Clone, Copy)]
pub enum Mishap {
    /// It has no effect, and fails so.
    Fails(ErrorKind),
    /// It has its effect, and no answer ever comes: whoever waits for it has to be dropped.
    Hangs,
}

/// The board: what exists, by id.
#[derive(Debug, Clone, Default)]
pub struct Board(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    notes: BTreeMap<String, Note>,
    calls: Vec<&'static str>,
    mishaps: Vec<(&'static str, Mishap)>,
    colour_is_managed: bool,
}

impl Board {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The ids and texts of all notes.
    pub fn notes(&self) -> BTreeMap<String, Note> {
        self.inner().notes.clone()
    }

    /// Changes what is there behind everybody's back.
    pub fn tamper(&self, change: impl FnOnce(&mut BTreeMap<String, Note>)) {
        change(&mut self.inner().notes);
    }

    /// Lets the next call of an operation go wrong: `create`, `wait` (which follows it), `read`, `update`, `delete`, `find`, `claim`,
    /// `release`.
    pub fn mishap(&self, operation: &'static str, mishap: Mishap) {
        self.inner().mishaps.push((operation, mishap));
    }

    /// The operations called since the last look.
    pub fn calls(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.inner().calls)
    }

    /// Whether somebody managed a colour among the notes that were read last.
    pub fn colour_is_managed(&self) -> bool {
        self.inner().colour_is_managed
    }

    fn next_mishap(&self, operation: &str, is_it: impl Fn(Mishap) -> bool) -> Option<Mishap> {
        let mishaps = &mut self.inner().mishaps;
        let place = mishaps.iter().position(|(of, mishap)| *of == operation && is_it(*mishap))?;
        Some(mishaps.remove(place).1)
    }

    /// A call comes in.
    fn called(&self, operation: &'static str) -> Result<()> {
        self.inner().calls.push(operation);
        match self.next_mishap(operation, |mishap| matches!(mishap, Mishap::Fails(_))) {
            Some(Mishap::Fails(kind)) => Err(ProviderError::new(kind, format!("board:{operation}"), "the chalk broke")),
            _ => Ok(()),
        }
    }

    /// It is answered.
    async fn answered(&self, operation: &'static str) {
        if self.next_mishap(operation, |mishap| matches!(mishap, Mishap::Hangs)).is_some() {
            std::future::pending::<()>().await;
        }
    }

    /// A connection to it.
    pub fn connection(&self) -> Connection {
        connection_of(Providers::new().with(Notes(self.clone())).answering(Mottos))
    }

    /// A connection of a program that knows version 1 only.
    pub fn connection_version_1(&self) -> Connection {
        connection_of(Providers::new().with(version_1::Notes(self.clone())))
    }
}

fn connection_of(providers: Providers) -> Connection {
    Connection {
        binding: Binding { target: "board".into(), identity: "one".into() },
        home: Home::new("me", None),
        providers,
        simulated: true,
        window: std::time::Duration::from_mins(5),
        census: None,
    }
}

struct Notes(Board);

impl Notes {
    fn state(&self, id: &str) -> Option<State<Note>> {
        self.0.inner().notes.get(id).map(|note| State { id: Id::new(id), fields: note.clone() })
    }
}

fn missing(id: &str) -> ProviderError {
    ProviderError::new(ErrorKind::NotFound, "read the board", format!("no note {id}"))
}

impl ResourceProvider for Notes {
    type Resource = Note;

    async fn survey(&self, _: &Cx<'_>, _: &NoteInputs) -> Result<Value> {
        Ok(Value::Null)
    }

    async fn create(&self, cx: &Cx<'_>, inputs: NoteInputs) -> Result<State<Note>> {
        self.0.called("create")?;
        let id = format!("note-{}", cx.token());
        let note = Note {
            text: inputs.text,
            title: inputs.title,
            colour: inputs.colour.unwrap_or_else(|| "black".into()),
            password: inputs.password,
            below: inputs.below,
            revision: 0,
        };
        self.0.tamper(|notes| drop(notes.insert(id.clone(), note)));
        self.0.answered("create").await;
        cx.created(&Id::<Note>::new(id.as_str())).await?;
        self.0.called("wait")?;
        self.0.answered("wait").await;
        self.state(&id).ok_or_else(|| missing(&id))
    }

    async fn read(&self, _: &Home, wanted: &[Wanted<Note>]) -> Result<Vec<Observed<Note>>> {
        self.0.called("read")?;
        self.0.inner().colour_is_managed = wanted.iter().any(|one| one.manages(Note::colour));
        Ok(wanted.iter().filter_map(|one| self.state(one.id.as_str())).map(Into::into).collect())
    }

    async fn update(&self, _: &Cx<'_>, current: State<Note>, changes: &Changes<Note>) -> Result<State<Note>> {
        self.0.called("update")?;
        let (text, colour) = (changes.of(Note::text)?, changes.of(Note::colour)?);
        let (password, below) = (changes.of(Note::password)?, changes.of(Note::below)?);
        self.0.tamper(|notes| {
            if let Some(note) = notes.get_mut(current.id.as_str()) {
                note.revision += 1;
                note.text = text.set().unwrap_or_else(|| note.text.clone());
                note.colour = colour.set().unwrap_or_else(|| note.colour.clone());
                note.password = or_keep(password, note.password.clone());
                note.below = or_keep(below, note.below.clone());
            }
        });
        self.0.answered("update").await;
        self.state(current.id.as_str()).ok_or_else(|| missing(current.id.as_str()))
    }

    async fn delete(&self, _: &Cx<'_>, current: State<Note>) -> Result<()> {
        self.0.called("delete")?;
        self.0.tamper(|notes| drop(notes.remove(current.id.as_str())));
        Ok(())
    }

    async fn find(&self, cx: &Cx<'_>, lost: LostCreate<NoteInputs>) -> Result<Found<Note>> {
        if let Err(error) = self.0.called("find") {
            return Ok(Found::Undecided(error.message));
        }
        Ok(match self.state(&format!("note-{}", cx.token())) {
            Some(state) if state.fields.colour == lost.inputs.colour.unwrap_or_else(|| "black".into()) => Found::One(state.id),
            Some(_) => Found::Undecided("there is one of another colour".into()),
            None => Found::None,
        })
    }

    async fn claim(&self, _: &Cx<'_>, _: &Id<Note>) -> Result<()> {
        self.0.called("claim")?;
        self.0.answered("claim").await;
        Ok(())
    }

    async fn release(&self, _: &Cx<'_>, _: &Id<Note>) -> Result<()> {
        self.0.called("release")
    }
}

fn or_keep<T>(change: Change<T>, old: Option<T>) -> Option<T> {
    match change {
        Change::Keep => old,
        Change::Set(value) => Some(value),
        Change::Clear => None,
    }
}
