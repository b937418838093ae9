//! Scenarios: calls in a row, written one to a line.
//!
//! ```text
//! scenario the ranges of a network's subnets must not overlap
//!   CreateVpc CidrBlock=10.0.0.0/16 -> vpc=vpcId
//!   CreateSubnet VpcId=$vpc CidrBlock=10.0.1.0/24
//!   CreateSubnet VpcId=$vpc CidrBlock=10.0.1.128/25 ! InvalidSubnet.Conflict
//! ```
//!
//! A call is an operation of EC2, or of the service before its colon (`ssm:GetParameter`), with parameters as they go over the
//! wire. After `->`, a name is given to the first value of an element of the answer; `$name` stands for it from then on. After
//! `!` stands the error that is expected: without one, success is. Words with spaces are put in double quotes, those with
//! double quotes in single ones; a backslash takes the next character as it is. A parameter with
//! `{1..51}` stands for so many, each with its number there and in place of `{n}`.

use std::{collections::BTreeMap, fs};

use crate::fields::repository;

/// Calls in a row, in an account where nothing is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// What it is about.
    pub name: String,
    /// The calls.
    pub steps: Vec<Step>,
}

/// A call, and what is expected of its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The service's name, as the sources write it.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// The parameters, in their order.
    pub with: Vec<(String, String)>,
    /// Names for values of the answer: name and element.
    pub save: Vec<(String, String)>,
    /// The code of the error that is expected.
    pub refusal: Option<String>,
}

impl Scenario {
    /// All scenarios of `tests/moto/scenarios`, with the names of their files.
    pub fn all() -> Result<Vec<(String, Self)>, String> {
        let folder = repository("tests/moto/scenarios");
        let entries = fs::read_dir(&folder).map_err(|error| format!("reading {}: {error}", folder.display()))?;
        let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        files.sort();
        let mut all = Vec::new();
        for file in files {
            let text = fs::read_to_string(&file).map_err(|error| format!("reading {}: {error}", file.display()))?;
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let scenarios = read(&text).map_err(|error| format!("{}: {error}", file.display()))?;
            all.extend(scenarios.into_iter().map(|scenario| (name.clone(), scenario)));
        }
        Ok(all)
    }
}

impl Step {
    /// The operation with its service, as the sources write it: `ec2:CreateVpc`.
    pub fn full_name(&self) -> String {
        format!("{}:{}", self.service, self.operation)
    }

    /// The operation as scenarios write it: without its service when that is EC2.
    pub fn told_name(&self) -> String {
        if self.service == "ec2" { self.operation.clone() } else { self.full_name() }
    }
}

/// The scenarios of a file.
pub fn read(text: &str) -> Result<Vec<Scenario>, String> {
    let mut scenarios: Vec<Scenario> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let at = |error: &str| format!("line {}: {error}: {line}", number + 1);
        match (line.strip_prefix("scenario "), scenarios.last_mut()) {
            (Some(name), _) => scenarios.push(Scenario { name: name.to_owned(), steps: Vec::new() }),
            (None, Some(scenario)) => scenario.steps.push(step(line).map_err(|error| at(&error))?),
            (None, None) => return Err(at("a call before the first scenario")),
        }
    }
    Ok(scenarios)
}

fn step(line: &str) -> Result<Step, String> {
    let words = words(line)?;
    let mut words = words.iter().map(String::as_str);
    let call = words.next().unwrap_or_default();
    let (service, operation) = call.split_once(':').unwrap_or(("ec2", call));
    let mut step = Step { service: service.into(), operation: operation.into(), with: Vec::new(), save: Vec::new(), refusal: None };
    let mut saving = false;
    while let Some(word) = words.next() {
        match word {
            "!" => step.refusal = Some(words.next().ok_or("no code after `!`")?.to_owned()),
            "->" => saving = true,
            _ => {
                let (name, value) = word.split_once('=').ok_or(format!("`{word}` has no `=`"))?;
                match saving {
                    true => step.save.push((name.to_owned(), value.to_owned())),
                    false => step.with.extend(repeated(name, value)?),
                }
            }
        }
    }
    Ok(step)
}

/// A parameter, or as many as its name says.
fn repeated(name: &str, value: &str) -> Result<Vec<(String, String)>, String> {
    let Some((range, after)) = name.split_once("{1..").and_then(|(_, rest)| rest.split_once('}')) else {
        return Ok(vec![(name.to_owned(), value.to_owned())]);
    };
    let last: usize = range.parse().map_err(|_| format!("`{range}` is no number"))?;
    let before = name.split("{1..").next().unwrap_or_default();
    Ok((1..=last).map(|number| (format!("{before}{number}{after}"), value.replace("{n}", &number.to_string()))).collect())
}

/// The words of a line; what is in quotes, double or single ones, belongs together, and may hold quotes of the other sort.
fn words(line: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match quote {
            // What follows means nothing: quotes in a policy.
            _ if character == '\\' && quote != Some('\'') => word.extend(characters.next()),
            Some(end) if character == end => quote = None,
            None if ['"', '\''].contains(&character) => quote = Some(character),
            None if character == ' ' => words.extend((!word.is_empty()).then(|| std::mem::take(&mut word))),
            _ => word.push(character),
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    if quote.is_some() { Err("a quote is not closed".into()) } else { Ok(words) }
}

/// The values that names stand for on one side.
pub type Names = BTreeMap<String, String>;

/// A parameter's value with the names in it replaced. A name without a value stays as it is: the other side had one.
pub fn filled(value: &str, names: &Names) -> String {
    // The longest first: `$subnet-2` before `$subnet`.
    let mut names: Vec<_> = names.iter().collect();
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    names.iter().fold(value.to_owned(), |value, (name, stands_for)| value.replace(&format!("${name}"), stands_for))
}
