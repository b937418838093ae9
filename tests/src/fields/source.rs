//! What the source of a kind calls.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::{repository, service_and_name};

/// The source of a kind.
pub struct Source {
    service: String,
    text: String,
}

impl Source {
    /// The source of a kind: the file with its name, and those in the folder with its name.
    pub fn of_kind(kind: &str) -> Result<Self, String> {
        let (service, name) = service_and_name(kind);
        let stem = repository("blogstack-aws/src").join(service).join(name.replace('-', "_"));
        let mut files = rust_files(&stem);
        files.push(stem.with_extension("rs"));
        let texts = files.iter().map(|file| fs::read_to_string(file).map_err(|error| format!("reading {}: {error}", file.display())));
        Ok(Self::new(service, texts.collect::<Result<Vec<_>, _>>()?.concat()))
    }

    /// This text.
    pub fn new(service: impl Into<String>, text: impl Into<String>) -> Self {
        Self { service: service.into(), text: text.into() }
    }

    /// The operations that it calls, other than those that only read or that end the kind's objects: these set nothing.
    /// Every call is written with its name, as in `call::create("ec2:CreateVpc", ..)`.
    pub fn operations(&self) -> BTreeSet<&str> {
        let start = format!("\"{}:", self.service);
        let names = self.text.split(start.as_str()).skip(1).filter_map(|rest| rest.split_once('"')).map(|(name, _)| name);
        names
            .filter(|name| {
                !["BatchGet", "Describe", "Get", "Head", "List", "Delete", "Deregister", "Release", "Terminate"]
                    .iter()
                    .any(|verb| name.starts_with(verb))
            })
            .collect()
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}
