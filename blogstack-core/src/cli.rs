//! The command line that every program has. Only this module prints, prompts or exits.
//!
//! ```no_run
//! # fn target() -> impl blogstack_core::target::Target { Nowhere }
//! # struct Nowhere;
//! # #[async_trait::async_trait]
//! # impl blogstack_core::target::Target for Nowhere {
//! #     fn name(&self) -> &str { "sim" }
//! #     async fn connect(&self, _: &str, _: &blogstack_core::target::Pins)
//! #         -> Result<blogstack_core::target::Connection, blogstack_core::target::TargetError> { unimplemented!() }
//! # }
//! use blogstack_core::{Scope, cli};
//!
//! #[derive(serde::Deserialize)]
//! #[serde(deny_unknown_fields)]
//! struct Settings {
//!     zones: u8,
//! }
//!
//! fn program(_scope: &Scope, _settings: &Settings) {}
//!
//! fn main() -> std::process::ExitCode {
//!     cli::App::new("blog", "prod", program)
//!         .settings(concat!(env!("CARGO_MANIFEST_DIR"), "/stacks"))
//!         .target(target())
//!         .main()
//! }
//! ```

use std::{ffi::OsString, path::PathBuf, process::ExitCode, sync::Arc};

use clap::FromArgMatches as _;
use serde::de::DeserializeOwned;

use self::{
    args::Arguments, console::Console, context::Context, exit::Exit, failure::Failure, interrupt::Interrupts, surroundings::Surroundings,
};
use crate::{provider::Providers, scope::Scope, target::Target};

mod args;
mod carry_out;
mod console;
mod context;
mod destroy;
mod exit;
mod failure;
mod graph;
mod help;
mod interrupt;
mod json;
mod log;
mod nearest;
mod outputs;
mod place;
mod preview;
mod progress;
mod refresh;
mod report;
mod saved;
mod settings;
mod state;
mod surroundings;
mod up;
mod words;

use self::settings::Settings;
pub use self::settings::{NoSettings, SecretSource};

/// A program whose settings have been read.
pub(crate) type Ready = Box<dyn Fn(&Scope) + Send + Sync>;
/// Reads a program's settings.
type Prepare = Box<dyn Fn(&Settings) -> Result<Ready, Failure>>;

/// A program with its command line.
pub struct App {
    project: String,
    stack: String,
    version: String,
    prepare: Prepare,
    settings: Option<PathBuf>,
    targets: Vec<Box<dyn Target>>,
    around: Option<Around>,
}

/// What is done to the providers of a connection.
type Around = Box<dyn Fn(Providers) -> Providers + Send + Sync>;

impl App {
    /// A program that declares the resources of `project`; `stack` is the stack that is meant when `--stack` names no other.
    ///
    /// The settings' type says which settings there are: give it `#[serde(deny_unknown_fields)]`, so that a misspelt one is
    /// refused. A program without settings takes [`NoSettings`].
    pub fn new<S: DeserializeOwned + Send + Sync + 'static>(
        project: impl Into<String>,
        stack: impl Into<String>,
        program: impl Fn(&Scope, &S) + Send + Sync + 'static,
    ) -> Self {
        let program = Arc::new(program);
        let prepare = move |settings: &Settings| -> Result<Ready, Failure> {
            let (program, settings) = (program.clone(), settings.typed::<S>()?);
            Ok(Box::new(move |scope: &Scope| program(scope, &settings)))
        };
        let (project, stack, version) = (project.into(), stack.into(), concat!("of blogstack ", env!("CARGO_PKG_VERSION")).into());
        Self { project, stack, version, prepare: Box::new(prepare), settings: None, targets: Vec::new(), around: None }
    }

    /// What `--version` says: the program's own version, such as `env!("CARGO_PKG_VERSION")`; this library's if nothing is said.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// The folder in which `STACK.toml` holds the settings of a stack; an absolute path is found from any folder.
    #[must_use]
    pub fn settings(mut self, folder: impl Into<PathBuf>) -> Self {
        self.settings = Some(folder.into());
        self
    }

    /// Something it can run against. The first one is the default.
    #[must_use]
    pub fn target(mut self, target: impl Target + 'static) -> Self {
        self.targets.push(Box::new(target));
        self
    }

    /// Adds kinds of one's own to those of whatever it runs against.
    ///
    /// ```
    /// # use blogstack_core::{Scope, cli::{App, NoSettings}};
    /// # fn app<P: blogstack_core::provider::ResourceProvider + Clone>(hosts: P) -> App {
    /// # fn program(_: &Scope, _: &NoSettings) {}
    /// App::new("shop", "prod", program).around_providers(move |providers| providers.with(hosts.clone()))
    /// # }
    /// ```
    #[must_use]
    pub fn around_providers(mut self, around: impl Fn(Providers) -> Providers + Send + Sync + 'static) -> Self {
        self.around = Some(Box::new(around));
        self
    }

    /// Does what the command line of this process asks.
    pub fn main(self) -> ExitCode {
        self.run(std::env::args_os(), &Surroundings::of_process()).into()
    }

    /// The text of `--help` of the whole program (`&[]`) or of a command (`&["state", "rm"]`), for a program that is called as
    /// its default stack is; `None` when there is no such command.
    pub fn help(&self, command: &[&str]) -> Option<String> {
        help::text(self.command(&self.stack), command, 100)
    }

    fn command(&self, name: &str) -> clap::Command {
        help::command(name, &self.targets.iter().map(|target| target.usage()).collect::<Vec<_>>()).version(self.version.clone())
    }

    fn run(&self, words: impl IntoIterator<Item = OsString>, surroundings: &Surroundings) -> Exit {
        let words: Vec<OsString> = words.into_iter().collect();
        let name = words.first().map(PathBuf::from).and_then(|path| Some(path.file_stem()?.to_string_lossy().into_owned()));
        let command = self.command(name.as_deref().unwrap_or(&self.stack));
        let parsed = command.try_get_matches_from(args::gathered(&words)).and_then(|matches| Arguments::from_arg_matches(&matches));
        match parsed {
            Ok(arguments) => self.obey(&Arguments { name, ..arguments }, surroundings),
            Err(error) => explain(&error, &surroundings.console(args::Colour::Auto)),
        }
    }

    fn obey(&self, arguments: &Arguments, surroundings: &Surroundings) -> Exit {
        let console = surroundings.console(arguments.shared.color);
        log::begin(arguments.shared.verbose, &console);
        let outcome = self.in_runtime(arguments, surroundings, &console);
        let unwritten = console.unwritten().map(|error| {
            let hint = "everything else was done and recorded; see to the place where the output goes";
            Failure::new(Exit::Failed, format!("writing the result to stdout: {error}"), Some(hint))
        });
        let outcome = outcome.and_then(|exit| unwritten.map_or(Ok(exit), Err));
        outcome.unwrap_or_else(|failure| {
            console.say(failure.text(console.message_style()).trim_end());
            failure.exit
        })
    }

    fn in_runtime(&self, arguments: &Arguments, surroundings: &Surroundings, console: &Console) -> Result<Exit, Failure> {
        let failed = |error: std::io::Error| Failure::new(Exit::Failed, format!("starting the runtime: {error}"), None);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let outcome = runtime.block_on(async {
            let interrupts = Interrupts::listen().map_err(failed)?;
            let context = Context::new(self, arguments, console.clone(), surroundings, interrupts)?;
            context.obey(arguments.command.as_ref().unwrap_or(&args::Command::Up { plan: None })).await
        });
        // A question that nobody answers must not keep the process alive.
        runtime.shutdown_background();
        outcome
    }
}

/// Help goes to stdout and is success; a usage error goes to stderr.
fn explain(error: &clap::Error, console: &Console) -> Exit {
    let style = if error.use_stderr() { console.message_style() } else { console.result_style() };
    let text = error.render();
    let text = if style.colour { text.ansi().to_string() } else { text.to_string() };
    match error.use_stderr() {
        true => console.say(text.trim_end()),
        false => console.result(&format!("{}\n", text.trim_end())),
    }
    if error.exit_code() == 0 { Exit::Done } else { Exit::Usage }
}

#[cfg(test)]
mod tests;
