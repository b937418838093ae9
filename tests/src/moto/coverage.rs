//! What the scenarios have to play: every operation that a kind calls, and every error that the simulation knows.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use super::scenario::Scenario;
use crate::{fields::repository, service::SERVICES};

/// The operations that the sources of the kinds call: every call is written with its name, as in
/// `call::create("ec2:CreateVpc", ..)`.
pub fn operations() -> BTreeSet<String> {
    let is_operation = |literal: &&str| {
        let parts = literal.split_once(':');
        parts.is_some_and(|(service, name)| SERVICES.iter().any(|known| known.name == service) && name.starts_with(char::is_uppercase))
    };
    let sources = sources(&repository("blogstack-aws/src"));
    sources.iter().flat_map(|text| literals(text)).map(|(_, literal)| literal).filter(is_operation).map(ToOwned::to_owned).collect()
}

/// The codes of errors that the sources of the simulation name.
pub fn codes() -> BTreeSet<String> {
    let source = repository("blogstack-aws/sim/src");
    let mut texts = Vec::new();
    for service in SERVICES {
        texts.extend(sources(&source.join(service.name)));
        texts.extend(source_of(&source.join(service.name).with_extension("rs")));
    }
    for file in ["failure.rs", "engine.rs"] {
        texts.extend(source_of(&source.join(file)));
    }
    let codes = texts.iter().flat_map(|text| literals(text)).filter(|(before, literal)| is_code(before, literal));
    codes.map(|(_, literal)| literal.to_owned()).collect()
}

/// Whether a literal is a code: by where it stands, or by its look.
fn is_code(before: &str, literal: &str) -> bool {
    let places = ["Failure::new(", "Failure::limit(", "Self::new(", "missing:", "malformed: Some("];
    let looks = ["LimitExceeded", ".NotFound", ".Malformed", ".InUse", ".Duplicate"];
    literal.starts_with(char::is_uppercase)
        && !literal.contains(' ')
        && (places.iter().any(|place| before.trim_end().ends_with(place)) || looks.iter().any(|end| literal.ends_with(end)))
}

/// Every string of a source, with what stands before it.
fn literals(text: &str) -> Vec<(&str, &str)> {
    let pieces: Vec<&str> = text.split('"').collect();
    pieces.windows(2).step_by(2).map(|pair| (pair[0], pair[1])).collect()
}

/// The sources in a folder and below it.
fn sources(folder: &Path) -> Vec<String> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries.iter().flat_map(|path| if path.is_dir() { sources(path) } else { Vec::from_iter(source_of(path)) }).collect()
}

/// A source without its tests and comments.
fn source_of(file: &Path) -> Option<String> {
    let is_source = file.extension().is_some_and(|extension| extension == "rs") && file.file_stem().is_some_and(|stem| stem != "tests");
    let text = fs::read_to_string(file).ok().filter(|_| is_source)?;
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    Some(text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n"))
}

/// What some scenarios play.
#[derive(Debug, Default)]
pub struct Played {
    /// Operations that are expected to succeed somewhere.
    pub succeeding: BTreeSet<String>,
    /// The codes that operations are expected to be refused with.
    pub refused: BTreeMap<String, BTreeSet<String>>,
}

impl Played {
    /// What these play.
    pub fn by<'a>(scenarios: impl IntoIterator<Item = &'a Scenario>) -> Self {
        let mut played = Self::default();
        for step in scenarios.into_iter().flat_map(|scenario| &scenario.steps) {
            match &step.refusal {
                None => drop(played.succeeding.insert(step.full_name())),
                Some(code) => drop(played.refused.entry(step.full_name()).or_default().insert(code.clone())),
            }
        }
        played
    }

    /// Every code that is provoked somewhere.
    pub fn codes(&self) -> BTreeSet<&String> {
        self.refused.values().flatten().collect()
    }
}
