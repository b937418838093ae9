//! One connection of a client.

use std::pin::pin;

use bytes::Bytes;
use http_body_util::{Either, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use thiserror::Error;
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::exchange::{Exchange, exchange};
use crate::protocol::reply::Reply;
use crate::sim::Sim;
use crate::wire::{self, CutBody};

/// The longest request that is read: far beyond what the services accept.
const LONGEST: usize = 8 << 20;

/// What is sent: a whole body, or one that breaks off.
type Payload = Either<Full<Bytes>, CutBody>;

/// Why a connection ends without an answer.
#[derive(Debug, Error)]
enum Ended {
    #[error("a fault that asks for it")]
    Fault,
    #[error("the server ends")]
    Stopped,
    #[error("the simulation cannot go on: {0}")]
    Broken(String),
    #[error("the request cannot be read: {0}")]
    Unreadable(String),
}

/// Answers requests until the client goes away, or until the server stops and the one under way is answered.
pub(super) async fn serve(sim: Sim, stream: TcpStream, mut stopped: watch::Receiver<bool>) {
    let silent = stopped.clone();
    let service = service_fn(move |request| answer(sim.clone(), request, silent.clone()));
    let mut connection = pin!(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop(&mut stopped) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, why = ?std::error::Error::source(&error), "a connection ended early");
    }
}

/// Waits until the server stops.
async fn stop(stopped: &mut watch::Receiver<bool>) {
    // A server that is gone has stopped.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

async fn answer(sim: Sim, request: http::Request<Incoming>, mut stopped: watch::Receiver<bool>) -> Result<http::Response<Payload>, Ended> {
    let request = request.map(|body| Limited::new(body, LONGEST));
    let request = wire::read(&sim, request).await.map_err(|error| Ended::Unreadable(error.to_string()))?;
    // In a task of its own, it comes to its end even if the client goes away.
    let exchange = tokio::spawn(async move { exchange(&sim, request).await });
    match exchange.await.map_err(|error| Ended::Broken(error.to_string()))? {
        Exchange::Answered(reply) => response(&reply, Either::Left(Full::from(reply.body.clone()))),
        Exchange::CutShort(reply) => response(&reply, Either::Right(CutBody::of(&reply.body))),
        Exchange::Reset => Err(Ended::Fault),
        Exchange::Silence | Exchange::Gone => {
            stop(&mut stopped).await;
            Err(Ended::Stopped)
        }
        Exchange::Broken(error) => {
            tracing::error!(%error, "the simulation's files cannot be written");
            Err(Ended::Broken(error.to_string()))
        }
    }
}

fn response(reply: &Reply, body: Payload) -> Result<http::Response<Payload>, Ended> {
    wire::response(reply, body).map_err(|error| Ended::Broken(error.to_string()))
}
