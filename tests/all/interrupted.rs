//! What is not known to have had its effect: adoptions and creates that were cut short, and runs that could write no more.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use blogstack_core::{
    Configure, Declare, Scope, Urn,
    apply::Stopped,
    deployment::{DeploymentError, How},
    disk::{DiskEffect, EffectKind, Gate, MemoryDisk, Verdict},
    plan::Plan,
    provider::ErrorKind,
    recover::RecoverError,
    state::Phase,
    step::Action,
    testing::Lab,
};
use blogstack_tests::{
    run,
    toy::{Board, Mishap, Note, version_1},
};
use expect_test::expect;

/// A run that gets stuck, and is killed.
async fn killed(lab: &Lab, program: impl Fn(&Scope) + Send + Sync + 'static) {
    let stuck = tokio::time::timeout(Duration::from_mins(1), lab.stack(program).up()).await;
    assert!(stuck.is_err(), "{stuck:?}");
}

async fn recovery(lab: &Lab, program: impl Fn(&Scope) + Send + Sync + 'static) -> RecoverError {
    match lab.stack(program).preview().await {
        Err(DeploymentError::Recover(error)) => error,
        other => panic!("{other:?}"),
    }
}

fn actions(plan: &Plan) -> Vec<(&str, Action)> {
    plan.steps.iter().map(|step| (step.urn.path(), step.action)).collect()
}

/// A board with a note of somebody else's, and a program that takes it over.
async fn theirs() -> (Board, Lab, fn(&Scope)) {
    let board = Board::default();
    let lab = Lab::new(board.connection());
    assert!(lab.stack(|s| drop(s.add("note", Note::new("theirs")))).up().await.unwrap().is_complete());
    let note = board.notes().into_values().next().unwrap();
    assert!(lab.stack(|_| ()).up().await.unwrap().is_complete());
    board.tamper(|notes| drop(notes.insert("theirs".into(), note)));
    board.calls();
    let adopting: fn(&Scope) = |s| drop(s.add("mine", Note::new("theirs").adopt("theirs")));
    (board, lab, adopting)
}

#[test]
fn what_could_not_be_adopted_is_not_ours_to_delete() {
    run(async {
        let (board, lab, adopting) = theirs().await;
        board.mishap("claim", Mishap::Fails(ErrorKind::Denied));
        assert_eq!(lab.stack(adopting).up().await.unwrap().failed.len(), 1);
        assert!(lab.stack(|_| ()).up().await.unwrap().is_complete());
        assert_eq!(board.notes().into_keys().collect::<Vec<_>>(), ["theirs"]);
        assert!(lab.state().await.unwrap().records.is_empty());
        assert_eq!(actions(&lab.stack(adopting).preview().await.unwrap()), [("mine", Action::Adopt)]);
    });
}

#[test]
fn what_may_have_been_adopted_is_given_up_and_not_deleted() {
    run(async {
        let (board, lab, adopting) = theirs().await;
        board.mishap("claim", Mishap::Hangs);
        killed(&lab, adopting).await;
        let plan = lab.stack(|_| ()).preview().await.unwrap();
        assert_eq!(actions(&plan), [("mine", Action::Forget)]);
        expect!["it is to be retained, or taking it over was never finished"].assert_eq(&plan.steps[0].reasons[0]);
        board.calls();
        assert!(lab.stack(|_| ()).up().await.unwrap().is_complete());
        assert_eq!(board.calls(), ["read", "release"]);
        assert_eq!(board.notes().into_keys().collect::<Vec<_>>(), ["theirs"]);
    });
}

#[test]
fn what_was_adopted_in_the_end_is_deleted_like_anything_else() {
    run(async {
        let (board, lab, adopting) = theirs().await;
        board.mishap("claim", Mishap::Hangs);
        killed(&lab, adopting).await;
        assert!(lab.stack(adopting).up().await.unwrap().is_complete());
        assert_eq!(board.calls().iter().filter(|call| **call == "claim").count(), 2);
        assert_eq!(actions(&lab.stack(|_| ()).preview().await.unwrap()), [("mine", Action::Delete)]);
        assert!(lab.stack(|_| ()).up().await.unwrap().is_complete());
        assert!(board.notes().is_empty());
    });
}

#[test]
fn what_is_declared_without_adopting_any_more_is_claimed_all_the_same() {
    run(async {
        let (board, lab, adopting) = theirs().await;
        board.mishap("claim", Mishap::Hangs);
        killed(&lab, adopting).await;
        let declared = |s: &Scope| drop(s.add("mine", Note::new("theirs")));
        board.calls();
        assert!(lab.stack(declared).up().await.unwrap().is_complete());
        assert_eq!(board.calls().iter().filter(|call| **call == "claim").count(), 1);
        assert_eq!(actions(&lab.stack(|_| ()).preview().await.unwrap()), [("mine", Action::Delete)]);
    });
}

#[test]
fn what_was_interrupted_is_read_even_if_the_record_is_to_be_believed() {
    run(async {
        let board = Board::default();
        let lab = Lab::new(board.connection());
        let program = |s: &Scope| drop(s.add("note", Note::new("hello").title("one")));
        board.mishap("wait", Mishap::Fails(ErrorKind::TimedOut));
        assert_eq!(lab.stack(program).up().await.unwrap().failed.len(), 1);
        let record = lab.state().await.unwrap().records.into_values().next().unwrap();
        assert_eq!((record.phase, record.outputs.entries().count()), (Phase::Incomplete, 0));
        let believing = lab.clone().how(How { no_refresh: true, ..How::default() });
        board.calls();
        assert_eq!(actions(&believing.stack(program).preview().await.unwrap()), [("note", Action::Update)]);
        assert_eq!(board.calls(), ["read"]);
        assert!(believing.stack(program).up().await.unwrap().is_complete());
        assert_eq!(board.notes().len(), 1);
        // What is complete is believed.
        board.calls();
        assert!(believing.stack(program).preview().await.unwrap().is_empty());
        assert!(board.calls().is_empty());
    });
}

#[test]
fn what_an_older_program_left_open_is_found_by_a_newer_one() {
    run(async {
        let board = Board::default();
        let before = Lab::new(board.connection_version_1());
        board.mishap("create", Mishap::Hangs);
        killed(&before, |s| drop(s.add("note", version_1::Note::new("hello").ink("red")))).await;
        let today = Lab::new(board.connection()).on(before.disk());
        let program = |s: &Scope| drop(s.add("note", Note::new("hello").colour("red")));
        assert!(today.stack(program).up().await.unwrap().is_complete());
        assert_eq!(board.notes().len(), 1);
        assert!(today.stack(program).preview().await.unwrap().is_empty());
    });
}

#[test]
fn what_a_newer_program_left_open_is_refused() {
    run(async {
        let board = Board::default();
        let newer = Lab::new(board.connection());
        board.mishap("create", Mishap::Hangs);
        killed(&newer, |s| drop(s.add("note", Note::new("hello").colour("red")))).await;
        let older = Lab::new(board.connection_version_1()).on(newer.disk());
        let error = recovery(&older, |_| ()).await;
        expect![[r#"
            finding out whether an interrupted run made `note`: it was recorded by a newer program: its values have version 2, and this binary knows 1 at most
            use the newer version of the program that wrote it"#]]
        .assert_eq(&format!("{error}\n{}", error.hint().unwrap()));
    });
}

#[test]
fn an_open_create_of_an_unknown_kind_can_be_closed() {
    run(async {
        let board = Board::default();
        let lab = Lab::new(board.connection());
        board.mishap("create", Mishap::Hangs);
        killed(&lab, |s| drop(s.add("note", Note::new("hello")))).await;
        let mut connection = board.connection();
        connection.providers = connection.providers.without("toy:board/note");
        let lacking = Lab::new(connection).on(lab.disk());
        let error = recovery(&lacking, |_| ()).await;
        expect![[r#"
            an interrupted run may have made `note`, whose kind `toy:board/note` this binary does not know
            build with the cargo feature `board`. If that cannot be: `state rm 'note#toy:board/note'` closes the attempt: look for the object yourself, nobody will remember it"#]]
        .assert_eq(&format!("{error}\n{}", error.hint().unwrap()));
        close(&lacking, "note#toy:board/note").await;
        assert!(lacking.stack(|_| ()).preview().await.unwrap().is_empty());
    });
}

#[test]
fn an_open_create_of_which_nothing_can_be_told_can_be_closed() {
    run(async {
        let board = Board::default();
        let lab = Lab::new(board.connection());
        let program = |s: &Scope| drop(s.add("note", Note::new("hello")));
        board.mishap("create", Mishap::Hangs);
        killed(&lab, program).await;
        board.mishap("find", Mishap::Fails(ErrorKind::Denied));
        let error = recovery(&lab, program).await;
        expect![[r#"
            an interrupted run may or may not have made `note`: the chalk broke
            run again later, nothing was changed by this run. If it stays so: `state rm 'note#toy:board/note'` closes the attempt: look for the object yourself, nobody will remember it"#]]
        .assert_eq(&format!("{error}\n{}", error.hint().unwrap()));
        close(&lab, "note").await;
        assert_eq!(actions(&lab.stack(program).preview().await.unwrap()), [("note", Action::Create)]);
    });
}

async fn close(lab: &Lab, name: &str) {
    let stack = lab.stack(|_| ());
    let session = stack.open_unrecovered().await.unwrap();
    assert_eq!(session.attempts(name).len(), 1);
    assert!(session.unprotect(name).await.is_err(), "there is no object yet");
    assert!(session.forget(name).await.unwrap().is_empty());
    assert!(session.attempts(name).is_empty());
    session.close().await.unwrap();
}

/// A disk that has room for so many batches of the journal.
struct Room(AtomicUsize);

impl Gate for Room {
    fn before(&self, effect: &DiskEffect) -> Verdict {
        let is_journal = effect.kind == EffectKind::Append && effect.path == Path::new("/state/journal/journal");
        let full = is_journal && self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_err();
        if full { Verdict::Stop } else { Verdict::Pass }
    }

    fn after(&self, _: &DiskEffect) -> Verdict {
        Verdict::Pass
    }
}

#[test]
fn when_the_state_cannot_be_written_the_report_says_how_far_it_got() {
    run(async {
        let program = |s: &Scope| {
            let first = s.add("first", Note::new("one"));
            let second = s.add("second", Note::new("two").below(&first));
            s.add("third", Note::new("three").below(&second));
            s.add("fourth", Note::new("four").depends_on(&second));
        };
        // The header, three entries for the first note, three for the second one: the first, second or third of those is too much.
        for room in 4..7 {
            let disk = MemoryDisk::new().with_gate(Arc::new(Room(room.into())));
            let error = Lab::new(Board::default().connection()).on(Arc::new(disk)).stack(program).up().await.unwrap_err();
            let DeploymentError::Stopped(stopped) = error else { panic!("{error}") };
            let Stopped { error, report } = *stopped;
            assert_eq!(error.to_string(), "writing `/state/journal/journal`: stopped");
            assert_eq!(report.done.iter().map(|done| done.urn.path()).collect::<Vec<_>>(), ["first"]);
            assert_eq!(report.failed.iter().map(|failed| failed.urn.path()).collect::<Vec<_>>(), ["second"]);
            let mut not_tried: Vec<_> =
                report.not_tried.iter().map(|(urn, because)| (urn.path(), because.as_ref().map(Urn::path))).collect();
            not_tried.sort_unstable();
            assert_eq!(not_tried, [("fourth", Some("second")), ("third", Some("second"))]);
        }
    });
}
