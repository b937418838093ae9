//! A state whose key is missing.

use super::{full::Full, *};

fn key(bench: &Bench) -> PathBuf {
    bench.path("user/config/keys/cbffcb0be44527a19f9e21231996f375.key")
}

/// The command for a program whose shelves are locked.
fn with_lock(bench: &Bench, command: &str) -> String {
    format!("{command} --set lock={{file='{}'}}", bench.path("lock").display())
}

/// A shop whose key was put aside.
fn keyless(locked: bool) -> Bench {
    let bench = Bench::new();
    bench.write("lock", "1-2-3");
    bench.ok(&if locked { with_lock(&bench, "up") } else { "up".to_owned() });
    std::fs::rename(key(&bench), bench.path("copy")).expect("it can be moved");
    bench
}

#[test]
fn without_secrets_everything_goes_on() {
    let bench = keyless(false);
    assert_eq!(bench.run("preview --expect-no-changes").exit, Exit::Done);
    bench.ok("up --set shelves=3");
    bench.ok("refresh");
    bench.ok("state forget room/shelf-2");
    assert!(!key(&bench).exists(), "none is made in silence");
    assert_eq!(bench.run(&format!("preview --save {}", bench.path("plan.json").display())).exit, Exit::Refused, "plans are fenced with it");
    bench.ok("destroy");
}

#[test]
fn nothing_is_begun_that_would_have_to_write_a_secret() {
    let bench = keyless(false);
    let shop = || std::fs::read(bench.path("state/shop.json")).expect("there is a shop");
    let before = shop();
    assert_eq!(bench.run(&with_lock(&bench, "up --set shelves=3")).exit, Exit::Refused);
    assert!(shop() == before);
    bench.ok(&with_lock(&bench, "up --exclude room/*"));
}

#[test]
fn sealed_values_stay_sealed_and_all_else_can_be_read() {
    let bench = keyless(true);
    assert_eq!(bench.run("state list").exit, Exit::Done);
    bench.check(
        "state show room/shelf-0",
        Exit::Done,
        &expect![[r#"
        --- out ---
        room/shelf-0 (shop/shelf)
          urn         room/shelf-0#test:shop/shelf
          id          shelf-2
          uid         4e8e025b6ab975bcae0936a433819144
          place       here, account 1234
          since       2026-01-01T00:00:00Z
          built on    base
          set by the program:
            below: "shelf-1"
            lock: [sealed]
            width: 10
          last seen:
            below: "shelf-1"
            lock: [sealed]
            position: "aisle shelf-2"
            width: 10
    "#]],
    );
    assert!(bench.run("state show room/shelf-0 --json").out.contains(r#""lock": "[sealed]""#));
    bench.ok("outputs");
    bench.ok("state unprotect room/shelf-1");
    bench.check(&with_lock(&bench, "preview"), Exit::Refused, &expect![[r#"
        error: `room/shelf-0`: it has secret values, and their key `BENCH/user/config/keys/cbffcb0be44527a19f9e21231996f375.key` is missing
        error: `room/shelf-1`: it has secret values, and their key `BENCH/user/config/keys/cbffcb0be44527a19f9e21231996f375.key` is missing
          hint: put the file back from a copy or from the machine that has it; when there is none, `state new-key` gives the sealed values up and makes another key
    "#]]);
    bench.check("refresh --check", Exit::Refused, &expect![[r#"
        error: `room/shelf-0`: it has secret values, and their key `BENCH/user/config/keys/cbffcb0be44527a19f9e21231996f375.key` is missing
        error: `room/shelf-1`: it has secret values, and their key `BENCH/user/config/keys/cbffcb0be44527a19f9e21231996f375.key` is missing
          hint: put the file back from a copy or from the machine that has it; when there is none, `state new-key` gives the sealed values up and makes another key
    "#]]);
    assert_eq!(bench.run("up").exit, Exit::Refused, "the lock is no longer declared, but what is recorded must be written");
    // The key comes back, and what was sealed opens, also what was written meanwhile.
    std::fs::rename(bench.path("copy"), key(&bench)).expect("it can be moved");
    assert_eq!(bench.run(&with_lock(&bench, "preview --expect-no-changes")).exit, Exit::Done);
}

#[test]
fn what_holds_a_secret_can_be_dropped_and_destroyed() {
    let bench = keyless(true);
    bench.ok("state rm room/shelf-0");
    bench.ok("up --set shelves=1");
    assert_eq!(bench.run("outputs --show-secrets").exit, Exit::Done, "no output is secret");
    bench.ok("destroy");
    assert!(!key(&bench).exists());
}

#[test]
fn a_new_key_is_made_when_it_is_asked_for_and_secrets_are_sent_anew() {
    let bench = Bench::new();
    bench.write("lock", "1-2-3");
    bench.ok(&with_lock(&bench, "up"));
    bench.check(
        "state new-key",
        Exit::Done,
        &expect![[r#"
        The key of this state is where it belongs: nothing was done.
    "#]],
    );
    std::fs::rename(key(&bench), bench.path("copy")).expect("it can be moved");
    bench.check(
        "state new-key",
        Exit::Refused,
        &expect![[r#"
        Reading key `BENCH/user/config/keys/cbffcb0be44527a19f9e21231996f375.key`: the file is missing.
        What was sealed with it is given up, and cannot be read even if the key is found again:
          `room/shelf-0`, field `lock`
          `room/shelf-1`, field `lock`
        error: asking for consent: there is no terminal to ask on
          hint: say `--yes` to go on without being asked
    "#]],
    );
    assert!(!key(&bench).exists());
    bench.ok("state new-key --yes");
    assert!(key(&bench).exists());
    bench.ok(&with_lock(&bench, "up"));
    assert_eq!(bench.run(&with_lock(&bench, "preview --expect-no-changes")).exit, Exit::Done);
    // What the lost key had sealed is nowhere in the journal, which could not be read otherwise.
    std::fs::rename(bench.path("copy"), key(&bench)).expect("it can be moved");
    assert_eq!(bench.run("state list").exit, Exit::Refused, "it is sealed with the new key");
}

#[test]
fn a_secret_output_needs_the_key_only_where_it_is_asked_for() {
    let bench = Bench::new();
    bench.write("lock", "1-2-3");
    bench.ok(&with_lock(&bench, "up --set tell_lock=true --set shelves=1"));
    assert_eq!(bench.run("outputs lock-0 --show-secrets").out, "1-2-3\n");
    std::fs::rename(key(&bench), bench.path("copy")).expect("it can be moved");
    bench.check(
        "outputs",
        Exit::Done,
        &expect![[r#"
        --- out ---
        lock-0  = [sealed]
        shelf-0 = aisle shelf-2
    "#]],
    );
    bench.check(
        "outputs shelf-0 --show-secrets",
        Exit::Done,
        &expect![[r#"
        --- out ---
        aisle shelf-2
    "#]],
    );
    bench.check("outputs --show-secrets", Exit::Refused, &expect![[r#"
        error: reading key `BENCH/user/config/keys/cbffcb0be44527a19f9e21231996f375.key`: the file is missing
          hint: put the file back from a copy or from the machine that has it; when there is none, `state new-key` gives the sealed values up and makes another key
    "#]]);
    bench.check("outputs lock-0 --show-secrets", Exit::Refused, &expect![[r#"
        error: reading key `BENCH/user/config/keys/cbffcb0be44527a19f9e21231996f375.key`: the file is missing
          hint: put the file back from a copy or from the machine that has it; when there is none, `state new-key` gives the sealed values up and makes another key
    "#]]);
}

/// What a create was sent is needed to find out what became of it.
#[test]
fn an_interrupted_create_with_a_secret_waits_for_the_key() {
    let bench = Bench::new();
    bench.write("lock", "1-2-3");
    // The header, three entries for the first shelf, and the intent of the second one.
    let ran = bench.run_on(&bench.app(), &with_lock(&bench, "up --parallel 1 --set shelves=1"), Full::after(5));
    assert_eq!(ran.exit, Exit::Failed, "{}", ran.err);
    std::fs::rename(key(&bench), bench.path("copy")).expect("it can be moved");
    bench.check("up --set shelves=0", Exit::Refused, &expect![[r#"
        error: reading key `BENCH/user/config/keys/cbffcb0be44527a19f9e21231996f375.key`: the file is missing
          hint: put the file back from a copy or from the machine that has it; when there is none, `state new-key` gives the sealed values up and makes another key
    "#]]);
    // Whoever has no copy of the key closes the attempt.
    bench.check(
        "state rm room/shelf-0",
        Exit::Done,
        &expect![[r#"
        Closed an unfinished attempt to make `room/shelf-0`. What it may have made stays as it is.
    "#]],
    );
    bench.ok("up --set shelves=0");
}
