//! What stands once a plan has been carried out: what checks of a program look at.

use std::{borrow::Cow, marker::PhantomData};

use super::Plan;
use crate::{
    data::Data,
    error::Line,
    field::Field,
    graph::Home,
    resource::Resource,
    step::{Action, Step},
    urn::Urn,
    value::Draft,
};

/// An object of one kind as it is once the plan has been carried out, as far as that is known before.
pub struct Standing<'a, R> {
    step: &'a Step,
    outputs: Cow<'a, Draft>,
    of: PhantomData<fn() -> R>,
}

impl Plan {
    /// The objects of one kind that there are once the plan has been carried out: those that are declared, and those that stay
    /// although they are declared no longer, because they are protected or given up. In the order of the plan's steps.
    pub fn standing<R: Resource>(&self) -> Vec<Standing<'_, R>> {
        let steps = self.steps.iter().filter(|step| step.urn.kind() == R::TYPE);
        steps.filter_map(|step| Some(Standing { step, outputs: afterwards(step)?, of: PhantomData })).collect()
    }

    /// The objects of one kind that the plan deletes, replaces or changes, as they are before.
    pub fn leaving<R: Resource>(&self) -> Vec<Standing<'_, R>> {
        let goes = |action| matches!(action, Action::Delete | Action::Update | Action::Replace { .. });
        let steps = self.steps.iter().filter(|step| step.urn.kind() == R::TYPE && !step.left_out && goes(step.action));
        steps.filter_map(|step| Some(Standing { step, outputs: Cow::Owned(now(step)?), of: PhantomData })).collect()
    }
}

/// What a step leaves; nothing, where there is no object then.
fn afterwards(step: &Step) -> Option<Cow<'_, Draft>> {
    let stays = match step.action {
        _ if step.left_out => true,
        Action::Forget => step.wishes.retain,
        action => action != Action::Delete,
    };
    match step.node.is_some() && !step.left_out {
        true => Some(Cow::Borrowed(&step.outputs)),
        false => now(step).filter(|_| stays).map(Cow::Owned),
    }
}

/// What is there now.
fn now(step: &Step) -> Option<Draft> {
    let record = step.current.as_ref().filter(|_| !step.gone)?;
    let mut outputs = record.outputs.to_draft();
    outputs.set("id", Draft::text(&record.id));
    Some(outputs)
}

impl<'a, R: Resource> Standing<'a, R> {
    /// The resource.
    pub fn urn(&self) -> &'a Urn {
        &self.step.urn
    }

    /// Where the object lives.
    pub fn home(&self) -> &'a Home {
        &self.step.home
    }

    /// The line that declares it, unless none does any more.
    pub fn line(&self) -> Option<Line> {
        self.step.line
    }

    /// The id, or that it will be this resource's.
    pub fn id(&self) -> &Draft {
        self.outputs.get("id").unwrap_or(&Draft::Null)
    }

    /// Whether the program takes over an object that was there before, with all that is in no declaration.
    pub fn is_adopted(&self) -> bool {
        self.step.adopt.is_some()
    }

    /// Whether the object is yet to be made.
    pub fn is_new(&self) -> bool {
        self.step.current.is_none() || matches!(self.step.action, Action::Create | Action::Replace { .. })
    }

    /// Whether the program sets the field, known or not.
    pub fn is_set<T>(&self, field: Field<R, T>) -> bool {
        self.step.inputs.get(field.name()).is_some()
    }

    /// The value, if there is one and all of it is known.
    pub fn get<T: Data>(&self, field: Field<R, T>) -> Option<T> {
        T::decode(&self.draft(field)?.known()?).ok()
    }

    /// The encoded value as far as it is known.
    pub fn draft<T>(&self, field: Field<R, T>) -> Option<&Draft> {
        self.outputs.get(field.name())
    }
}
