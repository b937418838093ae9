//! Scripts of the AWS CLI's commands: `tests/clients/*.cli`, whose form is told in `network.cli`.

use std::{collections::BTreeMap, fs};

use blogstack_tests::fields::repository;

/// One step of a script.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// A command, with the line in which it stands and what is expected of its answer.
    Run { line: usize, words: Vec<String>, expected: Vec<Expected> },
    /// So many seconds pass.
    Pass(u64),
}

/// What is expected of an answer.
#[derive(Debug, PartialEq)]
pub(super) enum Expected {
    /// A place in it holds a text; an empty one: there is no such place.
    Holds { pointer: String, text: String },
    /// A place in it is kept under a name.
    Kept { name: String, pointer: String },
    /// It is an error.
    Refused { code: String },
}

/// The text of a script.
pub(super) fn text(name: &str) -> String {
    let path = repository("tests/clients").join(name).with_extension("cli");
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("reading {}: {error}", path.display()))
}

/// The steps of a script.
pub(super) fn steps(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#')) {
        match (line.strip_prefix("  "), line.strip_prefix("+ "), steps.last_mut()) {
            (Some(line), _, Some(Step::Run { expected, .. })) => expected.push(expectation(line)),
            (Some(_), ..) => panic!("line {}: there is no command to expect anything of", number + 1),
            (None, Some(seconds), _) => steps.push(Step::Pass(seconds.trim().parse().unwrap())),
            (None, None, _) => steps.push(Step::Run { line: number + 1, words: words(line), expected: Vec::new() }),
        }
    }
    steps
}

fn expectation(line: &str) -> Expected {
    if let Some(code) = line.strip_prefix("! ") {
        return Expected::Refused { code: code.trim().to_owned() };
    }
    if let Some((name, pointer)) = line.split_once(" < ") {
        return Expected::Kept { name: name.to_owned(), pointer: pointer.trim().to_owned() };
    }
    let (pointer, text) = line.split_once(" =").unwrap_or_else(|| panic!("`{line}` is no expectation"));
    Expected::Holds { pointer: pointer.to_owned(), text: text.trim().to_owned() }
}

/// The words of a command; quotes keep spaces.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('\'').enumerate() {
        match index % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

/// A text with every `$NAME` replaced by what was kept under it.
pub(super) fn filled(text: &str, kept: &BTreeMap<String, String>) -> String {
    let mut pieces = text.split('$');
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(|c: char| !c.is_alphanumeric()).unwrap_or(piece.len());
        let (name, rest) = piece.split_at(end);
        filled.push_str(kept.get(name).unwrap_or_else(|| panic!("nothing was kept as `{name}`")));
        filled.push_str(rest);
    }
    filled
}

#[test]
fn scripts_are_read() {
    let read = steps("# x\n\na b 'c $d' \n  /A/0 = e f\n  g < /H\n  /I =\n+ 9\nj\n  ! K\n");
    let holds = |pointer: &str, text: &str| Expected::Holds { pointer: pointer.to_owned(), text: text.to_owned() };
    let kept = Expected::Kept { name: "g".to_owned(), pointer: "/H".to_owned() };
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let first = Step::Run { line: 3, words: words(&["a", "b", "c $d"]), expected: vec![holds("/A/0", "e f"), kept, holds("/I", "")] };
    let last = Step::Run { line: 8, words: words(&["j"]), expected: vec![Expected::Refused { code: "K".to_owned() }] };
    assert_eq!(read, [first, Step::Pass(9), last]);
    let kept = BTreeMap::from([("d".to_owned(), "1".to_owned())]);
    assert_eq!(filled("$d,$d/c", &kept), "1,1/c");
}
