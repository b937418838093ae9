//! What is refused, with which words and which exit code.

use super::*;

#[test]
fn bad_usage_says_what_would_be_right() {
    let bench = Bench::new();
    bench.check(
        "--stack ../x",
        Exit::Usage,
        &expect![[r#"
        error: reading `--stack`: `../x` cannot be a stack's name
          hint: use letters, digits, `-`, `_` and `.`
    "#]],
    );
    bench.check(
        "--stack dmo",
        Exit::Usage,
        &expect![[r#"
        error: reading settings of stack `dmo`: there is no `BENCH/stacks/dmo.toml`
          hint: did you mean `demo`? stacks that have one: `demo`
    "#]],
    );
    bench.check(
        "--target moon",
        Exit::Usage,
        &expect![[r#"
        error: choosing a target: there is no target `moon`
          hint: this program runs against `sim`, `shop`
    "#]],
    );
    bench.check(
        "--config nowhere.toml",
        Exit::Usage,
        &expect![[r#"
        error: reading settings `nowhere.toml`: No such file or directory (os error 2)
          hint: create the file, or name another one with `--config`
    "#]],
    );
    bench.check(
        "--parallel 0",
        Exit::Usage,
        &expect![[r#"
        error: invalid value '0' for '--parallel <N>': 0 is not in 1..=65535

        For more information, try '--help'.
    "#]],
    );
    bench.check(
        "upp",
        Exit::Usage,
        &expect![[r#"
        error: unrecognized subcommand 'upp'

          tip: a similar subcommand exists: 'up'

        Usage: demo [OPTIONS] [COMMAND]

        For more information, try '--help'.
    "#]],
    );
    bench.check(
        "preview --target-urn nothing/*",
        Exit::Usage,
        &expect![[r#"
        error: reading `--target-urn`: no resource matches `nothing/*`
          hint: patterns match a path such as `network/vpc`, or a whole urn; `*` also matches `/`
    "#]],
    );
    bench.check(
        "preview --exclude [",
        Exit::Usage,
        &expect![[r#"
        error: reading a pattern: `[` is not a pattern: unclosed character class; missing ']'
    "#]],
    );
}

#[test]
fn unknown_names_are_told_the_nearest_ones() {
    let bench = Bench::new();
    bench.ok("up");
    bench.check(
        "state show room/shelf0",
        Exit::Usage,
        &expect![[r#"
        error: nothing recorded is called `room/shelf0`
          hint: did you mean `room/shelf-0`? `state list` shows what is recorded
    "#]],
    );
    bench.check(
        "outputs shelf-9",
        Exit::Usage,
        &expect![[r#"
        error: showing output `shelf-9`: the stack exports no such value
          hint: did you mean `shelf-0`?
    "#]],
    );
}

#[test]
fn nothing_real_is_changed_without_consent() {
    let bench = Bench::new();
    bench.check(
        "up --target shop",
        Exit::Refused,
        &expect![[r#"
        Plan for stack `demo` of `shop` on `shop`. What has the same number is done side by side:

          1 + base          create   shop/shelf
                width: 80
          2 + room/shelf-0  create   shop/shelf
                below: <base.id>
                width: 10
          2 + room/shelf-1  create   shop/shelf
                below: <base.id>
                width: 10

        3 to create.
        error: asking for consent: there is no terminal to ask on
          hint: say `--yes` to go on without being asked
    "#]],
    );
    assert!(!bench.path("state/shop.json").exists());
    bench.ok("up --target shop --yes");
    assert_eq!(bench.run("destroy --target shop").exit, Exit::Refused);
    bench.ok("up --target shop");
}

#[test]
fn another_account_or_region_is_refused() {
    let bench = Bench::new();
    bench.check(
        "preview --set stack.account='999'",
        Exit::Refused,
        &expect![[r#"
        error: connecting to `sim`: it answers for account `1234`, and the settings pin `999`
          hint: use other credentials, or change `[stack]` in the settings
    "#]],
    );
    bench.check(
        "preview --set stack.region=there",
        Exit::Refused,
        &expect![[r#"
        error: connecting to `sim`: it answers for region `here`, and the settings pin `there`
          hint: use other credentials, or change `[stack]` in the settings
    "#]],
    );
    bench.check(
        "preview --set stack.region=nowhere",
        Exit::Failed,
        &expect![[r#"
        error: connecting to `sim`: there is no such region
          hint: choose another one
    "#]],
    );
    bench.check(
        "preview --set stack.regoin=nowhere",
        Exit::Usage,
        &expect![[r#"
            error: reading settings: there is no setting `stack.regoin` (`--set stack.regoin`)
              hint: did you mean `stack.region`? known in `stack`: `target`, `account`, `region`, `consistency_window`
        "#]],
    );
    bench.check(
        "preview --set stack.consistency_window=5m",
        Exit::Usage,
        &expect![[r#"
            error: reading setting `stack.consistency_window` (`--set stack.consistency_window`): expected a whole number of seconds from 0 to 86400, found the text "5m"
        "#]],
    );
    bench.check(
        "preview --set stack.consistency_window=9223372036854775807",
        Exit::Usage,
        &expect![[r#"
            error: reading setting `stack.consistency_window` (`--set stack.consistency_window`): expected a whole number of seconds from 0 to 86400, found the number 9223372036854775807
        "#]],
    );
    bench.check(
        "preview --set stack.target=moon",
        Exit::Usage,
        &expect![[r#"
        error: choosing a target: there is no target `moon`
          hint: this program runs against `sim`, `shop`
    "#]],
    );
}

#[test]
fn a_second_run_learns_who_holds_the_stack() {
    let bench = Bench::new();
    bench.ok("up");
    let lock = RealDisk::new().lock(&bench.path("state/shop/demo/sim/lock"), "process 7 on there (`demo up`) since noon");
    bench.check(
        "up",
        Exit::Refused,
        &expect![[r#"
        error: locking journal `BENCH/state/shop/demo/sim/journal`: it is held by process 7 on there (`demo up`) since noon
          hint: wait until it is done; the lock is free as soon as that process ends
    "#]],
    );
    drop(lock);
    bench.ok("up");
}

#[test]
fn a_damaged_state_is_refused() {
    let bench = Bench::new();
    bench.ok("up");
    let journal = bench.path("state/shop/demo/sim/journal");
    let mut bytes = std::fs::read(&journal).expect("there is a journal");
    bytes[300] ^= 1;
    std::fs::write(&journal, bytes).expect("it can be written");
    bench.check(
        "up",
        Exit::Refused,
        &expect![[r#"
        error: reading journal `BENCH/state/shop/demo/sim/journal`: record 2 at byte 297 has a wrong length
          hint: nothing was changed; restore the folder `BENCH/state/shop/demo/sim` as a whole from its newest copy
    "#]],
    );
}

#[test]
fn an_invalid_program_is_told_with_its_lines() {
    let twice = |s: &Scope, _: &NoSettings| {
        s.add("twice", Shelf::new(1));
        s.add("twice", Shelf::new(2));
    };
    let ran = Bench::new().run_app(&App::new("shop", "demo", twice).target(Shop { simulated: true }), "preview");
    assert_eq!(ran.exit, Exit::Usage);
    let lines: Vec<&str> = ran.err.lines().collect();
    assert_eq!(lines[0], "error: `twice`: two resources of kind shop/shelf have this name");
    assert!(lines[1].starts_with("  --> ") && lines[1].contains("refusals.rs:"), "{}", lines[1]);
    assert!(lines[2].ends_with(": the first one"), "{}", lines[2]);
}

#[test]
fn the_kinds_of_a_connection_are_those_that_the_program_makes_of_them() {
    let bench = Bench::new();
    let app = bench.app().around_providers(|providers| providers.without("test:shop/shelf"));
    let ran = bench.run_app(&app, "preview");
    assert_ne!(ran.exit, Exit::Done);
    assert!(ran.err.contains("this target has no provider for the kind `test:shop/shelf`"), "{}", ran.err);
}

#[test]
fn every_command_has_a_help_that_names_the_program() {
    let app = Bench::new().app();
    for command in [&[][..], &["up"], &["preview"], &["refresh"], &["destroy"], &["outputs"], &["state"], &["state", "rm"], &["graph"]] {
        let text = app.help(command).expect("there is such a command");
        assert!(text.contains("demo") && !text.contains("{name}"), "{text}");
    }
    assert_eq!(app.help(&["upp"]), None);
}
