//! What is kept: bound to its target, readable by later versions, without a secret in clear.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use blogstack_aws::ec2::{RouteTable, Vpc};
use blogstack_core::{
    Declare, Scope, Secret,
    deployment::{DeploymentError, How},
    disk::{Disk, MemoryDisk},
    display::{Style, plan_json, plan_text},
    event::{Event, Events},
    interpolate,
    provider::ErrorKind,
    step::Action,
    testing::Lab,
};
use blogstack_tests::{
    run,
    toy::{Board, Mishap, Note, version_1},
    world::World,
};
use expect_test::expect;

const PASSWORD: &str = "correct horse battery staple";

fn secretive(s: &Scope) {
    let note = s.add("note", Note::new("hello").password(Secret::new(PASSWORD.to_owned())));
    s.add("copy", Note::new("hello").password(&note.password));
    s.export_secret("password", &note.password);
    s.export("text", &note.text);
}

/// All bytes on a disk.
fn bytes(disk: &MemoryDisk) -> Vec<u8> {
    let folders = ["/state/journal", "/state/user/config/keys", "/state/user/data/anchors"];
    let files = |folder: &&str| {
        disk.list(Path::new(*folder)).unwrap_or_default().into_iter().map(move |name| Path::new(folder).join(name)).collect::<Vec<_>>()
    };
    folders.iter().flat_map(files).filter_map(|path| disk.read(&path).unwrap()).flatten().collect()
}

#[test]
fn a_secret_is_nowhere_in_clear_and_everywhere_the_same() {
    run(async {
        let (board, disk) = (Board::default(), MemoryDisk::new());
        let lab = Lab::new(board.connection()).on(Arc::new(disk.clone()));
        let plan = lab.stack(secretive).preview().await.unwrap();
        let report = lab.stack(secretive).up().await.unwrap();
        assert!(report.is_complete());
        let state = lab.state().await.unwrap();
        let changed =
            lab.stack(|s| drop(s.add("note", Note::new("hello").password(Secret::new("other".to_owned()))))).preview().await.unwrap();
        let shown = [
            plan_text(&plan, Style::plain()),
            plan_json(&plan).to_string(),
            plan_text(&changed, Style::plain()),
            plan_json(&changed).to_string(),
            format!("{report:?}{state:?}{plan:?}{changed:?}"),
            String::from_utf8_lossy(&bytes(&disk)).into_owned(),
        ];
        for text in shown {
            assert!(!text.contains(PASSWORD) && !text.contains("staple") && text.len() > 80, "{text}");
        }
        assert!(plan_text(&changed, Style::plain()).contains("password: [secret] -> [another secret]"));
        let passwords: Vec<_> = board.notes().into_values().map(|note| note.password.unwrap().expose().clone()).collect();
        assert_eq!(passwords, [PASSWORD, PASSWORD]);
        assert!(lab.stack(secretive).preview().await.unwrap().is_empty());
    });
}

#[test]
fn without_its_key_a_state_is_read_but_no_secret_is_opened_or_written() {
    run(async {
        let (board, disk) = (Board::default(), MemoryDisk::new());
        let lab = Lab::new(board.connection()).on(Arc::new(disk.clone()));
        lab.stack(secretive).up().await.unwrap();
        let folder = Path::new("/state/user/config/keys");
        let key = folder.join(disk.list(folder).unwrap().remove(0));
        disk.remove(&key).unwrap();
        let state = lab.state().await.unwrap();
        expect![[r#"{"password": [sealed], "text": "hello"}"#]].assert_eq(&format!("{:?}", state.exports));
        let notes = board.notes();
        let DeploymentError::Refused(problems) = lab.stack(secretive).up().await.unwrap_err() else { panic!("it is refused") };
        let subjects: Vec<_> = problems.0.iter().map(|problem| &*problem.subject).collect();
        assert_eq!(subjects, ["copy", "note", "output password"]);
        // Also when only what was recorded is believed, from which other resources are made.
        let how = How { no_refresh: true, ..How::default() };
        assert!(matches!(lab.clone().how(how).stack(secretive).preview().await, Err(DeploymentError::Refused(_))));
        assert_eq!(board.notes(), notes);
        assert!(lab.stack(|_| ()).destroy().await.unwrap().is_complete());
        assert!(board.notes().is_empty() && !disk.exists(&key).unwrap());
    });
}

#[test]
fn state_of_one_cloud_is_refused_for_another() {
    run(async {
        let disk: Arc<dyn Disk> = Arc::new(MemoryDisk::new());
        let here = World::new().on(disk.clone());
        here.up(|_| ()).await;
        let there = World::with(blogstack_sim::Sim::builder().seed(8)).on(disk);
        let error = there.stack(|_| ()).preview().await.unwrap_err();
        let text = error.to_string();
        assert!(
            text.starts_with("the state in `/state/journal` belongs to `test/test` on sim (") && text.contains(", and this run is for"),
            "{text}"
        );
    });
}

#[test]
fn a_second_stack_of_the_same_name_does_not_take_the_first_ones_place() {
    run(async {
        let world = World::new();
        world.up(|s| drop(s.add("vpc", blogstack_aws::ec2::Vpc::new("10.0.0.0/16")))).await;
        let other = World { lab: Lab::new(blogstack_tests::world::connection(&world.sim)).seed(99), ..world.clone() };
        let error = other.stack(|_| ()).preview().await.unwrap_err();
        assert!(matches!(error, DeploymentError::Stranger { .. }));
        expect!["objects of `test/test` exist here, made from another state"].assert_eq(&error.to_string());
    });
}

/// A state that is set back goes on from a head that it had before. A create from there would get the uid, and so the token, of an
/// object that the lost state knew: AWS would answer with that one.
#[test]
fn an_accepted_state_never_gets_the_objects_of_the_one_that_was_lost() {
    run(async {
        let vpc = |s: &Scope| s.add("vpc", Vpc::new("10.0.0.0/16"));
        let with_table = move |s: &Scope| drop(s.add("table", RouteTable::new(&vpc(s))));
        let disk = MemoryDisk::new();
        let world = World::new().on(Arc::new(disk.clone()));
        world.up(move |s| drop(vpc(s))).await;
        let copies = [disk.crash(), disk.crash()];
        world.up(with_table).await;
        let lost = world.id("table").await;
        let [unaccepted, accepted] = copies.map(|copy| world.clone().on(Arc::new(copy)));
        unaccepted.up(with_table).await;
        assert_eq!(unaccepted.id("table").await, lost, "this is why");
        let stack = accepted.stack(|_| ());
        let session = stack.open_unrecovered().await.unwrap();
        session.accept().await.unwrap();
        session.close().await.unwrap();
        accepted.up(with_table).await;
        assert_ne!(accepted.id("table").await, lost);
        // The lost one is still there, with our tags: nobody knows of it, and nobody takes it.
        let tables = accepted
            .sim
            .objects()
            .into_iter()
            .filter(|(key, object)| key.contains("/route-table/") && object["tags"]["blogstack:project"] == "test");
        assert_eq!(tables.count(), 2);
    });
}

#[test]
fn a_recorded_kind_that_the_binary_lacks_is_refused_with_the_way_out() {
    run(async {
        let world = World::new();
        world.up(|s| drop(s.add("vpc", blogstack_aws::ec2::Vpc::new("10.0.0.0/16")))).await;
        let mut connection = blogstack_tests::world::connection(&world.sim);
        connection.providers = connection.providers.without("aws:ec2/vpc");
        let disk = world.lab.disk();
        let lab = Lab::new(connection).on(disk);
        let error = lab.stack(|_| ()).preview().await.unwrap_err().to_string();
        assert!(error.contains("this binary does not know the kind `aws:ec2/vpc` of the recorded object"), "{error}");
        assert!(error.contains("build with the cargo feature `ec2`, or give the object up: `state forget 'vpc#aws:ec2/vpc'`"), "{error}");
        let stack = lab.stack(|_| ());
        let session = stack.open().await.unwrap();
        session.forget("vpc").await.unwrap();
        session.close().await.unwrap();
        assert!(lab.stack(|_| ()).preview().await.unwrap().is_empty());
    });
}

#[test]
fn a_record_of_an_older_version_is_migrated_and_a_newer_one_refused() {
    run(async {
        let board = Board::default();
        let lab = Lab::new(board.connection_version_1());
        let report = lab.stack(|s| drop(s.add("note", version_1::Note::new("hello").ink("red")))).up().await.unwrap();
        assert!(report.is_complete());
        let today = Lab::new(board.connection()).on(lab.disk());
        let same = |s: &Scope| drop(s.add("note", Note::new("hello").colour("red")));
        assert!(today.stack(same).preview().await.unwrap().is_empty());
        let other = |s: &Scope| drop(s.add("note", Note::new("hello").colour("blue")));
        let plan = today.stack(other).preview().await.unwrap();
        assert_eq!(plan.steps[0].action, Action::Update);
        assert!(today.stack(other).up().await.unwrap().is_complete());
        let error = lab.stack(|s| drop(s.add("note", version_1::Note::new("hello")))).preview().await.unwrap_err();
        expect!["`note`: it was recorded by a newer program: its values have version 2, and this binary knows 1 at most"]
            .assert_eq(&error.to_string());
    });
}

#[test]
fn fields_are_set_changed_and_cleared() {
    run(async {
        let board = Board::default();
        let lab = Lab::new(board.connection());
        let only = || board.notes().into_values().next().unwrap();
        lab.stack(|s| drop(s.add("note", Note::new("a").colour("red").title("t")))).up().await.unwrap();
        // A default is what a field goes back to when the program stops setting it.
        lab.stack(|s| drop(s.add("note", Note::new("a").title("t")))).up().await.unwrap();
        assert_eq!(only().colour, "black");
        // From then on it is not managed: what others do to it is no drift.
        board.tamper(|notes| notes.values_mut().for_each(|note| note.colour = "green".into()));
        assert!(lab.stack(|s| drop(s.add("note", Note::new("a").title("t")))).preview().await.unwrap().is_empty());
        // What the program sets is drift when others change it, and put right.
        board.tamper(|notes| notes.values_mut().for_each(|note| note.text = "b".into()));
        let plan = lab.stack(|s| drop(s.add("note", Note::new("a").title("t")))).preview().await.unwrap();
        assert_eq!(plan.steps[0].changes[0].cause, blogstack_core::diff::Cause::Drift);
        // Unless it is told to leave it.
        let ignoring = |s: &Scope| drop(s.add("note", Note::new("a").title("t").ignore_changes(Note::text)));
        assert!(lab.stack(ignoring).preview().await.unwrap().is_empty());
        let replacing = |s: &Scope| drop(s.add("note", Note::new("a").title("t").replace_on(Note::text)));
        assert_eq!(lab.stack(replacing).preview().await.unwrap().steps[0].action, Action::Replace { delete_first: true });
    });
}

#[test]
fn an_unknown_value_that_turns_out_equal_shrinks_the_step() {
    run(async {
        let board = Board::default();
        let lab = Lab::new(board.connection());
        let program = |colour: &'static str| {
            move |s: &Scope| {
                let first = s.add("first", Note::new("a").colour(colour));
                s.add("second", Note::new(first.revision.map(|revision| format!("{}", revision.min(1)))));
            }
        };
        lab.stack(program("red")).up().await.unwrap();
        lab.stack(program("blue")).up().await.unwrap();
        let plan = lab.stack(program("green")).preview().await.unwrap();
        assert_eq!(plan.steps[1].action, Action::Update);
        assert_eq!(plan.steps[1].changes[0].unknown().unwrap().path.as_ref(), "revision");
        let report = lab.stack(program("green")).up().await.unwrap();
        let actions: Vec<_> = report.done.iter().map(|done| (done.urn.path(), done.action)).collect();
        assert_eq!(actions, [("first", Action::Update), ("second", Action::Same)]);
    });
}

/// A plan, and what becomes of it when something else has happened by the time it is carried out.
async fn carried_out(lab: &Lab, program: impl Fn(&Scope) + Send + Sync + 'static, meanwhile: impl FnOnce()) -> Vec<String> {
    let stack = lab.stack(program);
    let session = stack.open().await.unwrap();
    let planned = session.plan(stack.declare().unwrap()).await.unwrap();
    meanwhile();
    let report = session.apply(&planned).await.unwrap();
    session.close().await.unwrap();
    report.failed.iter().map(|failed| format!("{}: {}", failed.urn.path(), failed.error)).collect()
}

#[test]
fn an_input_that_comes_out_otherwise_than_planned_is_not_sent() {
    run(async {
        let board = Board::default();
        let lab = Lab::new(board.connection());
        let program = |text: &'static str| {
            move |s: &Scope| {
                let first = s.add("first", Note::new(text));
                s.add("second", Note::new(interpolate!("in {}", first.colour)));
            }
        };
        assert!(lab.stack(program("a")).up().await.unwrap().is_complete());
        // The plan takes the first one's colour for known, and the second one is the same.
        let changed = move |s: &Scope| {
            let first = s.add("first", Note::new("b"));
            s.add("second", Note::new(interpolate!("in {}", first.colour)).colour("red"));
        };
        let repaint = || board.tamper(|notes| notes.values_mut().for_each(|note| note.colour = "green".into()));
        let failed = carried_out(&lab, changed, repaint).await;
        expect![[r#"second: it would do more than the plan said: field `text` was planned as "in black" and is "in green""#]]
            .assert_eq(&failed.join("\n"));
        assert!(!board.notes().values().any(|note| note.text == "in green"));
    });
}

#[test]
fn a_field_that_comes_to_differ_while_a_step_is_tried_again_is_left_alone() {
    run(async {
        let repaint: fn(&mut Note) = |note| note.colour = "green".into();
        let rename: fn(&mut Note) = |note| note.title = Some("u".into());
        for (tamper, message) in
            [(repaint, "field `colour` turned out to be Some(\"red\")"), (rename, "field `title` turned out to need a new object")]
        {
            let board = Board::default();
            let painter = board.clone();
            let events = Events::to(move |event| {
                if let Event::Retrying { .. } = event {
                    painter.tamper(|notes| notes.values_mut().for_each(tamper));
                }
            });
            let lab = Lab::new(board.connection()).how(How { events, ..How::default() });
            let program = |text: &'static str| move |s: &Scope| drop(s.add("note", Note::new(text).colour("red").title("t")));
            assert!(lab.stack(program("a")).up().await.unwrap().is_complete());
            board.mishap("update", Mishap::Fails(ErrorKind::Transient));
            let failed = carried_out(&lab, program("b"), || ()).await;
            assert_eq!(failed, [format!("note: it would do more than the plan said: {message}")]);
            let note = board.notes().into_values().next().unwrap();
            assert_eq!(note.revision, 0, "it was not changed: {note:?}");
        }
    });
}

#[test]
fn refresh_reads_an_older_record_in_todays_words() {
    run(async {
        let board = Board::default();
        let before = Lab::new(board.connection_version_1());
        assert!(before.stack(|s| drop(s.add("note", version_1::Note::new("hello").ink("red")))).up().await.unwrap().is_complete());
        let today = Lab::new(board.connection()).on(before.disk());
        let drift = today.stack(|_| ()).refresh().await.unwrap();
        assert!(drift.iter().all(|one| one.fields.as_ref().is_some_and(Vec::is_empty)), "{drift:?}");
        assert!(board.colour_is_managed(), "it is read by the name that it has today");
        let record = today.state().await.unwrap().records.into_values().next().unwrap();
        assert_eq!(record.version, 2);
        assert!(record.inputs.get("colour").is_some() && record.outputs.get("colour").is_some(), "{record:?}");
        assert!(today.stack(|s| drop(s.add("note", Note::new("hello").colour("red")))).preview().await.unwrap().is_empty());
        // What really differs is told in today's words as well.
        board.tamper(|notes| notes.values_mut().for_each(|note| note.colour = "green".into()));
        let drift = today.stack(|_| ()).refresh().await.unwrap();
        let fields: Vec<_> = drift[0].fields.as_ref().unwrap().iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(fields, ["colour"]);
        let error = before.stack(|_| ()).refresh().await.unwrap_err();
        expect!["`note`: it was recorded by a newer program: its values have version 2, and this binary knows 1 at most"]
            .assert_eq(&error.to_string());
    });
}

#[test]
fn refresh_does_not_pass_over_a_kind_that_the_binary_lacks() {
    run(async {
        let board = Board::default();
        let lab = Lab::new(board.connection());
        assert!(lab.stack(|s| drop(s.add("note", Note::new("hello")))).up().await.unwrap().is_complete());
        board.tamper(BTreeMap::clear);
        let mut connection = board.connection();
        connection.providers = connection.providers.without("toy:board/note");
        let error = Lab::new(connection).on(lab.disk()).stack(|_| ()).refresh().await.unwrap_err().to_string();
        assert!(error.contains("this binary does not know the kind `toy:board/note` of the recorded object"), "{error}");
        assert!(
            error.contains("build with the cargo feature `board`, or give the object up: `state forget 'note#toy:board/note'`"),
            "{error}"
        );
    });
}
