//! No input of AWS's operations is silently missing: the tables under `blogstack-aws/fields` against AWS's own model, the
//! schemas and the sources of the kinds; and the pages of the reference that are made from them.

mod mistakes;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use blogstack_core::shape::Schema;
use blogstack_tests::{
    fields::{
        check::{against_model, against_schema, against_source},
        model::Model,
        reference, repository, schemas, service_and_name,
        source::Source,
        table::{Table, reasons},
    },
    python::skip,
};
use expect_test::expect_file;

/// Fails with every problem of every kind.
fn none(problems: impl Fn(&'static Schema) -> Result<Vec<String>, String>) {
    let of = |schema: &&'static Schema| problems(schema).unwrap_or_else(|error| vec![error]).into_iter();
    let all: Vec<String> = schemas().iter().flat_map(|schema| of(schema).map(|problem| format!("{}: {problem}", schema.kind))).collect();
    assert!(all.is_empty(), "in blogstack-aws/fields:\n{}", all.join("\n"));
}

#[test]
fn every_input_of_aws_is_supported_or_left_out_for_a_reason() {
    if let Err(error) = Model::of("ec2") {
        return skip(&format!("the comparison of the field tables with AWS's model: {error}"));
    }
    none(|schema| Ok(against_model(&Table::of_kind(schema.kind)?, Model::of(service_and_name(schema.kind).0)?, schema)));
}

#[test]
fn every_field_of_a_kind_is_set_by_some_input() {
    none(|schema| Ok(against_schema(&Table::of_kind(schema.kind)?, &reasons()?, schema)));
}

#[test]
fn every_operation_that_a_kind_calls_has_a_table() {
    none(|schema| Ok(against_source(&Table::of_kind(schema.kind)?, &Source::of_kind(schema.kind)?)));
}

#[test]
fn the_reference_shows_the_kinds_as_they_are() {
    let reasons = reasons().expect("a list of reasons");
    for schema in schemas() {
        let table = Table::of_kind(schema.kind).unwrap_or_else(|error| panic!("{error}"));
        let (service, name) = service_and_name(schema.kind);
        expect_file![repository("book/src/reference/kinds").join(service).join(format!("{name}.md"))]
            .assert_eq(&reference::page(schema, &table, &reasons));
    }
    for folder in ["blogstack-aws/fields", "book/src/reference/kinds"] {
        nothing_else_is_in(folder);
    }
}

/// Fails when something is left of a kind that is gone.
#[track_caller]
fn nothing_else_is_in(folder: &str) {
    let kinds: BTreeSet<String> =
        schemas().iter().map(|schema| service_and_name(schema.kind)).map(|(service, name)| format!("{service}/{name}")).collect();
    let entries = |path: PathBuf| fs::read_dir(path).expect("a folder").map(|entry| entry.expect("an entry").path());
    let stem = |path: &Path| path.file_stem().expect("a name").to_string_lossy().into_owned();
    let services = entries(repository(folder)).filter(|path| path.is_dir());
    let names: BTreeSet<String> =
        services.flat_map(|service| entries(service.clone()).map(move |file| format!("{}/{}", stem(&service), stem(&file)))).collect();
    assert_eq!(names, kinds, "in {folder}");
}
