//! A simulation that is served to clients that were not written for it, and what they must know to find it.

use std::process::{Command, Output};

use blogstack_sim::{Server, Sim, SimBuilder};

/// The account of clients, which is not the default one.
pub const ACCOUNT: &str = "210987654321";

/// A simulation that is served until this is dropped.
#[derive(Debug)]
pub struct Served {
    /// The simulation.
    pub sim: Sim,
    server: Server,
}

impl Served {
    /// Serves a simulation.
    ///
    /// # Panics
    /// When it cannot be built or served.
    pub fn new(builder: SimBuilder) -> Self {
        let sim = builder.seed(7).build().expect("a simulation in memory");
        let server = Server::start(&sim).expect("a free port");
        Self { sim, server }
    }

    /// Where it is reached.
    pub fn url(&self) -> &str {
        self.server.url()
    }

    /// A command that finds this simulation and nothing else.
    #[must_use]
    pub fn client(&self, command: Command) -> Command {
        client_of(self.url(), command)
    }
}

/// Where a command may find AWS.
pub trait Endpoint {
    /// A command that finds AWS here and nowhere else.
    fn client(&self, command: Command) -> Command;
}

impl Endpoint for Served {
    fn client(&self, command: Command) -> Command {
        Served::client(self, command)
    }
}

/// A command that finds AWS at this address and nowhere else, with the account of clients.
#[must_use]
pub fn client_of(url: &str, mut command: Command) -> Command {
    for name in ["AWS_PROFILE", "AWS_SESSION_TOKEN", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"] {
        command.env_remove(name);
    }
    command
        .env("AWS_ENDPOINT_URL", url)
        .env("AWS_ACCESS_KEY_ID", ACCOUNT)
        .env("AWS_SECRET_ACCESS_KEY", "simulated")
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_DEFAULT_REGION", "eu-west-1")
        .env("AWS_CONFIG_FILE", "none")
        .env("AWS_SHARED_CREDENTIALS_FILE", "none")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_MAX_ATTEMPTS", "1")
        .env("AWS_PAGER", "");
    command
}

/// Runs a command to its end.
///
/// # Panics
/// When it cannot be started.
pub fn output(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("running `{}`: {error}", command.get_program().display()))
}

/// What a program told on standard output and standard error, for the message of a test that fails.
pub fn told(output: &Output) -> String {
    format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
