//! What a command works with: settings, a target, a state, and the person in front of it.

use std::{future::Future, path::PathBuf, sync::Arc};

use tokio::sync::Mutex;

use super::{
    App, Ready,
    args::{Arguments, Command, Shared},
    console::Console,
    destroy,
    exit::Exit,
    failure::Failure,
    graph,
    interrupt::Interrupts,
    nearest::nearest,
    outputs, place, preview,
    progress::Progress,
    refresh,
    settings::{Settings, StackTable, near},
    state,
    surroundings::Surroundings,
    up, words,
};
use crate::{
    apply::Pace,
    deployment::{Deployment, How},
    disk::{Disk, LockError},
    event::Events,
    journal::{Anchors, FolderAnchors, NoAnchors, OpenError, io_hint},
    plan::Selection,
    saved::Provenance,
    scope::Scope,
    state::LedgerError,
    target::{Connection, Pins, Target},
};

/// One run of one command.
pub(super) struct Context<'a> {
    app: &'a App,
    pub(super) flags: &'a Shared,
    surroundings: &'a Surroundings,
    /// The program and its command, as in `prod up`.
    called: String,
    pub(super) stack: String,
    settings: Settings,
    /// The stack's own file of settings, where it should be and is not.
    missing: Option<PathBuf>,
    pinned: StackTable,
    interrupts: Mutex<Interrupts>,
    pub(super) console: Console,
    pub(super) progress: Progress,
}

impl<'a> Context<'a> {
    /// Reads the file of settings, but not yet as the program's.
    pub(super) fn new(
        app: &'a App,
        arguments: &'a Arguments,
        console: Console,
        surroundings: &'a Surroundings,
        interrupts: Interrupts,
    ) -> Result<Self, Failure> {
        let flags = &arguments.shared;
        let command = arguments.command.as_ref().map_or("up", Command::word);
        let called = format!("{} {command}", arguments.name.as_deref().unwrap_or(&app.stack));
        let stack = flags.stack.clone().unwrap_or_else(|| app.stack.clone());
        place::check_stack(&stack)?;
        let own = app.settings.as_ref().map(|folder| folder.join(format!("{stack}.toml")));
        let missing = own.clone().filter(|path| flags.config.is_none() && !path.exists());
        let file = flags.config.clone().or(own).filter(|_| missing.is_none());
        let settings = Settings::read(file.as_deref(), &flags.set)?;
        let pinned = settings.stack()?;
        let progress = Progress::new(&console, flags.json);
        Ok(Self {
            app,
            flags,
            surroundings,
            called,
            stack,
            settings,
            missing,
            pinned,
            interrupts: Mutex::new(interrupts),
            console,
            progress,
        })
    }

    /// Does what a command asks.
    pub(super) async fn obey(&self, command: &Command) -> Result<Exit, Failure> {
        match command {
            Command::Up { plan } => up::run(self, plan.as_deref()).await,
            Command::Preview { save } => preview::run(self, save.as_deref()).await,
            Command::Refresh { check } => refresh::run(self, *check).await,
            Command::Destroy => destroy::run(self).await,
            Command::Outputs { name, show_secrets } => outputs::run(self, name.as_deref(), *show_secrets).await,
            Command::State { command } => state::run(self, command).await,
            Command::Graph { format } => graph::run(self, *format).await,
        }
    }

    /// The project's name.
    pub(super) fn project(&self) -> &str {
        &self.app.project
    }

    /// The program with this stack's settings.
    pub(super) fn program(&self) -> Result<Ready, Failure> {
        match &self.missing {
            Some(path) => Err(self.no_such_stack(path)),
            None => (self.app.prepare)(&self.settings),
        }
    }

    fn no_such_stack(&self, path: &std::path::Path) -> Failure {
        let files = path.parent().and_then(|folder| self.surroundings.disk.list(folder).ok()).unwrap_or_default();
        let stacks: Vec<&str> = files.iter().filter_map(|file| file.strip_suffix(".toml")).collect();
        let meant = nearest(&self.stack, stacks.iter().copied()).map(|best| format!("did you mean `{best}`? ")).unwrap_or_default();
        let others = match stacks.is_empty() {
            true => "create the file, or name another one with `--config`".to_owned(),
            false => format!("stacks that have one: {}", words::list(&stacks)),
        };
        let text = format!("reading settings of stack `{}`: there is no `{}`", self.stack, near(path).display());
        Failure::usage(text, Some(format!("{meant}{others}")))
    }

    /// What the program is made of, for saved plans.
    pub(super) fn provenance(&self) -> Result<Provenance, Failure> {
        let failed = |error| Failure::new(Exit::Failed, format!("reading this program's own executable: {error}"), None);
        Ok(Provenance { executable: (self.surroundings.executable)().map_err(failed)?, settings: self.settings.canonical()? })
    }

    /// What this machine remembers of journals.
    pub(super) fn anchors(&self) -> Result<FolderAnchors, Failure> {
        self.surroundings.anchors()
    }

    /// Where files are kept.
    pub(super) fn disk(&self) -> &dyn Disk {
        &*self.surroundings.disk
    }

    /// What follows `--target`, or stands for it.
    pub(super) fn wanted(&self) -> Result<&str, Failure> {
        let named = self.flags.target.as_deref().or(self.pinned.target.as_deref());
        let first = self.app.targets.first().map(|target| target.name());
        named.or(first).ok_or_else(|| Failure::usage("choosing a target: this program has none", None))
    }

    fn target(&self, wanted: &str) -> Result<&dyn Target, Failure> {
        let targets = &self.app.targets;
        if let Some(target) = targets.iter().find(|target| target.answers_to(wanted)) {
            return Ok(&**target);
        }
        let usages: Vec<&str> = targets.iter().map(|target| target.usage()).collect();
        let hint = format!("this program runs against {}", words::list(&usages));
        Err(Failure::usage(format!("choosing a target: there is no target `{wanted}`"), Some(hint)))
    }

    /// The folder of the stack's journal.
    pub(super) fn folder(&self) -> Result<PathBuf, Failure> {
        Ok(place::folder(&self.flags.state, &self.app.project, &self.stack, self.wanted()?))
    }

    /// Whether anything was ever recorded. Nothing is created by asking.
    pub(super) fn has_state(&self) -> Result<bool, Failure> {
        let journal = self.folder()?.join("journal");
        let text = |error: &std::io::Error| format!("reading journal `{}`: {error}", journal.display());
        let failed = |error| Failure::new(Exit::Failed, text(&error), Some(io_hint(&error)));
        self.surroundings.disk.exists(&journal).map_err(failed)
    }

    /// Connects to the target, and stops the clock where waiting is only virtual.
    pub(super) async fn connect(&self) -> Result<Connection, Failure> {
        let wanted = self.wanted()?;
        self.refuse_a_second_run()?;
        let StackTable { account, region, consistency_window, .. } = self.pinned.clone();
        let window = consistency_window.map(|seconds| seconds.0);
        let pins = Pins { account, region, window, folder: self.flags.state.clone() };
        let mut connection = self.stop(self.target(wanted)?.connect(wanted, &pins)).await??;
        if let Some(around) = &self.app.around {
            connection.providers = around(connection.providers);
        }
        tracing::info!(target = wanted, identity = connection.binding.identity, "connected");
        check_pins(&pins, &connection, wanted)?;
        if connection.simulated {
            tokio::time::pause();
        }
        Ok(connection)
    }

    /// Who holds the stack is told before anything is waited for, such as the simulation that the other run works on.
    fn refuse_a_second_run(&self) -> Result<(), Failure> {
        let folder = self.folder()?;
        if !self.has_state()? {
            return Ok(());
        }
        match self.surroundings.disk.lock(&folder.join("lock"), &self.holder()) {
            Err(LockError::Held { holder }) => Err(LedgerError::Open(OpenError::Locked { path: folder.join("journal"), holder }).into()),
            _ => Ok(()),
        }
    }

    fn holder(&self) -> String {
        words::holder(&self.called, self.surroundings.clock.now())
    }

    /// The stack on this connection.
    pub(super) fn deployment(
        &self,
        connection: Connection,
        program: impl Fn(&Scope) + Send + Sync + 'static,
    ) -> Result<Deployment, Failure> {
        let parts = self.surroundings.parts(&self.folder()?, Arc::new(self.anchors()?))?;
        let deployment = Deployment::new(self.project(), &self.stack, connection, parts, program);
        Ok(deployment.how(self.how()?).holder(self.holder()))
    }

    /// The stack for looking at its state, without the cloud: no credentials are needed.
    pub(super) fn unconnected(&self) -> Result<Deployment, Failure> {
        self.without_cloud(Arc::new(self.anchors()?))
    }

    /// The same, whatever this machine remembers of its journal.
    pub(super) fn unanchored(&self) -> Result<Deployment, Failure> {
        self.without_cloud(Arc::new(NoAnchors))
    }

    fn without_cloud(&self, anchors: Arc<dyn Anchors>) -> Result<Deployment, Failure> {
        self.refuse_a_second_run()?;
        let parts = self.surroundings.parts(&self.folder()?, anchors)?;
        Ok(Deployment::unconnected(self.project(), &self.stack, parts).holder(self.holder()))
    }

    /// The stack for mending its state.
    pub(super) async fn recorded(&self) -> Result<Deployment, Failure> {
        self.deployment(self.connect().await?, |_| ())
    }

    fn how(&self) -> Result<How, Failure> {
        let planning = &self.flags.planning;
        let selection = Selection::new(&planning.target_urn, &planning.exclude, &planning.replace);
        let selection = selection.map_err(|message| Failure::usage(format!("reading a pattern: {message}"), None))?;
        let progress = self.progress.clone();
        let mut pace = Pace::default();
        pace.parallel = planning.parallel.map_or(pace.parallel, usize::from);
        Ok(How {
            selection,
            pace,
            no_refresh: planning.no_refresh,
            refresh_lookups: planning.refresh_lookups,
            events: Events::to(move |event| progress.show(&event)),
        })
    }

    /// Runs work that an interrupt may drop.
    pub(super) async fn stop<T>(&self, work: impl Future<Output = T>) -> Result<T, Failure> {
        self.interrupts.lock().await.stop(work).await
    }

    /// Runs work that an interrupt lets finish what it has begun.
    pub(super) async fn finish<T>(&self, deployment: &Deployment, work: impl Future<Output = T>) -> Result<T, Failure> {
        self.interrupts.lock().await.finish(work, &deployment.cancellation()).await
    }

    /// Asks; `Ok` when the answer is one of `consent`.
    pub(super) async fn ask(&self, question: &str, consent: &[&str]) -> Result<(), Failure> {
        if self.flags.planning.yes {
            return Ok(());
        }
        if !self.console.can_ask {
            let hint = "say `--yes` to go on without being asked";
            return Err(Failure::new(Exit::Refused, "asking for consent: there is no terminal to ask on", Some(hint)));
        }
        match self.stop(self.console.ask(question)).await? {
            Some(answer) if consent.iter().any(|word| word.eq_ignore_ascii_case(&answer)) => Ok(()),
            _ => Err(Failure::new(Exit::Refused, "declined: nothing was done", None)),
        }
    }
}

/// A target that answers as another account or region than the settings pin.
fn check_pins(pins: &Pins, connection: &Connection, target: &str) -> Result<(), Failure> {
    let home = &connection.home;
    let found = [("account", &pins.account, Some(&home.account)), ("region", &pins.region, home.region.as_ref())];
    let wrong = found.into_iter().find(|(_, pinned, found)| pinned.is_some() && pinned.as_ref() != *found);
    let Some((what, Some(pinned), found)) = wrong else { return Ok(()) };
    let found = found.map_or("none", String::as_str);
    let text = format!("connecting to `{target}`: it answers for {what} `{found}`, and the settings pin `{pinned}`");
    Err(Failure::new(Exit::Refused, text, Some("use other credentials, or change `[stack]` in the settings")))
}
