//! Takes the SDK's requests to the simulation and its replies back, as the SDK's HTTP client.

mod body;

use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt;

use crate::exchange::{Exchange, exchange};
use crate::protocol::reply::Reply;
use crate::protocol::request::{Received, Request};
use crate::sim::Sim;
use crate::transport::body::CutBody;

/// The HTTP client of one simulation.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    sim: Sim,
}

/// A connector with the timeouts that a client asks for.
#[derive(Clone, Debug)]
struct Connector {
    sim: Sim,
    read_timeout: Option<std::time::Duration>,
}

impl Transport {
    pub(crate) fn new(sim: Sim) -> Self {
        Self { sim }
    }

    /// A connector for the timeouts of a client.
    pub(crate) fn connector(&self, settings: &HttpConnectorSettings) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector { sim: self.sim.clone(), read_timeout: settings.read_timeout() })
    }
}

impl HttpClient for Transport {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        self.connector(settings)
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connector = self.clone();
        HttpConnectorFuture::new(async move { connector.answer(request).await })
    }
}

impl Connector {
    async fn answer(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request = receive(&self.sim, request).await?;
        match exchange(&self.sim, request).await {
            Exchange::Answered(reply) => response(&reply, SdkBody::from(reply.body.as_str())),
            Exchange::CutShort(reply) => response(&reply, SdkBody::from_body_1_x(CutBody::of(&reply.body))),
            Exchange::Reset => Err(ConnectorError::io("connection reset by peer".into())),
            Exchange::Silence => self.silence().await,
            Exchange::Gone => std::future::pending().await,
            Exchange::Broken(error) => Err(ConnectorError::io(Arc::clone(&error).to_string().into())),
        }
    }

    /// No reply: the read timeout ends the wait, if the client has one.
    async fn silence(&self) -> Result<HttpResponse, ConnectorError> {
        match self.read_timeout {
            Some(timeout) => tokio::time::sleep(timeout).await,
            None => std::future::pending().await,
        }
        Err(ConnectorError::timeout("no reply within the read timeout".into()))
    }
}

/// Reads a request. Its body is polled, as a real connection would: that is what the SDK measures uploads by.
async fn receive(sim: &Sim, mut request: HttpRequest) -> Result<Request, ConnectorError> {
    let body = request.take_body().collect().await.map_err(ConnectorError::io)?.to_bytes();
    let received = Received {
        authorization: request.headers().get("authorization").unwrap_or_default(),
        target: request.headers().get("x-amz-target"),
        query: request.uri().split_once('?').map_or("", |(_, query)| query),
        body: &body,
    };
    Ok(Request::read(&received, &sim.shared.default))
}

fn response(reply: &Reply, body: SdkBody) -> Result<HttpResponse, ConnectorError> {
    let status = StatusCode::try_from(reply.status).map_err(|error| ConnectorError::other(error.into(), None))?;
    let mut response = HttpResponse::new(status, body);
    let headers = response.headers_mut();
    headers.insert("content-type", reply.content_type);
    headers.insert("content-length", reply.body.len().to_string());
    headers.insert("x-amzn-requestid", reply.request_id.clone());
    Ok(response)
}
