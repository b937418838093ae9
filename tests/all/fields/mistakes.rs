//! Each check of the tables, seen to fail.

#![expect(clippy::needless_raw_string_hashes, reason = "`UPDATE_EXPECT` writes them")]

use blogstack_core::{Resource, Tags, Value};
use blogstack_tests::fields::{
    check::{Sent, against_calls, against_model, against_schema, against_source},
    model::Model,
    reference,
    source::Source,
    table::{Reasons, Table},
};
use expect_test::{Expect, expect};

/// A disk.
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "test:store/disk", feature = "store", exclusive(size))]
struct Disk {
    /// How large it is.
    #[field(replace)]
    size: u32,
    /// How it is encrypted.
    encryption: Option<Encryption>,
    /// Who may read it.
    #[field(default = Access::Owner, write_only)]
    access: Access,
    /// Whether it is erased before it is deleted.
    erase: Option<bool>,
    /// Tags.
    tags: Tags,
}

/// How a disk is encrypted.
#[derive(Debug, Clone, PartialEq, Value)]
struct Encryption {
    /// The key.
    key: String,
}

/// Who may read a disk.
#[derive(Debug, Clone, PartialEq, Value)]
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
            "Size": { "shape": "Integer" }, "Encryption": { "shape": "Encryptions", "locationName": "encryption" }, "Access": { "shape": "String" },
            "Tags": { "shape": "Tags", "locationName": "TagList", "queryName": "Tag" }, "DryRun": { "shape": "Boolean" }
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

[own]
erase = "done on deletion"
"#;

const SOURCE: &str = r#"
    call::create("store:CreateDisk", || create.clone().send()).await?;
    call::change("store:ModifyDisk", || modify.clone().send()).await?;
    call::read("store:DescribeDisks", || describe.clone().send()).await?;
"#;

/// What the kind is seen to send.
fn sent() -> Sent<'static> {
    let create = ["Size", "encryption.1.Key", "Tag.1.Key", "Tag.1.Value", "DryRun"];
    [("CreateDisk", create.into()), ("ModifyDisk", ["Id", "Access"].into())].into()
}

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
    let found = [
        against_model(&table, &model, Disk::SCHEMA),
        against_schema(&table, &reasons(), Disk::SCHEMA),
        against_source(&table, &Source::new("store", SOURCE)),
        against_calls(&table, &model, &sent()),
    ];
    expected.assert_eq(&found.concat().join("\n"));
}

#[test]
fn a_true_table_has_no_mistake() {
    check("", "", &expect![""]);
}

#[test]
fn inputs_are_those_of_the_model() {
    check(
        "Id = {",
        "Name = {",
        &expect![[r#"
        CreateDisk, ModifyDisk: Id is missing
        CreateDisk, ModifyDisk: Name is not an input, or is given in parts too"#]],
    );
    check(
        "Size = { supported = \"size\" }",
        "",
        &expect![[r#"
        CreateDisk, ModifyDisk: Size is missing
        no input is set from `size`"#]],
    );
    check(
        "\"Encryption.Mode\" = { left_out = \"not-yet\", note = \"there is one only\" }",
        "",
        &expect!["CreateDisk, ModifyDisk: Encryption.Mode is missing"],
    );
    check(
        "\"Encryption.Mode\"",
        "Encryption",
        &expect![[r#"
            CreateDisk, ModifyDisk: Encryption.Mode is missing
            CreateDisk, ModifyDisk: Encryption is not an input, or is given in parts too
            CreateDisk, ModifyDisk: Encryption is left out and sent"#]],
    );
}

#[test]
fn what_has_parts_is_supported_in_parts() {
    let parts = TABLE.lines().filter(|line| line.contains("Encryption")).collect::<Vec<_>>().join("\n");
    check(
        &parts,
        "Encryption = { supported = \"encryption.key\" }",
        &expect!["CreateDisk, ModifyDisk: Encryption is supported and has parts: list them"],
    );
    check(&parts, "Encryption = { left_out = \"plumbing\" }", &expect!["no input is set from `encryption.key`"]);
}

#[test]
fn fields_are_those_of_the_kind() {
    check(
        "\"size\"",
        "\"sizes\"",
        &expect![[r#"
        CreateDisk, ModifyDisk: Size: `sizes` is not a field, or one with parts
        no input is set from `size`"#]],
    );
    check(
        "\"encryption.key\"",
        "\"encryption\"",
        &expect![[r#"
        CreateDisk, ModifyDisk: Encryption.Key: `encryption` is not a field, or one with parts
        no input is set from `encryption.key`"#]],
    );
    check("erase = \"done on deletion\"", "", &expect!["no input is set from `erase`"]);
    check(
        "erase =",
        "burn =",
        &expect![[r#"
        own: `burn` is not a field, or one with parts
        no input is set from `erase`"#]],
    );
    check("[\"access\"]", "[\"access\", \"erase\"]", &expect!["own: an input is set from `erase`"]);
    check("{ supported = [\"access\"] }", "{ left_out = \"plumbing\" }", &expect!["no input is set from `access`"]);
}

#[test]
fn reasons_are_those_of_the_list() {
    check(
        "\"plumbing\"",
        "\"dunno\"",
        &expect![[r#"
        CreateDisk, ModifyDisk: DryRun: `dunno` is not in the list of reasons
        CreateDisk, ModifyDisk: DryRun is left out and sent"#]],
    );
    check(", note = \"there is one only\"", "", &expect!["CreateDisk, ModifyDisk: Encryption.Mode: `not-yet` needs a note"]);
    check(
        "{ left_out = \"plumbing\" }",
        "{ leftout = \"plumbing\" }",
        &expect![[r#"neither `supported = "field"` nor `left_out = "reason"`"#]],
    );
}

#[test]
fn operations_are_those_that_the_kind_calls() {
    check(
        "CreateDisk, ModifyDisk",
        "CreateDisk",
        &expect![[r#"
            CreateDisk: Id is not an input, or is given in parts too
            ModifyDisk is called and has no table
            CreateDisk: Access is supported and never sent"#]],
    );
    check(
        "CreateDisk, ModifyDisk",
        "CreateDisk, ModifyDisk, EraseDisk",
        &expect![[r#"
        EraseDisk is not an operation of AWS
        EraseDisk has a table and is not called"#]],
    );
    check(
        "DryRun = { left_out = \"plumbing\" }",
        "DryRun = { left_out = \"plumbing\" }\n[unused]\nModifyDisk = { left_out = \"plumbing\" }\nEraseDisk = { left_out = \"plumbing\" }",
        &expect![[r#"
        unused: EraseDisk is not an operation of AWS
        unused: ModifyDisk is called"#]],
    );
}

#[test]
fn what_is_supported_is_sent_and_nothing_else() {
    check(
        "{ supported = [\"access\"] }",
        "{ left_out = \"not-yet\", note = \"soon\" }",
        &expect![[r#"
        no input is set from `access`
        CreateDisk, ModifyDisk: Access is left out and sent"#]],
    );
    check(
        "{ left_out = \"not-yet\", note = \"there is one only\" }",
        "{ supported = \"encryption.key\" }",
        &expect!["CreateDisk, ModifyDisk: Encryption.Mode is supported and never sent"],
    );
}

#[test]
fn a_page_shows_fields_parts_and_what_is_left_out() {
    let table = toml::from_str(TABLE).expect("a table");
    expect![[r#"
        <!-- Written by `UPDATE_EXPECT=1 cargo test -p blogstack-tests fields`. -->

        # `store::Disk`

        A disk.

        Kind `test:store/disk`, cargo feature `store`. No two may share `size`.

        ## Inputs

        | Input | Type | Unset | What it is |
        | --- | --- | --- | --- |
        | `size` | integer | required | How large it is. *A change replaces the object.* |
        | `encryption` | block |  | How it is encrypted. |
        | `encryption.key` | text | required | The key. |
        | `access` | `owner`, `all` | `owner` | Who may read it. *AWS does not tell it again.* |
        | `erase` | yes or no |  | Whether it is erased before it is deleted. |
        | `tags` | map to text |  | Tags. |

        ## Outputs

        | Output | Type | What it is |
        | --- | --- | --- |
        | `id` | id of `store::Disk` | What AWS calls it. |

        ## What is left out

        | Input of AWS | Why there is no field |
        | --- | --- |
        | `Encryption.Mode` | Not there yet: there is one only. |
        | `DryRun` | Set by the library. |
        | `Id` | Which one. |
    "#]]
    .assert_eq(&reference::page(Disk::SCHEMA, &table, &reasons()));
}
