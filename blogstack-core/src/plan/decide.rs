//! What becomes of each declared resource.

use std::collections::{BTreeMap, BTreeSet};

use super::{PlanError, Selection, Situation, order, rivals};
use crate::{
    diff::{self, Wanted, collides},
    error::{Problem, Problems},
    expr::{Environment, Expr},
    graph::{Declared, Graph, Node, Query},
    provider::{FieldProblem, Neighbour, Related},
    shape::{FieldSchema, Schema},
    state::{Phase, Record, Wishes},
    step::{Action, Step},
    urn::{Uid, Urn},
    value::{Draft, Unknown, Value},
};

/// The steps so far, and what each declared resource will yield.
pub(super) struct Decisions<'a> {
    pub(super) steps: Vec<Step>,
    numbers: BTreeMap<&'a Urn, usize>,
    outputs: Vec<Draft>,
    answers: &'a BTreeMap<String, Value>,
}

impl Environment for Decisions<'_> {
    fn outputs(&self, node: &Node) -> Option<&Draft> {
        self.outputs.get(*self.numbers.get(&node.urn)?)
    }

    fn answer(&self, query: &Query) -> Option<&Value> {
        self.answers.get(&query.key())
    }
}

/// Goes through the declarations in their order, in which everything comes after what it refers to. `makes_room` says of some, by
/// number, why their old object goes first if they are replaced.
pub(super) fn decide<'a>(
    situation: &Situation<'a>,
    selection: &Selection,
    claims: &[Option<Uid>],
    makes_room: &BTreeMap<usize, String>,
) -> Result<Decisions<'a>, PlanError> {
    let graph = situation.graph;
    let mut decisions = Decisions {
        steps: Vec::with_capacity(graph.len()),
        numbers: graph.declared.iter().enumerate().map(|(number, declared)| (&declared.node.urn, number)).collect(),
        outputs: Vec::with_capacity(graph.len()),
        answers: &situation.observed.answers,
    };
    let shared = shared_paths(situation);
    let affinities = order::affinities(graph, &decisions.numbers);
    let (mut invalid, mut refused) = (Vec::new(), Vec::new());
    for (number, declared) in graph.declared.iter().enumerate() {
        let one = One { situation, selection, decisions: &decisions, makes_room, declared, number };
        let (inputs, problems) = one.inputs();
        invalid.extend(problems);
        let mut step = match one.step(inputs, claims[number].as_ref()) {
            Ok(step) => step,
            Err(Verdict::Invalid(problem)) => {
                invalid.push(problem);
                one.blank()
            }
            Err(Verdict::Refused(problem, step)) => {
                refused.push(problem);
                *step
            }
        };
        step.depends_on = one.depends_on();
        step.depends_on.extend(affinities.get(&number).into_iter().flatten());
        let outputs = outputs(declared.node.schema, &step, shared.contains(step.urn.path()));
        decisions.steps.push(step);
        decisions.outputs.push(outputs);
    }
    decisions.finish_rewrites(situation);
    if invalid.is_empty() {
        invalid.extend(rivals::rivals(graph, &decisions.steps));
    }
    Problems(invalid).none_or(()).map_err(PlanError::Invalid)?;
    Problems(refused).none_or(()).map_err(PlanError::Refused)?;
    Ok(decisions)
}

impl Decisions<'_> {
    /// The uids of the objects that a step's object is built on.
    fn dependencies(&self, step: &Step) -> BTreeSet<Uid> {
        step.depends_on.iter().map(|number| self.steps[*number].uid.clone()).collect()
    }

    /// A record is written anew when anything in it is out of date, even if the object stays as it is.
    fn finish_rewrites(&mut self, situation: &Situation<'_>) {
        for number in 0..self.steps.len() {
            let step = &self.steps[number];
            let Some(written) = step.current.as_ref().and_then(|record| situation.state.records.get(&record.uid)) else { continue };
            let same = step.current.as_ref() == Some(written)
                && step.urn == written.urn
                && step.wishes == written.wishes
                && step.inputs.known().as_ref() == Some(&written.inputs)
                && self.dependencies(step) == written.dependencies;
            self.steps[number].rewrite = !same;
        }
    }

    /// The steps, each with what its resource will yield.
    pub(super) fn into_steps(self) -> Vec<Step> {
        let mut steps = self.steps;
        steps.iter_mut().zip(self.outputs).for_each(|(step, outputs)| step.outputs = outputs);
        steps
    }

    /// What the stack will show.
    pub(super) fn exports(&self, graph: &Graph) -> Result<Vec<(String, Draft)>, PlanError> {
        let mut problems = Vec::new();
        let mut exports = Vec::new();
        for (name, export) in &graph.exports {
            match export.expr.evaluate(self) {
                Ok(draft) => exports.push((name.clone(), draft)),
                Err(message) => problems.push(Problem::new(name, format!("exporting a value: {message}")).at(export.line)),
            }
        }
        Problems(problems).none_or(exports).map_err(PlanError::Invalid)
    }
}

enum Verdict {
    Invalid(Problem),
    Refused(Problem, Box<Step>),
}

/// One declaration and all that its decision needs.
struct One<'a, 'b> {
    situation: &'b Situation<'a>,
    selection: &'b Selection,
    decisions: &'b Decisions<'a>,
    makes_room: &'b BTreeMap<usize, String>,
    declared: &'b Declared,
    number: usize,
}

impl One<'_, '_> {
    fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::new(self.declared.node.urn.path(), message).at(self.declared.node.line)
    }

    /// The inputs as far as they are known, in the order of the schema, and what is wrong with them.
    fn inputs(&self) -> (Draft, Vec<Problem>) {
        let mut inputs = Draft::empty();
        let mut problems = Vec::new();
        for (name, expr) in &self.declared.inputs {
            match expr.evaluate(self.decisions) {
                Ok(draft) => inputs.set(*name, canonical(self.declared.node.schema.field(name), draft)),
                Err(message) => problems.push(self.problem(format!("field `{name}`: {message}"))),
            }
        }
        let schema = self.declared.node.schema;
        let Some(provider) = self.situation.providers.get(schema.kind) else {
            let problem = self.problem(format!("this target has no provider for the kind `{}`", schema.kind));
            problems.push(problem.hint(format!("build with the cargo feature `{}`", schema.feature)));
            return (inputs, problems);
        };
        if problems.is_empty() {
            problems.extend(provider.check(&inputs, &self.related()).into_iter().map(|found| self.found(&found)));
        }
        (inputs, problems)
    }

    /// A problem with a field. Where the field refers to a declared resource, that one's line has to do with it.
    fn found(&self, found: &FieldProblem) -> Problem {
        let problem = self.problem(format!("field `{}`: {}", found.field, found.message));
        let other = self.neighbours().find(|(name, _)| *name == found.field);
        match other.and_then(|(_, number)| self.decisions.steps.get(number)?.line) {
            Some(line) => problem.related(line, "what it refers to"),
            None => problem,
        }
    }

    /// The inputs that are ids of declared resources, with the resources' numbers.
    fn neighbours(&self) -> impl Iterator<Item = (&'static str, usize)> {
        self.declared.inputs.iter().filter_map(|(name, expr)| match expr {
            Expr::Field { node, path } if path.len() == 1 && path[0] == "id" => Some((*name, *self.decisions.numbers.get(&node.urn)?)),
            _ => None,
        })
    }

    fn related(&self) -> Related<'_> {
        let decided = self.neighbours().filter(|(_, number)| *number < self.decisions.outputs.len());
        let neighbour =
            |number: usize| Neighbour { outputs: &self.decisions.outputs[number], inputs: &self.decisions.steps[number].inputs };
        decided.map(|(name, number)| (name, neighbour(number))).collect()
    }

    fn depends_on(&self) -> BTreeSet<usize> {
        self.declared.references().into_iter().filter_map(|node| self.decisions.numbers.get(&node.urn).copied()).collect()
    }

    /// A step that does nothing yet.
    fn blank(&self) -> Step {
        let options = &self.declared.options;
        let deleted_with = options.deleted_with.as_ref().and_then(|node| self.decisions.numbers.get(&node.urn));
        Step {
            urn: self.declared.node.urn.clone(),
            home: self.declared.node.home.clone(),
            action: Action::Same,
            changes: Vec::new(),
            reasons: Vec::new(),
            renamed_from: None,
            left_out: false,
            line: Some(self.declared.node.line),
            node: Some(self.number),
            uid: self.new_uid(),
            current: None,
            old_stays: None,
            gone: false,
            inputs: Draft::empty(),
            outputs: Draft::Null,
            wishes: Wishes {
                protect: options.protect,
                retain: options.retain,
                deleted_with: deleted_with.map(|number| self.decisions.steps[*number].uid.clone()),
                timeout: options.timeout.map(|limit| limit.as_secs()),
            },
            timeout: options.timeout,
            depends_on: BTreeSet::new(),
            adopt: options.adopt.clone(),
            rewrite: false,
        }
    }

    /// SHA-256 of stack, journal head and urn: never used twice, because the head moves before the object is made.
    fn new_uid(&self) -> Uid {
        let mut text = self.situation.owner.stack_uid.clone().into_bytes();
        text.extend_from_slice(self.situation.head);
        text.extend_from_slice(self.declared.node.urn.as_str().as_bytes());
        Uid::from_digest(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &text).as_ref())
    }

    fn step(&self, inputs: Draft, claim: Option<&Uid>) -> Result<Step, Verdict> {
        let blank = Step { inputs, ..self.blank() };
        match (claim.and_then(|uid| self.situation.state.records.get(uid)), &self.declared.options.adopt) {
            (Some(record), _) => self.existing(blank, record),
            (None, Some(id)) => self.adopt(blank, id),
            (None, None) => Ok(Step { action: Action::Create, ..blank }),
        }
    }

    fn wanted<'b>(&'b self, inputs: &'b Draft) -> Wanted<'b> {
        Wanted::of(self.declared, inputs)
    }

    fn adopt(&self, blank: Step, id: &str) -> Result<Step, Verdict> {
        let urn = &blank.urn;
        let Some(Some(object)) = self.situation.observed.adopted.get(urn) else {
            let problem = self.problem(format!("there is no {} with the id `{id}` to adopt", urn.short_kind()));
            return Err(Verdict::Invalid(
                problem.hint("check the id and the region, or declare it without `.adopt(..)` to make a new one"),
            ));
        };
        let record = Record {
            urn: urn.clone(),
            uid: blank.uid.clone(),
            version: self.declared.node.schema.version,
            home: blank.home.clone(),
            id: object.id.clone(),
            phase: Phase::Complete,
            inputs: Value::empty(),
            outputs: object.outputs.clone(),
            dependencies: BTreeSet::new(),
            wishes: blank.wishes.clone(),
            since: 0,
        };
        let changes = diff::diff(&self.wanted(&blank.inputs), &record);
        if let Some(change) = changes.iter().find(|change| change.replaces && change.unknown().is_none()) {
            let problem = self.problem(format!("`{id}` cannot be adopted as it is: its `{}` is {:?}", change.field, change.old));
            return Err(Verdict::Invalid(problem.hint("declare the object as it is; adopting never replaces")));
        }
        Ok(Step { action: Action::Adopt, changes, current: Some(record), ..blank })
    }

    fn existing(&self, blank: Step, written: &Record) -> Result<Step, Verdict> {
        let mut record = written.migrated(self.declared.node.schema).map_err(|message| Verdict::Invalid(self.problem(message)))?;
        if record.home.place() == blank.home.place() {
            record.home = blank.home.clone();
        }
        let renamed_from = (written.urn != blank.urn).then(|| written.urn.clone());
        let mut step = Step { renamed_from, ..blank };
        let broken = match self.situation.observed.objects.get(&record.uid) {
            Some(None) => {
                return Ok(Step { action: Action::Create, gone: true, reasons: vec![GONE.into()], current: Some(record), ..step });
            }
            Some(Some(object)) => {
                record.outputs.clone_from(&object.outputs);
                object.broken.clone()
            }
            None => None,
        };
        step.changes = diff::diff(&self.wanted(&step.inputs), &record);
        let mut reasons = self.replacement_reasons(&step, &record, broken);
        let replace = !reasons.is_empty() || step.changes.iter().any(|change| change.replaces);
        if replace {
            let delete_first = self.deletes_first(&step, &record, &mut reasons);
            step.action = Action::Replace { delete_first };
        } else {
            step.uid = record.uid.clone();
            if record.phase == Phase::Incomplete {
                reasons.push("an operation on it was interrupted".into());
            }
            step.action = if step.changes.is_empty() && reasons.is_empty() { Action::Same } else { Action::Update };
        }
        step.reasons = reasons;
        step.current = Some(record);
        // Lifting the protection and using that in one run is what it protects against.
        match replace && (step.wishes.protect || written.wishes.protect) {
            true => Err(Verdict::Refused(self.protected(&step), Box::new(step))),
            false => Ok(step),
        }
    }

    fn protected(&self, step: &Step) -> Problem {
        let why = step.changes.iter().find(|change| change.replaces).map(|change| format!("field `{}`", change.field));
        let why = why.or_else(|| step.reasons.first().cloned()).unwrap_or_default();
        let problem = self.problem(format!("it is protected, but this change would replace it: {why}"));
        let recorded = step.renamed_from.as_ref().unwrap_or(&step.urn);
        let declared = if step.wishes.protect { "take `.protect()` out of the program, and " } else { "" };
        problem.hint(format!("undo the change, or lift the protection first: {declared}`state unprotect '{recorded}'`"))
    }

    /// Reasons beyond the fields' own rules.
    fn replacement_reasons(&self, step: &Step, record: &Record, broken: Option<String>) -> Vec<String> {
        let mut reasons: Vec<String> = broken.into_iter().map(|why| format!("the object cannot be used: {why}")).collect();
        if record.home != step.home {
            let place = |home: &crate::graph::Home| format!("{} in account {}", home.region.as_deref().unwrap_or("global"), home.account);
            reasons.push(format!("it moves from {} to {}", place(&record.home), place(&step.home)));
        }
        let cleared: Vec<&'static str> = step.changes.iter().filter(|change| change.new.is_none()).map(|change| change.field).collect();
        let heeded = self.wanted(&step.inputs).heeded(record);
        let provider = self.situation.providers.get(step.urn.kind());
        reasons.extend(provider.and_then(|provider| provider.replaces(&record.outputs, &heeded, &cleared)));
        if self.selection.replaces(&step.urn) {
            reasons.push("asked for with --replace".into());
        }
        reasons.extend(self.held_and_deleted_first().map(|path| format!("`{path}`, which it holds, is deleted first")));
        reasons
    }

    /// The resources that are deleted before their replacement is made, although this one cannot let go of them.
    fn held_and_deleted_first(&self) -> impl Iterator<Item = &str> {
        let mut found = BTreeSet::new();
        for (name, expr) in &self.declared.inputs {
            if self.declared.node.schema.field(name).is_none_or(|field| field.loose) {
                continue;
            }
            expr.visit(&mut |inner| {
                if let Expr::Field { node, path } = inner
                    && path.first().is_some_and(|first| first == "id")
                    && let Some(number) = self.decisions.numbers.get(&node.urn)
                    && self.decisions.steps[*number].action == (Action::Replace { delete_first: true })
                {
                    found.insert(node.urn.path());
                }
            });
        }
        found.into_iter()
    }

    fn deletes_first(&self, step: &Step, record: &Record, reasons: &mut Vec<String>) -> bool {
        if self.declared.options.delete_before_replace {
            reasons.push("the program asks that the old object goes first".into());
            return true;
        }
        let schema = self.declared.node.schema;
        if record.home == step.home && collides((schema, &record.outputs), (schema, &step.inputs)) {
            reasons.push("both could not exist at once".into());
            return true;
        }
        if let Some(why) = self.makes_room.get(&self.number) {
            reasons.push(why.clone());
            return true;
        }
        self.held_and_deleted_first().next().is_some()
    }
}

const GONE: &str = "the object has disappeared";

/// Sets in canonical order, so that equal declarations have equal records.
fn canonical(field: Option<&'static FieldSchema>, mut draft: Draft) -> Draft {
    if let (Some(FieldSchema { shape: crate::shape::Shape::Set(_), .. }), Draft::List(items)) = (field, &mut draft) {
        items.sort();
        items.dedup();
    }
    draft
}

/// The paths under which there are several kinds.
fn shared_paths<'a>(situation: &Situation<'a>) -> BTreeSet<&'a str> {
    let declared = situation.graph.declared.iter().map(|declared| &declared.node.urn);
    let recorded = situation.state.records.values().map(|record| &record.urn);
    let urns: BTreeSet<&Urn> = declared.chain(recorded).collect();
    let mut seen = BTreeSet::new();
    urns.into_iter().map(Urn::path).filter(|path| !seen.insert(*path)).collect()
}

/// What a resource will yield after its step.
fn outputs(schema: &Schema, step: &Step, shared: bool) -> Draft {
    let unknown = |field: &str| Draft::Unknown(Unknown { urn: step.urn.clone(), path: field.into(), shared });
    let stays = matches!(step.action, Action::Same | Action::Update | Action::Adopt);
    let current = step.current.as_ref().filter(|_| stays);
    let mut outputs = current.map_or_else(Draft::empty, |record| record.outputs.to_draft());
    outputs.set("id", current.map_or_else(|| unknown("id"), |record| Draft::text(&record.id)));
    for field in schema.fields {
        let changed = step.changes.iter().find(|change| change.field == field.name);
        let value = match (step.inputs.get(field.name), changed) {
            (Some(input), Some(_)) => input.clone(),
            (Some(input), None) if outputs.get(field.name).is_none() => input.clone(),
            (_, Some(change)) => change.new.clone().unwrap_or_else(|| unknown(field.name)),
            (_, None) if current.is_none() => field.default.map_or_else(|| unknown(field.name), |default| default().to_draft()),
            (_, None) if field.volatile && step.action == Action::Update => unknown(field.name),
            _ => continue,
        };
        outputs.set(field.name, value);
    }
    outputs
}
