//! Where moto and the simulation differ, and the list of those differences: each with a reason.
//!
//! ```toml
//! [[difference]]
//! operations = ["CreateSubnet", "DescribeSubnets"]
//! at = "*/subnetArn"
//! reason = "moto-lacks"
//!
//! [[difference]]
//! operations = ["DeleteSubnet"]
//! scenario = "a subnet with an instance in it stays"
//! at = "error"
//! moto = ["success"]
//! simulation = ["DependencyViolation"]
//! reason = "moto-accepts"
//! note = "DeleteSubnet: all instances in it have to be terminated first"
//! ```
//!
//! `at` is `error`, `status` or the path of an element; `*/` before it stands for anything above. An entry covers what has the form
//! that its reason says, and the values that it names.

use std::{collections::BTreeMap, fmt, fs};

use serde::Deserialize;

use crate::fields::repository;

/// Something that moto and the simulation do not say alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The scenario.
    pub scenario: String,
    /// The operation, without its service.
    pub operation: String,
    /// `error`, `status`, or the path of an element.
    pub at: String,
    /// What moto says there; nothing when it has no such element.
    pub moto: Vec<String>,
    /// What the simulation says there.
    pub simulation: Vec<String>,
}

/// The list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// The closed list of reasons, a sentence for each.
    pub reasons: BTreeMap<String, String>,
    /// The entries.
    pub difference: Vec<Entry>,
    /// Codes that the simulation's sources name and that no scenario provokes, with the reason.
    pub unprovoked: BTreeMap<String, String>,
    /// Operations that nothing in a request can make fail, with the reason.
    pub never_refused: BTreeMap<String, String>,
}

/// One entry: differences that have one reason.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The operations where it shows.
    pub operations: Vec<String>,
    /// Only in the scenario of this name.
    pub scenario: Option<String>,
    /// Where in the answer.
    pub at: String,
    /// The values that moto says.
    pub moto: Option<Vec<String>>,
    /// The values that the simulation says.
    pub simulation: Option<Vec<String>>,
    /// A key of the list of reasons.
    pub reason: String,
    /// What the reason does not say.
    pub note: Option<String>,
}

impl Listed {
    /// `tests/moto/differences.toml`.
    pub fn read() -> Result<Self, String> {
        let file = repository("tests/moto/differences.toml");
        let text = fs::read_to_string(&file).map_err(|error| format!("reading {}: {error}", file.display()))?;
        toml::from_str(&text).map_err(|error| format!("reading {}: {error}", file.display()))
    }

    /// What the list and the differences that were found do not agree on: what is not listed, what no longer differs, and what is
    /// not rightly written.
    pub fn problems(&self, found: &[Difference]) -> Vec<String> {
        let covered = |difference: &&Difference| !self.difference.iter().any(|entry| entry.covers(difference));
        let unlisted = found.iter().filter(covered).map(|difference| format!("is not listed: {difference}"));
        let malformed = self.difference.iter().flat_map(|entry| self.malformed(entry));
        unlisted.chain(self.difference.iter().flat_map(|entry| entry.idle(found))).chain(malformed).collect()
    }

    fn malformed(&self, entry: &Entry) -> Vec<String> {
        let form = form_of(&entry.reason).filter(|_| self.reasons.contains_key(&entry.reason));
        let explained = self.reasons.get(&entry.reason).is_some_and(|sentence| !sentence.ends_with(':') || entry.note.is_some());
        let valued = form != Some(Form::Other) || (entry.moto.is_some() && entry.simulation.is_some());
        let wrong = [(form.is_none(), "has no such reason"), (!explained, "needs a note"), (!valued, "needs the values of both")];
        wrong.iter().filter(|(is, _)| *is).map(|(_, what)| format!("{what}: {entry}")).collect()
    }
}

/// What the two sides of a difference look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    OnlyMoto,
    OnlySimulation,
    Other,
}

/// The form that a reason is about.
fn form_of(reason: &str) -> Option<Form> {
    match reason {
        "moto-lacks" => Some(Form::OnlySimulation),
        "moto-invents" | "simulation-omits" => Some(Form::OnlyMoto),
        "moto-accepts" | "moto-refuses" | "moto-other-code" | "moto-other-value" | "either" | "knock-on" => Some(Form::Other),
        _ => None,
    }
}

impl Entry {
    /// Whether a difference is of this entry.
    fn covers(&self, difference: &Difference) -> bool {
        self.operations.contains(&difference.operation) && self.is_about(difference)
    }

    fn is_about(&self, difference: &Difference) -> bool {
        let at = match self.at.strip_prefix("*/") {
            Some(end) => difference.at == end || difference.at.strip_suffix(end).is_some_and(|above| above.ends_with('/')),
            None => difference.at == self.at,
        };
        let form = match (difference.moto.is_empty(), difference.simulation.is_empty()) {
            (false, true) => Form::OnlyMoto,
            (true, false) => Form::OnlySimulation,
            _ => Form::Other,
        };
        let says = |listed: &Option<Vec<String>>, said: &[String]| listed.as_ref().is_none_or(|listed| listed == said);
        at && form_of(&self.reason) == Some(form)
            && self.scenario.as_ref().is_none_or(|scenario| *scenario == difference.scenario)
            && says(&self.moto, &difference.moto)
            && says(&self.simulation, &difference.simulation)
    }

    /// The operations of the entry where nothing of it was found.
    fn idle(&self, found: &[Difference]) -> Vec<String> {
        let differs = |operation: &&String| !found.iter().any(|one| one.operation == **operation && self.is_about(one));
        self.operations.iter().filter(differs).map(|operation| format!("no longer differs in {operation}: {self}")).collect()
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scenario, operation, at, moto, simulation } = self;
        write!(f, "{operation} at `{at}` in `{scenario}`: moto {moto:?}, simulation {simulation:?}")
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operations, at, moto, simulation, reason, .. } = self;
        write!(f, "{operations:?} at `{at}`, {reason}: moto {moto:?}, simulation {simulation:?}")
    }
}
