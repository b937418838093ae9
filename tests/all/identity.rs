//! Names, aliases, protection, retention, adoption.

use std::{collections::BTreeMap, time::Duration};

use blogstack_aws::ec2::{Subnet, Vpc};
use blogstack_core::{
    Configure, Declare, Scope,
    apply::Pace,
    deployment::{DeploymentError, How},
    plan::Selection,
    provider::ErrorKind,
    step::Action,
    testing::Lab,
};
use blogstack_tests::{
    run,
    toy::{Board, Mishap, Note},
    world::World,
};
use expect_test::{Expect, expect};

fn refused(error: &DeploymentError, expected: &Expect) {
    assert!(matches!(error, DeploymentError::Refused(_)), "{error:?}");
    expected.assert_eq(&error.to_string());
}

#[test]
fn an_alias_frees_a_name_and_a_new_resource_takes_it() {
    run(async {
        let world = World::new();
        world
            .up(|s| {
                s.add("net", Vpc::new("10.0.0.0/16"));
            })
            .await;
        let after = |s: &Scope| {
            s.add("old", Vpc::new("10.0.0.0/16").alias("net"));
            s.add("net", Vpc::new("10.1.0.0/16"));
        };
        let plan = world.stack(after).preview().await.unwrap();
        let actions: Vec<_> = plan.steps.iter().map(|step| (step.urn.path(), step.action)).collect();
        assert_eq!(actions, [("old", Action::Same), ("net", Action::Create)]);
        world.calls();
        world.up(after).await;
        assert!(!world.calls().iter().any(|call| call.starts_with("Delete") || call.starts_with("Modify") || call == "CreateTags"));
        // The alias may stay in the program: the name `net` belongs to the new one now.
        assert!(world.stack(after).preview().await.unwrap().is_empty());
        assert_eq!(world.state().await.records.len(), 2);
    });
}

/// What each name stands for: the text of its note.
async fn named(lab: &Lab, board: &Board) -> BTreeMap<String, String> {
    let (state, notes) = (lab.state().await.unwrap(), board.notes());
    assert_eq!(state.records.len(), notes.len(), "{state:?}");
    state.records.into_values().map(|record| (record.urn.path().to_owned(), notes[&record.id].text.clone())).collect()
}

fn names<const N: usize>(names: [(&str, &str); N]) -> BTreeMap<String, String> {
    names.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

/// A board with a note that is called `net`.
async fn one_note() -> (Board, Lab) {
    let board = Board::default();
    let lab = Lab::new(board.connection());
    assert!(lab.stack(|s| drop(s.add("net", Note::new("one")))).up().await.unwrap().is_complete());
    (board, lab)
}

/// Its note is called `old` and says something else; another one is called `net`.
fn passed_on(s: &Scope) {
    s.add("old", Note::new("uno").alias("net"));
    s.add("net", Note::new("two"));
}

#[test]
fn a_rename_is_carried_out_whatever_is_selected() {
    run(async {
        let (board, lab) = one_note().await;
        let how = How { selection: Selection::new(&["net".into()], &[], &[]).unwrap(), ..How::default() };
        assert!(lab.clone().how(how).stack(passed_on).up().await.unwrap().is_complete());
        assert_eq!(named(&lab, &board).await, names([("net", "two"), ("old", "one")]));
        assert!(lab.stack(passed_on).up().await.unwrap().is_complete());
        assert_eq!(named(&lab, &board).await, names([("net", "two"), ("old", "uno")]));
    });
}

#[test]
fn a_rename_holds_though_the_update_that_comes_with_it_fails() {
    run(async {
        let (board, lab) = one_note().await;
        board.mishap("update", Mishap::Fails(ErrorKind::Rejected));
        assert_eq!(lab.stack(passed_on).up().await.unwrap().failed.len(), 1);
        assert_eq!(named(&lab, &board).await, names([("net", "two"), ("old", "one")]));
        assert!(lab.stack(passed_on).up().await.unwrap().is_complete());
        assert_eq!(named(&lab, &board).await, names([("net", "two"), ("old", "uno")]));
    });
}

#[test]
fn a_rename_holds_though_the_update_that_comes_with_it_is_interrupted() {
    run(async {
        let (board, lab) = one_note().await;
        board.mishap("update", Mishap::Hangs);
        let how = How { pace: Pace { parallel: 1, ..Pace::default() }, ..How::default() };
        // The new note comes first, then the old one is changed.
        let after = |s: &Scope| {
            s.add("net", Note::new("two"));
            s.add("old", Note::new("uno").alias("net"));
        };
        tokio::time::timeout(Duration::from_mins(1), lab.clone().how(how).stack(after).up()).await.unwrap_err();
        assert_eq!(named(&lab, &board).await, names([("net", "two"), ("old", "uno")]));
        assert!(lab.stack(after).up().await.unwrap().is_complete());
        assert_eq!(named(&lab, &board).await, names([("net", "two"), ("old", "uno")]));
        assert!(!board.calls().contains(&"delete"));
    });
}

#[test]
fn names_are_passed_on_along_a_chain() {
    run(async {
        let board = Board::default();
        let lab = Lab::new(board.connection());
        let before = |s: &Scope| ["a", "b", "c"].into_iter().for_each(|name| drop(s.add(name, Note::new(name))));
        assert!(lab.stack(before).up().await.unwrap().is_complete());
        let after = |s: &Scope| {
            s.add("a", Note::new("new"));
            s.add("b", Note::new("a").alias("a"));
            s.add("c", Note::new("b").alias("b"));
            s.add("d", Note::new("c").alias("c"));
        };
        board.calls();
        assert!(lab.stack(after).up().await.unwrap().is_complete());
        assert_eq!(named(&lab, &board).await, names([("a", "new"), ("b", "a"), ("c", "b"), ("d", "c")]));
        assert_eq!(board.calls(), ["read", "create", "wait"]);
    });
}

#[test]
fn two_objects_of_one_name_are_refused_until_one_is_dropped() {
    run(async {
        let (board, lab) = one_note().await;
        let id = board.notes().into_keys().next().unwrap();
        // As an earlier version could leave it.
        let uid = "0".repeat(32);
        let record = format!(
            r#"{{"urn":"net#toy:board/note","uid":"{uid}","version":2,"home":{{"account":"me"}},"id":"second","phase":"complete","inputs":{{}},"outputs":{{}},"dependencies":[],"since":0}}"#
        );
        crate::golden::append(lab.disk(), &format!(r#"{{"entry":"recorded","record":{record}}}"#)).await;
        let program = |s: &Scope| drop(s.add("net", Note::new("one")));
        for error in [lab.stack(program).up().await.unwrap_err(), lab.stack(|_| ()).up().await.unwrap_err()] {
            expect![[r#"
                `net`: two objects are recorded for it, `second` and `ID`, and only one can stand for it
                  hint: look at both, then drop the record of the one that does not by its id: `state rm ID`"#]]
            .assert_eq(&error.to_string().replace(&id, "ID"));
        }
        assert_eq!(board.notes().len(), 1);
        let stack = lab.stack(program);
        let session = stack.open().await.unwrap();
        assert_eq!(session.remove_record("second").await.unwrap().len(), 1);
        session.close().await.unwrap();
        assert!(lab.stack(program).preview().await.unwrap().is_empty());
    });
}

#[test]
fn an_object_of_ours_is_not_adopted_under_a_second_name() {
    run(async {
        let (board, lab) = one_note().await;
        let id = board.notes().into_keys().next().unwrap();
        let refusal = |program: fn(&Scope, &str)| {
            let (lab, id) = (lab.clone(), id.clone());
            async move {
                let own = id.clone();
                let error = lab.stack(move |s| program(s, &own)).up().await.unwrap_err();
                let DeploymentError::Invalid(problems) = error else { panic!("{error}") };
                let related = problems.0[0].related.map(|(line, what)| (line.line() < problems.0[0].line.unwrap().line(), what));
                (problems.to_string().replace(&id, "ID"), related)
            }
        };
        let (text, related) = refusal(|s, id| drop(s.add("network", Note::new("one").adopt(id)))).await;
        expect![[r#"
            `network`: `ID` is recorded already, as the object of `net`
              hint: if `net` was renamed, say `.alias("net")` in place of `.adopt(..)`"#]]
        .assert_eq(&text);
        assert_eq!(related, None);
        let (text, related) = refusal(|s, id| {
            s.add("net", Note::new("one"));
            s.add("network", Note::new("one").adopt(id));
        })
        .await;
        expect!["`network`: `ID` is recorded already, as the object of `net`"].assert_eq(&text);
        assert_eq!(related, Some((true, "the resource that has it")));
        let (text, related) = refusal(|s, _| {
            s.add("net", Note::new("one"));
            s.add("a", Note::new("theirs").adopt("theirs"));
            s.add("b", Note::new("theirs").adopt("theirs"));
        })
        .await;
        expect!["`b`: `theirs` is adopted by `a` too"].assert_eq(&text);
        assert_eq!(related, Some((true, "the first one")));
        assert_eq!(board.notes().len(), 1);
        // An alias says what was meant.
        assert!(lab.stack(|s| drop(s.add("network", Note::new("one").alias("net")))).up().await.unwrap().is_complete());
    });
}

#[test]
fn a_name_that_becomes_free_may_be_taken_by_what_is_adopted() {
    run(async {
        let (board, lab) = one_note().await;
        let theirs = board.notes().into_values().next().unwrap();
        board.tamper(|notes| drop(notes.insert("theirs".into(), Note { text: "theirs".into(), ..theirs })));
        let after = |s: &Scope| {
            s.add("old", Note::new("one").alias("net"));
            s.add("net", Note::new("theirs").adopt("theirs"));
        };
        assert!(lab.stack(after).up().await.unwrap().is_complete());
        assert_eq!(named(&lab, &board).await, names([("net", "theirs"), ("old", "one")]));
        assert!(lab.stack(after).preview().await.unwrap().is_empty());
    });
}

#[test]
fn a_renamed_component_keeps_its_objects() {
    run(async {
        let world = World::new();
        let component = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("a", Subnet::new(&vpc, "10.0.0.0/24"));
        };
        world.up(move |s| component(&s.child("network"))).await;
        let after = move |s: &Scope| component(&s.child("net").alias("network"));
        assert!(world.stack(after).preview().await.unwrap().is_empty());
        world.calls();
        world.up(after).await;
        let calls = world.calls();
        assert!(!calls.is_empty() && calls.iter().all(|call| call.starts_with("Describe")), "{calls:?}");
        let state = world.state().await;
        let mut paths: Vec<_> = state.records.values().map(|record| record.urn.path().to_owned()).collect();
        paths.sort();
        assert_eq!(paths, ["net/a", "net/vpc"]);
    });
}

#[test]
fn protection_refuses_replacing_and_deleting_until_it_is_lifted() {
    run(async {
        let world = World::new();
        let declared = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("a", Subnet::new(&vpc, "10.0.0.0/24").protect());
            s.add("b", Subnet::new(&vpc, "10.0.1.0/24"));
        };
        world.up(declared).await;
        let replacing = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("a", Subnet::new(&vpc, "10.0.9.0/24"));
        };
        let error = world.stack(replacing).preview().await.unwrap_err();
        refused(
            &error,
            &expect![[r#"
            `a`: it is protected, but this change would replace it: field `cidr_block`
              hint: undo the change, or lift the protection first: `state unprotect 'a#aws:ec2/subnet'`"#]],
        );
        let protecting = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("a", Subnet::new(&vpc, "10.0.9.0/24").protect());
        };
        let error = world.stack(protecting).preview().await.unwrap_err();
        refused(
            &error,
            &expect![[r#"
            `a`: it is protected, but this change would replace it: field `cidr_block`
              hint: undo the change, or lift the protection first: take `.protect()` out of the program, and `state unprotect 'a#aws:ec2/subnet'`"#]],
        );
        // Where it was renamed at the same time, the name that is recorded is the one to be given.
        let renaming = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("renamed", Subnet::new(&vpc, "10.0.9.0/24").alias("a"));
        };
        let error = world.stack(renaming).preview().await.unwrap_err();
        refused(
            &error,
            &expect![[r#"
            `renamed`: it is protected, but this change would replace it: field `cidr_block`
              hint: undo the change, or lift the protection first: `state unprotect 'a#aws:ec2/subnet'`"#]],
        );
        let removing = |s: &Scope| {
            s.add("vpc", Vpc::new("10.0.0.0/16"));
        };
        let error = world.stack(removing).up().await.unwrap_err();
        refused(
            &error,
            &expect![[r#"
            `a`: it is protected, but the program does not declare it any more
              hint: declare it again, or lift the protection: `state unprotect 'a#aws:ec2/subnet'`"#]],
        );
        // Destroying keeps it and what it is built on, and says so.
        world.destroy().await;
        let state = world.state().await;
        let mut left: Vec<_> = state.records.values().map(|record| record.urn.path().to_owned()).collect();
        left.sort();
        assert_eq!(left, ["a", "vpc"]);
        let stack = world.stack(|_| ());
        let session = stack.open().await.unwrap();
        session.unprotect("a").await.unwrap();
        session.close().await.unwrap();
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
    });
}

#[test]
fn a_retained_object_is_forgotten_and_loses_our_tags() {
    run(async {
        let world = World::new();
        world
            .up(|s| {
                s.add("vpc", Vpc::new("10.0.0.0/16").tag("Name", "kept").retain());
            })
            .await;
        world.destroy().await;
        assert!(world.state().await.records.is_empty());
        let left: Vec<_> = world.sim.objects().into_iter().filter(|(key, _)| key.contains("/vpc/")).collect();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].1["tags"].to_string(), r#"{"Name":"kept"}"#);
    });
}

#[test]
fn an_existing_object_is_adopted_as_it_is() {
    run(async {
        let world = World::new();
        world
            .up(|s| {
                s.add("vpc", Vpc::new("10.0.0.0/16").enable_dns_hostnames(true).tag("Name", "theirs").retain());
            })
            .await;
        let id = world.state().await.records.values().next().unwrap().id.clone();
        world.destroy().await;
        let adopting = {
            let id = id.clone();
            move |s: &Scope| {
                s.add("network", Vpc::new("10.0.0.0/16").adopt(id.as_str()));
            }
        };
        let plan = world.stack(adopting.clone()).preview().await.unwrap();
        assert_eq!(plan.steps[0].action, Action::Adopt);
        assert!(plan.steps[0].changes.is_empty(), "what is not declared is not managed");
        world.calls();
        world.up(adopting.clone()).await;
        assert_eq!(world.calls().into_iter().filter(|call| !call.starts_with("Describe")).collect::<Vec<_>>(), ["CreateTags"]);
        assert!(world.stack(adopting).preview().await.unwrap().is_empty());
        assert_eq!(world.state().await.records.values().next().unwrap().id, id);

        let elsewhere = World::new();
        let error = elsewhere.stack(|s| drop(s.add("network", Vpc::new("10.0.0.0/16").adopt("vpc-0")))).preview().await.unwrap_err();
        expect![[r#"
            `network`: there is no ec2/vpc with the id `vpc-0` to adopt
              hint: check the id and the region, or declare it without `.adopt(..)` to make a new one"#]]
        .assert_eq(&error.to_string());
    });
}

#[test]
fn two_resources_of_one_name_are_refused_with_both_lines() {
    run(async {
        let program = |s: &Scope| {
            s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("vpc", Vpc::new("10.1.0.0/16"));
            s.add("a/b", Vpc::new("10.0.0.0/16"));
        };
        let Err(DeploymentError::Invalid(problems)) = World::new().stack(program).preview().await else { panic!("it is refused") };
        expect![[r#"
            `vpc`: two resources of kind ec2/vpc have this name
            `a/b`: the name `a/b` holds '/'; use letters, digits, `-`, `_` and `.`"#]]
        .assert_eq(&problems.to_string());
        let lines = (problems.0[0].line.unwrap().line(), problems.0[0].related.unwrap().0.line());
        assert_eq!(lines.0, lines.1 + 1);
    });
}

#[test]
fn a_reference_into_another_region_is_refused() {
    run(async {
        let program = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.in_region("us-east-1").add("a", Subnet::new(&vpc, "10.0.0.0/24"));
        };
        let error = World::new().stack(program).preview().await.unwrap_err();
        expect!["`a`: it is in us-east-1, but its field `vpc` refers to `vpc` in eu-west-1"].assert_eq(&error.to_string());
    });
}

#[test]
fn what_a_retained_object_is_built_on_is_given_up_with_it() {
    run(async {
        let world = World::new();
        world
            .up(|s| {
                let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
                s.add("a", Subnet::new(&vpc, "10.0.0.0/24").retain());
                s.add("b", Subnet::new(&vpc, "10.0.1.0/24"));
            })
            .await;
        let report = world.stack(|_| ()).destroy().await.unwrap();
        assert!(report.is_complete(), "{report:?}");
        let mut actions: Vec<_> = report.done.iter().map(|done| (done.urn.path(), done.action)).collect();
        actions.sort();
        assert_eq!(actions, [("a", Action::Forget), ("b", Action::Delete), ("vpc", Action::Forget)]);
        assert!(world.state().await.records.is_empty());
    });
}
