//! The operations that the source of a kind calls.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::{repository, service_and_name};

/// The operations that a kind calls, other than those that only read or that end its objects: these set nothing.
pub fn operations(kind: &str) -> Result<BTreeSet<String>, String> {
    let (service, name) = service_and_name(kind);
    let stem = repository("blogstack-aws/src").join(service).join(name.replace('-', "_"));
    let mut files = rust_files(&stem);
    files.push(stem.with_extension("rs"));
    let texts = files.iter().map(|file| fs::read_to_string(file).map_err(|error| format!("reading {}: {error}", file.display())));
    let texts = texts.collect::<Result<Vec<_>, _>>()?;
    Ok(texts.iter().flat_map(|text| called(text, service)).filter(|operation| !sets_nothing(operation)).collect())
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// Every call is written with its name, as in `call::create("ec2:CreateVpc", ..)`.
fn called<'a>(text: &'a str, service: &str) -> impl Iterator<Item = String> + use<'a> {
    let start = format!("\"{service}:");
    let names: Vec<&str> = text.split(start.as_str()).skip(1).filter_map(|rest| rest.split_once('"')).map(|(name, _)| name).collect();
    names.into_iter().map(str::to_owned)
}

fn sets_nothing(operation: &str) -> bool {
    ["Describe", "Get", "Delete", "Release", "Terminate"].iter().any(|verb| operation.starts_with(verb))
}
