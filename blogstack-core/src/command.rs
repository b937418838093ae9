//! A step that is done on this machine: [`Command`].

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use crate::{
    Id, Resource, Secret,
    graph::Home,
    provider::{
        Changes, Cx, ErrorKind, Found, LostCreate, Observed, ProviderError, Providers, ResourceProvider, Result, State, Wanted, masking,
    },
    shell::{Ended, NoShell, RealShell, Script, Shell},
    value::Value,
};

/// A step that is done on this machine: what no kind does. Its commands are run by `/bin/sh -c`, in their turn among the resources.
///
/// A command may be run more than once: a run that is stopped while it is under way runs it again. Write it so that it may be:
/// `mkdir -p`, not `mkdir`. A command that ends with another exit code than 0 has failed. On a simulation none is run, and none prints
/// anything.
///
/// ```
/// # use blogstack_core::Secret;
/// use blogstack_core::{Scope, command::Command};
///
/// fn program(s: &Scope, token: &Secret<String>) {
///     let announce = Command::new("curl -fsS -H \"Authorization: $TOKEN\" -d deployed https://chat.example.com/hook");
///     s.add("announce", announce.secrets([("TOKEN", token.clone())]).triggers(["2026-01-01"]));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "core:command/command", global)]
pub struct Command {
    /// Run when the resource is made; and when anything but `update` and `delete` has changed, where there is no `update`.
    pub create: String,
    /// Run when anything but `update` and `delete` has changed. What `create` or `update` printed last is in `BLOGSTACK_STDOUT`.
    pub update: Option<String>,
    /// Run when the resource goes. What `create` or `update` printed last is in `BLOGSTACK_STDOUT`.
    pub delete: Option<String>,
    /// Variables of the commands, beside those of the program's own environment.
    pub environment: Option<BTreeMap<String, String>>,
    /// Variables that nobody may see. What a command prints is kept without them.
    pub secrets: Option<BTreeMap<String, Secret<String>>>,
    /// What the commands read.
    pub stdin: Option<Secret<String>>,
    /// The folder in which they run; where the program runs if it is not set.
    pub directory: Option<String>,
    /// Values of which each change makes the resource anew: `delete` is run after `create`.
    #[field(replace)]
    pub triggers: Option<Vec<String>>,
    /// What `create` or `update` printed last, without the line break at its end; up to 256 KiB. It is no secret.
    #[field(computed, volatile)]
    pub stdout: String,
}

/// Runs commands.
pub struct Commands(Arc<dyn Shell>);

/// How much of what a command prints is kept, in bytes.
const LONGEST: usize = 256 << 10;

/// The provider of this kind beside others.
pub(crate) fn beside(providers: Providers, simulated: bool) -> Providers {
    let shell: Arc<dyn Shell> = if simulated { Arc::new(NoShell) } else { Arc::new(RealShell) };
    providers.beside(Commands::new(shell))
}

impl Commands {
    /// Runs them there.
    pub fn new(shell: Arc<dyn Shell>) -> Self {
        Self(shell)
    }

    /// Runs a command of a resource, and returns what it printed.
    async fn run(&self, cx: &Cx<'_>, which: &'static str, text: &str, of: &Command) -> Result<String> {
        let script = script(text, of);
        let failed = |kind, message: String| ProviderError::new(kind, "core:RunCommand", message).field(which);
        let run = self.0.run(&script);
        let ended = match cx.timeout {
            None => run.await,
            Some(limit) => tokio::time::timeout(limit, run).await.map_err(|_| {
                failed(ErrorKind::TimedOut, format!("the command was still running after {} s and was ended", limit.as_secs()))
            })?,
        };
        let Ended { code, stdout, stderr } =
            ended.map_err(|error| failed(ErrorKind::Rejected, format!("starting the command: {error}")))?;
        if code != Some(0) {
            let how = code.map_or_else(|| "was ended by a signal".to_owned(), |code| format!("ended with exit code {code}"));
            return Err(failed(ErrorKind::Rejected, hide(of, format!("the command {how}{}", last_words(&stderr)))));
        }
        if stdout.len() > LONGEST {
            let error = failed(ErrorKind::Rejected, format!("the command printed {} bytes, more than can be kept", stdout.len()));
            return Err(error.hint("print less, or into a file"));
        }
        Ok(hide(of, String::from_utf8_lossy(&stdout).trim_end_matches(['\r', '\n']).to_owned()))
    }
}

fn script(text: &str, of: &Command) -> Script {
    let secrets = of.secrets.iter().flatten().map(|(name, value)| (name.clone(), value.expose().clone()));
    let mut environment: BTreeMap<String, String> = of.environment.clone().into_iter().flatten().chain(secrets).collect();
    environment.insert("BLOGSTACK_STDOUT".into(), of.stdout.clone());
    let stdin = of.stdin.as_ref().map(|text| text.expose().clone().into_bytes()).unwrap_or_default();
    Script { text: text.to_owned(), environment, folder: of.directory.as_ref().map(PathBuf::from), stdin }
}

fn hide(of: &Command, text: String) -> String {
    let secrets = of.secrets.iter().flatten().map(|(_, value)| value).chain(&of.stdin);
    masking::without(text, &mut secrets.map(|secret| secret.expose().as_str()).collect::<Vec<_>>())
}

/// The end of what a command complained of: that is where it says why.
fn last_words(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let mut lines: Vec<&str> = text.lines().rev().map(str::trim_end).filter(|line| !line.is_empty()).take(5).collect();
    lines.reverse();
    if lines.is_empty() { String::new() } else { format!(": {}", lines.join("; ")) }
}

/// The resource as it is to be.
fn changed(current: Command, changes: &Changes<Command>) -> Result<Command> {
    Ok(Command {
        create: changes.of(Command::create)?.set().unwrap_or(current.create),
        update: changes.of(Command::update)?.after(current.update),
        delete: changes.of(Command::delete)?.after(current.delete),
        environment: changes.of(Command::environment)?.after(current.environment),
        secrets: changes.of(Command::secrets)?.after(current.secrets),
        stdin: changes.of(Command::stdin)?.after(current.stdin),
        directory: changes.of(Command::directory)?.after(current.directory),
        triggers: current.triggers,
        stdout: current.stdout,
    })
}

/// Whether a change takes a command.
fn runs(old: &Command, new: &Command) -> bool {
    let apart = Command { update: new.update.clone(), delete: new.delete.clone(), ..old.clone() };
    apart != *new
}

impl ResourceProvider for Commands {
    type Resource = Command;

    const KEPT: bool = true;

    async fn survey(&self, _: &Cx<'_>, _: &CommandInputs) -> Result<Value> {
        Ok(Value::Null)
    }

    async fn create(&self, cx: &Cx<'_>, inputs: CommandInputs) -> Result<State<Command>> {
        let CommandInputs { create, update, delete, environment, secrets, stdin, directory, triggers } = inputs;
        let fields = Command { create, update, delete, environment, secrets, stdin, directory, triggers, stdout: String::new() };
        let stdout = self.run(cx, "create", &fields.create, &fields).await?;
        Ok(State { id: Id::new(cx.uid.as_str()), fields: Command { stdout, ..fields } })
    }

    async fn read(&self, _: &Home, _: &[Wanted<Command>]) -> Result<Vec<Observed<Command>>> {
        Ok(Vec::new())
    }

    async fn update(&self, cx: &Cx<'_>, current: State<Command>, changes: &Changes<Command>) -> Result<State<Command>> {
        let old = current.fields;
        let new = changed(old.clone(), changes)?;
        let stdout = match (runs(&old, &new), &new.update) {
            (false, _) => new.stdout.clone(),
            (true, Some(update)) => self.run(cx, "update", update, &new).await?,
            (true, None) => self.run(cx, "create", &new.create, &new).await?,
        };
        Ok(State { id: current.id, fields: Command { stdout, ..new } })
    }

    async fn delete(&self, cx: &Cx<'_>, current: State<Command>) -> Result<()> {
        match &current.fields.delete {
            Some(delete) => self.run(cx, "delete", delete, &current.fields).await.map(drop),
            None => Ok(()),
        }
    }

    /// Whether it was run nobody knows; so it is run again.
    async fn find(&self, _: &Cx<'_>, _: LostCreate<CommandInputs>) -> Result<Found<Command>> {
        Ok(Found::None)
    }

    async fn claim(&self, _: &Cx<'_>, _: &Id<Command>) -> Result<()> {
        Ok(())
    }

    async fn release(&self, _: &Cx<'_>, _: &Id<Command>) -> Result<()> {
        Ok(())
    }
}
