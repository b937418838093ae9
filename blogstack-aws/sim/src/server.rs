//! Serves a simulation over HTTP, to clients that were not written for it: the AWS CLI, boto3, Terraform.

mod connection;

use std::net::{Ipv4Addr, SocketAddr, TcpListener as Listener};
use std::pin::pin;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use crate::error::SimError;
use crate::sim::Sim;

/// How long answers may take that are on their way when the server ends.
const PATIENCE: Duration = Duration::from_secs(5);

/// A simulation that is served by a thread of its own, on real time, until this is dropped.
///
/// ```
/// use blogstack_sim::{Server, Sim};
///
/// let sim = Sim::builder().time_scale(100.0).build()?; // a NAT gateway is ready in less than a second
/// let server = Server::start(&sim)?;
/// println!("AWS_ENDPOINT_URL={}", server.url());       // what the AWS CLI, the SDKs and Terraform ask
/// server.stop()?;
/// # Ok::<(), blogstack_sim::SimError>(())
/// ```
///
/// The server speaks HTTP/1.1 without TLS on a loopback address: no signature is checked, so whoever reaches it may do anything with
/// it. `Sim::serve` does the same on a listener and a runtime of the caller's; the program `blogstack-sim` is a command line for it.
///
/// # Faults
/// [`FaultKind::Reset`](crate::FaultKind::Reset) ends the connection without an answer, [`FaultKind::CutBody`](crate::FaultKind::CutBody)
/// in the middle of one; after [`FaultKind::Timeout`](crate::FaultKind::Timeout) and a dropping [`Gate`](crate::Gate) it stays open
/// and silent.
///
/// # The log
/// [`SimBuilder::log`](crate::SimBuilder::log) appends a line of JSON for each call, before the call is answered:
///
/// ```json
/// {"number":0,"at_ms":12,"account":"123456789012","region":"eu-west-1","service":"ec2","operation":"CreateVpc","mutating":true,
///  "outcome":"done","ignored":[],"request":{"CidrBlock":"10.0.0.0/16"},"request_id":"..."}
/// ```
///
/// `outcome` is `done`; `refused`, with `code` and `message`; `not_simulated`, with `code`: the simulation lacks the operation;
/// `faulted`, with `fault`, or `dropped`, both with `effect`: whether the call had its effect. `at_ms` is virtual time. User data,
/// key material, tokens and the like are told by their length alone.
#[derive(Debug)]
pub struct Server {
    url: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<std::io::Result<()>>>,
}

impl Server {
    /// Serves a simulation on a free port.
    ///
    /// # Errors
    /// When no port or no thread is to be had.
    pub fn start(sim: &Sim) -> Result<Self, SimError> {
        let listener = listen((Ipv4Addr::LOCALHOST, 0).into())?;
        let address = listener.address().map_err(SimError::Serve)?;
        let (stop, stopped) = oneshot::channel();
        let sim = sim.clone();
        let serve = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let until = async { stopped.await.unwrap_or_default() };
            runtime.block_on(async { sim.serve(listener, until).await })
        };
        let thread = std::thread::Builder::new().name("blogstack-sim".to_owned()).spawn(serve).map_err(SimError::Serve)?;
        Ok(Self { url: format!("http://{address}"), stop: Some(stop), thread: Some(thread) })
    }

    /// Where it is reached: `http://127.0.0.1:4566`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends it, after the answers that are on their way.
    ///
    /// # Errors
    /// When it could not serve.
    pub fn stop(mut self) -> Result<(), SimError> {
        self.end().map_err(SimError::Serve)
    }

    fn end(&mut self) -> std::io::Result<()> {
        // Nobody listens when the thread has ended by itself.
        let _ = self.stop.take().map(|stop| stop.send(()));
        let ended = self.thread.take().map(JoinHandle::join);
        ended.unwrap_or(Ok(Ok(()))).unwrap_or_else(|_| Err(std::io::Error::other("the server's thread panicked")))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            tracing::error!(%error, "serving the simulation");
        }
    }
}

/// A listener on a loopback address: there is no other one that [`Sim::serve`] could be given.
#[derive(Debug)]
pub struct Loopback(Listener);

impl Loopback {
    /// Where it listens.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// Listens on a loopback address, for [`Sim::serve`]. Port 0 is a free one.
///
/// # Errors
/// When the address is not loopback, or cannot be listened on.
pub fn listen(address: SocketAddr) -> Result<Loopback, SimError> {
    if !address.ip().is_loopback() {
        return Err(SimError::NotLoopback { address });
    }
    let listen = || {
        let listener = Listener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(Loopback(listener))
    };
    listen().map_err(|source| SimError::Listen { address, source })
}

impl Sim {
    /// Answers whoever connects, until `stop` is ready; then after the answers that are on their way. See [`Server`].
    ///
    /// # Errors
    /// When the runtime cannot take the listener.
    pub async fn serve(&self, listener: Loopback, stop: impl Future<Output = ()>) -> std::io::Result<()> {
        let listener = TcpListener::from_std(listener.0)?;
        let (stopping, stopped) = watch::channel(false);
        let mut connections = JoinSet::new();
        let mut stop = pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => { connections.spawn(connection::serve(self.clone(), stream, stopped.clone())); }
                    Err(error) => out_of_connections(&error).await,
                },
                Some(_) = connections.join_next() => {}
            }
        }
        drop(listener);
        stopping.send_replace(true);
        let ended = async { while connections.join_next().await.is_some() {} };
        if tokio::time::timeout(PATIENCE, ended).await.is_err() {
            tracing::warn!("clients that have not finished their requests are left alone");
        }
        // A call whose client has gone away is finished, too.
        drop(self.shared.turn.lock().await);
        Ok(())
    }
}

/// Waits a little: the machine may have room for a connection again soon.
async fn out_of_connections(error: &std::io::Error) {
    tracing::warn!(%error, "a connection could not be accepted");
    tokio::time::sleep(Duration::from_millis(100)).await;
}

#[cfg(test)]
mod tests;
