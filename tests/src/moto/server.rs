//! Servers that run as long as a test needs them: moto, and whatever stands before it.

use std::{
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError, Weak},
    thread,
    time::{Duration, Instant},
};

use crate::python::Python;

/// How long a server may take until it answers: on a busy machine, Python loads its modules slowly.
const PATIENCE: Duration = Duration::from_mins(1);

/// A process that answers HTTP on a port of this machine, and ends with this value.
#[derive(Debug)]
pub struct Server {
    process: Child,
    port: u16,
}

impl Server {
    /// Starts a server on the port that it is handed, and waits until it answers.
    ///
    /// # Panics
    /// When it does not.
    pub fn start(command: impl FnOnce(u16) -> Command) -> Self {
        let port = free_port();
        let process = command(port).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut server = Self { process: process.unwrap_or_else(|error| panic!("starting a server: {error}")), port };
        server.wait();
        server
    }

    /// Where it answers.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    #[expect(clippy::disallowed_methods, reason = "another process is waited for, on real time")]
    fn wait(&mut self) {
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            let ended = self.process.try_wait().expect("a child can be asked for");
            assert!(ended.is_none(), "the server ended at once: {ended:?}");
            assert!(begun.elapsed() < PATIENCE, "the server does not answer on port {}", self.port);
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port that nobody listens on at this moment.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("it was bound").port()
}

/// A running moto. Tests that run at the same time share one, each in an account of its own.
#[derive(Debug, Clone)]
pub struct Moto {
    python: Python,
    server: Arc<Server>,
}

/// <https://docs.getmoto.org/en/latest/docs/configuration/environment_variables.html>
const STRICT: [&str; 3] = ["MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION", "MOTO_ENABLE_KEYPAIR_VALIDATION", "MOTO_ENABLE_AMI_VALIDATION"];

static RUNNING: Mutex<Weak<Server>> = Mutex::new(Weak::new());

impl Moto {
    /// The one that runs, or a new one. None where Python is missing: the test that asks is skipped.
    ///
    /// # Panics
    /// When it does not start, or when Python is missing and `CI` is `true`.
    pub fn running() -> Option<Self> {
        let python = Python::with("moto")?;
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let server = running.upgrade().unwrap_or_else(|| {
            Arc::new(Server::start(|port| {
                let mut command = python.command("moto_server");
                command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
                // Checks that moto has and leaves off.
                command.envs(STRICT.map(|variable| (variable, "true")));
                // How many seconds a certificate waits until it is validated.
                command.env("MOTO_ACM_VALIDATION_WAIT", "1");
                command
            }))
        });
        *running = Arc::downgrade(&server);
        Some(Self { python, server })
    }

    /// Where it answers.
    pub fn address(&self) -> String {
        self.server.address()
    }

    /// The environment that it was installed in.
    pub fn python(&self) -> &Python {
        &self.python
    }
}
