//! Writes replies: each service's success and error documents.
//!
//! Source: *Query Responses* and *Errors* in the Amazon EC2 and AWS STS API references; Smithy's *AWS JSON 1.1 protocol*.

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::protocol::request::{Protocol, Request};
use crate::protocol::xml::Xml;

const EC2: &str = "http://ec2.amazonaws.com/doc/2016-11-15/";
const STS: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// A reply on its way to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) request_id: String,
    pub(crate) body: String,
}

/// What a service answers when it succeeds.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Xml(Xml),
    Json(Value),
}

impl Reply {
    /// The reply to a request that was answered or refused.
    pub(crate) fn of(request: &Request, request_id: String, result: &Result<Answer, Failure>) -> Self {
        match result {
            Ok(answer) => Self::success(request, request_id, answer),
            Err(failure) => Self::failure(request.protocol, request_id, failure),
        }
    }

    fn success(request: &Request, request_id: String, answer: &Answer) -> Self {
        let (content_type, body) = match answer {
            Answer::Json(value) => ("application/x-amz-json-1.1", value.to_string()),
            Answer::Xml(xml) if request.protocol == Protocol::Query => ("text/xml", query(request, &request_id, xml)),
            Answer::Xml(xml) => ("text/xml;charset=UTF-8", ec2(request, &request_id, xml)),
        };
        Self { status: 200, content_type, request_id, body }
    }

    /// The reply that carries an error.
    pub(crate) fn failure(protocol: Protocol, request_id: String, failure: &Failure) -> Self {
        let (content_type, body) = match protocol {
            Protocol::Json => ("application/x-amz-json-1.1", json!({"__type": failure.code, "message": failure.message}).to_string()),
            Protocol::Query => ("text/xml", query_error(&request_id, failure)),
            Protocol::Ec2 => ("text/xml;charset=UTF-8", ec2_error(&request_id, failure)),
        };
        Self { status: failure.status, content_type, request_id, body }
    }
}

fn ec2(request: &Request, request_id: &str, xml: &Xml) -> String {
    let mut inside = Xml::new();
    inside.text("requestId", request_id).append(xml);
    Xml::document(&format!("{}Response", request.operation), EC2, &inside)
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
    Xml::document(&format!("{}Response", request.operation), STS, &inside)
}

fn query_error(request_id: &str, failure: &Failure) -> String {
    let mut inside = Xml::new();
    inside.nest("Error", |xml| {
        xml.text("Type", if failure.status < 500 { "Sender" } else { "Receiver" });
        xml.text("Code", &failure.code).text("Message", &failure.message);
    });
    inside.text("RequestId", request_id);
    Xml::document("ErrorResponse", STS, &inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_service_has_its_own_error_document() {
        let failure = Failure::new("Code", "a < b");
        let body = |protocol| Reply::failure(protocol, "id".to_owned(), &failure).body;
        assert!(body(Protocol::Ec2).contains("<Response><Errors><Error><Code>Code</Code><Message>a &lt; b</Message>"));
        assert!(body(Protocol::Query).contains("<Type>Sender</Type><Code>Code</Code>"));
        assert_eq!(body(Protocol::Json), r#"{"__type":"Code","message":"a < b"}"#);
    }
}
