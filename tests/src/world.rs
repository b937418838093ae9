//! A simulated AWS and a stack's state, as they live on from run to run.

use std::{collections::BTreeMap, sync::Arc};

use blogstack_aws::target::simulated;
use blogstack_core::{Scope, deployment::Deployment, disk::Disk, state::State, target::Connection, testing::Lab};
use blogstack_sim::{Sim, SimBuilder};
use serde_json::Value as Json;

/// The account in which tests make things.
pub const ACCOUNT: &str = "123456789012";
/// The region.
pub const REGION: &str = "eu-west-1";

/// A cloud and a state.
#[derive(Clone)]
pub struct World {
    /// The cloud.
    pub sim: Sim,
    /// The state.
    pub lab: Lab,
}

impl World {
    /// An empty one.
    pub fn new() -> Self {
        Self::with(Sim::builder().seed(7))
    }

    /// One with a cloud of this kind.
    ///
    /// # Panics
    /// When the simulation cannot be built.
    pub fn with(builder: SimBuilder) -> Self {
        let sim = builder.account(ACCOUNT).region(REGION).build().expect("a simulation in memory");
        let lab = Lab::new(connection(&sim));
        Self { sim, lab }
    }

    /// The same cloud with a state on this disk.
    #[must_use]
    pub fn on(mut self, disk: Arc<dyn Disk>) -> Self {
        self.lab = self.lab.on(disk);
        self
    }

    /// The stack with this program.
    pub fn stack(&self, program: impl Fn(&Scope) + Send + Sync + 'static) -> Deployment {
        self.lab.stack(program)
    }

    /// Makes it as declared.
    ///
    /// # Panics
    /// When anything fails.
    pub async fn up(&self, program: impl Fn(&Scope) + Send + Sync + 'static) {
        let report = self.stack(program).up().await.unwrap_or_else(|error| panic!("{error}"));
        assert!(report.is_complete(), "{report:#?}");
    }

    /// Deletes everything.
    ///
    /// # Panics
    /// When anything fails.
    pub async fn destroy(&self) {
        let report = self.stack(|_| ()).destroy().await.unwrap_or_else(|error| panic!("{error}"));
        assert!(report.is_complete(), "{report:#?}");
    }

    /// Lifts every protection.
    ///
    /// # Panics
    /// When the state cannot be written.
    pub async fn unprotect_all(&self) {
        unprotect_all(&self.lab).await;
    }

    /// What is recorded.
    ///
    /// # Panics
    /// When the state cannot be read.
    pub async fn state(&self) -> State {
        self.lab.state().await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// The id of what is recorded for the resource with this path.
    ///
    /// # Panics
    /// When nothing is.
    pub async fn id(&self, path: &str) -> String {
        let state = self.state().await;
        let record = state.records.values().find(|record| record.urn.path() == path);
        record.unwrap_or_else(|| panic!("nothing is recorded for `{path}`")).id.clone()
    }

    /// The same cloud, and the empty state of another stack, which knows nothing of this one.
    #[must_use]
    pub fn beside(&self) -> Self {
        Self { sim: self.sim.clone(), lab: Lab::new(unclaimed(connection(&self.sim))).seed(8) }
    }

    /// The operations called since the last look.
    pub fn calls(&self) -> Vec<String> {
        let calls = self.sim.calls().into_iter().map(|call| call.operation.clone()).collect();
        self.sim.clear_calls();
        calls
    }

    /// Cloud and state with every id and uid replaced by what it stands for, so that two runs can be compared.
    pub async fn canonical(&self) -> Canonical {
        let state = self.state().await;
        let mut names: Vec<(String, String)> = Vec::new();
        for record in state.records.values() {
            names.push((record.id.clone(), format!("<{}>", record.urn)));
            names.push((record.uid.to_string(), format!("<uid of {}>", record.urn)));
            // Generated names end with the first half of it.
            names.push((record.uid.as_str()[..16].to_owned(), format!("<half uid of {}>", record.urn)));
            // What belongs to an object may be named after the last part of its ARN.
            if let Some((_, last)) = record.id.rsplit_once('/').filter(|(_, last)| last.len() == 16 && record.id.starts_with("arn:")) {
                names.push((last.to_owned(), format!("<last part of {}>", record.urn)));
            }
        }
        let header = state.header.as_ref().map(|header| header.owner.stack_uid.clone()).unwrap_or_default();
        names.push((header, "<stack>".into()));
        // The longest first, because an id may hold another one; two resources may go by one id.
        names.sort_by(|(a, a_name), (b, b_name)| (b.len(), a, a_name).cmp(&(a.len(), b, b_name)));
        let rename = |text: &str| names.iter().fold(text.to_owned(), |text, (id, name)| text.replace(id, name));
        // AWS keeps the interfaces of a load balancer for a while after it has left a subnet.
        let lingers = |object: &Json| object["requester"] == "amazon-elb";
        let objects = self.sim.objects();
        let objects = objects.iter().filter(|(_, object)| !lingers(object));
        let mut cloud: Vec<String> = objects.map(|(key, object)| anonymous(&rename(&format!("{key} {}", stable(object))))).collect();
        cloud.sort();
        let mut records: Vec<String> = state
            .records
            .values()
            .map(|record| {
                let (phase, wishes) = (record.phase, &record.wishes);
                let text = format!(
                    "{} {} {phase:?} {wishes:?} {:?} {:?} {:?}",
                    record.urn,
                    record.id,
                    record.inputs,
                    record.outputs,
                    sorted(&record.dependencies, &rename)
                );
                anonymous(&rename(&text))
            })
            .collect();
        records.sort();
        Canonical { cloud, records, intents: state.intents.len() }
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

fn sorted<T: ToString>(items: impl IntoIterator<Item = T>, rename: &impl Fn(&str) -> String) -> Vec<String> {
    let mut items: Vec<String> = items.into_iter().map(|item| rename(&item.to_string())).collect();
    items.sort();
    items
}

/// A connection that does not ask whether a stack of the same name is here.
fn unclaimed(connection: Connection) -> Connection {
    Connection { census: None, ..connection }
}

/// A connection to a simulation.
pub fn connection(sim: &Sim) -> Connection {
    simulated(sim.http_client(), &sim.instance_id(), ACCOUNT, REGION)
}

/// What two runs must agree on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canonical {
    /// Every object of the cloud.
    pub cloud: Vec<String>,
    /// Every record.
    pub records: Vec<String>,
    /// How many attempts are open.
    pub intents: usize,
}

impl Canonical {
    /// Without the private addresses, for runs in which AWS picks them.
    #[must_use]
    pub fn without_private_addresses(self) -> Self {
        let plain = |lines: Vec<String>| {
            let mut lines: Vec<String> = lines.iter().map(|line| without_private_addresses(line)).collect();
            lines.sort();
            lines
        };
        Self { cloud: plain(self.cloud), records: plain(self.records), ..self }
    }
}

/// What exists in a simulation, without ids, uids, addresses that AWS picks, and times: the same for two runs that made the same.
pub fn likeness(sim: &Sim) -> Vec<String> {
    let mut objects: Vec<String> = sim
        .objects()
        .iter()
        .map(|(key, object)| without_digests(&without_private_addresses(&anonymous(&format!("{key} {}", stable(object))))))
        .collect();
    objects.sort();
    objects
}

/// Which private address an instance gets, and a name from it, depends on which is made first. Ranges stay.
fn without_private_addresses(text: &str) -> String {
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    let words = text.split_inclusive(|c: char| !is_of_word(c));
    let plain = |word: &str| {
        let body = word.trim_end_matches(|c: char| !is_of_word(c));
        let is_range = word.ends_with('/');
        if is_private_address(body) && !is_range { word.replacen(body, "(private address)", 1) } else { word.to_owned() }
    };
    words.map(plain).collect()
}

/// An address, or a name like `ip-10-0-0-1.eu-west-1.compute.internal`.
fn is_private_address(text: &str) -> bool {
    let of_name = text.split_once('.').and_then(|(host, _)| host.strip_prefix("ip-")).map(|digits| digits.replace('-', "."));
    of_name.as_deref().unwrap_or(text).parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_private())
}

/// Long runs of hexadecimal digits become stars: uids, and names made from them.
fn without_digests(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut digits = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_digit() || ('a'..='f').contains(&c) {
            digits.push(c);
            continue;
        }
        out.push_str(if digits.len() < 16 { &digits } else { "*" });
        digits.clear();
        out.push(c);
    }
    out.pop();
    out
}

/// An object without what depends on when it was made or in which order.
fn stable(object: &Json) -> String {
    fn strip(value: &Json) -> Json {
        match value {
            Json::Object(map) => {
                let kept = map.iter().filter(|(key, _)| !is_momentary(key)).map(|(key, value)| (key.clone(), strip(value)));
                Json::Object(kept.collect::<BTreeMap<_, _>>().into_iter().collect())
            }
            Json::Array(items) => {
                let mut items: Vec<Json> = items.iter().map(strip).collect();
                items.sort_by_key(ToString::to_string);
                Json::Array(items)
            }
            other => other.clone(),
        }
    }
    strip(object).to_string()
}

fn is_momentary(key: &str) -> bool {
    let key = key.to_lowercase();
    // A volume's change goes on by itself, and is remembered; so is what a group of instances did. A version counts writes, of which a
    // run that was stopped may make one more.
    if ["mac", "made_up_key", "modification", "version", "activities", "activity", "refreshes", "cause"].contains(&key.as_str()) {
        return true;
    }
    ["time", "date", "token", "created", "ready", "since", "_at", "fingerprint"].iter().any(|word| key.contains(word))
}

fn is_public_address(text: &str) -> bool {
    let of_name = text.split_once('.').map_or(text, |(host, _)| host).strip_prefix("ec2-").map(|digits| digits.replace('-', "."));
    of_name.as_deref().unwrap_or(text).parse::<std::net::Ipv4Addr>().is_ok_and(|address| !address.is_private() && !address.is_unspecified())
}

/// One of the ids that IAM gives besides a name: `AROA` and 17 more characters.
fn is_unique_id(text: &str) -> bool {
    let digits = ["AIPA", "ANPA", "AROA"].iter().find_map(|prefix| text.strip_prefix(prefix));
    digits.is_some_and(|digits| digits.len() == 17 && digits.bytes().all(|c| c.is_ascii_hexdigit()))
}

/// An id in the shape of a UUID, as they stand in ARNs.
fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|c| c == b'-' || c.is_ascii_hexdigit())
}

/// Ids that nothing recorded has (a default security group's, an interface's) lose their digits, addresses likewise.
fn anonymous(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '.')) {
        let (body, end) = match word.char_indices().last() {
            Some((at, c)) if !(c.is_ascii_alphanumeric() || c == '-' || c == '.') => word.split_at(at),
            _ => (word, ""),
        };
        match body.rsplit_once('-') {
            _ if is_public_address(body) => out.push_str("(public address)"),
            _ if is_unique_id(body) => out.extend([&body[..4], "*"]),
            _ if is_uuid(body) => out.push_str("(uuid)"),
            Some((kind, digits)) if digits.len() == 17 && digits.bytes().all(|c| c.is_ascii_hexdigit()) => {
                out.push_str(kind);
                out.push_str("-*");
            }
            _ => out.push_str(body),
        }
        out.push_str(end);
    }
    out
}

/// Lifts all protections of a stack.
///
/// # Panics
/// When the state cannot be read or written.
pub async fn unprotect_all(lab: &Lab) {
    let stack = lab.stack(|_| ());
    let session = stack.open().await.unwrap_or_else(|error| panic!("{error}"));
    let protected: Vec<String> =
        session.ledger().state().records.values().filter(|record| record.wishes.protect).map(|record| record.urn.to_string()).collect();
    for urn in protected {
        session.unprotect(&urn).await.unwrap_or_else(|error| panic!("{error}"));
    }
    session.close().await.unwrap_or_else(|error| panic!("{error}"));
}
