//! The tables themselves, as people write them.

use std::{collections::BTreeMap, fmt, fs, path::Path};

use serde::{Deserialize, de::DeserializeOwned};

use super::{repository, service_and_name};

/// What a kind makes of AWS's inputs.
#[derive(Debug, Deserialize)]
pub struct Table {
    /// Operations that no kind calls, and why.
    #[serde(default)]
    pub unused: BTreeMap<String, LeftOut>,
    /// Fields of the kind that no input is set from, and why.
    #[serde(default)]
    pub own: BTreeMap<String, String>,
    /// Inputs by path, by operation. A key may name several operations with a comma between them.
    #[serde(flatten)]
    pub calls: BTreeMap<String, BTreeMap<String, Entry>>,
}

/// What becomes of one input.
#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields, expecting = "neither `supported = \"field\"` nor `left_out = \"reason\"`")]
pub enum Entry {
    /// It is set from fields of the kind.
    Supported {
        /// The paths of the fields.
        supported: Fields,
    },
    /// It is never sent, or not from a field.
    LeftOut(LeftOut),
}

/// One field, or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Fields {
    /// The only one.
    One(String),
    /// All of them.
    Several(Vec<String>),
}

/// Why there is nothing to set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// A key of the list of reasons.
    pub left_out: String,
    /// What the reason does not say.
    pub note: Option<String>,
}

/// The closed list of reasons, a sentence for each key.
pub type Reasons = BTreeMap<String, String>;

impl Fields {
    /// The paths of the fields.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let paths = match self {
            Self::One(path) => std::slice::from_ref(path),
            Self::Several(paths) => paths,
        };
        paths.iter().map(String::as_str)
    }
}

impl Table {
    /// The table of a kind.
    pub fn of_kind(kind: &str) -> Result<Self, String> {
        let (service, name) = service_and_name(kind);
        parse_file(&repository("blogstack-aws/fields").join(service).join(format!("{name}.toml")))
    }

    /// Every input: the operations that have it, its path, and what becomes of it.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str, &Entry)> {
        self.calls.iter().flat_map(|(calls, entries)| entries.iter().map(move |(path, entry)| (calls.as_str(), path.as_str(), entry)))
    }

    /// Every path of a field that some input is set from, with the input.
    pub fn supported(&self) -> impl Iterator<Item = (Input<'_>, &str)> {
        self.entries().flat_map(|(calls, path, entry)| {
            let fields = if let Entry::Supported { supported } = entry { Some(supported) } else { None };
            fields.into_iter().flat_map(Fields::iter).map(move |field| (Input(calls, path), field))
        })
    }

    /// Every input that is left out, then every operation that is.
    pub fn left_out(&self) -> impl Iterator<Item = (Input<'_>, &LeftOut)> {
        let inputs = self.entries().filter_map(|(calls, path, entry)| match entry {
            Entry::LeftOut(left_out) => Some((Input(calls, path), left_out)),
            Entry::Supported { .. } => None,
        });
        inputs.chain(self.unused.iter().map(|(operation, left_out)| (Input(operation, ""), left_out)))
    }

    /// The operations that the kind calls.
    pub fn operations(&self) -> impl Iterator<Item = &str> {
        self.calls.keys().flat_map(|calls| split(calls))
    }
}

/// The operations in the head of a table.
pub fn split(calls: &str) -> impl Iterator<Item = &str> {
    calls.split(", ")
}

/// Operations and a path in their input, which is empty for the whole of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Input<'a>(pub &'a str, pub &'a str);

impl fmt::Display for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(calls, path) = self;
        if path.is_empty() { f.write_str(calls) } else { write!(f, "{calls}: {path}") }
    }
}

/// The list of reasons.
pub fn reasons() -> Result<Reasons, String> {
    parse_file(&repository("blogstack-aws/fields/reasons.toml"))
}

fn parse_file<T: DeserializeOwned>(file: &Path) -> Result<T, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("reading {}: {error}", file.display()))?;
    toml::from_str(&text).map_err(|error| format!("reading {}: {error}", file.display()))
}
