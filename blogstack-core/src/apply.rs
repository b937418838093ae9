//! Carrying a plan out: edge by edge, longest way first, every effect intended before it is made.

use std::{
    collections::{BTreeMap, BTreeSet, BinaryHeap},
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::{StreamExt as _, stream::FuturesUnordered};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{
    error::Line,
    event::{Event, Events},
    graph::Graph,
    plan::Plan,
    provider::{ProviderError, Providers},
    state::{Entry, Ledger, LedgerError, Record},
    step::{Action, Step, Task, Work},
    target::Connection,
    urn::{Uid, Urn},
    value::{Draft, Value},
};

mod change;
mod make;
mod remove;
mod settled;

use settled::Settled;

/// How to go about it.
#[derive(Debug, Clone)]
pub struct Pace {
    /// How many pieces of work may be in flight.
    pub parallel: usize,
    /// How often one piece is tried when it fails in a passing way.
    pub attempts: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { parallel: 24, attempts: 8 }
    }
}

/// What became of a plan.
#[derive(Debug, Default)]
pub struct Report {
    /// Done, in the order of completion.
    pub done: Vec<Done>,
    /// Failed.
    pub failed: Vec<Failure>,
    /// Not tried, because of which resource; `None`: because of an interrupt, or because the state could not be written.
    pub not_tried: Vec<(Urn, Option<Urn>)>,
    /// Whether it was interrupted.
    pub interrupted: bool,
    /// Exported values, as far as they are known.
    pub exports: BTreeMap<String, Value>,
}

/// A piece of work that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The resource.
    pub urn: Urn,
    /// The step's action; [`Action::Same`] when it turned out that nothing had to be done.
    pub action: Action,
    /// What was done.
    pub work: Work,
}

/// A piece of work that failed.
#[derive(Debug)]
pub struct Failure {
    /// The resource.
    pub urn: Urn,
    /// The step's action.
    pub action: Action,
    /// The program's line.
    pub line: Option<Line>,
    /// Why.
    pub error: StepError,
}

/// Why a piece of work failed.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// A call failed.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The state could not be written; nothing further is done.
    #[error(transparent)]
    Ledger(Arc<LedgerError>),
    /// A value could not be computed.
    #[error("{0}")]
    Value(String),
    /// What became known is not what was approved.
    #[error("it would do more than the plan said: {0}")]
    Widened(String),
}

impl From<LedgerError> for StepError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(Arc::new(error))
    }
}

impl StepError {
    /// The way out.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Provider(error) => error.hint.clone(),
            Self::Ledger(error) => error.hint(),
            Self::Value(_) => None,
            Self::Widened(_) => Some("run again: the new plan shows it".into()),
        }
    }
}

/// The state could not be written any more, so nothing further was begun.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct Stopped {
    /// Why.
    pub error: Arc<LedgerError>,
    /// What became of the plan until then. What has failed may have had its effect: the next run finds that out.
    pub report: Report,
}

impl Report {
    /// Whether everything was done.
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty() && self.not_tried.is_empty() && !self.interrupted
    }
}

/// Everything that carrying out needs.
pub(crate) struct Run<'a> {
    pub(crate) ledger: &'a Ledger,
    pub(crate) providers: &'a Providers,
    pub(crate) graph: &'a Graph,
    pub(crate) plan: &'a Plan,
    pub(crate) pace: &'a Pace,
    pub(crate) window: Duration,
    pub(crate) events: &'a Events,
    pub(crate) settled: Settled,
    pub(crate) shrunk: Mutex<BTreeSet<usize>>,
}

/// Carries a plan out. When `cancel` fires, what is in flight is finished and nothing more is begun.
pub(crate) async fn apply(
    ledger: &Ledger,
    connection: &Connection,
    graph: &Graph,
    plan: &Plan,
    pace: &Pace,
    events: &Events,
    cancel: &CancellationToken,
) -> Result<Report, Stopped> {
    let (providers, window) = (&connection.providers, connection.window);
    let run = Run { ledger, providers, graph, plan, pace, window, events, settled: Settled::new(plan), shrunk: Mutex::default() };
    if let Err(error) = prepare(ledger, plan).await {
        return Err(Stopped { error: Arc::new(error), report: run.nothing() });
    }
    let report = run.all(cancel).await?;
    match run.export().await {
        Ok(exports) => Ok(Report { exports, ..report }),
        Err(error) => Err(Stopped { error: Arc::new(error), report }),
    }
}

/// What is written before anything is done.
async fn prepare(ledger: &Ledger, plan: &Plan) -> Result<(), LedgerError> {
    pin(ledger, plan).await?;
    let entries = renamed(ledger, plan).into_iter().map(|record| Entry::Recorded { number: None, record: Box::new(record) });
    ledger.write_all(entries.collect()).await
}

/// The records of renamed objects under their new names. They are written first, and whatever is selected: what takes a name that
/// becomes free must never stand beside the object that had it. In this order a name is free before it is passed on, so that
/// wherever a stop cuts them off each name has one object.
fn renamed(ledger: &Ledger, plan: &Plan) -> Vec<Record> {
    let state = ledger.state();
    let written = |step: &Step| state.records.get(&step.current.as_ref()?.uid).filter(|written| written.urn != step.urn);
    let renamed = |step: &Step| written(step).map(|written| (written.urn.clone(), Record { urn: step.urn.clone(), ..written.clone() }));
    let mut by_old_name: BTreeMap<Urn, Record> = plan.steps.iter().filter_map(renamed).collect();
    let mut records = Vec::with_capacity(by_old_name.len());
    while let Some((_, first)) = by_old_name.pop_first() {
        let mut chain = vec![first];
        while let Some(holder) = chain.last().and_then(|last| by_old_name.remove(&last.urn)) {
            chain.push(holder);
        }
        records.extend(chain.into_iter().rev());
    }
    records
}

/// Keeps the answers that the plan was made with, and forgets those that nobody asks for any more.
async fn pin(ledger: &Ledger, plan: &Plan) -> Result<(), LedgerError> {
    let unasked: Vec<String> = ledger.state().pins.keys().filter(|key| !plan.pins.contains_key(*key)).cloned().collect();
    for key in unasked {
        ledger.write(Entry::Pinned { key, answer: Value::Null }).await?;
    }
    for (key, answer) in &plan.pins {
        if ledger.state().pins.get(key) != Some(answer) {
            ledger.write(Entry::Pinned { key: key.clone(), answer: answer.clone() }).await?;
        }
    }
    Ok(())
}

/// Which tasks are ready, running, done.
struct Schedule {
    waits: Vec<usize>,
    then: Vec<Vec<usize>>,
    /// Longest way first, then in the plan's order.
    ready: BinaryHeap<(u64, std::cmp::Reverse<usize>)>,
    open: BTreeSet<usize>,
}

impl Schedule {
    fn new(tasks: &[Task]) -> Self {
        let mut then = vec![Vec::new(); tasks.len()];
        for (number, task) in tasks.iter().enumerate() {
            task.after.iter().for_each(|first| then[*first].push(number));
        }
        let waits: Vec<usize> = tasks.iter().map(|task| task.after.len()).collect();
        let ready = (0..tasks.len()).filter(|task| waits[*task] == 0).map(|task| (tasks[task].rank, std::cmp::Reverse(task))).collect();
        Self { waits, then, ready, open: (0..tasks.len()).collect() }
    }

    fn finished(&mut self, task: usize, tasks: &[Task]) {
        for next in self.then[task].clone() {
            self.waits[next] -= 1;
            if self.waits[next] == 0 {
                self.ready.push((tasks[next].rank, std::cmp::Reverse(next)));
            }
        }
    }

    /// Everything that waits for this task, directly or not.
    fn behind(&mut self, task: usize) -> Vec<usize> {
        let mut stack = self.then[task].clone();
        let mut found = Vec::new();
        while let Some(next) = stack.pop() {
            if self.open.remove(&next) {
                found.push(next);
                stack.extend(&self.then[next]);
            }
        }
        found
    }
}

impl Run<'_> {
    /// The report when nothing could be begun.
    fn nothing(&self) -> Report {
        let not_tried = (0..self.plan.tasks.len()).map(|task| (self.step(task).urn.clone(), None)).collect();
        Report { not_tried, ..Report::default() }
    }

    async fn all(&self, cancel: &CancellationToken) -> Result<Report, Stopped> {
        let tasks = &self.plan.tasks;
        let mut schedule = Schedule::new(tasks);
        let mut running = FuturesUnordered::new();
        let mut report = Report::default();
        let mut fatal = None;
        loop {
            while !report.interrupted && fatal.is_none() && running.len() < self.pace.parallel {
                let Some((_, std::cmp::Reverse(task))) = schedule.ready.pop() else { break };
                if schedule.open.remove(&task) {
                    running.push(self.one(task));
                }
            }
            let finished = tokio::select! {
                biased;
                () = cancel.cancelled(), if !report.interrupted => {
                    report.interrupted = true;
                    self.events.send(Event::Stopping);
                    continue;
                }
                finished = running.next() => finished,
            };
            let Some((task, outcome)) = finished else { break };
            match outcome {
                Ok(action) => {
                    schedule.finished(task, tasks);
                    self.note_done(task, action, &mut report);
                }
                Err(error) => {
                    if let StepError::Ledger(error) = &error {
                        fatal.get_or_insert_with(|| error.clone());
                    }
                    self.note_failed(task, error, &mut schedule, &mut report);
                }
            }
        }
        report.not_tried.extend(schedule.open.iter().map(|task| (self.step(*task).urn.clone(), None)));
        report.interrupted &= !report.not_tried.is_empty();
        match fatal {
            None => Ok(report),
            Some(error) => Err(Stopped { error, report }),
        }
    }

    fn step(&self, task: usize) -> &Step {
        &self.plan.steps[self.plan.tasks[task].step]
    }

    async fn one(&self, task: usize) -> (usize, Result<Action, StepError>) {
        let work = self.plan.tasks[task].work;
        let step = self.step(task);
        let (urn, action) = (step.urn.clone(), step.action);
        let begun = Instant::now();
        if work != Work::Note {
            self.events.send(Event::Started { urn: urn.clone(), action, work });
        }
        let number = self.plan.tasks[task].step;
        let outcome = match work {
            Work::Make => self.make(number, step).await,
            Work::Change => self.change(number, step).await,
            Work::Note => self.note(number, step).await,
            Work::Remove => self.remove(number, step).await,
            Work::Release => self.release(number, step).await,
        };
        match &outcome {
            Ok(action) if work != Work::Note => {
                let progress = (self.settled.count(), self.plan.tasks.len());
                self.events.send(Event::Finished { urn, action: *action, work, took: begun.elapsed(), progress });
            }
            Ok(_) => {}
            Err(error) => self.events.send(Event::Failed { urn, action, work, error: error.to_string() }),
        }
        (task, outcome)
    }

    fn note_done(&self, task: usize, action: Action, report: &mut Report) {
        let work = self.plan.tasks[task].work;
        if work != Work::Note {
            report.done.push(Done { urn: self.step(task).urn.clone(), action, work });
        }
    }

    fn note_failed(&self, task: usize, error: StepError, schedule: &mut Schedule, report: &mut Report) {
        let step = self.step(task);
        for behind in schedule.behind(task) {
            report.not_tried.push((self.step(behind).urn.clone(), Some(step.urn.clone())));
        }
        report.failed.push(Failure { urn: step.urn.clone(), action: step.action, line: step.line, error });
    }

    /// The objects that a step's object is built on, as they are now.
    pub(crate) fn dependencies(&self, step: &Step) -> BTreeSet<Uid> {
        step.depends_on.iter().map(|number| self.settled.uid(*number, &self.plan.steps[*number])).collect()
    }

    /// Writes the exported values when all of them are known and one has changed.
    async fn export(&self) -> Result<BTreeMap<String, Value>, LedgerError> {
        let mut values = BTreeMap::new();
        let mut all = true;
        for (name, export) in &self.graph.exports {
            let env = self.settled.environment(self.plan, &export.expr);
            match export.expr.evaluate(&env).ok().as_ref().and_then(Draft::known) {
                Some(value) => drop(values.insert(name.clone(), value)),
                None => all = false,
            }
        }
        if all && self.ledger.state().exports != values {
            self.ledger.write(Entry::Exported { values: values.clone() }).await?;
        }
        Ok(values)
    }

    /// Says that an attempt failed in a passing way, and waits before the next.
    pub(crate) async fn pause(&self, step: &Step, attempt: u32, error: &ProviderError) {
        let after = back_off(&step.uid, attempt);
        self.events.send(Event::Retrying { urn: step.urn.clone(), attempt, error: error.to_string(), after });
        tokio::time::sleep(after).await;
    }
}

/// Longer after each attempt, up to half a minute. Half of it depends on the object, so that what failed together is not tried
/// again together, and the same run waits the same.
fn back_off(uid: &Uid, attempt: u32) -> Duration {
    let whole = Duration::from_millis(500) * 2_u32.saturating_pow(attempt.min(6));
    let digits = uid.as_str().as_bytes();
    let digit = digits.iter().cycle().nth(attempt as usize).map_or(0, |digit| u32::from(*digit) % 16);
    whole / 2 + whole * digit / 30
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_together_is_not_tried_again_together() {
        let waits = |byte: u8| (1..8).map(|attempt| back_off(&Uid::from_digest(&[byte; 32]), attempt)).collect::<Vec<_>>();
        assert!(waits(1) != waits(2) && waits(1) == waits(1));
        for (attempt, wait) in (1_u32..).zip(waits(7)) {
            let whole = Duration::from_millis(500) * 2_u32.pow(attempt.min(6));
            assert!(wait >= whole / 2 && wait <= whole, "{attempt}: {wait:?}");
        }
    }
}
