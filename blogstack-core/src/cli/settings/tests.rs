//! Settings that are right, and what is said about those that are not.

use std::path::Path;

use expect_test::{Expect, expect};
use serde::Deserialize;

use super::*;
use crate::display::Style;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "what is read is shown by `Debug`")]
struct Blog {
    name: String,
    #[serde(default)]
    network: Network,
    #[serde(default)]
    mode: Mode,
    password: Option<SecretSource>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Network {
    cidr_block: ipnet::Ipv4Net,
    zones: u8,
    tags: Vec<String>,
}

impl Default for Network {
    fn default() -> Self {
        Self { cidr_block: "10.0.0.0/16".parse().expect("a range"), zones: 2, tags: Vec::new() }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    #[default]
    Small,
    Large,
}

fn read(text: &str, sets: &[&str]) -> Result<Blog, Failure> {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    Settings::of(Some(Path::new("stacks/prod.toml")), text.to_owned(), &sets)?.typed()
}

#[track_caller]
fn check(text: &str, sets: &[&str], expected: &Expect) {
    let shown = match read(text, sets) {
        Ok(blog) => format!("{blog:?}\n"),
        Err(failure) => failure.text(Style::plain()),
    };
    expected.assert_eq(&shown);
}

const NAME: &str = "name = 'blog'\n";

#[test]
fn flags_lie_over_the_file() {
    let file = "name = 'blog'\n[network]\nzones = 2\ntags = ['a']\n";
    check(
        file,
        &[],
        &expect![[r#"
        Blog { name: "blog", network: Network { cidr_block: 10.0.0.0/16, zones: 2, tags: ["a"] }, mode: Small, password: None }
    "#]],
    );
    check(
        file,
        &["network.zones=3", "name=shop", "network.tags=['b', 'c']", "mode=large"],
        &expect![[r#"
        Blog { name: "shop", network: Network { cidr_block: 10.0.0.0/16, zones: 3, tags: ["b", "c"] }, mode: Large, password: None }
    "#]],
    );
    check(
        NAME,
        &["network.cidr_block=10.1.0.0/16", "network={ zones = 1 }"],
        &expect![[r#"
        Blog { name: "blog", network: Network { cidr_block: 10.0.0.0/16, zones: 1, tags: [] }, mode: Small, password: None }
    "#]],
    );
    check(
        NAME,
        &["name=a=b\nc"],
        &expect![[r#"
        Blog { name: "a=b\nc", network: Network { cidr_block: 10.0.0.0/16, zones: 2, tags: [] }, mode: Small, password: None }
    "#]],
    );
}

#[test]
fn an_unknown_setting_is_refused_with_the_known_ones() {
    check(
        "name = 'blog'\n\nnmae = 'x'\n",
        &[],
        &expect![[r#"
        error: reading settings: there is no setting `nmae` (`stacks/prod.toml:3:1`)
          hint: did you mean `name`? known settings: `name`, `network`, `mode`, `password`
    "#]],
    );
    check(
        "name = 'blog'\n[network]\nzone = 3\n",
        &[],
        &expect![[r#"
        error: reading settings: there is no setting `network.zone` (`stacks/prod.toml:3:1`)
          hint: did you mean `network.zones`? known in `network`: `cidr_block`, `zones`, `tags`
    "#]],
    );
    check(
        NAME,
        &["network.zone=3"],
        &expect![[r#"
        error: reading settings: there is no setting `network.zone` (`--set network.zone`)
          hint: did you mean `network.zones`? known in `network`: `cidr_block`, `zones`, `tags`
    "#]],
    );
    check(
        NAME,
        &["netwrok.zones=3"],
        &expect![[r#"
        error: reading settings: there is no setting `netwrok` (`--set netwrok.zones`)
          hint: did you mean `network`? known settings: `name`, `network`, `mode`, `password`
    "#]],
    );
}

#[test]
fn a_wrong_type_is_told_with_its_line() {
    check(
        "name = 'blog'\n[network]\n  zones = 'three'\n",
        &[],
        &expect![[r#"
        error: reading setting `network.zones` (`stacks/prod.toml:3:11`): expected a whole number from 0 to 255, found the text "three"
    "#]],
    );
    check(
        "name = 'blog'\n[network]\nzones = 300\n",
        &[],
        &expect![[r#"
        error: reading setting `network.zones` (`stacks/prod.toml:3:9`): expected a whole number from 0 to 255, found the number 300
    "#]],
    );
    check(
        "name = 'blog'\n[network]\nzones = -1\n",
        &[],
        &expect![[r#"
        error: reading setting `network.zones` (`stacks/prod.toml:3:9`): expected a whole number from 0 to 255, found the number -1
    "#]],
    );
    check(
        "name = 'blog'\n[network]\ncidr_block = '10.0.0.0/40'\n",
        &[],
        &expect![[r#"
        error: reading setting `network.cidr_block` (`stacks/prod.toml:3:14`): invalid IP address syntax
    "#]],
    );
    check(
        "name = 7\n",
        &[],
        &expect![[r#"
        error: reading setting `name` (`stacks/prod.toml:1:8`): expected a text in quotes, found the number 7
    "#]],
    );
    check(
        "name = 'blog'\nnetwork = 3\n",
        &[],
        &expect![[r#"
        error: reading setting `network` (`stacks/prod.toml:2:11`): expected a table, found the number 3
    "#]],
    );
    check(
        "name = 'blog'\nmode = 'huge'\n",
        &[],
        &expect![[r#"
        error: reading setting `mode` (`stacks/prod.toml:2:8`): expected `small` or `large`, found `huge`
    "#]],
    );
    check(
        "name = 'blog'\n[network]\ntags = ['a', 7]\n",
        &[],
        &expect![[r#"
        error: reading setting `network.tags` (`stacks/prod.toml:3:14`): expected a text in quotes, found the number 7
    "#]],
    );
    check(
        NAME,
        &["network.zones=three"],
        &expect![[r#"
        error: reading setting `network.zones` (`--set network.zones`): expected a whole number from 0 to 255, found the text "three"
    "#]],
    );
}

#[test]
fn what_is_missing_is_named() {
    check(
        "",
        &[],
        &expect![[r#"
        error: reading settings: `name` is missing (`stacks/prod.toml`)
          hint: write it into the file, or give it with `--set name=VALUE`
    "#]],
    );
}

#[test]
fn a_file_that_is_not_toml_is_told_with_its_line() {
    check(
        "name = 'blog'\nzones = \n",
        &[],
        &expect![[r#"
        error: reading settings (`stacks/prod.toml:2:9`): string values must be quoted, expected literal string
    "#]],
    );
    check(
        "name = 'blog'\nname = 'blog'\n",
        &[],
        &expect![[r#"
        error: reading settings (`stacks/prod.toml:2:1`): duplicate key
    "#]],
    );
}

#[test]
fn flags_that_are_no_settings_are_refused() {
    check(
        NAME,
        &["zones"],
        &expect![[r#"
        error: reading `--set`: there is no `=` in it
          hint: write `--set key=value`, as in `--set network.zones=3`
    "#]],
    );
    check(
        NAME,
        &["=3"],
        &expect![[r#"
        error: reading `--set`: `` is not the name of a setting
          hint: write `--set key=value`, as in `--set network.zones=3`
    "#]],
    );
    check(
        NAME,
        &["a b=3"],
        &expect![[r#"
        error: reading `--set`: `a b` is not the name of a setting
          hint: write `--set key=value`, as in `--set network.zones=3`
    "#]],
    );
    check(
        NAME,
        &["name.first=3"],
        &expect![[r#"
        error: reading `--set name.first`: `name` is not a table
    "#]],
    );
}

#[test]
fn a_secret_is_never_written_nor_shown() {
    check(
        "name = 'blog'\npassword = 'hunter2'\n",
        &[],
        &expect![[r#"
        error: reading setting `password` (`stacks/prod.toml:2:12`): a secret is not written here: use `{ env = "NAME" }`, `{ file = "path" }` or `{ prompt = "text" }`
    "#]],
    );
    check(
        NAME,
        &["password=hunter2"],
        &expect![[r#"
        error: reading setting `password` (`--set password`): a secret is not written here: use `{ env = "NAME" }`, `{ file = "path" }` or `{ prompt = "text" }`
    "#]],
    );
    check(
        NAME,
        &["password=1234"],
        &expect![[r#"
        error: reading setting `password` (`--set password`): a secret is not written here: use `{ env = "NAME" }`, `{ file = "path" }` or `{ prompt = "text" }`
    "#]],
    );
    check(
        NAME,
        &["password={ value = 'hunter2' }"],
        &expect![[r#"
        error: reading setting `password` (`--set password`): a secret is not written here: use `{ env = "NAME" }`, `{ file = "path" }` or `{ prompt = "text" }`
    "#]],
    );
    check(
        NAME,
        &["password={ env = 'BLOGSTACK_TEST_ABSENT' }"],
        &expect![[r#"
        error: reading setting `password` (`--set password`): the environment variable `BLOGSTACK_TEST_ABSENT` is not set
    "#]],
    );
    check(
        NAME,
        &["password={ env = 'A', file = 'B' }"],
        &expect![[r#"
        error: reading setting `password` (`--set password`): a secret has one source: `env`, `file` or `prompt`
    "#]],
    );
    check(
        NAME,
        &["password={ prompt = 'Password' }"],
        &expect![[r#"
        error: reading setting `password` (`--set password`): asking for `Password`: there is no terminal; use `env` or `file`
    "#]],
    );
    check(
        NAME,
        &["password.file=/nowhere/at/all"],
        &expect![[r#"
        error: reading setting `password` (`--set password.file`): reading the secret in `/nowhere/at/all`: No such file or directory (os error 2)
    "#]],
    );
}

#[test]
fn a_secret_comes_from_the_environment_or_a_file() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    std::fs::write(folder.path().join("secret"), "hunter2\r\n").expect("a file can be written");
    let settings = Settings::of(Some(&folder.path().join("prod.toml")), format!("{NAME}password.file = 'secret'"), &[]);
    let blog: Blog = settings.expect("it is TOML").typed().expect("it is right");
    assert_eq!(blog.password.expect("it is set").secret().expose(), "hunter2");
    let blog = read("name = 'blog'\npassword = { env = 'CARGO_PKG_NAME' }", &[]).expect("cargo sets it");
    assert_eq!(blog.password.expect("it is set").secret().expose(), "blogstack-core");
}

#[test]
fn the_reserved_table_is_no_setting_of_the_program() {
    let text = format!("{NAME}[stack]\ntarget = 'aws'\naccount = '1'\n");
    let settings = Settings::of(None, text, &["stack.region=here".to_owned()]).expect("it is TOML");
    assert_eq!(
        settings.stack().expect("it is right"),
        StackTable { target: Some("aws".into()), account: Some("1".into()), region: Some("here".into()), consistency_window: None }
    );
    settings.typed::<Blog>().expect("it is right");
}
