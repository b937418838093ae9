//! Commands are run in their turn, again when something of them has changed, and show no secret.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use blogstack_aws::ssm::Parameter;
use blogstack_core::{
    Configure, Scope, Secret,
    command::{Command, Commands},
    shell::{Ended, Script, Shell},
    step::Action,
};
use blogstack_tests::{run, world::World};
use expect_test::expect;

/// Says what it was told to, and remembers what it ran.
#[derive(Debug, Clone, Default)]
struct Told {
    ran: Arc<Mutex<Vec<String>>>,
    next: Arc<Mutex<Option<Ended>>>,
}

#[async_trait]
impl Shell for Told {
    async fn run(&self, script: &Script) -> io::Result<Ended> {
        let environment: Vec<String> = script.environment.iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.ran.lock().unwrap().push(format!("{} [{}]", script.text, environment.join(" ")));
        if script.text == "hang" {
            std::future::pending::<()>().await;
        }
        let echo = Ended { code: Some(0), stdout: format!("did {}\n", script.text).into_bytes(), stderr: Vec::new() };
        Ok(self.next.lock().unwrap().take().unwrap_or(echo))
    }
}

impl Told {
    fn ran(&self) -> Vec<String> {
        std::mem::take(&mut *self.ran.lock().unwrap())
    }
}

fn world() -> (Told, World) {
    let (told, world) = (Told::default(), World::new());
    let lab = world.lab.clone().around_providers(|providers| providers.with(Commands::new(Arc::new(told.clone()))));
    (told, World { lab, ..world })
}

#[test]
fn a_command_has_its_turn_and_what_it_printed_goes_on() {
    run(async {
        let (told, world) = world();
        let program = |create: &'static str, update: Option<&'static str>| {
            move |s: &Scope| {
                let first = s.add("first", Parameter::new("1").name("/first"));
                let step = Command::new(create).update(update).delete("undo").environment([("NAME", &first.name)]);
                let step = s.add("step", step);
                s.add("second", Parameter::new(&step.stdout).name("/second"));
            }
        };
        world.up(program("do", None)).await;
        expect!["do [BLOGSTACK_STDOUT= NAME=/first]"].assert_eq(&told.ran().join("\n"));
        assert!(world.stack(program("do", None)).preview().await.unwrap().is_empty());
        // Another command is run in place of the first one.
        world.up(program("do it", None)).await;
        expect!["do it [BLOGSTACK_STDOUT=did do NAME=/first]"].assert_eq(&told.ran().join("\n"));
        // What is to be run later is only noted.
        world.up(program("do it", Some("redo"))).await;
        assert!(told.ran().is_empty());
        world.up(program("do that", Some("redo"))).await;
        expect!["redo [BLOGSTACK_STDOUT=did do it NAME=/first]"].assert_eq(&told.ran().join("\n"));
        assert!(world.sim.objects().values().any(|object| object.to_string().contains("did redo")));
        world.destroy().await;
        expect!["undo [BLOGSTACK_STDOUT=did redo NAME=/first]"].assert_eq(&told.ran().join("\n"));
    });
}

#[test]
fn another_trigger_makes_it_anew() {
    run(async {
        let (told, world) = world();
        let program = |trigger: &'static str| move |s: &Scope| drop(s.add("step", Command::new("do").delete("undo").triggers([trigger])));
        world.up(program("1")).await;
        told.ran();
        let plan = world.stack(program("2")).preview().await.unwrap();
        assert_eq!(plan.steps[0].action, Action::Replace { delete_first: false });
        world.up(program("2")).await;
        assert_eq!(told.ran(), ["do [BLOGSTACK_STDOUT=]", "undo [BLOGSTACK_STDOUT=did do]"]);
    });
}

#[test]
fn what_fails_is_told_without_its_secrets_and_run_again() {
    run(async {
        let (told, world) = world();
        let program = |s: &Scope| {
            let secrets = [("TOKEN", Secret::new("hunter2".to_owned()))];
            s.add("step", Command::new("do").secrets(secrets));
        };
        let stderr = b"one\n\n  two: hunter2 is wrong\n".to_vec();
        *told.next.lock().unwrap() = Some(Ended { code: Some(3), stderr, ..Ended::default() });
        let report = world.stack(program).up().await.unwrap();
        expect!["field `create`: the command ended with exit code 3: one;   two: [secret] is wrong (core:RunCommand)"]
            .assert_eq(&report.failed[0].error.to_string());
        *told.next.lock().unwrap() = Some(Ended { code: Some(0), stdout: b"welcome hunter2\n".to_vec(), ..Ended::default() });
        world.up(program).await;
        assert!(format!("{:?}", world.state().await).contains("welcome [secret]"));
    });
}

#[test]
fn a_command_has_as_long_as_the_program_says() {
    run(async {
        let (_, world) = world();
        let report = world.stack(|s| drop(s.add("step", Command::new("hang").timeout(Duration::from_mins(1))))).up().await.unwrap();
        expect!["field `create`: the command was still running after 60 s and was ended (core:RunCommand)"]
            .assert_eq(&report.failed[0].error.to_string());
    });
}

#[test]
fn a_simulation_runs_nothing() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let mark = folder.path().join("mark");
        let touch = format!("touch {}", mark.display());
        World::new().up(move |s: &Scope| drop(s.add("step", Command::new(touch.as_str())))).await;
        assert!(!mark.exists());
    });
}
