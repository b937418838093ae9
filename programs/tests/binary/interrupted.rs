//! Signals: the first lets what is in flight end, the second ends at once; the next run goes on either way.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use blogstack_sim::Sim;
use blogstack_tests::{served::Served, world::likeness};

use crate::stack::Stack;

/// Slow enough that a person could interrupt it: an instance takes a third of a second.
fn slow() -> Served {
    Served::new(Sim::builder().time_scale(100.0))
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

/// Starts `up`, sends signals once an instance is being made, and tells how it ended and what it said.
fn interrupted(stack: &Stack, served: &Served, signals: &[&str]) -> (Option<i32>, String) {
    let mut command = stack.command(served, &["up", "--yes", "--target", "aws"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    let mut cues = ["instance)", "Stopping"].into_iter().zip(signals).peekable();
    for line in BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap) {
        if let Some((_, name)) = cues.next_if(|(cue, _)| line.contains(cue)) {
            signal(&child, name);
        }
        said.extend([line.as_str(), "\n"]);
    }
    (child.wait().unwrap().code(), said)
}

/// Whatever the signals, the next run makes what an undisturbed one makes.
fn check(signals: &[&str]) -> (Option<i32>, String) {
    let (undisturbed, served, stack) = (slow(), slow(), Stack::new());
    let outcome = interrupted(&stack, &served, signals);
    stack.run(&served, &["up"]);
    Stack::new().run(&undisturbed, &["up"]);
    assert_eq!(likeness(&served.sim), likeness(&undisturbed.sim), "{signals:?}");
    outcome
}

#[test]
fn once() {
    let (code, said) = check(&["-INT"]);
    assert_eq!(code, Some(130), "{said}");
}

#[test]
fn twice() {
    let (code, said) = check(&["-INT", "-INT"]);
    assert_eq!(code, Some(130), "{said}");
    assert!(said.contains("interrupted a second time: stopped at once"), "{said}");
}

#[test]
fn terminated() {
    let (code, said) = check(&["-TERM"]);
    assert_eq!(code, Some(130), "{said}");
}
