//! `preview --save` and `up --plan`: what was approved, or nothing.

use super::*;

/// A shop with one label, and a saved plan of another label, a further shelf and a new base.
fn approved() -> Bench {
    let bench = Bench::new();
    bench.write("stacks/demo.toml", "shelves = 2\nwidth = 80\nlabels = ['one']\n");
    bench.ok("up");
    bench.write("stacks/demo.toml", "shelves = 3\nwidth = 80\nlabels = ['uno']\n");
    bench.save("");
    bench
}

impl Bench {
    fn save(&self, flags: &str) {
        self.ok(&format!("preview {flags} --save {}", self.plan()));
    }

    fn plan(&self) -> String {
        self.path("plan.json").display().to_string()
    }

    fn shop(&self) -> String {
        std::fs::read_to_string(self.path("state/shop.json")).expect("the shop has a file")
    }

    /// Changes the shop behind everybody's back.
    fn tamper(&self, from: &str, to: &str) {
        let shop = self.shop();
        assert!(shop.contains(from), "{shop}");
        self.write("state/shop.json", &shop.replacen(from, to, 1));
    }

    /// The saved plan is refused in these words, and nothing is done.
    #[track_caller]
    fn refuses(&self, flags: &str, expected: &Expect) {
        let before = self.shop();
        self.check(&format!("up {flags} --plan {}", self.plan()), Exit::Refused, expected);
        assert_eq!(self.shop(), before);
    }
}

#[test]
fn a_saved_plan_is_shown_and_kept() {
    let bench = Bench::new();
    bench.check(
        &format!("preview --target shop --set shelves=1 --save {}", bench.plan()),
        Exit::Done,
        &expect![[r#"
            Saved in `BENCH/plan.json`: `up --plan BENCH/plan.json` carries out this plan or none.
            --- out ---
            Plan for stack `demo` of `shop` on `shop`. What has the same number is done side by side:

              1 + base          create   shop/shelf
                    width: 80
              2 + room/shelf-0  create   shop/shelf
                    below: <base.id>
                    width: 10

            2 to create.
        "#]],
    );
}

#[test]
fn a_saved_plan_is_carried_out_without_a_question() {
    let bench = Bench::new();
    bench.ok("up --target shop --yes");
    bench.save("--target shop --set shelves=3");
    assert_eq!(bench.run("up --target shop --set shelves=3").exit, Exit::Refused);
    let ran = bench.run(&format!("up --target shop --set shelves=3 --plan {}", bench.plan()));
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(ran.err.starts_with("Plan for stack") && ran.err.contains("created `room/shelf-2`"), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn a_saved_plan_is_for_this_user_and_tells_no_value() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new();
    bench.write("stacks/demo.toml", "shelves = 1\nwidth = 123456\nlabels = ['mellon']\nlock = { file = 'lock' }\n");
    bench.write("stacks/lock", "hunter2\n");
    bench.save("");
    let mode = std::fs::metadata(bench.path("plan.json")).expect("there is a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = std::fs::read_to_string(bench.path("plan.json")).expect("it is text");
    assert!(text.contains("room/shelf-0#test:shop/shelf"), "{text}");
    for value in ["hunter2", "123456", "mellon"] {
        assert!(!text.contains(value), "{text}");
    }
}

#[test]
fn what_is_observed_has_moved() {
    let bench = approved();
    bench.tamper("\"one\"", "\"eins\"");
    bench.refuses(
        "",
        &expect![[r#"
        error: the saved plan does not hold: `room/shelf-0` (shop/shelf): what is observed: field `label`
          hint: look at the plan as it is now with `preview`, and save that one
    "#]],
    );
    let bench = approved();
    bench.tamper("80", "81");
    bench.refuses("", &expect![[r#"
        error: the saved plan does not hold: `base` (shop/shelf): what is observed: field `width`; planned was `same`, now it would be `replace`
        error: the saved plan does not hold: `room/shelf-0` (shop/shelf): what follows from the rest
        error: the saved plan does not hold: `room/shelf-1` (shop/shelf): what follows from the rest; planned was `same`, now it would be `update`
        error: the saved plan does not hold: `room/shelf-2` (shop/shelf): what follows from the rest
          hint: look at the plan as it is now with `preview`, and save that one
    "#]]);
    let bench = approved();
    bench.tamper("\"shelf-3\":", "\"shelf-9\":");
    bench.refuses("", &expect![[r#"
        error: the saved plan does not hold: `room/shelf-1` (shop/shelf): what is observed: whether it is there; planned was `same`, now it would be `create`
        error: the saved plan does not hold: exported value `shelf-1`: what follows from the rest
          hint: look at the plan as it is now with `preview`, and save that one
    "#]]);
}

#[test]
fn what_is_recorded_has_moved() {
    let bench = approved();
    bench.ok("up --set shelves=2");
    bench.refuses("", &expect![[r#"
        error: the saved plan does not hold: `room/shelf-0` (shop/shelf): what is recorded, what is observed: field `label`; planned was `update`, now it would be `same`
          hint: look at the plan as it is now with `preview`, and save that one
    "#]]);
    let bench = approved();
    bench.ok("state rm room/shelf-1");
    bench.refuses(
        "",
        &expect![[r#"
        error: the saved plan does not hold: `room/shelf-1` (shop/shelf): what is recorded; planned was `same`, now it would be `create`
        error: the saved plan does not hold: exported value `shelf-1`: what follows from the rest
          hint: look at the plan as it is now with `preview`, and save that one
    "#]],
    );
}

#[test]
fn a_plan_is_carried_out_once() {
    let bench = approved();
    bench.ok(&format!("up --plan {}", bench.plan()));
    bench.refuses("", &expect![[r#"
        error: the saved plan does not hold: `room/shelf-0` (shop/shelf): what is recorded, what is observed: field `label`; planned was `update`, now it would be `same`
        error: the saved plan does not hold: `room/shelf-2` (shop/shelf): what is recorded; planned was `create`, now it would be `same`
        error: the saved plan does not hold: exported value `shelf-2`: what follows from the rest
          hint: look at the plan as it is now with `preview`, and save that one
    "#]]);
}

#[test]
fn what_the_program_says_has_moved() {
    let bench = Bench::new();
    bench.write("stacks/demo.toml", "shelves = 1\nwidth = 80\nlock = { file = 'lock' }\n");
    bench.write("stacks/lock", "hunter2\n");
    bench.ok("up --set shelves=0");
    bench.save("");
    bench.write("stacks/lock", "hunter3\n");
    bench.refuses(
        "",
        &expect![[r#"
        error: the saved plan does not hold: `room/shelf-0` (shop/shelf): what the program says: field `lock`
          hint: look at the plan as it is now with `preview`, and save that one
    "#]],
    );
}

#[test]
fn what_the_plan_did_not_look_at_may_move() {
    let bench = approved();
    // `room/shelf-1` has no label that the program sets, and somebody wrote one.
    bench.tamper("null,\"shelf-1\"", "\"mine\",\"shelf-1\"");
    bench.ok("refresh");
    bench.ok(&format!("up --plan {}", bench.plan()));
    assert!(bench.shop().contains("uno") && bench.shop().contains("mine"));
}

#[test]
fn a_saved_plan_says_how_it_was_asked_for() {
    let bench = approved();
    bench.save("--exclude room/shelf-2 --replace room/shelf-1");
    let plan = bench.plan();
    bench.check(
        &format!("up --exclude base --no-refresh --plan {plan}"),
        Exit::Usage,
        &expect![[r#"
            error: reading `--plan`: it cannot be combined with `--exclude`, `--no-refresh`
              hint: give these flags when the plan is saved: they are kept in it
        "#]],
    );
    bench.check(
        &format!("up --plan {plan}"),
        Exit::Done,
        &expect![[r#"
            Plan for stack `demo` of `shop` on `sim`. What has the same number is done side by side:

                + room/shelf-2  create   shop/shelf (left out)
                    below: "shelf-1"
                    width: 10
              1 ~ room/shelf-0  update   shop/shelf
                    label: "one" -> "uno"
              1 ± room/shelf-1  replace  shop/shelf
                    the old object is deleted afterwards (number 2)
                    because asked for with --replace

            1 to update, 1 to replace; 1 stays as it is; 1 left out.
              creating the new `room/shelf-1` (shop/shelf)
              updating `room/shelf-0` (shop/shelf)
            ~ updated `room/shelf-0` (shop/shelf) in no time
            ± created the new `room/shelf-1` (shop/shelf) in no time
              deleting the old `room/shelf-1` (shop/shelf)
            ± deleted the old `room/shelf-1` (shop/shelf) in no time
            Done: 3 operations in no time of simulated time.
            --- out ---
            shelf-0 = aisle shelf-2
            shelf-1 = aisle shelf-4
        "#]],
    );
}

#[test]
fn a_saved_plan_is_for_one_stack_target_state_executable_and_settings() {
    let bench = approved();
    bench.write("stacks/other.toml", "shelves = 3\nwidth = 80\nlabels = ['uno']\n");
    bench.refuses(
        "--stack other",
        &expect![[r#"
        error: the saved plan is for stack `shop/demo`, and this run for `shop/other`
          hint: name its stack with `--stack`, or save a plan of this one
    "#]],
    );
    bench.refuses(
        "--target shop",
        &expect![[r#"
        error: the saved plan is for sim (the shop), and this run for shop (the shop)
          hint: name its target with `--target`, or save a plan for this one
    "#]],
    );
    bench.refuses(
        "--set width=81",
        &expect![[r#"
        error: the saved plan was made with other settings
          hint: give the settings with which it was saved, those of `--set` too, or save the plan again
    "#]],
    );
    bench.write("executable", "two");
    bench.refuses(
        "",
        &expect![[r#"
        error: the saved plan was made by another build of this program
          hint: use the very executable that saved it, or save the plan again with this one
    "#]],
    );
    bench.write("executable", "one");
    std::fs::rename(bench.path("state/shop"), bench.path("state/shop.away")).expect("a folder can be moved");
    bench.refuses(
        "",
        &expect![[r#"
        error: the saved plan was made from another state than this one, or its key has been replaced
          hint: name the folder of its state with `--state`, or save a plan from this one
    "#]],
    );
    assert!(!bench.path("state/shop").exists());
}

#[test]
fn settings_may_come_from_elsewhere_when_they_are_the_same() {
    let bench = approved();
    bench.write("same.toml", "labels = [ \"uno\" ] # the first\nwidth = 8_0\nshelves = 1\n");
    bench.ok(&format!("up --config {} --set shelves=3 --plan {}", bench.path("same.toml").display(), bench.plan()));
}

#[test]
fn a_file_that_is_no_saved_plan_is_refused() {
    let bench = approved();
    let plan = bench.plan();
    let whole = std::fs::read_to_string(bench.path("plan.json")).expect("it is text");
    bench.write("plan.json", &whole.replace("\"format\": 1", "\"format\": 2"));
    bench.refuses(
        "",
        &expect![[r#"
        error: reading the saved plan: it has format 2, and this program knows 1 at most
          hint: use the build of the program that saved it, or save the plan again with this one
    "#]],
    );
    bench.write("plan.json", &whole.replace("\"no_refresh\": false", "\"no_refresh\": true"));
    bench.refuses(
        "",
        &expect![[r#"
        error: reading the saved plan: it is damaged, or no saved plan at all
          hint: take the file as `preview --save` wrote it, or save the plan again
    "#]],
    );
    bench.write("plan.json", "shelves = 2");
    bench.refuses(
        "",
        &expect![[r#"
        error: reading the saved plan: it is damaged, or no saved plan at all
          hint: take the file as `preview --save` wrote it, or save the plan again
    "#]],
    );
    std::fs::remove_file(bench.path("plan.json")).expect("it is there");
    bench.check(
        &format!("up --plan {plan}"),
        Exit::Usage,
        &expect![[r#"
        error: reading the plan `BENCH/plan.json`: there is no such file
          hint: make one with `preview --save FILE`
    "#]],
    );
}

#[test]
fn no_flipped_bit_passes() {
    let bench = approved();
    let before = bench.shop();
    let whole = std::fs::read(bench.path("plan.json")).expect("there is a file");
    // One bit of each byte, another one from byte to byte.
    for at in (0..whole.len()).step_by(7) {
        let mut spoiled = whole.clone();
        spoiled[at] ^= 1 << (at % 8);
        std::fs::write(bench.path("plan.json"), spoiled).expect("it can be written");
        let ran = bench.run(&format!("up --plan {}", bench.plan()));
        assert_eq!(ran.exit, Exit::Refused, "byte {at}: {}", ran.err);
    }
    assert_eq!(bench.shop(), before);
}
