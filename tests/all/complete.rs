//! No kind lacks what every kind has: a table of fields, tests of its life, a page, simulated operations.

use std::{collections::BTreeSet, fs, path::PathBuf};

use blogstack_tests::{
    fields::{model::Model, repository, schemas, service_and_name, table::Table},
    kinds::Kind,
    moto::{coverage, judge::Judge},
    python::skip,
    run,
    service::{self, Protocol},
};

/// The tests of kinds: their places, as in `ec2` or `iam/role`, and their texts.
fn tests_of_kinds() -> Vec<(String, String)> {
    let folder = repository("tests/all/kinds");
    let mut left = vec![folder.clone()];
    let mut found = Vec::new();
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let place = path.strip_prefix(&folder).unwrap().display().to_string();
            found.push((place, fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

/// Whether a file in this place is of a service: those of EC2 have no name of a service before theirs.
fn is_of(place: &str, service: &str) -> bool {
    let other = |name: &str| place.starts_with(&format!("{name}_")) || place.starts_with(&format!("{name}/"));
    match service {
        "ec2" => !service::SERVICES.iter().any(|service| service.name != "ec2" && other(service.name)),
        name => other(name),
    }
}

/// The operation that makes what a text's lives are about: `creates: "CreateVpc"`.
fn creates(text: &str) -> Option<&str> {
    let lives = text.contains("lives!(").then_some(text)?;
    Some(lives.split_once("creates: \"")?.1.split_once('"')?.0)
}

#[test]
fn every_kind_has_a_table_lives_and_a_page() {
    let tests = tests_of_kinds();
    let listed: BTreeSet<String> = crate::kinds::all().iter().map(Kind::name).collect();
    let mut wrong = Vec::new();
    for schema in schemas().into_iter().filter(|schema| schema.kind.starts_with("aws:")) {
        let (service, name) = service_and_name(schema.kind);
        let table = Table::of_kind(schema.kind);
        let made: BTreeSet<&str> = table.iter().flat_map(Table::operations).collect();
        let lives = tests.iter().filter(|(place, _)| is_of(place, service)).filter_map(|(_, text)| creates(text));
        let page: PathBuf = repository("book/src/reference/kinds").join(service).join(format!("{name}.md"));
        let checks = [
            (table.is_ok(), "has no field table"),
            // What only waits makes nothing.
            (made.is_empty() || lives.into_iter().any(|operation| made.contains(operation)), "has no tests of its life"),
            (made.is_empty() || listed.contains(schema.kind), "is not among those that tests of all kinds draw from"),
            (page.exists(), "has no page in the reference"),
        ];
        wrong.extend(checks.iter().filter(|(is, _)| !is).map(|(_, what)| format!("`{}` {what}", schema.kind)));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Each operation that a kind calls is sent with nothing but what its path needs: it may be refused, but not for being unknown.
#[test]
fn every_operation_that_a_kind_calls_is_simulated() {
    if let Err(error) = Model::of("ec2") {
        return skip(&format!("asking the simulation for every operation: {error}"));
    }
    let judge = Judge::simulation("123456789012");
    let unknown = ["InvalidAction", "UnknownOperationException", "MissingAction"];
    let is_unknown = |full: &String| {
        let (service, operation) = full.split_once(':').unwrap();
        let with = match service::named(service).protocol {
            Protocol::Rest => Model::of(service).unwrap().path_members(operation),
            Protocol::Query(_) | Protocol::Json(_) => Vec::new(),
        };
        let with: Vec<_> = with.into_iter().map(|name| (name.to_owned(), "x".to_owned())).collect();
        run(judge.ask(service, operation, &with)).error().is_some_and(|code| unknown.contains(&code))
    };
    let missing: Vec<String> = coverage::operations().into_iter().filter(is_unknown).collect();
    assert!(missing.is_empty(), "the simulation does not know {missing:?}");
}
