//! Making an object: intend, create, record; when the answer is lost, look before trying again.

use std::sync::{
    PoisonError,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;

use super::{Run, StepError};
use crate::{
    diff::{self, Wanted, fits},
    graph::Declared,
    provider::{Cx, ErrorKind, Found, LostCreate, Object, ProviderError, Record as Recorder},
    shape::Schema,
    state::{Entry, Ledger, Operation, Phase, Record},
    step::{Action, Step},
    value::{Draft, Value},
};

impl Run<'_> {
    pub(super) fn declared(&self, step: &Step) -> Result<&Declared, StepError> {
        step.node.and_then(|node| self.graph.declared.get(node)).ok_or_else(|| StepError::Value("it is not declared".into()))
    }

    /// The inputs, all of them known by now, and as the plan said.
    pub(super) fn inputs(&self, step: &Step, declared: &Declared) -> Result<Value, StepError> {
        let mut inputs = Draft::empty();
        for (name, expr) in &declared.inputs {
            let env = self.settled.environment(self.plan, expr);
            let mut draft = expr.evaluate(&env).map_err(|message| StepError::Value(format!("field `{name}`: {message}")))?;
            let field = declared.node.schema.field(name);
            if let (Some(crate::shape::Shape::Set(_)), Draft::List(items)) = (field.map(|field| field.shape), &mut draft) {
                items.sort();
                items.dedup();
            }
            if let Some(planned) = step.inputs.get(name)
                && !fits(planned, &draft)
                && planned.first_unknown().is_none_or(|_| !matches!(planned, Draft::List(_)))
            {
                return Err(StepError::Widened(format!("field `{name}` was planned as {planned:?} and is {draft:?}")));
            }
            inputs.set(*name, draft);
        }
        inputs.known().ok_or_else(|| StepError::Value(format!("{inputs:?} is not known yet")))
    }

    pub(super) async fn make(&self, number: usize, step: &Step) -> Result<Action, StepError> {
        let declared = self.declared(step)?;
        let inputs = self.inputs(step, declared)?;
        if let (Action::Replace { delete_first: false }, Some(current)) = (step.action, &step.current)
            && step.reasons.is_empty()
            && !differs_by_replacement(declared, &inputs, current)
        {
            self.shrunk.lock().unwrap_or_else(PoisonError::into_inner).insert(number);
            return self.settle(number, step, current.clone(), inputs, Action::Update).await;
        }
        if let (true, Some(current)) = (step.gone, &step.current) {
            self.ledger.write(Entry::Removed { number: None, uid: current.uid.clone() }).await?;
        }
        self.create(number, step, declared, inputs).await?;
        Ok(step.action)
    }

    async fn create(&self, number: usize, step: &Step, declared: &Declared, inputs: Value) -> Result<(), StepError> {
        let provider = self.providers.require(step.urn.kind())?;
        let record = self.new_record(step, declared.node.schema, inputs);
        let replaces =
            step.current.as_ref().filter(|old| matches!(step.action, Action::Replace { .. }) && !step.gone && old.uid != step.uid);
        let mut attempt = 0;
        loop {
            attempt += 1;
            let looking = crate::recover::NoRecorder;
            let before = provider.survey(&self.cx(step, &record.inputs, &looking), &record.inputs).await?;
            let operation = Operation::Create {
                record: Box::new(record.clone()),
                replaces: replaces.map(|old| old.uid.clone()),
                before: before.clone(),
            };
            let intent = self.ledger.intend(&step.urn, &step.uid, attempt, operation).await?;
            let begun = tokio::time::Instant::now();
            let recorder = CreateRecorder { ledger: self.ledger, number: intent, known: AtomicBool::new(false) };
            let cx = self.cx(step, &record.inputs, &recorder);
            let error = match provider.create(&cx, &record.inputs).await {
                Ok(object) => {
                    // Whatever the provider forgot: with the id the old object stops standing for the resource.
                    recorder.created(&object.id).await?;
                    return self.record_new(number, intent, record, object).await;
                }
                Err(error) => error,
            };
            if recorder.known.load(Ordering::Relaxed) {
                return self.finish(number, step, error).await;
            }
            if error.kind == ErrorKind::Lost {
                let lost = LostCreate { inputs: record.inputs.clone(), before, age: begun.elapsed(), window: self.window };
                match provider.find(&cx, lost).await? {
                    Found::One(id) => {
                        self.ledger.write(Entry::Created { number: intent, id: id.as_str().to_owned() }).await?;
                        return self.finish(number, step, error).await;
                    }
                    Found::None => {}
                    Found::Undecided(why) => return Err(ProviderError { message: format!("{}; {why}", error.message), ..error }.into()),
                }
            }
            self.ledger.write(Entry::Abandoned { number: intent }).await?;
            if !is_passing(&error) || attempt >= self.pace.attempts {
                return Err(error.into());
            }
            self.pause(step, attempt, &error).await;
        }
    }

    /// The object is made, but what follows the create call failed: read it, and do what is still to be done.
    async fn finish(&self, number: usize, step: &Step, error: ProviderError) -> Result<(), StepError> {
        if !is_passing(&error) {
            return Err(error.into());
        }
        let record = self.ledger.state().records.get(&step.uid).cloned();
        let Some(record) = record else { return Err(error.into()) };
        let inputs = record.inputs.clone();
        self.settle(number, step, record, inputs, Action::Create).await.map(drop)
    }

    async fn record_new(&self, number: usize, intent: u64, record: Record, object: Object) -> Result<(), StepError> {
        let record = Record { id: object.id, outputs: object.outputs, phase: Phase::Complete, ..record };
        self.settled.arrive(number, &record);
        Ok(self.ledger.write(Entry::Recorded { number: Some(intent), record: Box::new(record) }).await?)
    }

    fn new_record(&self, step: &Step, schema: &Schema, inputs: Value) -> Record {
        Record {
            urn: step.urn.clone(),
            uid: step.uid.clone(),
            version: schema.version,
            home: step.home.clone(),
            id: String::new(),
            phase: Phase::Incomplete,
            inputs,
            outputs: Value::empty(),
            dependencies: self.dependencies(step),
            wishes: step.wishes.clone(),
            since: self.ledger.now(),
        }
    }

    fn cx<'a>(&'a self, step: &'a Step, inputs: &'a Value, record: &'a dyn Recorder) -> Cx<'a> {
        self.cx_of(step, &step.uid, &step.home, inputs, record)
    }

    pub(super) fn cx_of<'a>(
        &'a self,
        step: &'a Step,
        uid: &'a crate::urn::Uid,
        home: &'a crate::graph::Home,
        inputs: &'a Value,
        record: &'a dyn Recorder,
    ) -> Cx<'a> {
        Cx { urn: &step.urn, uid, home, owner: self.ledger.owner(), timeout: step.timeout, inputs, record }
    }
}

/// Whether trying again may help.
pub(super) fn is_passing(error: &ProviderError) -> bool {
    matches!(error.kind, ErrorKind::Lost | ErrorKind::Throttled | ErrorKind::Transient)
}

fn differs_by_replacement(declared: &Declared, inputs: &Value, current: &Record) -> bool {
    let inputs = inputs.to_draft();
    diff::diff(&Wanted::of(declared, &inputs), current).iter().any(|change| change.replaces)
}

/// Makes the id durable the moment it is known.
struct CreateRecorder<'a> {
    ledger: &'a Ledger,
    number: u64,
    known: AtomicBool,
}

#[async_trait]
impl Recorder for CreateRecorder<'_> {
    async fn created(&self, id: &str) -> crate::provider::Result<()> {
        if self.known.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        let entry = Entry::Created { number: self.number, id: id.to_owned() };
        let failed = |error: crate::state::LedgerError| ProviderError::new(ErrorKind::Internal, "record the id", error.to_string());
        self.ledger.write(entry).await.map_err(failed)
    }
}
