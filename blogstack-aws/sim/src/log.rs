//! The log of calls: a line of JSON for each, in its file before the call is answered.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use serde_json::{Value, json};

use crate::call::{Call, Outcome};
use crate::error::SimError;
use crate::fault::FaultTime;
use crate::moment::millis;

/// The ends of names of parameters whose values are nobody's business: *User data*, key material, credentials, values of parameters.
const SECRETS: [&str; 8] = ["UserData", "UserData.Value", "KeyMaterial", "Token", "Assertion", "TokenCode", "Signature", "Password"];

/// Parameters of Systems Manager, Secrets Manager and S3 that are or may be secret.
const SECRET_FIELDS: [&str; 4] = ["Value", "SecretString", "SecretBinary", "Body"];

/// The open log.
#[derive(Debug)]
pub(crate) struct Log {
    file: File,
}

impl Log {
    pub(crate) fn open(path: &Path) -> Result<Self, SimError> {
        let opened = OpenOptions::new().create(true).append(true).open(path);
        let file = opened.map_err(|source| SimError::Log { path: path.to_owned(), source })?;
        Ok(Self { file })
    }

    /// Appends a call. The line goes to the system in one piece, so that it survives this process.
    pub(crate) fn write(&mut self, call: &Call) -> io::Result<()> {
        self.file.write_all(format!("{}\n", line(call)).as_bytes())
    }
}

fn line(call: &Call) -> Value {
    let (outcome, details) = outcome(&call.outcome);
    let mut line = json!({
        "number": call.number,
        "at_ms": millis(call.at),
        "account": call.account,
        "region": call.region,
        "service": call.service,
        "operation": call.operation,
        "mutating": call.mutating,
        "outcome": outcome,
    });
    let rest = json!({ "ignored": call.ignored, "request": request(call), "request_id": call.request_id });
    for part in [details, rest] {
        if let (Some(line), Value::Object(part)) = (line.as_object_mut(), part) {
            line.extend(part);
        }
    }
    line
}

/// What a call came to, in a word, and more of it.
fn outcome(outcome: &Outcome) -> (&'static str, Value) {
    match outcome {
        Outcome::Done => ("done", json!({})),
        Outcome::Refused { code, message } => ("refused", json!({ "code": code, "message": message })),
        Outcome::NotSimulated { code } => ("not_simulated", json!({ "code": code })),
        Outcome::Faulted { kind, time } => ("faulted", json!({ "fault": format!("{kind:?}"), "effect": effect(*time) })),
        Outcome::Dropped { time } => ("dropped", json!({ "effect": effect(*time) })),
    }
}

/// Whether the call had its effect when something struck it.
fn effect(time: FaultTime) -> bool {
    time == FaultTime::AfterEffect
}

/// The parameters, without what tells of the protocol alone and with secrets told by their length.
fn request(call: &Call) -> BTreeMap<&str, String> {
    let told = call.request.iter().filter(|(name, _)| !["Action", "Version"].contains(&name.as_str()));
    let shown = |name: &str, value: &String| match is_secret(&call.service, name) {
        true => format!("[{} bytes]", value.len()),
        false => value.clone(),
    };
    told.map(|(name, value)| (name.as_str(), shown(name, value))).collect()
}

fn is_secret(service: &str, name: &str) -> bool {
    SECRETS.iter().any(|end| name.ends_with(end)) && !name.ends_with("NextToken") && name != "ClientToken"
        || service != "ec2" && SECRET_FIELDS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;
    use crate::fault::{FaultKind, on};
    use crate::sim::Sim;
    use crate::testing::World;

    fn lines(path: &Path) -> Vec<Value> {
        std::fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn each_call_is_a_line_when_it_is_answered() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("calls.jsonl");
        let fault = on("DeleteVpc").after_effect(FaultKind::Reset);
        let world = World::of(Sim::builder().log(&path).fault(fault).build().unwrap());
        let vpc = world.vpc().await;
        assert_eq!(lines(&path).len(), 1);
        world.refused("CreateVpc", &[("CidrBlock", "x")], "InvalidParameterValue").await;
        world.refused("CreateSpaceship", &[], "InvalidAction").await;
        world.exchange("DeleteVpc", &[("VpcId", &vpc)]).await;
        let lines = lines(&path);
        let told = |field: &str| lines.iter().map(|line| line[field].clone()).collect::<Vec<_>>();
        assert_eq!(told("number"), [0, 1, 2, 3]);
        assert_eq!(told("outcome"), ["done", "refused", "not_simulated", "faulted"]);
        assert_eq!(told("code"), [Value::Null, "InvalidParameterValue".into(), "InvalidAction".into(), Value::Null]);
        assert_eq!((&lines[3]["fault"], &lines[3]["effect"]), (&"Reset".into(), &true.into()));
        assert_eq!(lines[0]["request"], json!({ "CidrBlock": "10.0.0.0/16" }));
        assert_eq!(told("mutating"), [true; 4]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_stood_in_the_log_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("calls.jsonl");
        for _ in 0..2 {
            World::of(Sim::builder().log(&path).forget_calls().build().unwrap()).reply("DescribeVpcs", &[]).await;
        }
        assert_eq!(lines(&path).len(), 2);
        assert!(matches!(Sim::builder().log(folder.path()).build(), Err(SimError::Log { .. })));
    }

    #[tokio::test(start_paused = true)]
    async fn secrets_are_told_by_their_length() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("calls.jsonl");
        let world = World::of(Sim::builder().log(&path).build().unwrap());
        world.reply("RunInstances", &[("UserData", "hush"), ("ClientToken", "t")]).await;
        world.reply("ImportKeyPair", &[("PublicKeyMaterial", "hush")]).await;
        world.json("PutParameter", &json!({ "Name": "/a", "Value": "hush" })).await;
        let secret = json!({ "Name": "a", "SecretString": "hush", "SecretBinary": "hush" });
        world.service("secretsmanager").rpc("secretsmanager.CreateSecret", &secret).await;
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains("hush") && text.contains(r#""UserData":"[4 bytes]""#) && text.contains(r#""ClientToken":"t""#), "{text}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_log_that_cannot_be_written_is_no_answer() {
        let full = Path::new("/dev/full");
        if !full.exists() {
            return;
        }
        let world = World::of(Sim::builder().log(full).build().unwrap());
        let exchange = world.exchange("DescribeVpcs", &[]).await;
        assert!(matches!(exchange, crate::exchange::Exchange::Broken(_)), "{exchange:?}");
    }

    #[test]
    fn a_fault_tells_what_it_is() {
        let failure = Failure::new("Own", "own");
        let kind = FaultKind::Error { code: failure.code.into(), message: failure.message, status: 418 };
        let (word, details) = outcome(&Outcome::Faulted { kind, time: FaultTime::BeforeEffect });
        assert_eq!((word, &details["effect"]), ("faulted", &false.into()));
        assert!(details["fault"].as_str().unwrap().contains("418"));
    }
}
