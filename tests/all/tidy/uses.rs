//! Which module of a crate uses which other: read from its `crate::` paths.

use std::collections::{BTreeMap, BTreeSet};

use super::source::Source;

/// Who uses whom, with a place for each use.
pub(super) type Uses = BTreeMap<(String, String), String>;

/// The uses between the units of `blogstack-core`. A unit is a top-level module with all below it; a file in `apart` is its own.
pub(super) fn uses(sources: &[Source], folder: &str, apart: &[&str]) -> Uses {
    let library = sources.iter().find(|source| source.path == format!("{folder}lib.rs")).expect("a library has a `lib.rs`");
    let names = exported(&library.bare);
    let mut uses = Uses::new();
    for source in sources {
        let Some(inside) = source.path.strip_prefix(folder).and_then(|path| path.strip_suffix(".rs")).filter(|path| *path != "lib") else {
            continue;
        };
        let own = unit(inside, apart);
        for (at, name) in paths(&source.bare, inside.matches('/').count()) {
            let used = names.get(&name).unwrap_or(&name).clone();
            if used != own {
                uses.entry((own.clone(), used)).or_insert_with(|| format!("{}:{}", source.path, Source::line(&source.bare, at)));
            }
        }
        if apart.contains(&inside) {
            let parent = inside.split('/').next().unwrap_or_default().to_owned();
            uses.entry((own, parent)).or_insert_with(|| source.path.clone());
        }
    }
    uses
}

/// The unit to which a file belongs.
pub(super) fn unit(inside: &str, apart: &[&str]) -> String {
    let own = apart.iter().find(|file| inside == **file || inside.starts_with(&format!("{file}/")));
    own.copied().unwrap_or_else(|| inside.split('/').next().unwrap_or_default()).to_owned()
}

/// The first names of all paths that begin at the crate's root, with their places. `depth` is how deep the file's module lies.
fn paths(bare: &str, depth: usize) -> Vec<(usize, String)> {
    let to_root = "super::".repeat(depth + 1);
    let begins = |start: &str| {
        let places = bare.match_indices(start).map(move |(at, _)| (at, at + start.len()));
        places.filter(|(at, _)| !bare[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')).collect::<Vec<_>>()
    };
    let all = begins("crate::").into_iter().chain(begins(&to_root));
    all.flat_map(|(at, end)| first_names(&bare[end..]).into_iter().map(move |name| (at, name))).collect()
}

/// `a::b` and `{a, b::{c, d}, self}` begin with `a`, and with `a` and `b`.
fn first_names(path: &str) -> Vec<String> {
    let word = |text: &str| text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let names = match path.strip_prefix('{') {
        None => vec![word(path)],
        Some(inside) => items(inside).into_iter().map(|item| word(&item)).collect(),
    };
    names.into_iter().filter(|name| !name.is_empty() && name != "self").collect()
}

/// The parts between the commas, up to the closing brace.
fn items(inside: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let mut items = vec![String::new()];
    for c in inside.chars() {
        match c {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(String::new());
                continue;
            }
            _ => {}
        }
        items.last_mut().expect("there is always one").push(c);
    }
    items
}

/// The names that a library exports at its root, and the module each comes from.
fn exported(bare: &str) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for (at, start) in bare.match_indices("pub use self::") {
        let path = &bare[at + start.len()..];
        let trees = path.strip_prefix('{').map_or_else(|| vec![path.split(';').next().unwrap_or_default().to_owned()], items);
        for tree in trees {
            let Some((module, rest)) = tree.trim().split_once("::") else { continue };
            names.extend(first_names(rest).into_iter().map(|name| (name, module.to_owned())));
        }
    }
    names
}

/// The groups of units that use each other in a circle.
pub(super) fn knots(uses: &Uses) -> BTreeSet<Vec<String>> {
    let reached = |from: &String| {
        let mut reached = BTreeSet::new();
        let mut open = vec![from.clone()];
        while let Some(unit) = open.pop() {
            let next = uses.keys().filter(|(user, _)| *user == unit).map(|(_, used)| used.clone());
            open.extend(next.filter(|used| reached.insert(used.clone())));
        }
        reached
    };
    let all: BTreeMap<String, BTreeSet<String>> = uses.keys().map(|(user, _)| (user.clone(), reached(user))).collect();
    let knot = |unit: &String| {
        let both = |other: &&String| all.get(*other).is_some_and(|back| back.contains(unit));
        all[unit].iter().filter(both).cloned().collect::<Vec<_>>()
    };
    all.keys().map(knot).filter(|knot| !knot.is_empty()).collect()
}

#[test]
fn first_names_of_paths_are_found() {
    let names = |text: &str, depth| paths(text, depth).into_iter().map(|(_, name)| name).collect::<Vec<_>>();
    assert_eq!(names("use crate::{a::{b, c}, d, self}; let x = crate::e::f();", 0), ["a", "d", "e"]);
    assert_eq!(names("use super::{a, b}; $crate::c!()", 0), ["c", "a", "b"]);
    assert_eq!(names("use super::a; use super::super::b;", 1), ["b"]);
}

#[test]
fn circles_are_found() {
    let edge = |from: &str, to: &str| ((from.to_owned(), to.to_owned()), String::new());
    let uses = [edge("a", "b"), edge("b", "c"), edge("c", "a"), edge("d", "a")].into();
    assert_eq!(knots(&uses), [vec!["a".to_owned(), "b".to_owned(), "c".to_owned()]].into());
}
