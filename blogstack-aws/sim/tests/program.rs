//! The program `blogstack-sim`, as somebody starts it from a shell.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
#![expect(clippy::disallowed_methods, reason = "the program runs on real time")]

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

const CREATE: &str = "Action=CreateVpc&CidrBlock=10.0.0.0%2F16";

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_blogstack-sim"));
    command.env_remove("RUST_LOG").stdin(Stdio::null());
    command
}

/// The program while it serves; it is killed when a test fails meanwhile.
struct Running {
    child: Child,
    address: String,
}

impl Running {
    fn with(arguments: &[&str]) -> Self {
        let mut child = program().args(["--listen", "127.0.0.1:0"]).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://").unwrap().to_owned();
        Self { child, address }
    }

    /// Sends a request on a connection of its own, and tells the answer.
    fn ask(&self, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head = format!("POST / HTTP/1.1\r\nhost: ec2\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Sends a signal, and tells how the program ends.
    fn ended_by(mut self, signal: &str) -> Option<i32> {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn refused(arguments: &[&str]) -> String {
    let Output { status, stderr, stdout } = program().args(arguments).output().unwrap();
    assert!(!status.success() && stdout.is_empty(), "{arguments:?} {status}");
    String::from_utf8(stderr).unwrap()
}

fn vpcs(answer: &str) -> Vec<&str> {
    answer.split("<vpcId>").skip(1).filter_map(|piece| piece.split('<').next()).collect()
}

fn lines(path: &Path) -> Vec<Value> {
    std::fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_world_outlives_the_program_and_its_log_tells_the_calls() {
    let folder = tempfile::tempdir().unwrap();
    let (state, log) = (folder.path().join("world"), folder.path().join("calls.jsonl"));
    let arguments = ["--state", state.to_str().unwrap(), "--log", log.to_str().unwrap(), "--seed", "7", "--account", "210987654321"];
    let running = Running::with(&arguments);
    let made = running.ask(CREATE);
    assert!(made.contains("<ownerId>210987654321</ownerId>"), "{made}");
    assert_eq!(lines(&log).len(), 1);
    assert_eq!(running.ended_by("-KILL"), None);
    let running = Running::with(&arguments);
    let listed = running.ask("Action=DescribeVpcs");
    assert_eq!(vpcs(&listed), vpcs(&made));
    running.ask("Action=CreateSpaceship");
    assert_eq!(running.ended_by("-TERM"), Some(0));
    let outcomes: Vec<Value> = lines(&log).iter().map(|line| line["outcome"].clone()).collect();
    assert_eq!(outcomes, ["done", "done", "not_simulated"]);
}

#[test]
fn the_same_seed_gives_the_same_ids() {
    let made = |seed: &str| {
        let running = Running::with(&["--seed", seed]);
        vpcs(&running.ask(CREATE)).concat()
    };
    assert_eq!(made("1"), made("1"));
    assert_ne!(made("1"), made("2"));
}

#[test]
fn signals_end_it_well() {
    for signal in ["-INT", "-TERM"] {
        let running = Running::with(&[]);
        // A client that keeps its connection open without asking anything does not keep the program.
        let _idle = TcpStream::connect(&running.address).unwrap();
        running.ask(CREATE);
        assert_eq!(running.ended_by(signal), Some(0), "{signal}");
    }
}

#[test]
fn time_is_scaled() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("calls.jsonl");
    let running = Running::with(&["--time-scale", "10000", "--log", log.to_str().unwrap()]);
    running.ask(CREATE);
    std::thread::sleep(std::time::Duration::from_millis(50));
    assert!(running.ask("Action=DescribeVpcs").contains("<state>available</state>"));
    let times: Vec<u64> = lines(&log).iter().filter_map(|line| line["at_ms"].as_u64()).collect();
    assert!(times[1] - times[0] >= 500_000, "{times:?}");
}

#[test]
fn what_it_is_told_to_have_is_there() {
    let running = Running::with(&["--parameter", "/own=value=1"]);
    let body = r#"{"Name":"/own"}"#;
    let mut stream = TcpStream::connect(&running.address).unwrap();
    let head = "POST / HTTP/1.1\r\nhost: ssm\r\nconnection: close\r\nx-amz-target: AmazonSSM.GetParameter\r\n\
                authorization: AWS4-HMAC-SHA256 Credential=x/20260101/eu-west-1/ssm/aws4_request\r\n";
    stream.write_all(format!("{head}content-length: {}\r\n\r\n{body}", body.len()).as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains(r#""Value":"value=1""#), "{answer}");
}

#[test]
fn what_cannot_be_is_refused_in_words() {
    let everywhere = refused(&["--listen", "0.0.0.0:0"]);
    assert_eq!(everywhere, "error: refusing to listen on 0.0.0.0:0: only loopback addresses are served, such as 127.0.0.1\n");
    let running = Running::with(&[]);
    assert!(refused(&["--listen", &running.address]).contains("Address already in use"));
    assert!(refused(&["--listen", "127.0.0.1:0", "--time-scale=-1"]).contains("not negative"));
    assert!(refused(&["--account", "12"]).contains("an account has twelve digits"));
    assert!(refused(&["--parameter", "nothing"]).contains("expected NAME=VALUE"));
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("world");
    std::fs::write(&state, "nonsense\n").unwrap();
    assert!(refused(&["--listen", "127.0.0.1:0", "--state", state.to_str().unwrap()]).contains("line 1 is damaged"));
}

#[test]
fn the_help_teaches() {
    let help = program().arg("--help").output().unwrap();
    let text = String::from_utf8(help.stdout).unwrap();
    for word in ["--time-scale", "AWS_ENDPOINT_URL", "aws ec2 create-vpc", "terraform apply", "loopback"] {
        assert!(text.contains(word), "`{word}` is not in\n{text}");
    }
}

#[test]
fn the_book_tells_every_flag() {
    let flags = |text: &str| {
        let words = text.split(|c: char| !c.is_ascii_lowercase() && c != '-');
        words.filter(|word| word.len() > 2 && word.starts_with("--")).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let help = program().arg("--help").output().unwrap();
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../book/src/guide/served-simulation.md");
    let told: BTreeSet<String> =
        std::fs::read_to_string(page).unwrap().lines().filter(|line| line.starts_with("| `--")).flat_map(flags).collect();
    let missing: Vec<String> = flags(&String::from_utf8(help.stdout).unwrap()).difference(&told).cloned().collect();
    // Examples in the help show flags of other programs.
    assert_eq!(missing, ["--cidr-block", "--help", "--version"]);
}
