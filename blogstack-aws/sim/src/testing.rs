//! Drives the simulation in this crate's tests: an operation and parameters in, XML out, under a paused clock.

use serde_json::Value;

use crate::builder::SimBuilder;
use crate::exchange::{Exchange, exchange};
use crate::protocol::reply::Reply;
use crate::protocol::request::{Received, Request};
use crate::sim::Sim;

/// A simulation, and who calls which service of it where.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) sim: Sim,
    account: String,
    region: String,
    service: String,
    /// The version that query requests name.
    version: String,
}

impl World {
    /// A simulation without delays.
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder)
    }

    /// A simulation without delays but for what the builder is told.
    pub(crate) fn with(set_up: impl FnOnce(SimBuilder) -> SimBuilder) -> Self {
        let builder = Sim::builder().seed(7).delays(crate::delays::Delays::none());
        Self::of(set_up(builder).build().unwrap())
    }

    pub(crate) fn of(sim: Sim) -> Self {
        Self {
            sim,
            account: "AKIAEXAMPLE".to_owned(),
            region: "eu-west-1".to_owned(),
            service: "ec2".to_owned(),
            version: "2016-11-15".to_owned(),
        }
    }

    pub(crate) fn as_account(&self, account: &str) -> Self {
        Self { account: account.to_owned(), ..self.clone() }
    }

    pub(crate) fn in_region(&self, region: &str) -> Self {
        Self { region: region.to_owned(), ..self.clone() }
    }

    pub(crate) fn service(&self, service: &str) -> Self {
        Self { service: service.to_owned(), ..self.clone() }
    }

    /// The same for a service whose query requests name this version.
    pub(crate) fn query_service(&self, service: &str, version: &str) -> Self {
        Self { version: version.to_owned(), ..self.service(service) }
    }

    /// Sends a query request.
    pub(crate) async fn exchange(&self, operation: &str, parameters: &[(&str, &str)]) -> Exchange {
        self.send(None, &body(operation, &self.version, parameters)).await
    }

    /// Sends a query request that is answered, if only by an error.
    pub(crate) async fn reply(&self, operation: &str, parameters: &[(&str, &str)]) -> Reply {
        match self.exchange(operation, parameters).await {
            Exchange::Answered(reply) => reply,
            other => panic!("{operation}: {other:?}"),
        }
    }

    /// Sends a query request that succeeds.
    pub(crate) async fn ok(&self, operation: &str, parameters: &[(&str, &str)]) -> String {
        let reply = self.reply(operation, parameters).await;
        assert_eq!(reply.status, 200, "{operation} {parameters:?}: {}", reply.text());
        let ignored = self.sim.shared.watch().calls.last().unwrap().ignored.clone();
        assert!(ignored.is_empty(), "{operation}: unread {ignored:?}");
        reply.text()
    }

    /// Sends a query request that is refused with a code, and tells the message.
    pub(crate) async fn refused(&self, operation: &str, parameters: &[(&str, &str)], code: &str) -> String {
        let reply = self.reply(operation, parameters).await;
        assert_eq!(values(&reply.text(), "Code"), [code], "{operation} {parameters:?}: {}", reply.text());
        value(&reply.text(), "Message")
    }

    /// Sends a request that succeeds, and tells the first value of an element of the answer.
    pub(crate) async fn get(&self, operation: &str, parameters: &[(&str, &str)], element: &str) -> String {
        value(&self.ok(operation, parameters).await, element)
    }

    /// Sends a JSON request to Systems Manager.
    pub(crate) async fn json(&self, operation: &str, body: &Value) -> Value {
        self.json_of("ssm", "AmazonSSM", operation, body).await
    }

    /// Sends a JSON request to a service; the header names the operation after `prefix`.
    pub(crate) async fn json_of(&self, service: &str, prefix: &str, operation: &str, body: &Value) -> Value {
        self.service(service).rpc(&format!("{prefix}.{operation}"), body).await
    }

    /// Sends a JSON request to the service of this world.
    pub(crate) async fn rpc(&self, target: &str, body: &Value) -> Value {
        match self.send(Some(target), &body.to_string()).await {
            Exchange::Answered(reply) => serde_json::from_slice(&reply.body).unwrap(),
            other => panic!("{target}: {other:?}"),
        }
    }

    pub(crate) async fn vpc(&self) -> String {
        self.get("CreateVpc", &[("CidrBlock", "10.0.0.0/16")], "vpcId").await
    }

    pub(crate) async fn subnet(&self, vpc: &str, block: &str) -> String {
        self.get("CreateSubnet", &[("VpcId", vpc), ("CidrBlock", block), ("AvailabilityZone", "eu-west-1a")], "subnetId").await
    }

    /// Sends a request by method and path, and tells what is answered in JSON.
    pub(crate) async fn rest(&self, method: &str, path: &str, body: &str) -> Value {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        match self.receive(Received { method, path, query, body: body.as_bytes(), ..Received::default() }).await {
            Exchange::Answered(reply) => serde_json::from_slice(&reply.body).unwrap(),
            other => panic!("{method} {path}: {other:?}"),
        }
    }

    async fn send(&self, target: Option<&str>, body: &str) -> Exchange {
        self.receive(Received { target, body: body.as_bytes(), ..Received::default() }).await
    }

    async fn receive(&self, received: Received<'_>) -> Exchange {
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/20260101/{}/{}/aws4_request, SignedHeaders=host, Signature=0",
            self.account, self.region, self.service
        );
        let received = Received { authorization: &authorization, ..received };
        exchange(&self.sim, Request::read(&received, &self.sim.shared.default)).await
    }
}

/// The texts of all elements of a name, in their order.
pub(crate) fn values(xml: &str, element: &str) -> Vec<String> {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    let pieces = xml.split(&open).skip(1);
    pieces.filter_map(|piece| piece.split_once(&close)).map(|(text, _)| text.to_owned()).collect()
}

/// The text of the first element of a name.
pub(crate) fn value(xml: &str, element: &str) -> String {
    values(xml, element).first().unwrap_or_else(|| panic!("no <{element}> in {xml}")).clone()
}

/// A gate out of two functions.
pub(crate) struct GateOf<B, A>(pub(crate) B, pub(crate) A);

impl<B, A> crate::gate::Gate for GateOf<B, A>
where
    B: Fn(&crate::call::CallInfo) -> crate::gate::Verdict + Send + Sync,
    A: Fn(&crate::call::CallInfo) -> crate::gate::Verdict + Send + Sync,
{
    fn before(&self, call: &crate::call::CallInfo) -> crate::gate::Verdict {
        (self.0)(call)
    }
    fn after(&self, call: &crate::call::CallInfo) -> crate::gate::Verdict {
        (self.1)(call)
    }
}

fn body(operation: &str, version: &str, parameters: &[(&str, &str)]) -> String {
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.append_pair("Action", operation).append_pair("Version", version);
    body.extend_pairs(parameters).finish()
}
