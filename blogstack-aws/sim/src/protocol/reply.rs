//! Writes replies: each service's success and error documents.
//!
//! Source: *Query Responses* and *Errors* in the Amazon EC2 and AWS STS API references; Smithy's *AWS protocols*; *Error responses*
//! in the Amazon S3 API reference.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::moment;
use crate::protocol::request::Request;
use crate::protocol::service::{Protocol, Service};
use crate::protocol::time;
use crate::protocol::xml::Xml;

const JSON: &str = "application/x-amz-json-1.1";
const REST_JSON: &str = "application/json";
const CBOR: &str = "application/cbor";

/// A reply on its way to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) request_id: String,
    pub(crate) headers: Vec<(Cow<'static, str>, String)>,
    pub(crate) body: Vec<u8>,
}

/// What a service answers when it succeeds.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// Elements, to be wrapped as the service's protocol has it.
    Xml(Xml),
    /// Fields. A service with two protocols answers both so: lists become `member` elements in XML.
    Json(Value),
    /// A document, a payload or nothing, with headers of its own.
    Whole(Whole),
}

/// A whole answer of a service that goes by method and path.
#[derive(Clone, Debug)]
pub(crate) struct Whole {
    status: u16,
    content_type: &'static str,
    headers: Vec<(Cow<'static, str>, String)>,
    body: Vec<u8>,
}

impl Whole {
    /// A status and no body.
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, content_type: "", headers: Vec::new(), body: Vec::new() }
    }

    /// A document of XML.
    pub(crate) fn xml(service: Service, root: &str, inside: &Xml) -> Self {
        let body = Xml::document(root, service.namespace(), inside).into_bytes();
        Self { status: 200, content_type: "application/xml", headers: Vec::new(), body }
    }

    /// Bytes as they are. Their type is one of the headers.
    pub(crate) fn bytes(body: Vec<u8>) -> Self {
        Self { status: 200, content_type: "", headers: Vec::new(), body }
    }

    /// With another status.
    pub(crate) fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// With one more header.
    pub(crate) fn header(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

impl Reply {
    /// The reply to a request that was answered or refused.
    pub(crate) fn of(request: &Request, request_id: String, result: &Result<Answer, Failure>) -> Self {
        match result {
            Ok(answer) => Self::success(request, request_id, answer),
            Err(failure) => Self::failure(request, request_id, failure),
        }
    }

    fn success(request: &Request, request_id: String, answer: &Answer) -> Self {
        let (content_type, body) = match answer {
            Answer::Whole(Whole { status, content_type, headers, body }) => {
                return Self { status: *status, content_type, request_id, headers: headers.clone(), body: body.clone() };
            }
            Answer::Json(value) => match request.protocol {
                Protocol::Cbor => return Self::cbor(200, request_id, value),
                Protocol::RestJson => (REST_JSON, time::as_json(value).to_string()),
                Protocol::Query => ("text/xml", query(request, &request_id, &members(value))),
                _ => (JSON, time::as_json(value).to_string()),
            },
            Answer::Xml(xml) if request.protocol == Protocol::Ec2 => ("text/xml;charset=UTF-8", ec2(request, &request_id, xml)),
            Answer::Xml(xml) => ("text/xml", query(request, &request_id, xml)),
        };
        Self { status: 200, content_type, request_id, headers: Vec::new(), body: body.into_bytes() }
    }

    fn cbor(status: u16, request_id: String, value: &Value) -> Self {
        let mut body = Vec::new();
        // Writing to memory cannot fail.
        let _ = ciborium::into_writer(&time::as_cbor(value), &mut body);
        Self { status, content_type: CBOR, request_id, headers: vec![("smithy-protocol".into(), "rpc-v2-cbor".to_owned())], body }
    }

    /// The reply that carries an error.
    pub(crate) fn failure(request: &Request, request_id: String, failure: &Failure) -> Self {
        let namespace = request.service.namespace();
        let mut headers = Vec::new();
        if request.service == Service::CloudWatch && matches!(request.protocol, Protocol::Cbor | Protocol::Json) {
            headers.push(("x-amzn-query-error".into(), format!("{};{}", failure.code, fault(failure))));
        }
        let (content_type, body) = match request.protocol {
            Protocol::Cbor => {
                let reply = Self::cbor(failure.status, request_id, &fields(failure));
                headers.extend(reply.headers);
                return Self { headers, ..reply };
            }
            Protocol::Json => (JSON, fields(failure).to_string()),
            Protocol::RestJson => {
                headers.push(("x-amzn-errortype".into(), failure.code.to_string()));
                (REST_JSON, json!({ "message": failure.message }).to_string())
            }
            Protocol::Query | Protocol::RestXml => ("text/xml", query_error(namespace, &request_id, failure)),
            Protocol::S3 if request.operation.starts_with("Head") => ("application/xml", String::new()),
            Protocol::S3 => ("application/xml", s3_error(&request_id, failure)),
            Protocol::Ec2 => ("text/xml;charset=UTF-8", ec2_error(&request_id, failure)),
        };
        Self { status: failure.status, content_type, request_id, headers, body: body.into_bytes() }
    }

    /// The body as a text, for people and logs.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Whose fault it is.
fn fault(failure: &Failure) -> &'static str {
    if failure.status < 500 { "Sender" } else { "Receiver" }
}

fn fields(failure: &Failure) -> Value {
    json!({ "__type": failure.code, "message": failure.message })
}

fn ec2(request: &Request, request_id: &str, xml: &Xml) -> String {
    let mut inside = Xml::new();
    inside.text("requestId", request_id).append(xml);
    Xml::document(&format!("{}Response", request.operation), request.service.namespace(), &inside)
}

fn ec2_error(request_id: &str, failure: &Failure) -> String {
    let mut xml = Xml::new();
    xml.nest("Response", |xml| {
        xml.nest("Errors", |xml| {
            xml.nest("Error", |xml| {
                xml.text("Code", &failure.code).text("Message", &failure.message);
            });
        });
        xml.text("RequestID", request_id);
    });
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}", xml.into_string())
}

fn query(request: &Request, request_id: &str, xml: &Xml) -> String {
    let mut inside = Xml::new();
    inside.nest(&format!("{}Result", request.operation), |result| {
        result.append(xml);
    });
    inside.nest("ResponseMetadata", |xml| {
        xml.text("RequestId", request_id);
    });
    Xml::document(&format!("{}Response", request.operation), request.service.namespace(), &inside)
}

/// Fields as elements, lists as elements with `member`s.
fn members(value: &Value) -> Xml {
    let mut xml = Xml::new();
    for (name, value) in value.as_object().into_iter().flatten() {
        element(&mut xml, name, value);
    }
    xml
}

fn element(xml: &mut Xml, name: &str, value: &Value) {
    match value {
        Value::Null => {}
        Value::Array(items) => {
            xml.nest(name, |xml| items.iter().for_each(|item| element(xml, "member", item)));
        }
        Value::Object(_) if time::of(value).is_some() => {
            xml.text(name, moment::date(time::of(value).unwrap_or_default()));
        }
        Value::Object(_) => {
            xml.nest(name, |xml| {
                xml.append(&members(value));
            });
        }
        Value::String(text) => {
            xml.text(name, text);
        }
        Value::Bool(_) | Value::Number(_) => {
            xml.text(name, value);
        }
    }
}

fn query_error(namespace: &str, request_id: &str, failure: &Failure) -> String {
    let mut inside = Xml::new();
    inside.nest("Error", |xml| {
        xml.text("Type", fault(failure));
        xml.text("Code", &failure.code).text("Message", &failure.message);
    });
    inside.text("RequestId", request_id);
    Xml::document("ErrorResponse", namespace, &inside)
}

fn s3_error(request_id: &str, failure: &Failure) -> String {
    let mut xml = Xml::new();
    xml.nest("Error", |xml| {
        xml.text("Code", &failure.code).text("Message", &failure.message).text("RequestId", request_id);
    });
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}", xml.into_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(service: Service, protocol: Protocol) -> Request {
        Request { service, protocol, ..Request::sample("Do") }
    }

    #[test]
    fn each_protocol_has_its_own_error_document() {
        let failure = Failure::new("Code", "a < b");
        let body = |service, protocol| Reply::failure(&request(service, protocol), "id".to_owned(), &failure).text();
        assert!(body(Service::Ec2, Protocol::Ec2).contains("<Response><Errors><Error><Code>Code</Code><Message>a &lt; b</Message>"));
        assert!(body(Service::Iam, Protocol::Query).contains("<Type>Sender</Type><Code>Code</Code>"));
        assert!(body(Service::S3, Protocol::S3).contains("<Error><Code>Code</Code>"));
        assert_eq!(body(Service::Ssm, Protocol::Json), r#"{"__type":"Code","message":"a < b"}"#);
        let reply = Reply::failure(&request(Service::Dlm, Protocol::RestJson), "id".to_owned(), &failure);
        assert_eq!((reply.headers, reply.body), (vec![("x-amzn-errortype".into(), "Code".to_owned())], br#"{"message":"a < b"}"#.to_vec()));
    }

    #[test]
    fn fields_are_written_in_each_protocol() {
        let answer = Answer::Json(json!({ "Alarms": [{ "Name": "a", "On": true, "None": null }] }));
        let reply = |protocol| Reply::success(&request(Service::CloudWatch, protocol), "id".to_owned(), &answer);
        let xml = "<DoResult><Alarms><member><Name>a</Name><On>true</On></member></Alarms></DoResult>";
        assert!(reply(Protocol::Query).text().contains(xml));
        let cbor: Value = ciborium::from_reader(&*reply(Protocol::Cbor).body).unwrap();
        assert_eq!(cbor["Alarms"][0]["On"], true);
    }
}
