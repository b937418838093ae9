//! From decisions to work: which piece waits for which.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{
    PlanError, Situation,
    places::{Leaving, collisions},
    sequence::{Waits, sequence},
};
use crate::{
    error::Problem,
    provider::Doing,
    shape::FieldSchema,
    state::Record,
    step::{Action, Step, Task, Work},
    urn::Uid,
};

/// All work, in an order in which it could be done one by one.
pub(super) fn tasks(situation: &Situation<'_>, steps: &[Step]) -> Result<Vec<Task>, PlanError> {
    let mut building = Building::new(situation, steps);
    building.dependencies();
    building.replacements();
    building.departures();
    building.collisions()?;
    building.patience();
    building.sorted()
}

struct Building<'a> {
    situation: &'a Situation<'a>,
    steps: &'a [Step],
    /// Step and work of each task.
    tasks: Vec<(usize, Work)>,
    waits: Waits,
    /// The task after which a step's resource is as declared.
    arrives: BTreeMap<usize, usize>,
    /// The task after which an object is gone.
    leaves: BTreeMap<&'a Uid, usize>,
    /// The step that speaks of an object.
    fate: BTreeMap<&'a Uid, usize>,
}

impl<'a> Building<'a> {
    fn new(situation: &'a Situation<'a>, steps: &'a [Step]) -> Self {
        let mut building = Self {
            situation,
            steps,
            tasks: Vec::new(),
            waits: Waits::default(),
            arrives: BTreeMap::new(),
            leaves: BTreeMap::new(),
            fate: BTreeMap::new(),
        };
        for (number, step) in steps.iter().enumerate() {
            if let Some(current) = &step.current {
                building.fate.insert(&current.uid, number);
            }
            let (arrival, departure) = work(step);
            if let Some(work) = arrival {
                let task = building.add(number, work);
                building.arrives.insert(number, task);
            }
            if let (Some(work), Some(current)) = (departure, &step.current) {
                let task = building.add(number, work);
                building.leaves.insert(&current.uid, task);
            }
        }
        building
    }

    fn add(&mut self, step: usize, work: Work) -> usize {
        self.tasks.push((step, work));
        self.waits.after.push(BTreeSet::new());
        self.tasks.len() - 1
    }

    /// A resource comes after what it refers to.
    fn dependencies(&mut self) {
        for (number, task) in &self.arrives {
            let first = self.steps[*number].depends_on.iter().filter_map(|dependency| self.arrives.get(dependency));
            self.waits.after[*task].extend(first);
        }
    }

    /// The new object before the old one goes, or the other way round.
    fn replacements(&mut self) {
        for (number, step) in self.steps.iter().enumerate() {
            let Action::Replace { delete_first } = step.action else { continue };
            let (Some(arrives), Some(leaves)) =
                (self.arrives.get(&number), step.current.as_ref().and_then(|old| self.leaves.get(&old.uid)))
            else {
                continue;
            };
            let (first, then) = if delete_first { (leaves, arrives) } else { (arrives, leaves) };
            self.waits.after[*then].insert(*first);
        }
    }

    /// An object goes after everything that was built on it has gone or let go. What merely points at it would rather let go first.
    fn departures(&mut self) {
        let mut letting_go: BTreeMap<usize, Vec<&Uid>> = BTreeMap::new();
        for record in self.situation.state.records.values() {
            for below in &record.dependencies {
                let Some(leaves) = self.leaves.get(below).copied() else { continue };
                let Some(first) = self.lets_go(record, below) else { continue };
                if self.takes_along(&self.steps[self.tasks[first].0]) == Some(leaves) && self.leaves.get(&record.uid) == Some(&first) {
                    self.waits.spared.insert(first, leaves);
                } else if self.merely_points_at(record, below) {
                    self.waits.rather.entry(leaves).or_default().insert(first);
                } else {
                    self.waits.after[leaves].insert(first);
                }
                if !self.leaves.contains_key(&record.uid) {
                    letting_go.entry(leaves).or_default().push(&record.uid);
                }
            }
        }
        self.held_through(letting_go);
    }

    /// What is built on an object that stays and lets go may hold on until it changes itself: instances of a group have the security
    /// group that their launch template had. By the departure of what is held, those that let go of it.
    fn held_through(&mut self, letting_go: BTreeMap<usize, Vec<&'a Uid>>) {
        if letting_go.is_empty() {
            return;
        }
        let dependents = self.dependents();
        for (leaves, mut left) in letting_go {
            let mut seen: BTreeSet<&Uid> = left.iter().copied().collect();
            while let Some(below) = left.pop() {
                for above in dependents.get(below).into_iter().flatten().filter(|above| seen.insert(**above)) {
                    left.push(above);
                    let changes = self.changes(above);
                    self.waits.rather.entry(leaves).or_default().extend(changes);
                }
            }
        }
    }

    /// The task that changes an object which stays.
    fn changes(&self, uid: &Uid) -> Option<usize> {
        let number = self.fate.get(uid)?;
        self.arrives.get(number).copied().filter(|_| matches!(self.steps[*number].action, Action::Update | Action::Adopt))
    }

    /// Every record, by what it was built on.
    fn dependents(&self) -> BTreeMap<&'a Uid, Vec<&'a Uid>> {
        let mut dependents: BTreeMap<&Uid, Vec<&Uid>> = BTreeMap::new();
        for record in self.situation.state.records.values() {
            for below in &record.dependencies {
                dependents.entry(below).or_default().push(&record.uid);
            }
        }
        dependents
    }

    /// Whether all fields of `record` that name `below` are of those that may outlive what they name.
    fn merely_points_at(&self, record: &Record, below: &Uid) -> bool {
        let Some(below) = self.situation.state.records.get(below) else { return false };
        let Some(provider) = self.situation.providers.get(record.urn.kind()) else { return false };
        let names = |field: &&FieldSchema| record.inputs.get(field.name).is_some_and(|value| value.contains_text(&below.id));
        let naming: Vec<&FieldSchema> = provider.schema().fields.iter().filter(names).collect();
        !naming.is_empty() && naming.iter().all(|field| field.loose)
    }

    /// The task after which `record` holds `below` no more.
    fn lets_go(&self, record: &Record, below: &Uid) -> Option<usize> {
        let number = *self.fate.get(&record.uid)?;
        let step = &self.steps[number];
        let replaced = self.fate.get(below)?;
        let delete_first = self.steps[*replaced].action == (Action::Replace { delete_first: true });
        let still_refers = step.depends_on.contains(replaced);
        if let Some(leaves) = self.leaves.get(&record.uid) {
            // One that goes only after its successor has come, which waits for `below` to be replaced, holds it loosely.
            let stays_longer = step.action == (Action::Replace { delete_first: false }) && delete_first && still_refers;
            return Some(*leaves).filter(|_| !stays_longer);
        }
        let changes = matches!(step.action, Action::Update | Action::Adopt);
        (changes && !(delete_first && still_refers)).then(|| self.arrives.get(&number).copied()).flatten()
    }

    /// The departure that takes this step's object along.
    fn takes_along(&self, step: &Step) -> Option<usize> {
        self.leaves.get(step.current.as_ref()?.wishes.deleted_with.as_ref()?).copied()
    }

    /// A name or range must be free before another object takes it.
    fn collisions(&mut self) -> Result<(), PlanError> {
        let leaving = self.steps.iter().enumerate().filter_map(|(number, step)| {
            let current = step.current.as_ref().filter(|_| !step.gone)?;
            let task = *self.leaves.get(&current.uid)?;
            Some(Leaving { number, current, task, stays: self.tasks[task].1 == Work::Release })
        });
        for (then, first) in collisions(self.situation, self.steps, leaving, &self.arrives)? {
            self.waits.after[then].insert(first);
        }
        Ok(())
    }

    /// Nobody is without an object for longer than needed: a removal that makes room waits for what its successor waits for.
    fn patience(&mut self) {
        for (number, step) in self.steps.iter().enumerate() {
            let (Action::Replace { delete_first: true }, Some(current)) = (step.action, &step.current) else { continue };
            let (Some(arrives), Some(leaves)) = (self.arrives.get(&number), self.leaves.get(&current.uid)) else { continue };
            let first: Vec<usize> = self.waits.after[*arrives].iter().copied().filter(|first| first != leaves).collect();
            self.waits.rather.entry(*leaves).or_default().extend(first);
        }
    }

    fn sorted(mut self) -> Result<Vec<Task>, PlanError> {
        let order = sequence(&mut self.waits).map_err(|circle| self.refusal(&circle))?;
        let expected: Vec<Duration> = (0..order.len()).map(|task| self.expected(task)).collect();
        let mut rank = vec![0_u64; order.len()];
        for task in order.iter().rev() {
            rank[*task] += expected[*task].as_secs().max(1);
            for first in &self.waits.after[*task] {
                rank[*first] = rank[*first].max(rank[*task]);
            }
        }
        let mut position = vec![0; order.len()];
        order.iter().enumerate().for_each(|(place, task)| position[*task] = place);
        let task = |task: &usize| {
            let (step, work) = self.tasks[*task];
            let after = self.waits.after[*task].iter().map(|first| position[*first]).collect();
            Task { step, work, after, expected: expected[*task], rank: rank[*task] }
        };
        Ok(order.iter().map(task).collect())
    }

    /// How long a task usually takes.
    fn expected(&self, task: usize) -> Duration {
        let (step, work) = (&self.steps[self.tasks[task].0], self.tasks[task].1);
        let changed: Vec<&'static str> = step.changes.iter().map(|change| change.field).collect();
        let doing = match work {
            Work::Make => Doing::Create,
            Work::Change => Doing::Update(&changed),
            Work::Remove if !step.gone && self.takes_along(step).is_none() => Doing::Delete,
            Work::Remove | Work::Note | Work::Release => return Duration::ZERO,
        };
        self.situation.providers.get(step.urn.kind()).map_or(Duration::ZERO, |provider| provider.usually_takes(doing))
    }

    fn refusal(&self, circle: &[usize]) -> PlanError {
        let name = |task: &usize| {
            let (step, work) = self.tasks[*task];
            let verb = if matches!(work, Work::Remove | Work::Release) { "delete" } else { self.steps[step].action.word() };
            format!("{verb} `{}`", self.steps[step].urn.path())
        };
        let names: Vec<String> = circle.iter().map(name).collect();
        let message = format!("these steps wait for each other: {}", names.join(", which waits for: "));
        let subject = circle.first().map(|task| self.steps[self.tasks[*task].0].urn.path()).unwrap_or_default();
        let problem = Problem::new(subject, message);
        PlanError::Refused(
            problem.hint("make the change in two runs, use `.delete_before_replace()`, or `.alias(..)` if it was renamed").into(),
        )
    }
}

/// The work of a step: what makes its resource as declared, and what lets its old object go.
fn work(step: &Step) -> (Option<Work>, Option<Work>) {
    let departure = || Some(if step.old_stays.is_some() { Work::Release } else { Work::Remove });
    match step.action {
        Action::Same if step.rewrite => (Some(Work::Note), None),
        Action::Same => (None, None),
        Action::Create => (Some(Work::Make), None),
        Action::Update | Action::Adopt => (Some(Work::Change), None),
        Action::Replace { .. } => (Some(Work::Make), departure()),
        Action::Delete => (None, Some(Work::Remove)),
        Action::Forget => (None, Some(Work::Release)),
    }
}
