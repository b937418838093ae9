//! What each command prints when all is well.

use super::*;

#[test]
fn up_shows_the_plan_works_and_prints_outputs() {
    let bench = Bench::new();
    bench.check(
        "",
        Exit::Done,
        &expect![[r#"
            Plan for stack `demo` of `shop` on `sim`. What has the same number is done side by side:

              1 + base          create   shop/shelf
                    width: 80
              2 + room/shelf-0  create   shop/shelf
                    below: <base.id>
                    width: 10
              2 + room/shelf-1  create   shop/shelf
                    below: <base.id>
                    width: 10

            3 to create.
              creating `base` (shop/shelf)
            + created `base` (shop/shelf) in no time
              creating `room/shelf-0` (shop/shelf)
              creating `room/shelf-1` (shop/shelf)
            + created `room/shelf-0` (shop/shelf) in no time
            + created `room/shelf-1` (shop/shelf) in no time
            Done: 3 operations in no time of simulated time.
            --- out ---
            shelf-0 = aisle shelf-2
            shelf-1 = aisle shelf-3
        "#]],
    );
    bench.check(
        "up",
        Exit::Done,
        &expect![[r#"
        Plan for stack `demo` of `shop` on `sim`:

        No changes: 3 objects are as declared.
        --- out ---
        shelf-0 = aisle shelf-2
        shelf-1 = aisle shelf-3
    "#]],
    );
    bench.check(
        "preview --set shelves=3 --set width=90",
        Exit::Done,
        &expect![[r#"
        --- out ---
        Plan for stack `demo` of `shop` on `sim`. What has the same number is done side by side:

          1 ± base          replace  shop/shelf
                the old object is deleted afterwards (number 3)
                width: 80 -> 90; needs a new object
          2 ~ room/shelf-0  update   shop/shelf
                below: "shelf-1" -> <base.id>
          2 ~ room/shelf-1  update   shop/shelf
                below: "shelf-1" -> <base.id>
          2 + room/shelf-2  create   shop/shelf
                below: <base.id>
                width: 10

        1 to create, 2 to update, 1 to replace.
    "#]],
    );
}

#[test]
fn what_is_recorded_can_be_listed_and_shown() {
    let bench = Bench::new();
    bench.ok("up --set labels=['one']");
    bench.check(
        "state list",
        Exit::Done,
        &expect![[r#"
        --- out ---
        base          shop/shelf  shelf-1
        room/shelf-0  shop/shelf  shelf-2
        room/shelf-1  shop/shelf  shelf-3
    "#]],
    );
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
            label: "one"
            width: 10
          last seen:
            below: "shelf-1"
            label: "one"
            position: "aisle shelf-2"
            width: 10
    "#]],
    );
    bench.check(
        "outputs",
        Exit::Done,
        &expect![[r#"
        --- out ---
        shelf-0 = aisle shelf-2
        shelf-1 = aisle shelf-3
    "#]],
    );
    bench.check(
        "outputs shelf-1",
        Exit::Done,
        &expect![[r#"
        --- out ---
        aisle shelf-3
    "#]],
    );
    bench.check(
        "outputs --json",
        Exit::Done,
        &expect![[r#"
        --- out ---
        {
          "version": 1,
          "stack": "demo",
          "outputs": {
            "shelf-0": "aisle shelf-2",
            "shelf-1": "aisle shelf-3"
          }
        }
    "#]],
    );
}

#[test]
fn without_a_state_there_is_nothing_and_nothing_is_made() {
    let bench = Bench::new();
    for line in ["outputs", "state list", "state show base", "refresh", "destroy"] {
        let ran = bench.run(line);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Done, ""), "{line}");
        assert!(ran.err.starts_with("Nothing is recorded for stack `demo`"), "{}", ran.err);
    }
    assert!(!bench.path("state").exists() && !bench.path("user").exists());
}

#[test]
fn refresh_tells_what_somebody_else_did() {
    let bench = Bench::new();
    bench.ok("up --set labels=['one','two']");
    let world = std::fs::read_to_string(bench.path("state/shop.json")).expect("the shop has a file");
    bench.write("state/shop.json", &world.replace("\"one\"", "\"uno\""));
    bench.check(
        "refresh --check",
        Exit::Changes,
        &expect![[r#"
        1 object is not as recorded. Nothing was written.
        --- out ---
        room/shelf-0 (shop/shelf): changed by somebody else
            label: "one" -> "uno"
    "#]],
    );
    bench.check(
        "preview --set labels=['one','two'] --expect-no-changes",
        Exit::Changes,
        &expect![[r#"
        --- out ---
        Plan for stack `demo` of `shop` on `sim`:

          1 ~ room/shelf-0  update   shop/shelf
                label: "uno" -> "one" (changed by somebody else)

        1 to update; 2 stay as they are.
    "#]],
    );
    bench.check(
        "refresh",
        Exit::Done,
        &expect![[r#"
        1 object is not as recorded. What was seen is recorded now.
        --- out ---
        room/shelf-0 (shop/shelf): changed by somebody else
            label: "one" -> "uno"
    "#]],
    );
    bench.check(
        "refresh --check --json",
        Exit::Done,
        &expect![[r#"
        --- out ---
        {
          "version": 1,
          "stack": "demo",
          "recorded": false,
          "drift": []
        }
    "#]],
    );
}

#[test]
fn destroy_keeps_what_is_protected() {
    let bench = Bench::new();
    bench.ok("up --set protect=true");
    bench.check(
        "destroy",
        Exit::Done,
        &expect![[r#"
            Plan for stack `demo` of `shop` on `sim`:

                  base          keep     shop/shelf
                    because `room/shelf-0` is built on it and stays
                  room/shelf-0  keep     shop/shelf
                    because it is protected
              1 - room/shelf-1  delete   shop/shelf

            1 to delete; 2 stay as they are.
              deleting `room/shelf-1` (shop/shelf)
            - deleted `room/shelf-1` (shop/shelf) in no time
            Kept: `base`, `room/shelf-0`.
            Done: 1 operation in no time of simulated time.
        "#]],
    );
}

#[test]
fn an_apply_for_tools_is_an_event_a_line() {
    let bench = Bench::new();
    let ran = bench.run("up --json --set shelves=1");
    let lines: Vec<serde_json::Value> = ran.out.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    let events: Vec<&str> = lines.iter().filter_map(|line| line["event"].as_str()).collect();
    assert_eq!(events, ["planned", "started", "finished", "started", "finished", "summary"]);
    assert!(lines.iter().all(|line| line["version"] == 1));
    expect![[
        r#"{"version":1,"event":"summary","outcome":"done","done":2,"failed":[],"not_tried":[],"outputs":{"shelf-0":"aisle shelf-2"}}"#
    ]]
    .assert_eq(lines.last().map(ToString::to_string).as_deref().unwrap_or_default());
}

#[test]
fn a_failure_stops_what_depends_on_it_and_nothing_else() {
    let bench = Bench::new();
    bench.check(
        "up --set labels=['rotten','two']",
        Exit::Failed,
        &expect![[r#"
            Plan for stack `demo` of `shop` on `sim`. What has the same number is done side by side:

              1 + base          create   shop/shelf
                    width: 80
              2 + room/shelf-0  create   shop/shelf
                    below: <base.id>
                    label: "rotten"
                    width: 10
              2 + room/shelf-1  create   shop/shelf
                    below: <base.id>
                    label: "two"
                    width: 10

            3 to create.
              creating `base` (shop/shelf)
            + created `base` (shop/shelf) in no time
              creating `room/shelf-0` (shop/shelf)
              creating `room/shelf-1` (shop/shelf)
            ! failed: creating `room/shelf-0` (shop/shelf)
            + created `room/shelf-1` (shop/shelf) in no time
            error: creating `room/shelf-0` (shop/shelf): field `label`: the wood is rotten (shop:CreateShelf, RottenWood, request r-1)
              --> blogstack-core/src/cli/tests.rs:LINE
              hint: use other wood
            Failed: 2 operations done, 1 failed. What was done is recorded; run again to go on.
        "#]],
    );
    bench.check(
        "up",
        Exit::Done,
        &expect![[r#"
            Plan for stack `demo` of `shop` on `sim`. What has the same number is done side by side:

              1 + room/shelf-0  create   shop/shelf
                    below: "shelf-1"
                    width: 10
              1 ~ room/shelf-1  update   shop/shelf
                    label: "two" -> unset (no longer set by the program)

            1 to create, 1 to update; 1 stays as it is.
              creating `room/shelf-0` (shop/shelf)
              updating `room/shelf-1` (shop/shelf)
            ~ updated `room/shelf-1` (shop/shelf) in no time
            + created `room/shelf-0` (shop/shelf) in no time
            Done: 2 operations in no time of simulated time.
            --- out ---
            shelf-0 = aisle shelf-3
            shelf-1 = aisle shelf-2
        "#]],
    );
}

#[test]
fn a_state_can_be_mended() {
    let bench = Bench::new();
    bench.ok("up");
    bench.check(
        "state rm room/shelf-0",
        Exit::Done,
        &expect![[r#"
        Dropped the record of `room/shelf-0`. Its object `shelf-2` stays as it is.
    "#]],
    );
    bench.check(
        "state forget room/shelf-1",
        Exit::Done,
        &expect![[r#"
        Gave up `room/shelf-1`. Its object `shelf-3` stays, without our tags.
    "#]],
    );
    bench.check(
        "state unprotect base",
        Exit::Done,
        &expect![[r#"
        `base` (`shelf-1`) is no longer protected, unless the program says so again.
    "#]],
    );
    bench.check(
        "state list",
        Exit::Done,
        &expect![[r#"
        --- out ---
        base  shop/shelf  shelf-1
    "#]],
    );
}

#[test]
fn the_declared_stack_can_be_drawn() {
    let bench = Bench::new();
    bench.check(
        "graph",
        Exit::Done,
        &expect![[r#"
        --- out ---
        digraph "demo" {
          rankdir = LR
          node [shape = box]
          "base#test:shop/shelf" [label = "base\nshop/shelf"]
          "room/shelf-0#test:shop/shelf" [label = "room/shelf-0\nshop/shelf"]
          "room/shelf-1#test:shop/shelf" [label = "room/shelf-1\nshop/shelf"]
          "room/shelf-0#test:shop/shelf" -> "base#test:shop/shelf"
          "room/shelf-1#test:shop/shelf" -> "base#test:shop/shelf"
        }
    "#]],
    );
    bench.check(
        "graph --format mermaid",
        Exit::Done,
        &expect![[r#"
        --- out ---
        flowchart LR
          n0["base<br>shop/shelf"]
          n1["room/shelf-0<br>shop/shelf"]
          n2["room/shelf-1<br>shop/shelf"]
          n1 --> n0
          n2 --> n0
    "#]],
    );
    assert!(!bench.path("state").exists());
}

#[test]
fn secrets_are_hidden_unless_asked_for() {
    let bench = Bench::new();
    bench.write("stacks/demo.toml", "shelves = 1\nwidth = 1\nlock = { file = 'lock' }\n");
    bench.write("stacks/lock", "hunter2\n");
    for line in ["preview --json", "up", "up --json", "state show room/shelf-0", "outputs --json"] {
        let ran = bench.run(line);
        assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
        assert!(!format!("{}{}", ran.out, ran.err).contains("hunter2"), "{line}");
    }
    bench.write("stacks/lock", "hunter3\n");
    bench.check(
        "preview",
        Exit::Done,
        &expect![[r#"
        --- out ---
        Plan for stack `demo` of `shop` on `sim`:

          1 ~ room/shelf-0  update   shop/shelf
                lock: [secret] -> [another secret]

        1 to update; 1 stays as it is.
    "#]],
    );
}

#[test]
fn flags_stand_before_or_after_the_command() {
    let bench = Bench::new();
    let ran = bench.run("--set shelves=1 preview --set width=7 --json");
    let plan: serde_json::Value = serde_json::from_str(&ran.out).expect("it is JSON");
    assert_eq!(plan["summary"]["create"], 2);
    assert_eq!(plan["steps"][0]["inputs"]["width"], 7);
}

#[test]
fn of_a_long_text_the_beginning_is_shown() {
    let bench = Bench::new();
    let script = (1..=20).map(|number| format!("line {number}")).collect::<Vec<_>>().join("\n");
    bench.write("stacks/demo.toml", &format!("shelves = 1\nwidth = 1\nlabels = [\"\"\"{script}\"\"\"]\n"));
    let ran = bench.run("preview");
    assert!(ran.out.contains("| line 12\n") && ran.out.contains("| (8 more lines)\n") && !ran.out.contains("line 13"), "{}", ran.out);
    assert!(bench.run("preview --json").out.contains("line 20"));
}

#[test]
fn long_values_are_spread_and_compared_line_by_line() {
    let bench = Bench::new();
    let settings = |script: &str| format!("shelves = 1\nwidth = 1\nlabels = [\"\"\"{script}\"\"\"]\n");
    let script = "#!/bin/sh\none\ntwo\nthree\nfour\nfive\n";
    bench.write("stacks/demo.toml", &settings(script));
    bench.check(
        "preview --target-urn room/*",
        Exit::Done,
        &expect![[r#"
        --- out ---
        Plan for stack `demo` of `shop` on `sim`. What has the same number is done side by side:

          1 + base          create   shop/shelf
                width: 1
          2 + room/shelf-0  create   shop/shelf
                below: <base.id>
                label:
                  | #!/bin/sh
                  | one
                  | two
                  | three
                  | four
                  | five
                width: 10

        2 to create.
    "#]],
    );
    bench.ok("up");
    bench.write("stacks/demo.toml", &settings(&script.replace("four", "4\nfour and a half")));
    bench.check(
        "preview",
        Exit::Done,
        &expect![[r#"
        --- out ---
        Plan for stack `demo` of `shop` on `sim`:

          1 ~ room/shelf-0  update   shop/shelf
                label: changes
                    ...
                    | two
                    | three
                  - | four
                  + | 4
                  + | four and a half
                    | five

        1 to update; 1 stays as it is.
    "#]],
    );
    bench.check(
        "preview --exclude room/* --set width=2",
        Exit::Done,
        &expect![[r#"
            --- out ---
            Plan for stack `demo` of `shop` on `sim`:

                ± base          replace  shop/shelf (left out)
                    width: 1 -> 2; needs a new object
                ~ room/shelf-0  update   shop/shelf (left out)
                    label: changes
                        ...
                        | two
                        | three
                      - | four
                      + | 4
                      + | four and a half
                        | five
                    below: "shelf-1" -> <base.id>

            Nothing to do; 2 left out.
        "#]],
    );
}

#[test]
fn what_was_done_to_the_state_is_told_to_tools_as_well() {
    let bench = Bench::new();
    bench.ok("up --set protect=true");
    bench.check(
        "state unprotect room/shelf-0 --json",
        Exit::Done,
        &expect![[r#"
        --- out ---
        {"version":1,"event":"unprotected","urn":"room/shelf-0#test:shop/shelf","id":"shelf-2"}
    "#]],
    );
    bench.check(
        "state forget room/shelf-0 --json",
        Exit::Done,
        &expect![[r#"
        --- out ---
        {"version":1,"event":"given-up","urn":"room/shelf-0#test:shop/shelf","id":"shelf-2"}
    "#]],
    );
    bench.check(
        "state rm room/shelf-1 --json",
        Exit::Done,
        &expect![[r#"
        --- out ---
        {"version":1,"event":"dropped","urn":"room/shelf-1#test:shop/shelf","id":"shelf-3"}
    "#]],
    );
}

#[test]
fn a_program_tells_its_version() {
    let bench = Bench::new();
    let ran = bench.run_app(&bench.app().version("1.2.3"), "--version");
    assert_eq!((ran.exit, &*ran.out), (Exit::Done, "demo 1.2.3\n"));
    assert_eq!(bench.run("-V").out, format!("demo of blogstack {}\n", env!("CARGO_PKG_VERSION")));
}
