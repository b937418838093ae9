//! What a plan was made from, fenced piece by piece: what the program says, what is recorded, and of what is observed only what
//! the plan used.
//!
//! The order of the work is left out: it is made anew from the rest, and always safe.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::canonical::Canonical;
use crate::{
    diff::FieldChange,
    expr::Expr,
    graph::{Declared, Graph, Node, Query},
    plan::Plan,
    seal::Fencer,
    state::{Record, State},
    step::{Action, Step},
    urn::Urn,
    value::Value,
};

/// A resource, a look-up or an exported value, with a fence around each thing that its part of the plan was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fenced {
    pub(super) subject: Subject,
    /// What is to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) action: Option<String>,
    /// By what is fenced: see [`RECORDED`] and its like, with `.field` behind it where a field has a fence of its own.
    pub(super) fences: BTreeMap<String, String>,
}

/// What a plan speaks of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Subject {
    Resource(String),
    LookUp(String),
    Export(String),
}

/// The record, but for what it says of the object's looks.
pub(super) const RECORDED: &str = "recorded";
/// What was observed: by itself, whether the object is there; `observed.cidr_block` where that is not as it should be.
pub(super) const OBSERVED: &str = "observed";
/// What was observed of it and is used elsewhere: `used.public_ip`.
pub(super) const USED: &str = "used";
/// What the program declares: `program.cidr_block`; by itself, its options.
pub(super) const PROGRAM: &str = "program";
/// What the program's expressions yield: `inputs.cidr_block`.
pub(super) const INPUTS: &str = "inputs";
/// What follows from all of this, here and in what it depends on.
pub(super) const DECIDED: &str = "decided";

/// Fences everything that `plan` was made from.
pub(super) fn fences(fencer: &Fencer, graph: &Graph, state: &State, plan: &Plan) -> Vec<Fenced> {
    let used = Used::by(graph);
    let steps = plan.steps.iter().map(|step| of_step(fencer, graph, state, &used, step));
    let look_ups = used.answers.values().map(|(query, paths)| of_look_up(fencer, query, paths, plan));
    let exports = plan.exports.iter().map(|(name, draft)| {
        let mut pen = Pen::new(fencer, Subject::Export(name.clone()), None);
        pen.fence(PROGRAM, "", &graph.exports.get(name).map(|export| &export.expr));
        pen.fence(DECIDED, "", draft);
        pen.fenced
    });
    steps.chain(look_ups).chain(exports).collect()
}

/// Which parts of resources and answers the program uses.
#[derive(Default)]
struct Used<'a> {
    fields: BTreeMap<&'a Urn, BTreeMap<&'a [String], &'a Node>>,
    answers: BTreeMap<String, (&'a Query, BTreeSet<&'a [String]>)>,
}

impl<'a> Used<'a> {
    fn by(graph: &'a Graph) -> Self {
        let mut used = Self::default();
        let inputs = graph.declared.iter().flat_map(|declared| declared.inputs.iter().map(|(_, expr)| expr));
        for expr in inputs.chain(graph.exports.values().map(|export| &export.expr)) {
            expr.visit(&mut |inner| match inner {
                Expr::Field { node, path } => drop(used.fields.entry(&node.urn).or_default().insert(path, node)),
                Expr::Answer { query, path } => {
                    used.answers.entry(query.key()).or_insert_with(|| (query, BTreeSet::new())).1.insert(path);
                }
                _ => {}
            });
        }
        used
    }
}

/// Writes the fences of one subject.
struct Pen<'a> {
    fencer: &'a Fencer,
    fenced: Fenced,
}

impl<'a> Pen<'a> {
    fn new(fencer: &'a Fencer, subject: Subject, action: Option<Action>) -> Self {
        let action = action.map(|action| action.word().to_owned());
        Self { fencer, fenced: Fenced { subject, action, fences: BTreeMap::new() } }
    }

    fn fence(&mut self, what: &str, field: &str, content: &dyn Canonical) {
        let name = if field.is_empty() { what.to_owned() } else { format!("{what}.{field}") };
        let (sort, subject) = match &self.fenced.subject {
            Subject::Resource(name) => ("resource", name),
            Subject::LookUp(name) => ("look-up", name),
            Subject::Export(name) => ("export", name),
        };
        let mut fence = self.fencer.begin(&[sort, subject, &name]);
        content.write(&mut fence);
        self.fenced.fences.insert(name, fence.end());
    }
}

fn of_look_up(fencer: &Fencer, query: &Query, paths: &BTreeSet<&[String]>, plan: &Plan) -> Fenced {
    let mut pen = Pen::new(fencer, Subject::LookUp(query.describe()), None);
    let answer = plan.pins.get(&query.key());
    for path in paths {
        pen.fence(USED, &path.join("."), &answer.and_then(|answer| at(answer, path)));
    }
    pen.fenced
}

fn at<'a>(value: &'a Value, path: &[String]) -> Option<&'a Value> {
    value.at(path.iter().map(String::as_str))
}

fn of_step(fencer: &Fencer, graph: &Graph, state: &State, used: &Used<'_>, step: &Step) -> Fenced {
    let mut pen = Pen::new(fencer, Subject::Resource(step.urn.to_string()), Some(step.action));
    if let Some(record) = step.current.as_ref().and_then(|record| state.records.get(&record.uid)) {
        pen.fence(RECORDED, "", record);
    }
    observed(&mut pen, used, step);
    if let Some(declared) = step.node.and_then(|node| graph.declared.get(node)) {
        pen.fence(PROGRAM, "", declared);
        declared.inputs.iter().for_each(|(field, expr)| pen.fence(PROGRAM, field, expr));
    }
    step.inputs.entries().for_each(|(field, draft)| pen.fence(INPUTS, field, draft));
    pen.fence(DECIDED, "", step);
    pen.fenced
}

/// Fields that are as they should be have no fence, and may take any other form that is.
fn observed(pen: &mut Pen<'_>, used: &Used<'_>, step: &Step) {
    let Some(current) = &step.current else { return };
    pen.fence(OBSERVED, "", &step.gone);
    if matches!(step.action, Action::Same | Action::Update | Action::Adopt) {
        for (path, node) in used.fields.get(&step.urn).into_iter().flatten() {
            let Some((first, _)) = path.split_first().filter(|(first, _)| *first != "id") else { continue };
            // What an update may change is not known to the plan.
            let is_unknown = step.action == Action::Update && node.schema.field(first).is_some_and(|field| field.volatile);
            if !is_unknown {
                pen.fence(USED, &path.join("."), &at(&current.outputs, path));
            }
        }
    }
    step.changes.iter().for_each(|change| pen.fence(OBSERVED, change.field, &change.old));
}

impl Canonical for Record {
    fn write(&self, fence: &mut crate::seal::Fence) {
        let Self { urn, uid, version, home, id, phase, inputs, dependencies, wishes, outputs: _, since: _ } = self;
        (urn, (uid.as_str(), id)).write(fence);
        let plain = format!("{version} {home:?} {phase:?} {dependencies:?} {wishes:?}");
        (plain, inputs).write(fence);
    }
}

/// The options. Inputs have fences of their own.
impl Canonical for Declared {
    fn write(&self, fence: &mut crate::seal::Fence) {
        let crate::options::Options {
            protect,
            retain,
            adopt,
            depends_on,
            ignore_changes,
            replace_on,
            delete_before_replace,
            timeout,
            deleted_with,
            aliases,
        } = &self.options;
        let (version, home) = (self.node.schema.version, &self.node.home);
        format!("{version} {home:?} {protect} {retain} {delete_before_replace} {timeout:?}").write(fence);
        (adopt, (ignore_changes, replace_on)).write(fence);
        let urns: Vec<&Urn> = depends_on.iter().map(|node| &node.urn).collect();
        (urns, (deleted_with.as_ref().map(|node| &node.urn), aliases)).write(fence);
    }
}

impl Canonical for Step {
    fn write(&self, fence: &mut crate::seal::Fence) {
        let Self { home, action, changes, reasons, renamed_from, left_out, old_stays, gone, .. } = self;
        format!("{home:?} {action:?} {left_out} {gone}").write(fence);
        (changes, (reasons, renamed_from)).write(fence);
        old_stays.write(fence);
    }
}

impl Canonical for FieldChange {
    fn write(&self, fence: &mut crate::seal::Fence) {
        let Self { field, old, new, cause, replaces } = self;
        format!("{field} {cause:?} {replaces}").write(fence);
        (old, new).write(fence);
    }
}
