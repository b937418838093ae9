//! What Terraform asked and what it was answered, recorded once and replayed in every run: each request gets the same answer.
//!
//! `UPDATE_TRACE=1` records it anew, where Terraform is. Ids come from the seed and from the order of the calls, dates from the
//! virtual time: all three are replayed. Requests that only read, and are answered as they were before, are left out.

use std::{collections::BTreeSet, env, fmt::Write as _, fs, path::PathBuf, time::Duration};

use blogstack_sim::{Call, Sim, SimBuilder};
use blogstack_tests::{
    fields::repository,
    served::{ACCOUNT, Served},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A call and its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Entry {
    /// When it was made, in milliseconds of virtual time.
    at: u64,
    service: String,
    operation: String,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    request: Map<String, Value>,
    /// The body, without the id of the request.
    answer: String,
}

fn path(name: &str) -> PathBuf {
    repository("tests/terraform").join(format!("{name}.trace.jsonl"))
}

/// Writes a trace, when `UPDATE_TRACE` asks for it.
pub(super) fn record_if_asked(name: &str, calls: &[Call]) {
    if env::var_os("UPDATE_TRACE").is_none() {
        return;
    }
    let mut text = String::new();
    for entry in entries(calls) {
        writeln!(text, "{}", serde_json::to_string(&entry).unwrap()).unwrap();
    }
    fs::write(path(name), text).unwrap();
}

/// The calls that are worth replaying.
fn entries(calls: &[Call]) -> Vec<Entry> {
    let mut seen = BTreeSet::new();
    let mut entries = Vec::new();
    for call in calls {
        if call.mutating {
            seen.clear();
        }
        let entry = Entry::of(call);
        let without_time = serde_json::to_string(&Entry { at: 0, ..entry.clone() }).unwrap();
        if seen.insert(without_time) || call.mutating {
            entries.push(entry);
        }
    }
    entries
}

impl Entry {
    fn of(call: &Call) -> Self {
        let parameters = call.request.iter().filter(|(name, _)| !["Action", "Version"].contains(&name.as_str()));
        let value = |text: &String| match call.service.as_str() {
            // The fields of a JSON request are told as texts: numbers and the like are made of them again.
            "ssm" => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.as_str())),
            _ => Value::from(text.as_str()),
        };
        Self {
            at: u64::try_from(call.at.as_millis()).unwrap(),
            service: call.service.clone(),
            operation: call.operation.clone(),
            request: parameters.map(|(name, text)| (name.clone(), value(text))).collect(),
            answer: normal(call.answer.as_ref().expect("answers are kept")),
        }
    }

    /// Sends the request anew.
    fn send(&self, url: &str) -> String {
        let Self { service, operation, .. } = self;
        let scope = format!("{ACCOUNT}/20260101/eu-west-1/{service}/aws4_request");
        let request = ureq::post(url)
            .header("authorization", format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"))
            .config()
            .http_status_as_error(false)
            .build();
        let response = match service.as_str() {
            "ssm" => request.header("x-amz-target", format!("AmazonSSM.{operation}")).send(serde_json::to_string(&self.request).unwrap()),
            _ => request.send_form(self.form()),
        };
        normal(&response.unwrap().body_mut().read_to_string().unwrap())
    }

    fn form(&self) -> Vec<(&str, &str)> {
        let parameters = self.request.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default()));
        [("Action", self.operation.as_str()), ("Version", "2016-11-15")].into_iter().chain(parameters).collect()
    }
}

/// An answer without the id of its request, which also counts the requests that are left out.
fn normal(answer: &str) -> String {
    let id = ["requestId", "RequestId", "RequestID"].into_iter().find_map(|name| {
        let begin = answer.find(&format!("<{name}>"))?;
        let end = format!("</{name}>");
        Some(begin..answer.find(&end)? + end.len())
    });
    match id {
        Some(id) => [&answer[..id.start], &answer[id.end..]].concat(),
        None => answer.to_owned(),
    }
}

fn read(name: &str) -> Vec<Entry> {
    let text = fs::read_to_string(path(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Sends every request of a trace at its time; tells the first answer that is not the recorded one.
fn replay(trace: &[Entry], served: &Served) -> Result<(), String> {
    for (index, entry) in trace.iter().enumerate() {
        served.sim.advance(Duration::from_millis(entry.at).saturating_sub(served.sim.now()));
        let answer = entry.send(served.url());
        if answer != entry.answer {
            let (Entry { operation, request, .. }, line) = (entry, index + 1);
            let request = serde_json::to_string(request).unwrap();
            return Err(format!("line {line}: {operation} {request}\n{}", difference(&entry.answer, &answer)));
        }
    }
    Ok(())
}

/// Where two texts begin to differ, with what is around.
fn difference(recorded: &str, answered: &str) -> String {
    let same = recorded.chars().zip(answered.chars()).take_while(|(one, other)| one == other).count();
    let around = |text: &str| text.chars().skip(same.saturating_sub(60)).take(200).collect::<String>();
    format!("recorded: …{}…\nanswered: …{}…", around(recorded), around(answered))
}

/// What is there before the first call, when a trace is recorded and when it is replayed.
pub(super) fn world() -> SimBuilder {
    Sim::builder().instance_profile("web").instance_profile("other")
}

/// The world of a trace; its time stands still between the calls.
fn served() -> Served {
    Served::new(world().time_scale(0.0))
}

#[test]
fn terraform_would_be_answered_as_it_was() {
    for name in ["network", "kinds", "around"] {
        let (trace, served) = (read(name), served());
        if let Err(difference) = replay(&trace, &served) {
            panic!("{name}, {difference}\nIf the new answer is right, record the trace anew: UPDATE_TRACE=1, where Terraform is.");
        }
        assert!(served.sim.objects().is_empty(), "{name}: {:#?}", served.sim.objects());
        let created = trace.iter().filter(|entry| entry.operation.starts_with("Create") || entry.operation == "RunInstances").count();
        assert!(trace.len() > 150 && created > 8, "{name}: {} calls, {created} that create: that is no whole life", trace.len());
    }
}

#[test]
fn another_answer_is_told_with_its_place() {
    let mut trace = read("network");
    let place = trace.iter().position(|entry| entry.operation == "CreateVpc").unwrap();
    trace.truncate(place + 1);
    trace[place].answer = trace[place].answer.replace("<state>pending</state>", "<state>available</state>");
    let told = replay(&trace, &served()).unwrap_err();
    assert!(told.starts_with(&format!("line {}: CreateVpc ", place + 1)) && told.contains("<state>available"), "{told}");
}

#[test]
fn the_id_of_a_request_is_no_part_of_its_answer() {
    assert_eq!(normal("<a><requestId>1</requestId><b/></a>"), "<a><b/></a>");
    assert_eq!(normal("{}"), "{}");
}
