//! From decisions to work: which piece waits for which.

use std::collections::{BTreeMap, BTreeSet};

use super::{PlanError, Situation};
use crate::{
    diff::collides,
    error::Problem,
    graph::Home,
    shape::Shape,
    state::Record,
    step::{Action, Step, Task, Work},
    urn::Uid,
    value::{Draft, Value},
};

/// All work, in an order in which it could be done one by one.
pub(super) fn tasks(situation: &Situation<'_>, steps: &[Step]) -> Result<Vec<Task>, PlanError> {
    let mut building = Building::new(situation, steps);
    building.dependencies();
    building.replacements();
    building.departures();
    building.collisions();
    building.sorted()
}

struct Building<'a> {
    situation: &'a Situation<'a>,
    steps: &'a [Step],
    /// Step and work of each task.
    tasks: Vec<(usize, Work)>,
    after: Vec<BTreeSet<usize>>,
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
            after: Vec::new(),
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
        self.after.push(BTreeSet::new());
        self.tasks.len() - 1
    }

    /// A resource comes after what it refers to.
    fn dependencies(&mut self) {
        for (number, task) in &self.arrives {
            let first = self.steps[*number].depends_on.iter().filter_map(|dependency| self.arrives.get(dependency));
            self.after[*task].extend(first);
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
            self.after[*then].insert(*first);
        }
    }

    /// An object goes after everything that was built on it has gone or let go.
    fn departures(&mut self) {
        for record in self.situation.state.records.values() {
            for below in &record.dependencies {
                let Some(leaves) = self.leaves.get(below).copied() else { continue };
                let Some(first) = self.lets_go(record, below) else { continue };
                match self.takes_along(&self.steps[self.tasks[first].0]) == Some(leaves) && self.leaves.get(&record.uid) == Some(&first) {
                    true => self.after[first].insert(leaves),
                    false => self.after[leaves].insert(first),
                };
            }
        }
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
    fn collisions(&mut self) {
        let mut leaving: BTreeMap<Place<'_>, Vec<(usize, &Record)>> = BTreeMap::new();
        for (number, step) in self.steps.iter().enumerate() {
            let Some(current) = step.current.as_ref().filter(|current| self.leaves.contains_key(&current.uid) && !step.gone) else {
                continue;
            };
            for place in self.places(step, |field| current.outputs.get(field).cloned()) {
                leaving.entry(place).or_default().push((number, current));
            }
        }
        let mut edges = Vec::new();
        for (number, task) in &self.arrives {
            let step = &self.steps[*number];
            let Some(schema) = self.schema(step) else { continue };
            for place in self.places(step, |field| step.inputs.get(field).and_then(Draft::known)) {
                for (other, record) in leaving.get(&place).into_iter().flatten().filter(|(other, _)| other != number) {
                    let created_first = matches!(self.steps[*other].action, Action::Replace { .. }) && step.action == Action::Same;
                    if !created_first && collides(schema, &record.outputs, &step.inputs) {
                        edges.push((*task, self.leaves[&record.uid]));
                    }
                }
            }
        }
        for (then, first) in edges {
            self.after[then].insert(first);
        }
    }

    fn schema(&self, step: &Step) -> Option<&'static crate::shape::Schema> {
        self.situation.providers.get(step.urn.kind()).map(|provider| provider.schema())
    }

    /// Where an object stands alone: kind, home, and the values of an exclusive group (ranges are compared later).
    fn places<'b>(&self, step: &'b Step, value: impl Fn(&str) -> Option<Value>) -> Vec<Place<'b>> {
        let Some(schema) = self.schema(step) else { return Vec::new() };
        let place = |group: &&[&str]| {
            let known = group.iter().map(|field| {
                let value = value(field)?;
                let is_range = schema.field(field).is_some_and(|field| matches!(field.shape, Shape::Range));
                Some(if is_range { Value::Null } else { value })
            });
            Some((step.urn.kind(), &step.home, known.collect::<Option<Vec<_>>>()?))
        };
        schema.exclusive.iter().filter_map(place).collect()
    }

    /// Kahn's algorithm, smallest number first; what is left over is a cycle.
    fn sorted(self) -> Result<Vec<Task>, PlanError> {
        let count = self.tasks.len();
        let mut then: Vec<Vec<usize>> = vec![Vec::new(); count];
        let mut waits: Vec<usize> = self.after.iter().map(BTreeSet::len).collect();
        for (task, first) in self.after.iter().enumerate() {
            for one in first {
                then[*one].push(task);
            }
        }
        let mut ready: BTreeSet<usize> = (0..count).filter(|task| waits[*task] == 0).collect();
        let mut order = Vec::with_capacity(count);
        while let Some(task) = ready.pop_first() {
            order.push(task);
            for next in &then[task] {
                waits[*next] -= 1;
                if waits[*next] == 0 {
                    ready.insert(*next);
                }
            }
        }
        if order.len() < count {
            return Err(self.cycle(&waits));
        }
        let mut rank = vec![0_u32; count];
        for task in order.iter().rev() {
            rank[*task] = then[*task].iter().map(|next| rank[*next] + 1).max().unwrap_or(0);
        }
        let mut position = vec![0; count];
        order.iter().enumerate().for_each(|(place, task)| position[*task] = place);
        let task = |task: &usize| {
            let (step, work) = self.tasks[*task];
            Task { step, work, after: self.after[*task].iter().map(|first| position[*first]).collect(), rank: rank[*task] }
        };
        Ok(order.iter().map(task).collect())
    }

    fn cycle(&self, waits: &[usize]) -> PlanError {
        let stuck = |task: &usize| waits[*task] > 0;
        let mut path = vec![(0..waits.len()).find(stuck).unwrap_or_default()];
        let around = loop {
            let last = path[path.len() - 1];
            let Some(next) = self.after[last].iter().copied().find(stuck) else { break 0 };
            if let Some(start) = path.iter().position(|task| *task == next) {
                break start;
            }
            path.push(next);
        };
        let name = |task: &usize| {
            let (step, work) = self.tasks[*task];
            let verb = if matches!(work, Work::Remove | Work::Release) { "delete" } else { self.steps[step].action.word() };
            format!("{verb} `{}`", self.steps[step].urn.path())
        };
        let names: Vec<String> = path[around..].iter().map(name).collect();
        let message = format!("these steps wait for each other: {}", names.join(", which waits for: "));
        let problem = Problem::new(self.steps[self.tasks[path[around]].0].urn.path(), message);
        PlanError::Refused(
            problem.hint("make the change in two runs, use `.delete_before_replace()`, or `.alias(..)` if it was renamed").into(),
        )
    }
}

type Place<'a> = (&'a str, &'a Home, Vec<Value>);

/// The work of a step: what makes its resource as declared, and what lets its old object go.
fn work(step: &Step) -> (Option<Work>, Option<Work>) {
    let departure = || {
        let retained = (step.wishes.retain || step.current.as_ref().is_some_and(|current| current.wishes.retain)) && !step.gone;
        Some(if retained { Work::Release } else { Work::Remove })
    };
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
