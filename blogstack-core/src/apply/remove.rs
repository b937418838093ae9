//! Letting an object go: deleted, or given up.

use std::sync::PoisonError;

use super::{Run, StepError, make::is_passing};
use crate::{
    recover::{NoRecorder, interrupted},
    state::{Entry, Operation, Record},
    step::{Action, Step, Work},
};

impl Run<'_> {
    /// The object to let go, unless the step turned out not to need it.
    fn leaving(&self, number: usize, step: &Step) -> Option<Record> {
        if self.shrunk.lock().unwrap_or_else(PoisonError::into_inner).contains(&number) {
            return None;
        }
        let uid = &step.current.as_ref()?.uid;
        self.ledger.state().records.get(uid).cloned()
    }

    pub(super) async fn remove(&self, number: usize, step: &Step) -> Result<Action, StepError> {
        let Some(record) = self.leaving(number, step) else { return Ok(Action::Same) };
        if !step.gone && !self.is_taken_along(&record) {
            self.delete(step, &record).await?;
        } else {
            self.ledger.write(Entry::Removed { number: None, uid: record.uid }).await?;
        }
        self.settled.count_one();
        Ok(step.action)
    }

    /// Whether the object that this one is deleted with is gone by now.
    fn is_taken_along(&self, record: &Record) -> bool {
        let Some(with) = &record.wishes.deleted_with else { return false };
        let leaves = |task: &&crate::step::Task| {
            task.work == Work::Remove && self.plan.steps[task.step].current.as_ref().is_some_and(|current| current.uid == *with)
        };
        self.plan.tasks.iter().any(|task| leaves(&task)) && !self.ledger.state().records.contains_key(with)
    }

    async fn delete(&self, step: &Step, record: &Record) -> Result<(), StepError> {
        let provider = self.providers.require(record.urn.kind())?;
        let object = step.current.as_ref().unwrap_or(record).known(provider.schema());
        let mut attempt = 0;
        loop {
            attempt += 1;
            let intent = self.ledger.intend(&record.urn, &record.uid, attempt, Operation::Delete).await?;
            let recorder = NoRecorder;
            let cx = self.cx_of(step, &record.uid, &record.home, &record.inputs, &recorder);
            let Err(error) = provider.delete(&cx, &object).await else {
                return Ok(self.ledger.write(Entry::Removed { number: Some(intent), uid: record.uid.clone() }).await?);
            };
            let written = self.ledger.state().records.get(&record.uid).cloned().unwrap_or_else(|| record.clone());
            self.ledger.write(Entry::Recorded { number: Some(intent), record: Box::new(interrupted(written)) }).await?;
            if !is_passing(&error) || attempt >= self.pace.attempts {
                return Err(error.into());
            }
            self.pause(step, attempt, &error).await;
        }
    }

    pub(super) async fn release(&self, number: usize, step: &Step) -> Result<Action, StepError> {
        let Some(record) = self.leaving(number, step) else { return Ok(Action::Same) };
        let provider = self.providers.require(record.urn.kind())?;
        let recorder = NoRecorder;
        let cx = self.cx_of(step, &record.uid, &record.home, &record.inputs, &recorder);
        let mut attempt = 0;
        loop {
            attempt += 1;
            match provider.release(&cx, &record.id).await {
                Ok(()) => break,
                Err(error) if is_passing(&error) && attempt < self.pace.attempts => self.pause(step, attempt, &error).await,
                Err(error) => return Err(error.into()),
            }
        }
        self.ledger.write(Entry::Removed { number: None, uid: record.uid }).await?;
        self.settled.count_one();
        Ok(if step.action == Action::Forget { Action::Forget } else { step.action })
    }
}
