//! What has become known during a run.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    expr::{Environment, Expr},
    graph::{Node, Query},
    plan::Plan,
    state::Record,
    step::Step,
    urn::{Uid, Urn},
    value::{Draft, Value},
};

/// The resources that are as declared, by step.
pub(crate) struct Settled {
    numbers: BTreeMap<Urn, usize>,
    records: Mutex<BTreeMap<usize, (Uid, Arc<Draft>)>>,
    finished: std::sync::atomic::AtomicUsize,
}

impl Settled {
    pub(super) fn new(plan: &Plan) -> Self {
        let declared = plan.steps.iter().enumerate().filter(|(_, step)| step.node.is_some());
        let numbers = declared.map(|(number, step)| (step.urn.clone(), number)).collect();
        Self { numbers, records: Mutex::default(), finished: 0.into() }
    }

    /// The step's resource is as declared: this is its object.
    pub(super) fn arrive(&self, number: usize, record: &Record) {
        let outputs = (record.uid.clone(), Arc::new(outputs(record)));
        self.records.lock().unwrap_or_else(PoisonError::into_inner).insert(number, outputs);
        self.count_one();
    }

    /// A piece of work is done.
    pub(super) fn count_one(&self) {
        self.finished.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }

    /// How many pieces of work are done.
    pub(super) fn count(&self) -> usize {
        self.finished.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// The object that stands for a step's resource.
    pub(super) fn uid(&self, number: usize, step: &Step) -> Uid {
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        records.get(&number).map_or_else(|| step.uid.clone(), |(uid, _)| uid.clone())
    }

    /// What an expression needs to be evaluated.
    pub(super) fn environment<'a>(&self, plan: &'a Plan, expr: &Expr) -> Known<'a> {
        let mut outputs = BTreeMap::new();
        expr.visit(&mut |inner| {
            if let Expr::Field { node, .. } = inner
                && let Some(number) = self.numbers.get(&node.urn)
                && let Some(found) = self.outputs(*number, &plan.steps[*number])
            {
                outputs.insert(node.urn.clone(), found);
            }
        });
        Known { outputs, answers: &plan.pins }
    }

    fn outputs(&self, number: usize, step: &Step) -> Option<Arc<Draft>> {
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let settled = records.get(&number).map(|(_, outputs)| outputs.clone());
        settled.or_else(|| step.current.as_ref().map(|record| Arc::new(outputs(record))))
    }
}

/// All fields of an object; what cannot be read back is as it was set.
fn outputs(record: &Record) -> Draft {
    let mut outputs = record.outputs.to_draft();
    for (name, value) in record.inputs.entries() {
        if outputs.get(name).is_none() {
            outputs.set(name.clone(), value.to_draft());
        }
    }
    outputs.set("id", Draft::text(&record.id));
    outputs
}

/// The values that one expression can need.
pub(super) struct Known<'a> {
    outputs: BTreeMap<Urn, Arc<Draft>>,
    answers: &'a BTreeMap<String, Value>,
}

impl Environment for Known<'_> {
    fn outputs(&self, node: &Node) -> Option<&Draft> {
        self.outputs.get(&node.urn).map(|outputs| &**outputs)
    }

    fn answer(&self, query: &Query) -> Option<&Value> {
        self.answers.get(&query.key())
    }
}
