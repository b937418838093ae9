//! Each check of the tables, seen to fail.

use blogstack_core::{Resource, Tags, Value};
use blogstack_tests::fields::{
    check::{against_model, against_schema, against_source},
    model::Model,
    reference,
    table::{Reasons, Table},
};
use expect_test::{Expect, expect};

/// A disk.
#[derive(Resource)]
#[resource(type = "test:store/disk", feature = "store", exclusive(size))]
#[expect(dead_code, reason = "only its schema is used")]
struct Disk {
    /// How large it is.
    #[field(replace)]
    size: u32,
    /// How it is encrypted.
    encryption: Option<Encryption>,
    /// Who may read it.
    #[field(default = Access::Owner, write_only)]
    access: Access,
    /// Tags.
    tags: Tags,
}

/// How a disk is encrypted.
#[derive(Value)]
struct Encryption {
    /// The key.
    key: String,
}

/// Who may read a disk.
#[derive(Value)]
enum Access {
    /// Whoever made it.
    Owner,
    /// Everybody.
    All,
}

const MODEL: &str = r#"{
    "operations": { "CreateDisk": { "input": { "shape": "CreateDiskRequest" } }, "ModifyDisk": { "input": { "shape": "ModifyDiskRequest" } } },
    "shapes": {
        "CreateDiskRequest": { "members": {
            "Size": { "shape": "Integer" }, "Encryption": { "shape": "Encryptions" }, "Access": { "shape": "String" },
            "Tags": { "shape": "Tags" }, "DryRun": { "shape": "Boolean" }
        } },
        "ModifyDiskRequest": { "members": { "Id": { "shape": "String" }, "Access": { "shape": "String" } } },
        "Encryptions": { "member": { "shape": "Encryption" } },
        "Encryption": { "members": { "Key": { "shape": "String" }, "Mode": { "shape": "String" } } },
        "Tags": { "member": { "shape": "Tag" } },
        "Tag": { "members": { "Key": { "shape": "String" }, "Value": { "shape": "String" } } }
    }
}"#;

const TABLE: &str = r#"
["CreateDisk, ModifyDisk"]
Id = { left_out = "identifies" }
Size = { supported = "size" }
"Encryption.Key" = { supported = "encryption.key" }
"Encryption.Mode" = { left_out = "not-yet", note = "there is one only" }
Access = { supported = ["access"] }
Tags = { supported = "tags" }
DryRun = { left_out = "plumbing" }
"#;

fn reasons() -> Reasons {
    let reasons = [("identifies", "Which one."), ("not-yet", "Not there yet:"), ("plumbing", "Set by the library.")];
    reasons.into_iter().map(|(key, sentence)| (key.to_owned(), sentence.to_owned())).collect()
}

/// What is wrong with the table when `line` stands in it instead of `instead_of`.
fn check(instead_of: &str, line: &str, expected: &Expect) {
    assert!(TABLE.contains(instead_of));
    let table: Table = match toml::from_str(&TABLE.replace(instead_of, line)) {
        Ok(table) => table,
        Err(error) => return expected.assert_eq(error.message()),
    };
    let model = Model::parse(MODEL).expect("a model");
    let called = ["CreateDisk", "ModifyDisk"].map(String::from).into();
    let found = [
        against_model(&table, &model, Disk::SCHEMA),
        against_schema(&table, &reasons(), Disk::SCHEMA),
        against_source(&table, &called),
    ];
    expected.assert_eq(&found.concat().join("\n"));
}

#[test]
fn a_true_table_has_no_mistake() {
    check("", "", &expect![""]);
}

#[test]
fn inputs_are_those_of_the_model() {
    check("Id = {", "Name = {", &expect![[r#""#]]);
    check("Size = { supported = \"size\" }", "", &expect![[r#""#]]);
    check("\"Encryption.Mode\" = { left_out = \"not-yet\", note = \"there is one only\" }", "", &expect![[r#""#]]);
    check("\"Encryption.Mode\"", "Encryption", &expect![[r#""#]]);
}

#[test]
fn what_has_parts_is_supported_in_parts() {
    let parts = TABLE.lines().filter(|line| line.contains("Encryption")).collect::<Vec<_>>().join("\n");
    check(&parts, "Encryption = { supported = \"encryption.key\" }", &expect![[r#""#]]);
    check(&parts, "Encryption = { left_out = \"plumbing\" }", &expect![[r#""#]]);
}

#[test]
fn fields_are_those_of_the_kind() {
    check("\"size\"", "\"sizes\"", &expect![[r#""#]]);
    check("\"encryption.key\"", "\"encryption\"", &expect![[r#""#]]);
    check("{ supported = [\"access\"] }", "{ left_out = \"plumbing\" }", &expect![[r#""#]]);
}

#[test]
fn reasons_are_those_of_the_list() {
    check("\"plumbing\"", "\"dunno\"", &expect![[r#""#]]);
    check(", note = \"there is one only\"", "", &expect![[r#""#]]);
    check("{ left_out = \"plumbing\" }", "{ leftout = \"plumbing\" }", &expect![[r#""#]]);
}

#[test]
fn operations_are_those_that_the_kind_calls() {
    check("CreateDisk, ModifyDisk", "CreateDisk", &expect![[r#""#]]);
    check("CreateDisk, ModifyDisk", "CreateDisk, ModifyDisk, EraseDisk", &expect![[r#""#]]);
    check("DryRun = { left_out = \"plumbing\" }", "DryRun = { left_out = \"plumbing\" }\n[unused]\nModifyDisk = { left_out = \"plumbing\" }\nEraseDisk = { left_out = \"plumbing\" }", &expect![[r#""#]]);
}

#[test]
fn a_page_shows_fields_parts_and_what_is_left_out() {
    let table = toml::from_str(TABLE).expect("a table");
    expect![[r#""#]].assert_eq(&reference::page(Disk::SCHEMA, &table, &reasons()));
}
