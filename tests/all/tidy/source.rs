//! The sources as tests of their form see them: without comments, and without the tests in them.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// A Rust file of the workspace.
pub(super) struct Source {
    /// From the workspace's root, with `/`.
    pub(super) path: String,
    /// Comments and tests are blanked.
    pub(super) code: String,
    /// Comments, tests and the contents of literals are blanked.
    pub(super) bare: String,
}

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are a folder of the workspace").to_owned()
}

/// The paths of all files that belong to the workspace, from its root.
pub(crate) fn files() -> Vec<String> {
    let mut found = Vec::new();
    walk(&root(), "", &mut found);
    found.sort();
    found
}

fn walk(folder: &Path, prefix: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder of the workspace can be listed") {
        let entry = entry.expect("a folder of the workspace can be listed");
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_folder = entry.file_type().expect("an entry has a type").is_dir();
        let built = match prefix {
            "" => matches!(&*name, ".git" | ".blogstack" | "target"),
            "book/" => name == "book",
            "tests/consumer/" => matches!(&*name, ".blogstack" | "target"),
            _ => false,
        };
        match is_folder {
            _ if built => {}
            true => walk(&entry.path(), &format!("{prefix}{name}/"), found),
            false => found.push(format!("{prefix}{name}")),
        }
    }
}

/// The text of a file of the workspace.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("reading `{path}`: {error}"))
}

/// The Rust files below these folders that are compiled into libraries and programs, without files that only hold tests.
pub(super) fn library(folders: &[&str]) -> Vec<Source> {
    let inside = |path: &String| path.ends_with(".rs") && folders.iter().any(|folder| path.starts_with(folder));
    let all: Vec<(Source, Vec<String>)> = files().into_iter().filter(inside).map(Source::read).collect();
    let tests: BTreeSet<String> = all.iter().flat_map(|(source, tests)| tests.iter().map(|name| source.child(name))).collect();
    let is_test = |path: &str| tests.iter().any(|test| path == format!("{test}.rs") || path.starts_with(&format!("{test}/")));
    all.into_iter().map(|(source, _)| source).filter(|source| !is_test(&source.path)).collect()
}

impl Source {
    /// Reads a file; also the names of the modules that it declares for tests only.
    fn read(path: String) -> (Self, Vec<String>) {
        let text = read(&path);
        let (mut code, mut bare) = blanked(&text);
        let mut modules = Vec::new();
        while let Some(begin) = find(&bare, "#[cfg(test)]") {
            let end = item_end(&bare, begin);
            let item: String = bare[begin..end].iter().collect();
            modules.extend(item.strip_suffix(';').and_then(|item| item.rsplit_once("mod ")).map(|(_, name)| name.to_owned()));
            for text in [&mut code, &mut bare] {
                text[begin..end].iter_mut().filter(|c| **c != '\n').for_each(|c| *c = ' ');
            }
        }
        (Self { path, code: code.into_iter().collect(), bare: bare.into_iter().collect() }, modules)
    }

    /// The path, without `.rs`, of a module that this file declares.
    fn child(&self, name: &str) -> String {
        let stem = self.path.trim_end_matches(".rs");
        let folder = stem.strip_suffix("/lib").or(stem.strip_suffix("/main")).or(stem.strip_suffix("/mod")).unwrap_or(stem);
        format!("{folder}/{name}")
    }

    /// The number of the line in which the byte `at` of one of the texts stands.
    pub(super) fn line(text: &str, at: usize) -> usize {
        text[..at].matches('\n').count() + 1
    }
}

fn find(text: &[char], wanted: &str) -> Option<usize> {
    let wanted: Vec<char> = wanted.chars().collect();
    text.windows(wanted.len()).position(|window| window == wanted)
}

/// Where the item that begins at `begin` ends: behind its `;` or its closing brace.
fn item_end(bare: &[char], begin: usize) -> usize {
    let mut depth = 0_usize;
    for (at, c) in bare.iter().enumerate().skip(begin) {
        match c {
            '{' | '[' | '(' => depth += 1,
            '}' | ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && matches!(c, ';' | '}') {
            return at + 1;
        }
    }
    bare.len()
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Code,
    LineComment,
    /// How deep it is nested.
    Comment(usize),
    /// How many `#` close it; `None`: an ordinary one with escapes.
    Text(Option<usize>),
    Character,
}

/// The text with comments blanked, and with the contents of literals blanked too.
fn blanked(text: &str) -> (Vec<char>, Vec<char>) {
    let text: Vec<char> = text.chars().collect();
    let (mut code, mut bare) = (text.clone(), text.clone());
    let mut part = Part::Code;
    let mut at = 0;
    while at < text.len() {
        let next = |offset: usize| text.get(at + offset).copied().unwrap_or('\0');
        let (then, length) = match part {
            Part::Code => begins(&text, at),
            Part::LineComment if text[at] == '\n' => (Part::Code, 1),
            Part::Comment(depth) if (text[at], next(1)) == ('/', '*') => (Part::Comment(depth + 1), 2),
            Part::Comment(depth) if (text[at], next(1)) == ('*', '/') => {
                (if depth == 1 { Part::Code } else { Part::Comment(depth - 1) }, 2)
            }
            Part::Text(None) | Part::Character if text[at] == '\\' => (part, 2),
            Part::Text(None) => (if text[at] == '"' { Part::Code } else { part }, 1),
            Part::Text(Some(hashes)) if text[at] == '"' && (1..=hashes).all(|offset| next(offset) == '#') => (Part::Code, 1 + hashes),
            Part::LineComment | Part::Comment(_) | Part::Text(Some(_)) => (part, 1),
            Part::Character => (if text[at] == '\'' { Part::Code } else { part }, 1),
        };
        let comment = |part| matches!(part, Part::LineComment | Part::Comment(_));
        for place in (at..at + length).filter(|place| *place < text.len() && text[*place] != '\n') {
            if comment(part) || comment(then) {
                (code[place], bare[place]) = (' ', ' ');
            } else if part != Part::Code && then != Part::Code {
                bare[place] = ' ';
            }
        }
        (part, at) = (then, at + length);
    }
    (code, bare)
}

/// What begins at a place in code, and how many characters announce it.
fn begins(text: &[char], at: usize) -> (Part, usize) {
    let next = |offset: usize| text.get(at + offset).copied().unwrap_or('\0');
    let is_word = at > 0 && (text[at - 1].is_alphanumeric() || text[at - 1] == '_');
    let hashes = text[at..].iter().skip(1).take_while(|c| **c == '#').count();
    match text[at] {
        '/' if next(1) == '/' => (Part::LineComment, 2),
        '/' if next(1) == '*' => (Part::Comment(1), 2),
        'r' if !is_word && next(1 + hashes) == '"' => (Part::Text(Some(hashes)), 2 + hashes),
        '"' => (Part::Text(None), 1),
        // A lifetime has no closing quote.
        '\'' if next(1) == '\\' || next(2) == '\'' => (Part::Character, 1),
        _ => (Part::Code, 1),
    }
}

#[test]
fn comments_literals_and_tests_are_told_from_code() {
    let check = |text: &str, code: &str, bare: &str| {
        let (found_code, found_bare) = blanked(text);
        assert_eq!((found_code.iter().collect::<String>(), found_bare.iter().collect::<String>()), (code.to_owned(), bare.to_owned()));
    };
    check("a // b\nc", "a     \nc", "a     \nc");
    check("a /* b /* c */ d */ e", "a                   e", "a                   e");
    check(r#"f("// \" {", '{')"#, r#"f("// \" {", '{')"#, r#"f("       ", ' ')"#);
    check("x<'a>(r#\"\"}\"#)", "x<'a>(r#\"\"}\"#)", "x<'a>(r#\"  \"#)");
    let bare: Vec<char> = "#[cfg(test)]\nmod tests { fn x() {} }\nfn y() {}".chars().collect();
    assert_eq!(item_end(&bare, 0), 36);
}
