#![expect(clippy::disallowed_methods, reason = "the server runs on real time")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

use super::*;
use crate::call::Outcome;
use crate::fault::{FaultKind, on};
use crate::gate::Verdict;
use crate::testing::{GateOf, value};

const SIGNATURE: &str = "AWS4-HMAC-SHA256 Credential=210987654321/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0";

/// A client's end of a connection.
struct Client(TcpStream);

impl Client {
    fn of(server: &Server) -> Self {
        let stream = TcpStream::connect(server.url().strip_prefix("http://").unwrap()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Self(stream)
    }

    fn send(&mut self, body: &str, headers: &str) {
        let length = body.len();
        let request = format!("POST / HTTP/1.1\r\nhost: ec2\r\n{headers}content-length: {length}\r\n\r\n{body}");
        self.0.write_all(request.as_bytes()).unwrap();
    }

    /// Everything that arrives until the connection ends.
    fn rest(&mut self) -> String {
        let mut text = String::new();
        // A connection that is reset has told what arrived before.
        let _ = self.0.read_to_string(&mut text);
        text
    }

    /// What arrives until something has the given end.
    fn until(&mut self, end: &str) -> String {
        let mut bytes = Vec::new();
        while !bytes.ends_with(end.as_bytes()) {
            let mut byte = [0];
            assert_eq!(self.0.read(&mut byte).unwrap(), 1, "the connection ended: {}", String::from_utf8_lossy(&bytes));
            bytes.extend(byte);
        }
        String::from_utf8(bytes).unwrap()
    }

    fn ask(&mut self, body: &str) -> String {
        self.send(body, &format!("authorization: {SIGNATURE}\r\n"));
        self.until("</Response>")
    }
}

const CREATE: &str = "Action=CreateVpc&CidrBlock=10.0.0.0%2F16";

fn served(sim: &Sim) -> Server {
    Server::start(sim).unwrap()
}

#[test]
fn a_connection_takes_one_request_after_the_other() {
    let sim = Sim::builder().seed(7).keep_answers().build().unwrap();
    let server = served(&sim);
    let mut client = Client::of(&server);
    for _ in 0..2 {
        client.send(CREATE, &format!("authorization: {SIGNATURE}\r\n"));
        let answer = client.until("</CreateVpcResponse>");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("\r\nx-amzn-requestid: "), "{answer}");
    }
    let calls = sim.calls();
    assert_eq!(
        calls.iter().map(|call| (call.number, call.region.as_str(), call.account.as_str())).collect::<Vec<_>>(),
        [(0, "us-east-1", "210987654321"), (1, "us-east-1", "210987654321")]
    );
    let vpcs = calls.iter().map(|call| value(call.answer.as_ref().unwrap(), "vpcId"));
    assert_eq!(sim.objects().keys().filter(|key| vpcs.clone().any(|id| key.ends_with(&id))).count(), 2);
    server.stop().unwrap();
}

#[test]
fn what_the_simulation_lacks_is_an_error_of_the_service() {
    let sim = Sim::builder().build().unwrap();
    let server = served(&sim);
    let refused = |body: &str, headers: &str| {
        let mut client = Client::of(&server);
        client.send(body, &format!("connection: close\r\n{headers}"));
        client.rest()
    };
    let iam = format!("authorization: {}\r\n", SIGNATURE.replace("/ec2/", "/iam/"));
    assert!(refused("Action=CreateSpaceship", "").contains("<Errors><Error><Code>InvalidAction</Code>"));
    assert!(refused("Action=CreateUser", &iam).contains("<Error><Type>Sender</Type><Code>InvalidAction</Code>"));
    assert!(refused("{}", "x-amz-target: DynamoDB_20120810.ListTables\r\n").contains(r#""__type":"UnknownOperationException""#));
    assert!(refused("", "").contains("<Code>MissingAction</Code>"));
    let calls = sim.calls();
    assert!(calls.iter().all(|call| matches!(call.outcome, Outcome::NotSimulated { .. })), "{calls:?}");
    let operations: Vec<&str> = calls.iter().map(|call| call.operation.as_str()).collect();
    assert_eq!(operations, ["CreateSpaceship", "CreateUser", "ListTables", "POST /"]);
}

#[test]
fn faults_end_the_connection() {
    let fault = |kind| on("CreateVpc").after_effect(kind);
    let sim = Sim::builder().fault(fault(FaultKind::Reset)).build().unwrap();
    let server = served(&sim);
    let send = || {
        let mut client = Client::of(&server);
        client.send(CREATE, "");
        client.rest()
    };
    assert_eq!(send(), "");
    sim.clear_faults();
    sim.add_fault(fault(FaultKind::CutBody));
    let cut = send();
    assert!(cut.starts_with("HTTP/1.1 200 OK") && cut.contains("<vpcId>") && !cut.contains("</CreateVpcResponse>"), "{cut}");
    assert_eq!(sim.objects().keys().filter(|key| key.contains("/vpc/")).count(), 2);
    sim.clear_faults();
    sim.add_fault(on("*").before_effect(FaultKind::Throttle));
    assert!(Client::of(&server).ask(CREATE).starts_with("HTTP/1.1 503 "));
}

#[test]
fn the_server_ends_although_a_client_waits_for_an_answer_that_never_comes() {
    let gate = GateOf(|_: &crate::CallInfo| Verdict::Pass, |_: &crate::CallInfo| Verdict::Drop);
    let sim = Sim::builder().build().unwrap();
    sim.gate(Arc::new(gate));
    let server = served(&sim);
    let mut client = Client::of(&server);
    client.send(CREATE, "");
    while sim.calls().is_empty() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let begin = std::time::Instant::now();
    server.stop().unwrap();
    assert!(begin.elapsed() < PATIENCE, "an idle end takes no time");
    assert_eq!(client.rest(), "");
    assert!(!sim.objects().is_empty());
}

#[test]
fn what_is_no_request_disturbs_nobody() {
    let sim = Sim::builder().build().unwrap();
    let server = served(&sim);
    for nonsense in ["\r\n\r\n\u{0}", "GET / HTTP/9.9\r\n\r\n", "POST / HTTP/1.1\r\ncontent-length: 9999999999\r\n\r\nx"] {
        let mut client = Client::of(&server);
        client.0.write_all(nonsense.as_bytes()).unwrap();
        client.0.shutdown(std::net::Shutdown::Write).unwrap();
        client.rest();
    }
    assert!(sim.calls().is_empty());
    assert!(Client::of(&server).ask("Action=X").contains("InvalidAction"));
}

#[test]
fn time_runs_as_fast_as_it_is_told() {
    let sim = Sim::builder().time_scale(1000.0).build().unwrap();
    let server = served(&sim);
    Client::of(&server).ask("Action=X");
    let begin = sim.now();
    std::thread::sleep(Duration::from_millis(20));
    assert!(sim.now() >= begin + Duration::from_secs(20));
    assert!(matches!(Sim::builder().time_scale(-1.0).build(), Err(SimError::TimeScale { .. })));
    assert!(matches!(Sim::builder().time_scale(f64::NAN).build(), Err(SimError::TimeScale { .. })));
}

#[test]
fn only_this_machine_is_served() {
    let error = listen(([0, 0, 0, 0], 0).into()).unwrap_err();
    assert_eq!(error.to_string(), "refusing to listen on 0.0.0.0:0: only loopback addresses are served, such as 127.0.0.1");
    assert!(listen("[::1]:0".parse().unwrap()).is_ok() || !std::path::Path::new("/proc/net/if_inet6").exists());
}

/// Long enough for a request to arrive and to wait for its turn.
const ARRIVAL: Duration = Duration::from_millis(100);

#[test]
fn a_call_comes_to_its_end_although_its_client_has_gone() {
    let sim = Sim::builder().build().unwrap();
    let server = served(&sim);
    let turn = sim.shared.turn.blocking_lock();
    let mut client = Client::of(&server);
    client.send(CREATE, "");
    std::thread::sleep(ARRIVAL);
    drop(client);
    std::thread::sleep(ARRIVAL);
    drop(turn);
    server.stop().unwrap();
    assert_eq!(sim.calls().len(), 1);
    assert!(!sim.objects().is_empty());
}

#[test]
fn the_server_ends_after_the_answer_that_is_on_its_way() {
    let sim = Sim::builder().build().unwrap();
    let server = served(&sim);
    let turn = sim.shared.turn.blocking_lock();
    let mut client = Client::of(&server);
    client.send(CREATE, "");
    std::thread::sleep(ARRIVAL);
    let ended = std::thread::spawn(|| server.stop());
    std::thread::sleep(ARRIVAL);
    assert!(!ended.is_finished());
    drop(turn);
    assert!(client.rest().ends_with("</CreateVpcResponse>"));
    ended.join().unwrap().unwrap();
}
