//! microburst, a proxy that lets calls of AWS go wrong.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{Moto, Server};

/// A running proxy.
#[derive(Debug)]
pub struct Proxy(Server);

impl Proxy {
    /// A proxy before moto, which lets everything pass.
    ///
    /// # Panics
    /// When it does not start.
    pub fn before(moto: &Moto) -> Self {
        Self(Server::start(|port| {
            let mut command = moto.python().command("microburst");
            command.args(["--upstream", &moto.address(), "--host", "127.0.0.1", "--port", &port.to_string(), "--no-resign"]);
            command
        }))
    }

    /// Where it answers.
    pub fn address(&self) -> String {
        self.0.address()
    }

    /// Lets these faults strike, in the place of earlier ones.
    ///
    /// # Panics
    /// When the proxy does not understand them.
    pub fn inject(&self, faults: &[Json]) {
        let answer = ureq::post(format!("{}/_microburst/rules", self.address())).send(Json::from(faults).to_string());
        answer.unwrap_or_else(|error| panic!("the proxy refuses its rules: {error}"));
    }

    /// How many faults have struck, by operation.
    ///
    /// # Panics
    /// When the proxy does not tell.
    pub fn struck(&self) -> BTreeMap<String, usize> {
        let answer = ureq::get(format!("{}/_microburst/fired?limit=10000", self.address())).call();
        let text = answer.and_then(|mut answer| answer.body_mut().read_to_string()).expect("the proxy tells");
        let fired: Vec<Json> = serde_json::from_str(&text).expect("a list");
        let mut struck = BTreeMap::new();
        for operation in fired.iter().filter_map(|one| one["operation"].as_str()) {
            *struck.entry(operation.to_owned()).or_default() += 1;
        }
        struck
    }
}
