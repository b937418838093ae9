//! The kind as its version 1 was.

use blogstack_core::{
    Home, Id, Resource, Secret,
    provider::{Changes, Cx, Found, LostCreate, Observed, ResourceProvider, Result, State, Wanted},
    value::Value,
};

use super::Board;

/// A note on a board.
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "toy:board/note")]
pub struct Note {
    /// What it says.
    pub text: String,
    /// A name that no other note has.
    #[field(replace)]
    pub title: Option<String>,
    /// The colour of the text.
    #[field(default = "black")]
    pub ink: String,
    /// A word that only the author knows.
    pub password: Option<Secret<String>>,
    /// A note below which it hangs.
    pub below: Option<Id<Note>>,
}

pub(super) struct Notes(pub(super) Board);

fn old(note: super::Note) -> Note {
    let below = note.below.map(|id| Id::new(id.as_str()));
    Note { text: note.text, title: note.title, ink: note.colour, password: note.password, below }
}

impl ResourceProvider for Notes {
    type Resource = Note;

    async fn survey(&self, _: &Cx<'_>, _: &NoteInputs) -> Result<Value> {
        Ok(Value::Null)
    }

    async fn create(&self, cx: &Cx<'_>, inputs: NoteInputs) -> Result<State<Note>> {
        let below = inputs.below.map(|id| Id::new(id.as_str()));
        let inputs = super::NoteInputs { text: inputs.text, title: inputs.title, colour: inputs.ink, password: inputs.password, below };
        let made = super::Notes(self.0.clone()).create(cx, inputs).await?;
        Ok(State { id: Id::new(made.id.as_str()), fields: old(made.fields) })
    }

    async fn read(&self, _: &Home, wanted: &[Wanted<Note>]) -> Result<Vec<Observed<Note>>> {
        let notes = self.0.notes();
        let found = wanted.iter().filter_map(|one| Some((one.id.clone(), notes.get(one.id.as_str())?.clone())));
        Ok(found.map(|(id, note)| State { id, fields: old(note) }.into()).collect())
    }

    async fn update(&self, _: &Cx<'_>, current: State<Note>, _: &Changes<Note>) -> Result<State<Note>> {
        Ok(current)
    }

    async fn delete(&self, _: &Cx<'_>, current: State<Note>) -> Result<()> {
        self.0.tamper(|notes| drop(notes.remove(current.id.as_str())));
        Ok(())
    }

    async fn find(&self, cx: &Cx<'_>, _: LostCreate<NoteInputs>) -> Result<Found<Note>> {
        let id = format!("note-{}", cx.token());
        Ok(if self.0.notes().contains_key(&id) { Found::One(Id::new(id)) } else { Found::None })
    }

    async fn claim(&self, _: &Cx<'_>, _: &Id<Note>) -> Result<()> {
        Ok(())
    }

    async fn release(&self, _: &Cx<'_>, _: &Id<Note>) -> Result<()> {
        Ok(())
    }
}
