//! Serves a simulated AWS to any client.

use std::io::{IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use blogstack_sim::{Loopback, Sim, SimError, listen};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// A simulated AWS for clients that were not written for it: the AWS CLI, boto3, Terraform, any SDK.
///
/// The first line on standard output is its address, once it listens. It knows the parts of EC2, STS and SSM that networks and
/// instances need, and refuses the rest as AWS refuses what it does not know. Ctrl-C ends it.
#[derive(Debug, Parser)]
#[command(name = "blogstack-sim", version, after_long_help = EXAMPLES)]
struct Arguments {
    /// Where to listen; only loopback addresses are possible, port 0 is a free one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:4566")]
    listen: SocketAddr,

    /// Keeps the world in a file, which holds every change before the answer is given. Without it the world ends with the program.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Where ids, addresses and request ids come from: the same calls get the same answers. A file that exists keeps its own.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// How many times as fast as real time virtual time runs: at 100 a NAT gateway takes a second. At 0 it stands still.
    #[arg(long, value_name = "X", default_value_t = 1.0)]
    time_scale: f64,

    /// Appends a line of JSON for each call, before the answer is given.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,

    /// The account of callers. An access key id of twelve digits is an account of its own.
    #[arg(long, value_name = "ID", default_value = "123456789012", value_parser = account)]
    account: String,

    /// The region of requests that are not signed for one.
    #[arg(long, value_name = "NAME", default_value = "eu-west-1")]
    region: String,

    /// An IAM instance profile that exists. May be given several times.
    #[arg(long, value_name = "NAME")]
    instance_profile: Vec<String>,

    /// An SSM parameter that exists. May be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = parameter)]
    parameter: Vec<(String, String)>,
}

const EXAMPLES: &str = "\
Examples:
  blogstack-sim --listen 127.0.0.1:4566 --time-scale 100 --log calls.jsonl

  export AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_REGION=eu-west-1
  export AWS_ACCESS_KEY_ID=123456789012 AWS_SECRET_ACCESS_KEY=simulated
  aws ec2 create-vpc --cidr-block 10.0.0.0/16
  terraform apply

Warnings about operations and parameters that are not simulated go to standard error; RUST_LOG=debug shows more.";

fn account(text: &str) -> Result<String, String> {
    let is_account = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_account.then(|| text.to_owned()).ok_or_else(|| "an account has twelve digits".to_owned())
}

fn parameter(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
    pair.map(|(name, value)| (name.to_owned(), value.to_owned())).ok_or_else(|| "expected NAME=VALUE".to_owned())
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr).init();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<(), SimError> {
    let address = arguments.listen;
    let listener = listen(address)?;
    let sim = simulation(arguments)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(SimError::Serve)?;
    runtime.block_on(async {
        let (mut interrupt, mut terminate) = (handler(SignalKind::interrupt())?, handler(SignalKind::terminate())?);
        announce(&listener).map_err(SimError::Serve)?;
        let stop = async {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        };
        sim.serve(listener, stop).await.map_err(SimError::Serve)
    })
}

fn simulation(arguments: Arguments) -> Result<Sim, SimError> {
    let mut builder = Sim::builder().seed(arguments.seed).account(arguments.account).region(arguments.region).forget_calls();
    builder = builder.time_scale(arguments.time_scale);
    builder = arguments.state.into_iter().fold(builder, blogstack_sim::SimBuilder::file);
    builder = arguments.log.into_iter().fold(builder, blogstack_sim::SimBuilder::log);
    builder = arguments.instance_profile.into_iter().fold(builder, blogstack_sim::SimBuilder::instance_profile);
    builder = arguments.parameter.into_iter().fold(builder, |builder, (name, value)| builder.parameter(name, value));
    builder.build()
}

fn handler(kind: SignalKind) -> Result<tokio::signal::unix::Signal, SimError> {
    signal(kind).map_err(SimError::Serve)
}

/// Tells the address, for whoever waits for it.
fn announce(listener: &Loopback) -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "http://{}", listener.address()?)?;
    output.flush()
}

/// An error and what it came from.
fn report(error: &SimError) {
    let mut text = format!("error: {error}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.extend([": ", &cause.to_string()]);
        source = cause.source();
    }
    // There is nobody left to tell when standard error is closed.
    let _ = writeln!(std::io::stderr(), "{text}");
}
