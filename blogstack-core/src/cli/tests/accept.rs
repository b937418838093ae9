//! `state accept`: an older state that is meant.

use super::*;

const JOURNAL: [&str; 2] = ["state/shop/demo/sim/journal", "state/shop/demo/sim/journal.head"];

/// A shop whose state was set back to before its last change.
fn set_back() -> Bench {
    let bench = Bench::new();
    bench.ok("up");
    let old = JOURNAL.map(|file| std::fs::read(bench.path(file)).expect("there is a journal"));
    bench.ok("up --set labels=['one']");
    for (file, old) in JOURNAL.iter().zip(old) {
        std::fs::write(bench.path(file), old).expect("it can be written");
    }
    bench
}

#[test]
fn an_older_state_is_accepted_after_it_was_shown() {
    let bench = set_back();
    bench.check("up", Exit::Refused, &expect![[r#"
        error: reading journal `BENCH/state/shop/demo/sim/journal`: it was rolled back or replaced: it ends with record 11 (0fcfb4c98c79), and record 13 (572ad98b1c12) was seen in it before
          hint: restore the newer folder; if this one is meant, `state accept` takes it for the newest
    "#]]);
    bench.check(
        "state accept",
        Exit::Refused,
        &expect![[r#"
            Journal `BENCH/state/shop/demo/sim/journal` ends with record 11 (0fcfb4c98c79), and record 13 (572ad98b1c12) was seen in it before.
            What was done in between is not in it: objects made since are unknown to it, and `up` may make them a second time.
            error: asking for consent: there is no terminal to ask on
              hint: say `--yes` to go on without being asked
        "#]],
    );
    assert_eq!(bench.run("up").exit, Exit::Refused);
    bench.check(
        "state accept --yes",
        Exit::Done,
        &expect![[r#"
            Journal `BENCH/state/shop/demo/sim/journal` ends with record 11 (0fcfb4c98c79), and record 13 (572ad98b1c12) was seen in it before.
            What was done in between is not in it: objects made since are unknown to it, and `up` may make them a second time.
            Accepted. Look at `preview` before the next `up`.
        "#]],
    );
    bench.ok("up --set labels=['one']");
    bench.check(
        "state accept",
        Exit::Done,
        &expect![[r#"
        The state is the newest that this machine has seen: there is nothing to accept.
    "#]],
    );
}

/// An older state that was accepted must not give a new object the uid of one that was made after the copy was taken: by its uid
/// an object is found again, and a create that is sent twice is told from two creates.
#[test]
fn no_uid_of_what_is_lost_is_used_again() {
    let bench = Bench::new();
    bench.ok("up");
    let old = JOURNAL.map(|file| std::fs::read(bench.path(file)).expect("there is a journal"));
    bench.ok("up --set shelves=3");
    let lost = uid(&bench);
    for (file, old) in JOURNAL.iter().zip(old) {
        std::fs::write(bench.path(file), old).expect("it can be written");
    }
    bench.ok("state accept --yes");
    bench.ok("up --set shelves=3");
    assert_ne!(uid(&bench), lost);
}

fn uid(bench: &Bench) -> String {
    let shown = bench.run("state show room/shelf-2").out;
    shown.lines().find(|line| line.trim_start().starts_with("uid")).expect("it has one").to_owned()
}

/// Between the steps of accepting it the state is still refused, or accepted already.
#[test]
fn an_acceptance_that_was_cut_short_is_none() {
    let bench = set_back();
    let before = JOURNAL.map(|file| std::fs::read(bench.path(file)).expect("there is a journal"));
    let anchors = bench.path("user/data/anchors");
    let anchor = std::fs::read_dir(&anchors).expect("there is a folder").next().expect("it has a note").expect("it can be read").path();
    let noted = std::fs::read(&anchor).expect("it is noted");
    bench.ok("state accept --yes");
    // The journal was written, and what was noted is not forgotten yet.
    std::fs::write(&anchor, &noted).expect("it can be written");
    assert_eq!(bench.run("up").exit, Exit::Refused);
    assert_ne!(std::fs::read(bench.path(JOURNAL[0])).expect("there is a journal"), before[0], "the head has moved");
    bench.ok("state accept --yes");
    bench.ok("up");
}

#[test]
fn a_damaged_note_is_written_anew() {
    let bench = Bench::new();
    bench.ok("up");
    let folder = bench.path("user/data/anchors");
    let note = std::fs::read_dir(folder).expect("there is a folder").next().expect("it has a note").expect("it can be read").path();
    std::fs::write(note, "spoiled").expect("it can be written");
    bench.check("up", Exit::Refused, &expect![[r#"
        error: reading the anchor of journal `BENCH/state/shop/demo/sim/journal` (lineage `cbffcb0be44527a19f9e21231996f375`): the anchor `BENCH/user/data/anchors/cbffcb0be44527a19f9e21231996f375.anchor` is damaged
          hint: the journal itself is whole; if it is the newest one, `state accept` notes it anew
    "#]]);
    bench.check(
        "state accept --yes",
        Exit::Done,
        &expect![[r#"
        What this machine noted about journal `BENCH/state/shop/demo/sim/journal` is damaged.
        The journal itself is whole; whether it is the newest, nobody can tell.
        Accepted. Look at `preview` before the next `up`.
    "#]],
    );
    bench.ok("up");
}

#[test]
fn a_damaged_journal_is_not_accepted() {
    let bench = set_back();
    let mut bytes = std::fs::read(bench.path(JOURNAL[0])).expect("there is a journal");
    bytes[300] ^= 1;
    std::fs::write(bench.path(JOURNAL[0]), bytes).expect("it can be written");
    assert_eq!(bench.run("state accept --yes").exit, Exit::Refused);
    assert_eq!(bench.run("up").exit, Exit::Refused);
    assert_eq!(Bench::new().run("state accept --yes").exit, Exit::Usage, "nothing is recorded");
}
