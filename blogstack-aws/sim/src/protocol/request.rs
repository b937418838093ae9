//! Reads a signed HTTP request: which account calls which operation of which service in which region, with what.

use std::collections::BTreeMap;

use http::HeaderMap;
use serde_json::Value;

use crate::iam::session::Session;
use crate::protocol::service::{Protocol, Service};
use crate::protocol::{flat, rest};
use crate::state::world::Place;

/// What the access key ids of roles begin with; the account's number follows, then the session, if the role was made here.
pub(crate) const ROLE_KEY: &str = "ASIASIMA";

/// A request as the services see it.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) place: Place,
    /// Who calls, unless it is the account's own user.
    pub(crate) session: Option<Session>,
    pub(crate) service: Service,
    /// The service's signing name, also of one that is not simulated.
    pub(crate) service_name: String,
    pub(crate) operation: String,
    /// The parameters, in whatever form they came, under names as the query protocol writes them: `Tags.1.Key`.
    pub(crate) parameters: BTreeMap<String, String>,
    /// The body of a request in JSON or CBOR.
    pub(crate) json: Value,
    /// The body as it came.
    pub(crate) body: Vec<u8>,
    pub(crate) protocol: Protocol,
}

/// What comes over the connection.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Received<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) authorization: &'a str,
    pub(crate) target: Option<&'a str>,
    pub(crate) query: &'a str,
    pub(crate) headers: Option<&'a HeaderMap>,
    pub(crate) body: &'a [u8],
}

impl Received<'_> {
    /// The text of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers?.get(name)?.to_str().ok()
    }
}

impl Request {
    /// Reads a request; what is absent falls back to the default account and region.
    pub(crate) fn read(received: &Received<'_>, default: &Place) -> Self {
        let scope = Scope::of(received.authorization);
        let service_name = scope.service.unwrap_or("ec2").to_owned();
        let service = Service::of(&service_name, received);
        let region = service.only_region().or(scope.region).unwrap_or(&default.region);
        let place = Place { account: scope.account().unwrap_or(&default.account).to_owned(), region: region.to_owned() };
        let request = Self {
            place,
            session: scope.session(),
            service,
            service_name,
            operation: String::new(),
            parameters: BTreeMap::new(),
            json: Value::Null,
            body: received.body.to_vec(),
            protocol: service.protocol(received),
        };
        match request.protocol {
            Protocol::Json => request.with_json(received),
            Protocol::Cbor => request.with_cbor(received),
            Protocol::Ec2 | Protocol::Query => request.with_query(received),
            Protocol::RestXml | Protocol::S3 | Protocol::RestJson => request.with_rest(received),
        }
    }

    /// Whether the operation changes anything, by its name.
    pub(crate) fn is_mutating(&self) -> bool {
        let reads = ["Describe", "Get", "List", "Search", "Head", "Simulate", "GET ", "HEAD "];
        !reads.iter().any(|verb| self.operation.starts_with(verb))
    }

    /// Whether the request names no operation, as those of services do that go by method and path.
    pub(crate) fn is_nameless(&self) -> bool {
        self.operation.contains(' ')
    }

    fn with_query(mut self, received: &Received<'_>) -> Self {
        let pairs = form_urlencoded::parse(received.query.as_bytes()).chain(form_urlencoded::parse(received.body));
        // A service that speaks other protocols too reads its lists in one way.
        let alike = |name: String| if self.service == Service::CloudWatch { name.replace(".member.", ".") } else { name };
        self.parameters = pairs.map(|(name, value)| (alike(name.into_owned()), value.into_owned())).collect();
        // Services that are not simulated may have neither: they name what they want by method and path.
        let action = self.parameters.get("Action").filter(|action| !action.is_empty()).cloned();
        self.operation = action.unwrap_or_else(|| format!("{} {}", received.method, received.path));
        self
    }

    fn with_json(mut self, received: &Received<'_>) -> Self {
        let target = received.target.unwrap_or_default();
        target.rsplit('.').next().unwrap_or(target).clone_into(&mut self.operation);
        self.json = serde_json::from_slice(received.body).unwrap_or(Value::Null);
        self.parameters = flat::json(&self.json);
        self
    }

    fn with_cbor(mut self, received: &Received<'_>) -> Self {
        received.path.rsplit('/').next().unwrap_or_default().clone_into(&mut self.operation);
        self.json = flat::of_cbor(received.body);
        self.parameters = flat::json(&self.json);
        self
    }

    /// What is in the path, the query, the headers and the body, each under its own name.
    fn with_rest(mut self, received: &Received<'_>) -> Self {
        let Some(routed) = rest::route(self.service.routes(), received) else {
            self.operation = format!("{} {}", received.method, received.path);
            return self;
        };
        routed.operation.clone_into(&mut self.operation);
        self.parameters = routed.parameters;
        if self.protocol == Protocol::RestJson {
            self.json = serde_json::from_slice(received.body).unwrap_or(Value::Null);
            self.parameters.extend(flat::json(&self.json));
            return self;
        }
        self.parameters.extend(rest::headers(received));
        match routed.payload {
            Some(name) => drop(self.parameters.insert(name.to_owned(), String::from_utf8_lossy(received.body).into_owned())),
            None => self.parameters.extend(flat::xml(received.body)),
        }
        self
    }

    #[cfg(test)]
    pub(crate) fn sample(operation: &str) -> Self {
        let body = format!("Action={operation}");
        let received = Received { body: body.as_bytes(), ..Received::default() };
        Self::read(&received, &Place::of("123456789012/eu-west-1"))
    }
}

/// The credential scope of a signature: `Credential=KEY/DATE/REGION/SERVICE/aws4_request`.
///
/// Source: *Create a signed AWS API request* in the IAM user guide.
struct Scope<'a> {
    key: Option<&'a str>,
    region: Option<&'a str>,
    service: Option<&'a str>,
}

impl<'a> Scope<'a> {
    fn of(authorization: &'a str) -> Self {
        let credential = authorization.split_once("Credential=").map_or("", |(_, rest)| rest);
        let scope = credential.split([',', ' ']).next().unwrap_or_default();
        let parts: Vec<&str> = scope.split('/').collect();
        let part = |index: usize| parts.get(index).copied().filter(|part| !part.is_empty());
        Self { key: part(0), region: part(2), service: part(3) }
    }

    /// An access key id of twelve digits names its account; so does that of a role.
    fn account(&self) -> Option<&'a str> {
        let account = self.key.map(|key| key.strip_prefix(ROLE_KEY).map_or(key, |rest| rest.get(..12).unwrap_or(rest)));
        account.filter(|account| account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// The session in the key of a role that was made here.
    fn session(&self) -> Option<Session> {
        Session::of_key(self.key?.strip_prefix(ROLE_KEY)?.get(12..)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULT: &str = "123456789012/eu-west-1";

    fn read(authorization: &str, target: Option<&str>, body: &str) -> Request {
        Request::read(&Received { authorization, target, body: body.as_bytes(), ..Received::default() }, &Place::of(DEFAULT))
    }

    #[test]
    fn the_signature_tells_account_region_and_service() {
        let header = "AWS4-HMAC-SHA256 Credential=210987654321/20260101/us-east-1/sts/aws4_request, SignedHeaders=host";
        let request = read(header, None, "Action=GetCallerIdentity");
        assert_eq!(request.place.key(), "210987654321/us-east-1");
        assert_eq!((request.service, request.is_mutating()), (Service::Sts, false));
    }

    #[test]
    fn other_keys_are_the_default_account() {
        let request = read("AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20260101/eu-west-1/ec2/aws4_request", None, "");
        assert_eq!(request.place.key(), DEFAULT);
        assert_eq!(read("garbage", None, "").place.key(), DEFAULT);
    }

    #[test]
    fn json_requests_name_their_operation_in_a_header() {
        let request = read("", Some("AmazonSSM.GetParameter"), r#"{"Name":"/a","WithDecryption":true}"#);
        assert_eq!(request.operation, "GetParameter");
        assert_eq!(request.parameters["WithDecryption"], "true");
    }
}
