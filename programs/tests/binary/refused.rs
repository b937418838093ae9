//! Circumstances under which nothing can be done, or nobody listens: each is told clearly, and nothing is lost.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    process::{Command, Output, Stdio},
};

use blogstack_sim::Sim;
use blogstack_tests::served::{Served, output, told};

use crate::stack::Stack;

fn served() -> Served {
    Served::new(Sim::builder().time_scale(500.0))
}

/// How it ended, and what it said was wrong.
#[track_caller]
fn check(output: &Output, code: i32, said: &[&str]) {
    assert_eq!(output.status.code(), Some(code), "{}", told(output));
    let errors = String::from_utf8_lossy(&output.stderr);
    for text in said {
        assert!(errors.contains(text), "`{text}` is not said: {}", told(output));
    }
}

#[test]
fn without_credentials_nothing_is_begun() {
    let (served, stack) = (served(), Stack::new());
    let mut command = stack.command(&served, &["up", "--target", "aws", "--yes"]);
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    check(&output(&mut command), 1, &["error: connecting to `aws`: no credentials were found", "hint: set `AWS_PROFILE`"]);
    assert!(!stack.folder().join("state").exists(), "a state was begun");
}

#[test]
fn an_endpoint_that_nobody_answers_at_is_told() {
    let (served, stack) = (served(), Stack::new());
    let mut command = stack.command(&served, &["up", "--target", "http://127.0.0.1:1", "--yes"]);
    let said = ["error: connecting to `http://127.0.0.1:1`", "Connection refused", "hint: check the network"];
    check(&output(command.env_remove("AWS_ENDPOINT_URL")), 1, &said);
    assert!(!stack.folder().join("state").exists(), "a state was begun");
}

/// A file stands where the folder should be: root may write to any other.
#[test]
fn a_state_that_cannot_be_written_is_told() {
    let (served, stack) = (served(), Stack::new());
    fs::write(stack.folder().join("state"), "").unwrap();
    let output = output(&mut stack.command(&served, &["up", "--target", "aws", "--yes"]));
    check(&output, 1, &["error: reading journal `", "hint: a file stands where a folder should"]);
    assert!(served.sim.objects().is_empty());
}

#[test]
fn results_that_cannot_be_written_are_told() {
    let (served, stack) = (served(), Stack::new());
    stack.run(&served, &["up"]);
    let mut command = stack.command(&served, &["outputs", "--target", "aws"]);
    let output = output(command.stdout(File::options().write(true).open("/dev/full").unwrap()));
    check(&output, 1, &["error: ", "No space left on device"]);
}

/// Starts `up`, and does something to it once an instance is being made; tells how it ended.
fn disturbed(stack: &Stack, mut command: Command, disturb: impl FnOnce(u32)) -> Option<i32> {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let made = lines.any(|line| line.unwrap().contains("instance)"));
    assert!(made, "no instance was made in {}", stack.folder().display());
    disturb(child.id());
    // From here on nobody reads what it says.
    drop(lines);
    child.wait().unwrap().code()
}

fn up(stack: &Stack, served: &Served) -> Command {
    stack.command(served, &["up", "-vv", "--yes", "--target", "aws"])
}

#[test]
fn when_nobody_reads_what_it_says_it_goes_on() {
    let (served, stack) = (served(), Stack::new());
    assert_eq!(disturbed(&stack, up(&stack, &served), |_| ()), Some(0));
    stack.run(&served, &["up", "--expect-no-changes"]);
}

fn hang_up(process: u32) {
    assert!(Command::new("kill").args(["-HUP", &process.to_string()]).status().unwrap().success());
}

/// So slow that a busy machine can send a signal while an instance is being made: that takes a second.
fn slow() -> Served {
    Served::new(Sim::builder().time_scale(30.0))
}

#[test]
fn a_closed_terminal_lets_what_is_in_flight_end() {
    let (served, stack) = (slow(), Stack::new());
    assert_eq!(disturbed(&stack, up(&stack, &served), hang_up), Some(130));
    stack.run(&served, &["up"]);
    stack.run(&served, &["up", "--expect-no-changes"]);
}

#[test]
fn what_is_begun_to_outlive_its_terminal_does() {
    let (served, stack) = (served(), Stack::new());
    let own = up(&stack, &served);
    let mut command = Command::new("nohup");
    command.arg(own.get_program()).args(own.get_args()).current_dir(own.get_current_dir().unwrap());
    for (name, value) in own.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    assert_eq!(disturbed(&stack, command, hang_up), Some(0));
    stack.run(&served, &["up", "--expect-no-changes"]);
}

#[test]
fn verbose_tells_which_calls_are_made_and_nothing_of_what_is_in_them() {
    let (served, stack) = (served(), Stack::new());
    let said = |flag: &str| {
        let output = output(&mut stack.command(&served, &["up", flag, "--yes", "--target", "aws"]));
        assert!(output.status.success(), "{}", told(&output));
        String::from_utf8(output.stderr).unwrap()
    };
    let once = said("-v");
    assert!(once.contains("INFO") && once.contains("connected target=\"aws\""), "{once}");
    assert!(!once.contains("DEBUG"), "{once}");
    let trace = said("-vvv");
    assert!(trace.contains("called operation=\"ec2:DescribeVpcs\" succeeded=true"), "{trace}");
    for never in ["authorization", "Signature=", "<DescribeVpcsResponse", "Action=DescribeVpcs"] {
        assert!(!trace.to_lowercase().contains(&never.to_lowercase()), "`{never}` is shown: {trace}");
    }
}
