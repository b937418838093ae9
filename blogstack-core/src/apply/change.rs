//! Changing an object in place, finishing what was interrupted, taking an existing object over.

use std::collections::BTreeMap;

use super::{Run, StepError, make::is_passing};
use crate::{
    diff::{self, FieldChange, Wanted},
    provider::{ErrorKind, Object, ProviderError, ToRead},
    recover::{NoRecorder, interrupted},
    state::{Entry, Operation, Phase, Record, Wishes},
    step::{Action, Step},
    value::{Draft, Value},
};

impl Run<'_> {
    pub(super) async fn change(&self, number: usize, step: &Step) -> Result<Action, StepError> {
        let declared = self.declared(step)?;
        let inputs = self.inputs(step, declared)?;
        let Some(current) = step.current.clone() else { return Err(StepError::Value("nothing is known of its object".into())) };
        if step.action == Action::Adopt {
            // Until it is claimed it is not ours to delete: whoever takes its declaration back gives it up.
            let wishes = Wishes { retain: true, ..current.wishes.clone() };
            let adopted = Record { since: self.ledger.now(), phase: Phase::Incomplete, wishes, ..current.clone() };
            self.ledger.write(Entry::Recorded { number: None, record: Box::new(adopted) }).await?;
        }
        self.settle(number, step, current, inputs, step.action).await
    }

    /// Only writes the record, because the object stays as it is.
    pub(super) async fn note(&self, number: usize, step: &Step) -> Result<Action, StepError> {
        let declared = self.declared(step)?;
        let inputs = self.inputs(step, declared)?;
        let Some(current) = step.current.clone() else { return Err(StepError::Value("nothing is known of its object".into())) };
        let object = current.object();
        self.record(number, step, current, inputs, object, None).await?;
        Ok(Action::Same)
    }

    /// Brings an object to what is declared. After a failure it is read again, and only what still differs is sent again.
    pub(super) async fn settle(
        &self,
        number: usize,
        step: &Step,
        mut record: Record,
        inputs: Value,
        action: Action,
    ) -> Result<Action, StepError> {
        let provider = self.providers.require(step.urn.kind())?;
        let draft = inputs.to_draft();
        // Until it is claimed it is recorded as retained, whether the program still says that it adopts it or not.
        let unclaimed = record.phase == Phase::Incomplete && (step.adopt.is_some() || record.wishes.retain);
        let adopts = action == Action::Adopt || unclaimed;
        let mut attempt = 0;
        loop {
            attempt += 1;
            if attempt > 1 || action == Action::Create || self.may_have_lost(step) {
                record.outputs = self.read_again(step, &record).await?.outputs;
            }
            let changes = self.changes(step, &draft, &record)?;
            if changes.is_empty() && !adopts && record.phase == Phase::Complete {
                let object = record.object();
                self.record(number, step, record, inputs, object, None).await?;
                return Ok(Action::Same);
            }
            let intent = self.ledger.intend(&step.urn, &record.uid, attempt, Operation::Update).await?;
            let recorder = NoRecorder;
            let heeded = self.heeded(step, &inputs, &record)?;
            let cx = self.cx_of(step, &record.uid, &record.home, &heeded, &recorder);
            let claimed = if adopts { provider.claim(&cx, &record.id).await } else { Ok(()) };
            let refused = claimed.as_ref().is_err_and(|error| action == Action::Adopt && attempt == 1 && is_refusal(error));
            let work = match claimed {
                Ok(()) => provider.update(&cx, &record.known(provider.schema()), sent(&changes)).await,
                Err(error) => Err(error),
            };
            match work {
                Ok(object) => {
                    self.record(number, step, record, inputs, object, Some(intent)).await?;
                    return Ok(action);
                }
                // It has not become ours: there is nothing to remember.
                Err(error) if refused => {
                    self.ledger.write(Entry::Removed { number: Some(intent), uid: record.uid }).await?;
                    return Err(error.into());
                }
                Err(error) => {
                    let written = self.ledger.state().records.get(&record.uid).cloned().unwrap_or_else(|| record.clone());
                    self.ledger.write(Entry::Recorded { number: Some(intent), record: Box::new(interrupted(written)) }).await?;
                    if !is_passing(&error) || attempt >= self.pace.attempts {
                        return Err(error.into());
                    }
                    self.pause(step, attempt, &error).await;
                }
            }
        }
    }

    /// Whether what its object refers to was deleted in this run. Where the successor goes by the same id, only a look tells that the
    /// object has to be led to it.
    fn may_have_lost(&self, step: &Step) -> bool {
        step.depends_on.iter().any(|number| self.plan.steps[*number].action == (Action::Replace { delete_first: true }))
    }

    /// What the program sets, but for what it ignores: that is as it is now.
    fn heeded(&self, step: &Step, inputs: &Value, record: &Record) -> Result<Value, StepError> {
        let draft = inputs.to_draft();
        let heeded = Wanted::of(self.declared(step)?, &draft).heeded(record);
        let value = |name: &str| heeded.get(name).and_then(Draft::known);
        Ok(Value::Map(inputs.entries().filter_map(|(name, _)| Some((name.clone(), value(name)?))).collect()))
    }

    /// What differs now that every input is known; more than the plan said is refused.
    fn changes(&self, step: &Step, inputs: &Draft, record: &Record) -> Result<Vec<FieldChange>, StepError> {
        let changes = diff::diff(&Wanted::of(self.declared(step)?, inputs), record);
        let fresh = record.uid == step.uid && step.current.as_ref().is_none_or(|current| current.uid != record.uid);
        let wider = |change: &&FieldChange| !fresh && !step.changes.iter().any(|planned| planned.field == change.field);
        if let Some(change) = changes.iter().find(|change| change.replaces) {
            return Err(StepError::Widened(format!("field `{}` turned out to need a new object", change.field)));
        }
        match changes.iter().find(wider) {
            Some(change) => Err(StepError::Widened(format!("field `{}` turned out to be {:?}", change.field, change.new))),
            None => Ok(changes),
        }
    }

    async fn read_again(&self, step: &Step, record: &Record) -> Result<Object, StepError> {
        let provider = self.providers.require(step.urn.kind())?;
        if provider.is_kept() {
            return Ok(record.object());
        }
        let managed: Vec<String> = record.inputs.entries().map(|(name, _)| name.clone()).collect();
        let wanted = ToRead { id: record.id.clone(), managed: managed.into() };
        let mut waited = std::time::Duration::ZERO;
        loop {
            if let Some(object) = provider.read(&record.home, std::slice::from_ref(&wanted)).await?.pop() {
                return Ok(object);
            }
            if waited >= self.window {
                return Err(StepError::Value(format!("`{}` was made and cannot be found any more", record.id)));
            }
            let pause = std::time::Duration::from_secs(2);
            tokio::time::sleep(pause).await;
            waited += pause;
        }
    }

    async fn record(
        &self,
        number: usize,
        step: &Step,
        record: Record,
        inputs: Value,
        object: Object,
        intent: Option<u64>,
    ) -> Result<(), StepError> {
        let record = Record {
            urn: step.urn.clone(),
            version: self.declared(step)?.node.schema.version,
            phase: Phase::Complete,
            inputs,
            outputs: object.outputs,
            dependencies: self.dependencies(step),
            wishes: step.wishes.clone(),
            ..record
        };
        self.settled.arrive(number, &record);
        let same = intent.is_none() && self.ledger.state().records.get(&record.uid) == Some(&record);
        if !same {
            self.ledger.write(Entry::Recorded { number: intent, record: Box::new(record) }).await?;
        }
        Ok(())
    }
}

/// Whether a call was turned down, so that it certainly had no effect.
fn is_refusal(error: &ProviderError) -> bool {
    matches!(error.kind, ErrorKind::NotFound | ErrorKind::Rejected | ErrorKind::Conflict | ErrorKind::Quota | ErrorKind::Denied)
}

/// What a provider is told: new values, and nulls for what is cleared.
fn sent(changes: &[FieldChange]) -> BTreeMap<String, Value> {
    let value = |change: &FieldChange| change.new.as_ref().and_then(Draft::known).unwrap_or(Value::Null);
    changes.iter().map(|change| (change.field.to_owned(), value(change))).collect()
}
