//! The README and the book: what they show compiles, and where they point there is something.
#![expect(clippy::case_sensitive_file_extension_comparisons, reason = "the names are this repository's own")]

use std::{collections::BTreeSet, path::Path};

use crate::tidy::{files, read, root};

/// README, changelog and the pages of the book.
fn pages() -> Vec<String> {
    files().into_iter().filter(|path| path.ends_with(".md")).collect()
}

/// A block of code: page, line, language, text.
struct Block {
    page: String,
    line: usize,
    language: String,
    text: String,
}

fn blocks() -> Vec<Block> {
    let mut blocks = Vec::new();
    for page in pages() {
        let mut open: Option<Block> = None;
        for (number, line) in read(&page).lines().enumerate() {
            match (line.trim_start().strip_prefix("```"), &mut open) {
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (Some(language), None) => {
                    open = Some(Block { page: page.clone(), line: number + 1, language: language.trim().to_owned(), text: String::new() });
                }
                (None, Some(block)) => block.text.extend([line, "\n"]),
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{page}: a block of code has no end");
    }
    blocks
}

/// A text without the indentation that all its lines share.
fn dedented(text: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let shared = text.lines().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    text.lines().flat_map(|line| [line.get(shared..).unwrap_or_default(), "\n"]).collect()
}

/// Whether some lines of `source` are these, at whatever depth.
fn shows(source: &str, block: &str) -> bool {
    let wanted: Vec<&str> = block.lines().collect();
    let lines: Vec<&str> = source.lines().collect();
    lines.windows(wanted.len()).any(|window| dedented(&window.join("\n")).trim_end() == block.trim_end())
}

#[test]
fn every_block_says_what_it_is() {
    let known = ["rust", "sh", "toml", "text", "json"];
    let wrong: Vec<String> = blocks()
        .iter()
        .filter(|block| !known.contains(&&*block.language))
        .map(|block| format!("{}:{}: `{}`", block.page, block.line, block.language))
        .collect();
    assert_eq!(wrong, [""; 0], "blocks are one of {known:?}");
}

/// Rust that is shown is compiled; plans that are shown are what a test expects.
#[test]
fn code_that_is_shown_is_compiled() {
    let compiled = |path: &String| {
        path.ends_with(".rs") && ["tests/all/", "tests/consumer/", "programs/"].iter().any(|folder| path.starts_with(folder))
    };
    let sources: Vec<String> = files().iter().filter(|path| compiled(path)).map(|path| read(path)).collect();
    let is_checked = |block: &&Block| block.language == "rust" || block.text.starts_with("Plan for stack");
    let checked: Vec<Block> = blocks().into_iter().filter(|block| is_checked(&block)).collect();
    assert!(checked.len() >= 10, "only {} blocks are checked", checked.len());
    let wrong: Vec<String> = checked
        .iter()
        .filter(|block| !sources.iter().any(|source| shows(source, &dedented(&block.text))))
        .map(|block| format!("{}:{}", block.page, block.line))
        .collect();
    assert_eq!(wrong, [""; 0], "this code is in no file that is compiled");
}

#[test]
fn the_book_lists_its_pages() {
    let summary = read("book/src/SUMMARY.md");
    let listed: BTreeSet<String> = links(&summary).into_iter().map(|link| format!("book/src/{link}")).collect();
    let present: BTreeSet<String> =
        pages().into_iter().filter(|page| page.starts_with("book/src/") && !page.ends_with("/SUMMARY.md")).collect();
    assert_eq!(listed, present);
}

#[test]
fn links_lead_somewhere() {
    let mut wrong = Vec::new();
    for page in pages() {
        let text = read(&page);
        let folder = Path::new(&page).parent().unwrap_or(Path::new(""));
        for link in links(&text).iter().filter(|link| !link.contains("://")) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { root().join(&page) } else { root().join(folder).join(file) };
            let found = std::fs::read_to_string(&target).ok();
            let has_anchor = |text: &str| anchor.is_empty() || text.lines().any(|line| line.starts_with('#') && slug(line) == anchor);
            if !found.as_deref().map_or(target.is_dir(), has_anchor) {
                wrong.push(format!("{page}: {link}"));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

/// The targets of `[text](target)`, outside of code.
fn links(text: &str) -> Vec<String> {
    let prose: String = text.split("```").step_by(2).collect();
    prose.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link.to_owned()).collect()
}

/// "[`name`](tests/all/crash.rs)" speaks of a function in that file.
#[test]
fn tests_that_are_named_exist() {
    let is_name = |text: &str| text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let mut named = 0;
    for page in pages() {
        let text = read(&page);
        let folder = Path::new(&page).parent().unwrap_or(Path::new(""));
        for (at, _) in text.match_indices("`](") {
            let name = text[..at].rsplit_once("[`").map(|(_, name)| name).unwrap_or_default();
            let link = text[at + 3..].split_once(')').map(|(link, _)| link).unwrap_or_default();
            if link.ends_with(".rs") && is_name(name) {
                named += 1;
                let source = std::fs::read_to_string(root().join(folder).join(link)).unwrap_or_default();
                assert!(source.contains(&format!("fn {name}(")), "{page}: there is no `{name}` in {link}");
            }
        }
    }
    assert!(named >= 10, "only {named} tests are named");
}

/// A heading's name in links.
fn slug(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    text.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_')).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The commands at the top of the README, without `cargo run -p programs --bin prod --`.
fn newcomer() -> Vec<String> {
    let readme = blocks().into_iter().filter(|block| block.page == "README.md" && block.language == "sh");
    let first = readme.into_iter().next().expect("the README begins with commands");
    first.text.lines().map(|line| line.split('#').next().unwrap_or_default().trim().to_owned()).collect()
}

#[test]
fn ci_runs_what_a_newcomer_runs() {
    let script = read(".ci/run");
    let commands = newcomer();
    assert_eq!(commands.len(), 5, "{commands:?}");
    for command in commands {
        let wanted = match command.strip_prefix("cargo run -p programs --bin prod") {
            Some(arguments) => format!("prod 0 {}", arguments.trim_start().trim_start_matches("-- ")),
            None => command,
        };
        assert!(script.lines().any(|line| line.trim().split(" | ").next() == Some(wanted.trim())), "`.ci/run` does not run `{wanted}`");
    }
    assert!(script.contains("cargo run --quiet -p programs --bin prod --"));
}

/// The kinds and look-ups in the sources are those in the book.
#[test]
fn every_kind_is_in_the_book() {
    let sources = files().into_iter().filter(|path| path.starts_with("blogstack-aws/src/") && path.ends_with(".rs"));
    let sources: String = sources.map(|path| read(&path)).collect();
    let declared = ["type = \"", "const TYPE: &'static str = \""].into_iter().flat_map(|start| quoted_after(&sources, start));
    let listed = quoted_after(&read("book/src/reference/kinds.md").replace('`', "\""), "| \"").into_iter();
    let of_aws = |kind: &String| kind.starts_with("aws:");
    assert_eq!(declared.filter(of_aws).collect::<BTreeSet<_>>(), listed.filter(of_aws).collect::<BTreeSet<_>>());
}

/// What stands between each `start` and the next quote.
fn quoted_after(text: &str, start: &str) -> Vec<String> {
    text.split(start).skip(1).filter_map(|rest| rest.split_once('"')).map(|(quoted, _)| quoted.to_owned()).collect()
}

/// Commands and flags of the command line are those in the book.
#[test]
fn the_command_line_is_in_the_book() {
    let app = programs::blog::app("prod");
    let commands = ["", "up", "preview", "refresh", "destroy", "outputs", "state", "graph"];
    let mut told = BTreeSet::new();
    for command in commands {
        let words: Vec<&str> = command.split_whitespace().collect();
        told.extend(flags(&app.help(&words).unwrap_or_else(|| panic!("there is no command `{command}`"))));
    }
    let page = read("book/src/reference/command-line.md");
    assert_eq!(flags(&page), told);
    for command in commands.into_iter().skip(1) {
        assert!(page.contains(&format!("| `{command}")), "`{command}` is not in the book");
    }
}

fn flags(text: &str) -> BTreeSet<String> {
    let is_word = |c: char| c.is_ascii_lowercase() || c == '-';
    let words = text.split(|c: char| !is_word(c)).filter(|word| word.strip_prefix("--").is_some_and(|name| !name.is_empty()));
    words.filter(|word| !word.ends_with('-')).map(ToOwned::to_owned).collect()
}
