//! AWS's own description of its API: what its Python SDK, botocore, is made from.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::Path,
    process::Command,
    sync::{Mutex, PoisonError},
};

use serde_json::Value as Json;

use super::repository;
use crate::python::target;

/// A service: its operations and the shapes of their inputs.
pub struct Model(Json);

/// An input, or a part of one.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// Its name.
    pub name: &'a str,
    /// The name of its shape.
    pub shape: &'a str,
    /// Its name in requests, which may have another first letter.
    sent_as: &'a str,
}

impl Model {
    /// A model in JSON.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text).map(Self)
    }

    /// The pinned model of a service, read once.
    ///
    /// # Errors
    /// When it is not there and cannot be fetched.
    pub fn of(service: &str) -> Result<&'static Self, String> {
        static ALL: Mutex<BTreeMap<String, Result<&'static Model, String>>> = Mutex::new(BTreeMap::new());
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        let read = || Self::pinned(service).map(|model| &*Box::leak(Box::new(model)));
        all.entry(service.to_owned()).or_insert_with(read).clone()
    }

    /// The model in JSON.
    pub fn raw(&self) -> &Json {
        &self.0
    }

    /// The pinned model of a service. It is downloaded with pip into the target folder once.
    ///
    /// # Errors
    /// When it is not there and cannot be fetched.
    fn pinned(service: &str) -> Result<Self, String> {
        let requirements = repository("tests/service-models/requirements.txt");
        let text = fs::read_to_string(&requirements).map_err(|error| format!("reading {}: {error}", requirements.display()))?;
        let release = text.lines().find(|line| line.starts_with("botocore==")).and_then(|line| line.split(' ').next());
        let folder = target().join("service-models").join(release.ok_or("no release of botocore is pinned")?);
        let file = format!("{service}.json");
        fetched(&requirements, &folder, service, &file).map_err(|error| format!("fetching AWS's model of {service}: {error}"))?;
        let text = fs::read_to_string(folder.join(file)).map_err(|error| error.to_string())?;
        Self::parse(&text).map_err(|error| format!("reading AWS's model of {service}: {error}"))
    }

    /// The name of the shape of an operation's input.
    pub fn input(&self, operation: &str) -> Option<&str> {
        self.0["operations"][operation]["input"]["shape"].as_str()
    }

    /// The parts of a shape; lists are looked through. What has no parts has none.
    pub fn members<'a>(&'a self, shape: &str) -> Vec<Member<'a>> {
        let shape = &self.0["shapes"][shape];
        if let Some(item) = shape["member"]["shape"].as_str() {
            return self.members(item);
        }
        let members = shape["members"].as_object().into_iter().flatten();
        let sent_as = |member: &'a Json| ["queryName", "locationName"].iter().find_map(|key| member[*key].as_str());
        members
            .filter_map(|(name, member)| Some(Member { name, shape: member["shape"].as_str()?, sent_as: sent_as(member).unwrap_or(name) }))
            .collect()
    }

    /// The inputs of an operation that stand in the path of its requests.
    pub fn path_members(&self, operation: &str) -> Vec<&str> {
        let members = self.input(operation).and_then(|shape| self.0["shapes"][shape]["members"].as_object());
        members.into_iter().flatten().filter(|(_, member)| member["location"] == "uri").map(|(name, _)| name.as_str()).collect()
    }

    /// The path of an input that a request calls `Filter.1.Value.2`: `Filters.Values`.
    pub fn path(&self, operation: &str, parameter: &str) -> Option<String> {
        let input = self.input(operation)?;
        self.path_in(input, parameter).or_else(|| {
            // What is the whole body goes without its name.
            let payload = self.0["shapes"][input]["payload"].as_str()?;
            let inside = self.0["shapes"][input]["members"][payload]["shape"].as_str()?;
            Some(format!("{payload}.{}", self.path_in(inside, parameter)?))
        })
    }

    fn path_in(&self, shape: &str, parameter: &str) -> Option<String> {
        let mut shape = shape;
        let mut path = Vec::new();
        for name in parameter.split('.').filter(|name| name.parse::<u32>().is_err()) {
            let raw = &self.0["shapes"][shape];
            // Headers that begin alike are the entries of a map.
            let of_prefix = |(_, member): &(&String, &Json)| {
                let prefix = member["locationName"].as_str().unwrap_or_default().to_ascii_lowercase();
                member["location"] == "headers" && name.to_ascii_lowercase().starts_with(&prefix)
            };
            let map = raw["members"].as_object().into_iter().flatten().find(of_prefix);
            match self.members(shape).into_iter().find(|member| member.sent_as.eq_ignore_ascii_case(name)) {
                Some(member) => {
                    path.push(member.name);
                    shape = member.shape;
                }
                None if map.is_some() => {
                    path.extend(map.map(|(name, _)| name.as_str()));
                    break;
                }
                // The entries of a map are the program's.
                None if raw["type"] == "map" => break,
                // The elements of a list have a name of their own.
                None if raw["type"] == "list" && raw["member"]["locationName"].as_str().unwrap_or("member") == name => {}
                None => return None,
            }
        }
        Some(path.join("."))
    }
}

/// Fetches the model unless it is there. One at a time: tests may run in several processes.
fn fetched(requirements: &Path, folder: &Path, service: &str, file: &str) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    let lock = File::create(folder.join("lock")).map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| error.to_string())?;
    if folder.join(file).exists() {
        return Ok(());
    }
    let script = repository("tests/service-models/fetch.py");
    let output = Command::new("python3").arg(script).arg(requirements).arg(folder).args([service, file]).output();
    let output = output.map_err(|error| format!("running python3: {error}"))?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()) }
}
