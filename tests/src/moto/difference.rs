//! Where moto and the simulation differ, and the list of those differences: each with a reason.
//!
//! ```toml
//! [[difference]]
//! operations = ["CreateSubnet", "DescribeSubnets"]
//! at = ["*/subnetArn"]
//! reason = "moto-lacks"
//!
//! [[difference]]
//! operations = ["DeleteSubnet"]
//! scenarios = ["a subnet with an instance in it stays"]
//! at = ["error"]
//! moto = ["success"]
//! simulation = ["DependencyViolation"]
//! reason = "moto-accepts"
//! note = "DeleteSubnet: all instances in it have to be terminated first"
//! ```
//!
//! `at` is `error`, `status` or the path of an element; `*/` before it stands for anything above. An entry covers what has the form
//! that its reason says, and the values that it names. Each operation, scenario and path of an entry has to differ somewhere.

use std::{
    collections::BTreeMap,
    fmt, fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::answer::{SUCCESS, UNINTELLIGIBLE};
use crate::fields::repository;

/// Something that moto and the simulation do not say alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The scenario.
    pub scenario: String,
    /// The operation; that of another service than EC2 with its service: `iam:CreateRole`.
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
    #[serde(default)]
    pub reasons: BTreeMap<String, String>,
    /// The entries.
    #[serde(default)]
    pub difference: Vec<Entry>,
    /// Codes that the simulation's sources name and that no scenario provokes, with the reason.
    #[serde(default)]
    pub unprovoked: BTreeMap<String, String>,
    /// Operations that nothing in a request can make fail, with the reason.
    #[serde(default)]
    pub never_refused: BTreeMap<String, String>,
    /// Kinds of objects that moto keeps when what they belong to is gone, with the reason.
    #[serde(default)]
    pub left_behind: BTreeMap<String, String>,
}

/// One entry: differences that have one reason.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The operations where it shows.
    pub operations: Vec<String>,
    /// Only in the scenarios of these names; without any, in all.
    #[serde(default)]
    pub scenarios: Vec<String>,
    /// Where in the answer.
    pub at: Vec<String>,
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
    /// `tests/moto/differences.toml`, with what stands for single services in the folder of this name.
    pub fn read() -> Result<Self, String> {
        let folder = repository("tests/moto/differences");
        let entries = fs::read_dir(&folder).map_err(|error| format!("reading {}: {error}", folder.display()))?;
        let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        files.sort();
        let mut all = Self::of(&repository("tests/moto/differences.toml"))?;
        for file in files {
            let more = Self::of(&file)?;
            all.reasons.extend(more.reasons);
            all.difference.extend(more.difference);
            all.unprovoked.extend(more.unprovoked);
            all.never_refused.extend(more.never_refused);
            all.left_behind.extend(more.left_behind);
        }
        Ok(all)
    }

    fn of(file: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(file).map_err(|error| format!("reading {}: {error}", file.display()))?;
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
        let reason = Reason::named(&entry.reason).filter(|_| self.reasons.contains_key(&entry.reason));
        let explained = self.reasons.get(&entry.reason).is_none_or(|sentence| !sentence.ends_with(':') || entry.note.is_some());
        let silent = |said: &Option<Vec<String>>, wanted: bool| wanted && said.is_none();
        let valued =
            !reason.is_some_and(|reason| silent(&entry.moto, reason.names_moto()) || silent(&entry.simulation, reason.names_simulation()));
        let wrong = [(reason.is_none(), "has no such reason"), (!explained, "needs a note"), (!valued, "needs the values")];
        wrong.iter().filter(|(is, _)| *is).map(|(_, what)| format!("{what}: {entry}")).collect()
    }
}

/// Why the two differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    Lacks,
    Invents,
    Accepts,
    Refuses,
    Cannot,
    OtherCode,
    OtherValue,
    Either,
    KnockOn,
}

impl Reason {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "moto-lacks" => Self::Lacks,
            "moto-invents" => Self::Invents,
            "moto-accepts" => Self::Accepts,
            "moto-refuses" => Self::Refuses,
            "moto-cannot" => Self::Cannot,
            "moto-other-code" => Self::OtherCode,
            "moto-other-value" => Self::OtherValue,
            "either" => Self::Either,
            "knock-on" => Self::KnockOn,
            _ => return None,
        })
    }

    /// Whether a difference has the form that the reason is about.
    fn fits(self, difference: &Difference) -> bool {
        let Difference { at, moto, simulation, .. } = difference;
        let (moto_succeeds, simulation_succeeds) = (moto.iter().any(|one| one == SUCCESS), simulation.iter().any(|one| one == SUCCESS));
        let of_error = at == "error" || at == "status";
        let unanswered = moto.iter().any(|one| one == UNINTELLIGIBLE);
        match self {
            Self::Lacks => !of_error && moto.is_empty(),
            Self::Invents => !of_error && simulation.is_empty(),
            Self::Accepts => of_error && moto_succeeds,
            Self::Refuses => of_error && simulation_succeeds && !unanswered,
            Self::Cannot => of_error && unanswered,
            Self::OtherCode => of_error && !moto_succeeds && !simulation_succeeds && !unanswered,
            Self::OtherValue | Self::Either => !moto.is_empty() && !simulation.is_empty(),
            Self::KnockOn => true,
        }
    }

    /// Whether entries say what moto answers.
    fn names_moto(self) -> bool {
        matches!(self, Self::OtherCode | Self::OtherValue | Self::Refuses)
    }

    /// Whether entries say what the simulation answers.
    fn names_simulation(self) -> bool {
        matches!(self, Self::OtherCode | Self::OtherValue | Self::Accepts)
    }
}

impl Entry {
    /// Whether a difference is of this entry.
    fn covers(&self, difference: &Difference) -> bool {
        let says = |listed: &Option<Vec<String>>, said: &[String]| listed.as_ref().is_none_or(|listed| listed == said);
        self.operations.contains(&difference.operation)
            && (self.scenarios.is_empty() || self.scenarios.contains(&difference.scenario))
            && self.at.iter().any(|at| is_at(at, difference))
            && Reason::named(&self.reason).is_some_and(|reason| reason.fits(difference))
            && says(&self.moto, &difference.moto)
            && says(&self.simulation, &difference.simulation)
    }

    /// The parts of the entry of which nothing was found.
    fn idle(&self, found: &[Difference]) -> Vec<String> {
        let own: Vec<&Difference> = found.iter().filter(|one| self.covers(one)).collect();
        let operations = self.operations.iter().filter(|operation| !own.iter().any(|one| one.operation == **operation));
        let scenarios = self.scenarios.iter().filter(|scenario| !own.iter().any(|one| one.scenario == **scenario));
        let paths = self.at.iter().filter(|at| !own.iter().any(|one| is_at(at, one)));
        operations.chain(scenarios).chain(paths).map(|part| format!("no longer differs in `{part}`: {self}")).collect()
    }
}

/// Whether a difference is at a path; `*/` before it stands for anything above.
fn is_at(at: &str, difference: &Difference) -> bool {
    match at.strip_prefix("*/") {
        Some(end) => difference.at == end || difference.at.strip_suffix(end).is_some_and(|above| above.ends_with('/')),
        None => difference.at == at,
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
        write!(f, "{operations:?} at {at:?}, {reason}: moto {moto:?}, simulation {simulation:?}")
    }
}
