//! Takes the SDK's requests to the simulation and its replies back, as the SDK's HTTP client.

use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;

use crate::exchange::{Exchange, exchange};
use crate::protocol::reply::Reply;
use crate::sim::Sim;
use crate::wire::{self, CutBody};

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
        let request = request.try_into_http1x().map_err(other)?;
        let request = wire::read(&self.sim, request).await.map_err(ConnectorError::io)?;
        match exchange(&self.sim, request).await {
            Exchange::Answered(reply) => response(&reply, SdkBody::from(reply.body.clone())),
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

fn response(reply: &Reply, body: SdkBody) -> Result<HttpResponse, ConnectorError> {
    let response = wire::response(reply, body).map_err(other)?;
    HttpResponse::try_from(response).map_err(other)
}

fn other(error: impl std::error::Error + Send + Sync + 'static) -> ConnectorError {
    ConnectorError::other(error.into(), None)
}
