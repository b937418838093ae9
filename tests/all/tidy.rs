//! The form of the sources: which may use which, and what stands nowhere.
#![expect(clippy::case_sensitive_file_extension_comparisons, reason = "the names are this repository's own")]

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

mod source;
mod uses;

use source::{Source, library};
pub(crate) use source::{files, read, root};

const CORE: &str = "blogstack-core/src/";
const LIBRARIES: &[&str] = &[CORE, "blogstack-core/macros/src/", "blogstack-aws/src/", "blogstack-aws/sim/src/", "programs/src/"];

/// The layers of `blogstack-core`, from the bottom up. A module uses those of its own layer and of lower ones.
const LAYERS: &[&[&str]] = &[
    &["clock", "disk", "entropy", "shell"],
    &["data", "error", "secret", "shape", "urn", "value"],
    &["declaration", "expr", "field", "graph", "interpolate", "options", "output", "resource", "scope"],
    &["backend", "journal", "keys", "provider", "seal", "state", "target"],
    &["diff", "plan", "saved", "step"],
    &["apply", "backend/file", "command", "event", "observe", "random", "recover"],
    &["cli", "deployment", "display", "testing"],
];

/// Files that are apart from the module in whose folder they lie.
const APART: &[&str] = &["backend/file"];

/// Nothing is wrong, or a list of what is.
fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

fn layer(unit: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&unit))
}

#[test]
fn every_module_of_core_has_a_layer() {
    let units: BTreeSet<String> = library(&[CORE])
        .iter()
        .filter_map(|source| source.path.strip_prefix(CORE)?.strip_suffix(".rs").map(|inside| uses::unit(inside, APART)))
        .filter(|unit| unit != "lib")
        .collect();
    let wrong: Vec<String> = units.iter().filter(|unit| layer(unit).is_none()).map(|unit| format!("`{unit}` is in no layer")).collect();
    assert_none(&wrong);
}

#[test]
fn the_documentation_of_core_lists_the_layers() {
    let text = read("blogstack-core/src/lib.rs");
    let lines =
        text.lines().filter_map(|line| line.strip_prefix("//! ")?.split_once(". ").filter(|(number, _)| number.parse::<usize>().is_ok()));
    let told: Vec<BTreeSet<&str>> =
        lines.map(|(_, line)| line.split('`').skip(1).step_by(2).map(|name| name.trim_start_matches("mod@")).collect()).collect();
    let table: Vec<BTreeSet<&str>> = LAYERS.iter().map(|layer| layer.iter().copied().collect()).collect();
    assert_eq!(told, table);
}

#[test]
fn modules_of_core_use_lower_layers_only() {
    let uses = uses::uses(&library(&[CORE]), CORE, APART);
    let wrong: Vec<String> = uses
        .iter()
        .filter(|((user, used), _)| layer(user) < layer(used))
        .map(|((user, used), place)| format!("{place}: `{user}` uses `{used}`, which is in a higher layer"))
        .collect();
    assert_none(&wrong);
}

#[test]
fn modules_of_core_use_each_other_in_no_circle() {
    let found = uses::knots(&uses::uses(&library(&[CORE]), CORE, APART));
    let wrong: Vec<String> = found.iter().map(|knot| format!("these use each other in a circle: {}", knot.join(", "))).collect();
    assert_none(&wrong);
}

#[test]
fn crates_depend_on_each_other_one_way() {
    let allowed: BTreeMap<&str, &[&str]> = [
        ("blogstack-core/macros", &[][..]),
        ("blogstack-core", &["blogstack-macros"]),
        ("blogstack-aws", &["blogstack-core", "blogstack-sim"]),
        ("blogstack-aws/sim", &[]),
        ("programs", &["blogstack-aws", "blogstack-core", "blogstack-sim"]),
        ("tests", &["blogstack-aws", "blogstack-core", "blogstack-sim", "programs"]),
        ("tests/consumer", &["blogstack-aws", "blogstack-core"]),
    ]
    .into();
    let manifests = files().into_iter().filter_map(|path| path.strip_suffix("/Cargo.toml").map(ToOwned::to_owned));
    let mut wrong = Vec::new();
    for folder in manifests {
        let manifest = read(&format!("{folder}/Cargo.toml"));
        // What only tests need is no arrow.
        let manifest = manifest.split("[dev-dependencies]").next().unwrap_or_default();
        let (_, dependencies) = manifest.split_once("dependencies]").unwrap_or_default();
        let names = dependencies.lines().filter_map(|line| line.split(['.', ' ', '=']).next());
        let ours = names.filter(|name| name.starts_with("blogstack") || *name == "programs");
        let known = allowed.get(&*folder).copied();
        wrong.extend(known.is_none().then(|| format!("the crate in `{folder}` is new: say here what it may depend on")));
        let bad = ours.filter(|name| !known.unwrap_or_default().contains(name));
        wrong.extend(bad.map(|name| format!("{folder}/Cargo.toml: must not depend on `{name}`")));
    }
    assert_none(&wrong);
}

/// A text that a rule forbids, where it may stand, and why.
struct Exception {
    path: &'static str,
    text: &'static str,
    #[expect(dead_code, reason = "for the reader")]
    why: &'static str,
}

#[test]
fn core_names_no_cloud() {
    const EXCEPTIONS: &[Exception] = &[
        Exception { path: "blogstack-core/", text: "aws_lc_rs", why: "the name of the library of cryptography" },
        Exception { path: CORE, text: "network/vpc#aws:ec2/vpc", why: "an example in an error of what a urn looks like" },
        Exception {
            path: "blogstack-core/macros/",
            text: "after(\\\"aws:ec2/route\\\", sharing = \\\"aws:ec2/vpc\\\")",
            why: "an example in an error",
        },
        Exception { path: "blogstack-core/macros/", text: "aws:ec2/subnet", why: "an example in an error" },
    ];
    let mut wrong = Vec::new();
    let mut unused: Vec<&str> = EXCEPTIONS.iter().map(|exception| exception.text).collect();
    for source in library(&["blogstack-core/src/", "blogstack-core/macros/src/"]) {
        let mut code = source.code.clone();
        for exception in EXCEPTIONS.iter().filter(|exception| source.path.starts_with(exception.path)) {
            if code.contains(exception.text) {
                unused.retain(|text| *text != exception.text);
                code = code.replace(exception.text, &" ".repeat(exception.text.len()));
            }
        }
        let small = code.to_ascii_lowercase();
        for name in ["aws", "ec2", "amazon", "azure", "gcp"] {
            // `RawStream` has the letters, but no word that begins with them.
            let begins_word = |at: &usize| !code[..*at].ends_with(char::is_alphabetic) || code[*at..].starts_with(char::is_uppercase);
            let found = small.match_indices(name).map(|(at, _)| at).filter(begins_word);
            wrong.extend(found.map(|at| format!("{}:{}: says `{name}`", source.path, Source::line(&code, at))));
        }
    }
    wrong.extend(unused.into_iter().map(|text| format!("the exception `{text}` is no longer needed")));
    assert_none(&wrong);
}

/// Every place in `folders`, outside of `but`, where one of these texts stands in code.
fn places(folders: &[&str], but: &[&str], texts: &[&str]) -> Vec<String> {
    let sources = library(folders).into_iter().filter(|source| !but.iter().any(|folder| source.path.starts_with(folder)));
    let places = sources.flat_map(|source| {
        let of = |text: &&str| {
            let starts_word = text.starts_with(char::is_alphabetic);
            let at = source.bare.match_indices(text).map(|(at, _)| at);
            at.filter(|at| !starts_word || !source.bare[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
                .map(|at| format!("{}:{}: `{text}`", source.path, Source::line(&source.bare, at)))
                .collect::<Vec<_>>()
        };
        texts.iter().flat_map(of).collect::<Vec<_>>()
    });
    places.collect()
}

#[test]
fn only_the_command_line_prints_and_exits() {
    let texts = ["println!", "print!", "eprintln!", "eprint!", "stdout()", "stderr()", "process::exit", "process::abort"];
    assert_none(&places(LIBRARIES, &["blogstack-core/src/cli", "programs/src/bin/", "blogstack-aws/sim/src/bin/"], &texts));
}

#[test]
fn libraries_have_no_stubs_and_no_unwrap() {
    assert_none(&places(LIBRARIES, &[], &[".unwrap()", "todo!", "unimplemented!", "dbg!", "#[ignore"]));
}

#[test]
fn effects_have_one_seam_each() {
    let rules: &[(&str, &[&str], &[&str])] = &[
        (
            "the calendar is read in `clock`",
            &["SystemTime::now", "Utc::now", "Timestamp::now", "Zoned::now"],
            &["blogstack-core/src/clock.rs"],
        ),
        ("randomness comes from `entropy`", &["rand::fill", "SystemRandom", "getrandom"], &["blogstack-core/src/entropy.rs"]),
        (
            "core's files go through `disk`",
            &["std::fs", "fs::", "File::open", "File::create", "OpenOptions"],
            &[
                "blogstack-core/src/disk/real.rs",
                "blogstack-core/src/cli",
                // A program may read its own files: nothing but the program decides what is in them.
                "blogstack-aws/src/s3/object/content.rs",
                "blogstack-aws/sim/src/journal",
                "blogstack-aws/sim/src/log",
                "programs/src/",
            ],
        ),
        (
            "the environment is read by the command line",
            &["env::var", "env::args", "env::current_dir"],
            &["blogstack-core/src/cli", "programs/src/bin/"],
        ),
    ];
    let libraries: Vec<&str> = LIBRARIES.iter().copied().filter(|folder| !folder.contains("macros")).collect();
    let wrong = rules
        .iter()
        .flat_map(|(rule, texts, seams)| places(&libraries, seams, texts).into_iter().map(move |place| format!("{place}: {rule}")));
    assert_none(&wrong.collect::<Vec<_>>());
}

#[test]
fn no_file_is_longer_than_600_lines() {
    let long = |path: &String| (path.ends_with(".rs")).then(|| read(path).lines().count()).filter(|lines| *lines > 600);
    let wrong: Vec<String> = files().iter().filter_map(|path| Some(format!("{path}: {} lines", long(path)?))).collect();
    assert_none(&wrong);
}

#[test]
fn nothing_names_the_machine_it_was_written_on() {
    // In two pieces each, so that this file passes.
    let needles = [["/wo", "rk/"], ["/tm", "p/wt"], ["/ro", "ot/"], ["/ho", "me/"], ["/Us", "ers/"]].map(|parts| parts.concat());
    let is_text = |path: &&String| !path.ends_with(".png") && !path.ends_with(".svg");
    let mut wrong = Vec::new();
    for path in files().iter().filter(is_text) {
        let bytes = std::fs::read(root().join(path)).unwrap_or_else(|error| panic!("reading `{path}`: {error}"));
        let text = String::from_utf8_lossy(&bytes);
        let found = needles.iter().flat_map(|needle| text.match_indices(&**needle));
        wrong.extend(found.map(|(at, needle)| format!("{path}:{}: `{needle}`", Source::line(&text, at))));
    }
    let lock = read("Cargo.lock");
    let elsewhere = |line: &&str| line.starts_with("source = ") && !line.contains("registry+https://github.com/rust-lang/crates.io-index");
    wrong.extend(lock.lines().filter(elsewhere).map(|line| format!("Cargo.lock: {line}")));
    assert_none(&wrong);
}

/// What `cargo tree` tells: packages with their features.
fn tree(arguments: &[&str]) -> BTreeSet<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["tree", "--offline", "--prefix", "none", "--format", "{p} [{f}]"]).args(arguments).current_dir(root());
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
}

/// Where they differ, `cargo test` after `cargo run` builds the SDK a second time, which takes minutes and gigabytes.
#[test]
fn running_and_testing_build_the_sdk_with_the_same_features() {
    let package = |line: &String| line.split(" [").next().unwrap_or_default().to_owned();
    let sdk: BTreeSet<String> = tree(&["-p", "aws-sdk-ec2", "--edges", "normal,build"]).iter().map(package).collect();
    let (run, test) = (tree(&["-p", "programs", "--edges", "normal,build"]), tree(&["--workspace", "--edges", "normal,build,dev"]));
    let different: Vec<String> = run.difference(&test).filter(|line| sdk.contains(&package(line))).cloned().collect();
    assert!(sdk.len() > 20);
    assert_none(&different);
}
