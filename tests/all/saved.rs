//! Saved plans: what was approved is carried out, or nothing.

use blogstack_core::{
    Configure, Scope, Secret,
    apply::Pace,
    deployment::{DeploymentError, How},
    plan::Selection,
    saved::{Moved, Provenance, SavedPlan, SavedPlanError, Why},
    testing::Lab,
};
use blogstack_tests::{
    run,
    toy::{Board, Note},
};

/// A note, one below it, and one more with a password.
fn notes(text: &'static str) -> impl Fn(&Scope) + Send + Sync + 'static {
    move |s: &Scope| {
        let top = s.add("top", Note::new("top").title("agenda"));
        s.add("below", Note::new(text).below(&top).password(Secret::new("hunter2".to_owned())));
        s.export("text", &top.text);
    }
}

/// What is there after `one`, and the plan that leads to `two`.
async fn saved() -> (Board, Lab, SavedPlan) {
    let board = Board::default();
    let lab = Lab::new(board.connection());
    lab.stack(notes("one")).up().await.unwrap();
    let (plan, saved) = lab.stack(notes("two")).preview_and_save().await.unwrap();
    assert_eq!(plan.summary()["update"], 1);
    (board, lab, SavedPlan::from_json(&saved.to_json()).unwrap())
}

/// Changes the one note that says `text` behind everybody's back.
fn tamper(board: &Board, text: &str, change: impl FnOnce(&mut Note)) {
    board.tamper(|notes| change(notes.values_mut().find(|note| note.text == text).unwrap()));
}

async fn refused(lab: &Lab, saved: &SavedPlan, text: &'static str) -> SavedPlanError {
    match lab.stack(notes(text)).up_as_saved(saved).await.unwrap_err() {
        DeploymentError::Saved(error) => error,
        other => panic!("{other}"),
    }
}

/// Which parts have moved, and why.
async fn moved(lab: &Lab, saved: &SavedPlan) -> Vec<(String, Vec<Why>)> {
    let SavedPlanError::Moved(moved) = refused(lab, saved, "two").await else { panic!("nothing has moved") };
    moved.into_iter().map(|Moved { subject, why, .. }| (subject, why)).collect()
}

fn texts(board: &Board) -> Vec<String> {
    let mut texts: Vec<String> = board.notes().into_values().map(|note| note.text).collect();
    texts.sort();
    texts
}

#[test]
fn what_was_approved_is_carried_out() {
    run(async {
        let (board, lab, saved) = saved().await;
        assert!(lab.stack(notes("two")).up_as_saved(&saved).await.unwrap().is_complete());
        assert_eq!(texts(&board), ["top", "two"]);
        assert!(lab.stack(notes("two")).preview().await.unwrap().is_empty());
    });
}

#[test]
fn a_first_plan_can_be_saved() {
    run(async {
        let board = Board::default();
        let lab = Lab::new(board.connection());
        let (_, saved) = lab.stack(notes("one")).preview_and_save().await.unwrap();
        lab.stack(notes("one")).up_as_saved(&saved).await.unwrap();
        assert_eq!(texts(&board), ["one", "top"]);
    });
}

#[test]
fn what_the_plan_did_not_use_may_move() {
    run(async {
        let (board, lab, saved) = saved().await;
        // A count that the object keeps, and a title that this note has none of by the program.
        tamper(&board, "top", |note| note.revision = 7);
        tamper(&board, "one", |note| note.title = Some("mine".into()));
        lab.stack(|_| ()).refresh().await.unwrap();
        assert!(lab.stack(notes("two")).up_as_saved(&saved).await.unwrap().is_complete());
        assert_eq!(texts(&board), ["top", "two"]);
    });
}

#[test]
fn each_thing_that_moved_is_named() {
    run(async {
        let field = |name: &str| Some(name.to_owned());
        let below = || "`below` (board/note)".to_owned();
        let top = || "`top` (board/note)".to_owned();

        let (board, lab, saved) = saved().await;
        tamper(&board, "one", |note| note.text = "eins".into());
        assert_eq!(moved(&lab, &saved).await, [(below(), vec![Why::Observed(field("text"))])]);
        tamper(&board, "eins", |note| note.text = "one".into());
        tamper(&board, "one", |note| note.password = Some(Secret::new("other".into())));
        assert_eq!(moved(&lab, &saved).await, [(below(), vec![Why::Observed(field("password"))])]);

        let (board, lab, saved) = self::saved().await;
        tamper(&board, "top", |note| note.text = "bottom".into());
        assert_eq!(moved(&lab, &saved).await, [(top(), vec![Why::Observed(field("text"))])]);
        tamper(&board, "bottom", |note| note.text = "top".into());
        assert!(lab.stack(notes("two")).up_as_saved(&saved).await.is_ok(), "what is back as it was has not moved");

        let (board, lab, saved) = self::saved().await;
        board.tamper(|notes| notes.retain(|_, note| note.text != "one"));
        assert_eq!(moved(&lab, &saved).await, [(below(), vec![Why::Observed(None)])]);

        let (_, lab, saved) = self::saved().await;
        let stack = lab.stack(|_| ());
        let session = stack.open().await.unwrap();
        session.remove_record("below").await.unwrap();
        session.close().await.unwrap();
        assert_eq!(moved(&lab, &saved).await, [(below(), vec![Why::Recorded])]);

        let (board, lab, saved) = self::saved().await;
        let SavedPlanError::Moved(moved) = refused(&lab, &saved, "three").await else { panic!("nothing has moved") };
        assert_eq!(moved[0].why, [Why::Program(field("text"))]);
        assert_eq!(texts(&board), ["one", "top"]);
    });
}

#[test]
fn a_value_that_is_used_elsewhere_is_named_where_it_was_seen() {
    run(async {
        let program = |s: &Scope| {
            let top = s.add("top", Note::new("top"));
            s.add("echo", Note::new("echo").title(top.revision.map(|revision| format!("revision {revision}"))));
            s.add("new", Note::new("new"));
        };
        let board = Board::default();
        let lab = Lab::new(board.connection());
        lab.stack(|s: &Scope| drop(s.add("top", Note::new("top")))).up().await.unwrap();
        let (_, saved) = lab.stack(program).preview_and_save().await.unwrap();
        tamper(&board, "top", |note| note.revision = 3);
        let error = lab.stack(program).up_as_saved(&saved).await.unwrap_err();
        let DeploymentError::Saved(SavedPlanError::Moved(moved)) = error else { panic!("{error}") };
        let moved: Vec<String> = moved.iter().map(ToString::to_string).collect();
        assert_eq!(moved, ["`echo` (board/note): what follows from the rest", "`top` (board/note): what is observed: field `revision`"]);
    });
}

#[test]
fn objects_that_go_are_looked_at_too() {
    run(async {
        let (board, lab, _) = saved().await;
        let (_, saved) = lab.stack(|_| ()).preview_and_save().await.unwrap();
        board.tamper(|notes| notes.retain(|_, note| note.text != "one"));
        let error = lab.stack(|_| ()).up_as_saved(&saved).await.unwrap_err().to_string();
        assert!(error.contains("`below` (board/note): what is observed: whether it is there"), "{error}");
        let error = lab.stack(notes("one")).up_as_saved(&saved).await.unwrap_err().to_string();
        assert!(error.contains("`top` (board/note): what the program says"), "{error}");
        assert_eq!(texts(&board), ["top"]);
    });
}

#[test]
fn options_are_a_part_of_what_the_program_says() {
    run(async {
        let (_, lab, saved) = saved().await;
        let protected = |s: &Scope| {
            let top = s.add("top", Note::new("top").title("agenda").protect());
            s.add("below", Note::new("two").below(&top).password(Secret::new("hunter2".to_owned())));
            s.export("text", &top.text);
        };
        let error = lab.stack(protected).up_as_saved(&saved).await.unwrap_err().to_string();
        assert!(error.contains("`top` (board/note): what the program says"), "{error}");
    });
}

#[test]
fn a_plan_that_was_begun_is_made_anew() {
    run(async {
        let program = |text: &'static str| {
            move |s: &Scope| {
                s.add("first", Note::new(text));
                s.add("second", Note::new(text));
            }
        };
        let board = Board::default();
        let one_by_one = How { pace: Pace { parallel: 1, ..Pace::default() }, ..How::default() };
        let lab = Lab::new(board.connection()).how(one_by_one);
        lab.stack(program("one")).up().await.unwrap();
        let (_, saved) = lab.stack(program("two")).preview_and_save().await.unwrap();
        let stack = lab.stack(program("two"));
        stack.cancellation().cancel();
        let report = stack.up_as_saved(&saved).await.unwrap();
        assert!(report.interrupted && report.done.len() == 1, "{report:?}");
        assert_eq!(texts(&board), ["one", "two"]);
        let error = lab.stack(program("two")).up_as_saved(&saved).await.unwrap_err().to_string();
        assert!(error.contains("`first` (board/note): what is recorded"), "{error}");
        assert!(!error.contains("`second`"), "{error}");
        let (_, saved) = lab.stack(program("two")).preview_and_save().await.unwrap();
        assert!(lab.stack(program("two")).up_as_saved(&saved).await.unwrap().is_complete());
    });
}

#[test]
fn it_was_asked_for_in_one_way() {
    run(async {
        let (board, lab, _) = saved().await;
        let selection = Selection::new(&[], &["below".to_owned()], &[]).unwrap();
        let how = How { selection, no_refresh: true, ..How::default() };
        let (plan, saved) = lab.clone().how(how).stack(notes("two")).preview_and_save().await.unwrap();
        assert!(plan.is_empty() && plan.steps.iter().any(|step| step.left_out));
        // Nothing is looked at, so nothing is seen to have moved; and what was left out stays so.
        tamper(&board, "one", |note| note.text = "eins".into());
        lab.stack(notes("two")).up_as_saved(&saved).await.unwrap();
        assert_eq!(texts(&board), ["eins", "top"]);
    });
}

#[test]
fn another_state_program_or_stack_is_refused() {
    run(async {
        let (board, lab, saved) = saved().await;
        let other = Lab::new(board.connection()).seed(8);
        assert_eq!(refused(&other, &saved, "two").await, SavedPlanError::OtherState);
        let named = Lab::new(board.connection()).named("other");
        assert!(matches!(refused(&named, &saved, "two").await, SavedPlanError::OtherStack { .. }));
        let mut another = board.connection();
        another.binding.identity = "two".into();
        let elsewhere = Lab::new(another);
        assert!(matches!(refused(&elsewhere, &saved, "two").await, SavedPlanError::OtherTarget { .. }));
        let of = |executable: &str, settings: &str| {
            let provenance = Provenance { executable: executable.into(), settings: settings.into() };
            lab.stack(notes("two")).provenance(provenance)
        };
        let error = of("another", "").up_as_saved(&saved).await.unwrap_err().to_string();
        assert_eq!(error, "the saved plan was made by another build of this program");
        let error = of("", "zones = 3").up_as_saved(&saved).await.unwrap_err().to_string();
        assert_eq!(error, "the saved plan was made with other settings");
        assert_eq!(texts(&board), ["one", "top"]);
    });
}
