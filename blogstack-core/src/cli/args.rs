//! What may stand on the command line.

use std::{ffi::OsString, path::PathBuf};

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use super::help;

/// The whole command line of a program.
#[derive(Debug, Parser)]
#[command(
    version,
    about = "Plans and applies the stacks of this program",
    long_about = help::ABOUT,
    after_long_help = help::AFTER,
    after_help = help::SEE_LONG,
    subcommand_help_heading = "Commands",
    disable_help_subcommand = true,
    arg_required_else_help = false
)]
pub(super) struct Arguments {
    /// What the program was called as.
    #[arg(skip)]
    pub(super) name: Option<String>,
    #[command(flatten)]
    pub(super) shared: Shared,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

/// Flags that every command takes, before or after its name.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Which stack, and where")]
pub(super) struct Shared {
    /// The stack; `stacks/NAME.toml` holds its settings
    #[arg(long, global = true, value_name = "NAME", display_order = 1)]
    pub(super) stack: Option<String>,
    /// Where it runs
    #[arg(long, global = true, value_name = "TARGET", display_order = 2)]
    pub(super) target: Option<String>,
    /// Another file of settings
    #[arg(long, global = true, value_name = "FILE", display_order = 3)]
    pub(super) config: Option<PathBuf>,
    /// One setting on top of the file's: `network.zones=3`. May be repeated
    #[arg(long, global = true, value_name = "KEY=VALUE", action = ArgAction::Append, display_order = 4)]
    pub(super) set: Vec<String>,
    /// The folder that keeps state, and the simulation's file
    #[arg(long, global = true, value_name = "DIR", default_value = ".blogstack", display_order = 5)]
    pub(super) state: PathBuf,
    #[command(flatten)]
    pub(super) planning: Planning,
    /// Results for tools: one document for a plan, one event a line for an apply
    #[arg(long, global = true, help_heading = "How it shows", display_order = 20)]
    pub(super) json: bool,
    /// Colour, which never carries meaning alone; `NO_COLOR` is heeded
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "How it shows", display_order = 21)]
    pub(super) color: Colour,
    /// Says more on stderr; twice for details. Bodies of requests and answers are never shown
    #[arg(short, long, global = true, action = ArgAction::Count, help_heading = "How it shows", display_order = 22)]
    pub(super) verbose: u8,
}

/// Flags that shape a plan and how it is carried out.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[command(next_help_heading = "What is planned and done")]
pub(super) struct Planning {
    /// Asks nothing
    #[arg(short, long, global = true, display_order = 10)]
    pub(super) yes: bool,
    /// Only these resources and what they need: a path or a pattern such as `network/*`. May be repeated
    #[arg(long, global = true, value_name = "GLOB", action = ArgAction::Append, display_order = 11)]
    pub(super) target_urn: Vec<String>,
    /// Not these resources, nor what needs them. May be repeated
    #[arg(long, global = true, value_name = "GLOB", action = ArgAction::Append, display_order = 12)]
    pub(super) exclude: Vec<String>,
    /// New objects for these resources, changed or not. May be repeated
    #[arg(long, global = true, value_name = "GLOB", action = ArgAction::Append, display_order = 13)]
    pub(super) replace: Vec<String>,
    /// How many pieces of work may be in flight
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), display_order = 14)]
    pub(super) parallel: Option<u16>,
    /// Believes what was recorded instead of reading the objects first
    #[arg(long, global = true, display_order = 15)]
    pub(super) no_refresh: bool,
    /// Takes the newest answers of look-ups, such as a newer image
    #[arg(long, global = true, display_order = 16)]
    pub(super) refresh_lookups: bool,
    /// Exits with 3, having done nothing, when the plan would change anything
    #[arg(long, global = true, display_order = 17)]
    pub(super) expect_no_changes: bool,
}

impl Planning {
    /// The flags given here that say what is planned: a saved plan has them already.
    pub(super) fn shaping(&self) -> Vec<&'static str> {
        let given = [
            ("--target-urn", !self.target_urn.is_empty()),
            ("--exclude", !self.exclude.is_empty()),
            ("--replace", !self.replace.is_empty()),
            ("--no-refresh", self.no_refresh),
            ("--refresh-lookups", self.refresh_lookups),
        ];
        given.into_iter().filter(|(_, given)| *given).map(|(flag, _)| flag).collect()
    }
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    /// On a terminal
    Auto,
    /// Also into files and pipes
    Always,
    /// Never
    Never,
}

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub(super) enum Command {
    /// Plans, shows the plan, asks, and makes the cloud as declared; the default command
    #[command(after_long_help = help::UP)]
    Up {
        /// Carries out the plan that `preview --save` kept in FILE, or refuses when anything has moved. Asks nothing
        #[arg(long, value_name = "FILE")]
        plan: Option<PathBuf>,
    },
    /// Shows what `up` would do, and does nothing
    #[command(after_long_help = help::PREVIEW)]
    Preview {
        /// Keeps the plan in FILE, for `up --plan`
        #[arg(long, value_name = "FILE")]
        save: Option<PathBuf>,
    },
    /// Reads every object and records what was seen
    #[command(after_long_help = help::REFRESH)]
    Refresh {
        /// Only tells what differs, and exits with 3 when anything does
        #[arg(long)]
        check: bool,
    },
    /// Deletes the stack's objects, except protected and retained ones
    #[command(after_long_help = help::DESTROY)]
    Destroy,
    /// Shows the values that the stack exports
    #[command(after_long_help = help::OUTPUTS)]
    Outputs {
        /// Only this one, bare, for scripts
        name: Option<String>,
        /// Shows secret values too
        #[arg(long)]
        show_secrets: bool,
    },
    /// Looks at what is recorded, and mends it
    #[command(after_long_help = help::STATE, subcommand_required = true, arg_required_else_help = true)]
    State {
        /// What to do with it.
        #[command(subcommand)]
        command: StateCommand,
    },
    /// Draws what the program declares
    #[command(after_long_help = help::GRAPH)]
    Graph {
        /// The language of the drawing
        #[arg(long, value_name = "FORMAT", default_value = "dot")]
        format: GraphFormat,
    },
}

impl Command {
    /// Its name.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Up { .. } => "up",
            Self::Preview { .. } => "preview",
            Self::Refresh { .. } => "refresh",
            Self::Destroy => "destroy",
            Self::Outputs { .. } => "outputs",
            Self::State { .. } => "state",
            Self::Graph { .. } => "graph",
        }
    }
}

/// What to do with the state.
#[derive(Debug, Clone, Subcommand)]
pub(super) enum StateCommand {
    /// Lists every recorded object
    List,
    /// Shows all that is recorded of a resource
    Show {
        /// The resource's path, as in `network/vpc`, or its whole urn
        name: String,
    },
    /// Drops a resource's record; its object stays as it is, tags and all
    #[command(after_long_help = help::STATE_RM)]
    Rm {
        /// The resource's path or urn
        name: String,
    },
    /// Gives a resource's object up: it stays, without our tags and our record
    Forget {
        /// The resource's path or urn
        name: String,
    },
    /// Lifts the protection of a resource's object
    Unprotect {
        /// The resource's path or urn
        name: String,
    },
    /// Takes a state that was set back for the newest, after telling what is lost
    #[command(after_long_help = help::STATE_ACCEPT)]
    Accept,
    /// Makes another key for a state whose key is lost, and gives up what only that one could open
    #[command(after_long_help = help::STATE_NEW_KEY)]
    NewKey,
}

/// Languages of drawings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum GraphFormat {
    /// For Graphviz: `graph | dot -Tsvg`
    Dot,
    /// For Mermaid, which GitHub and mdBook draw
    Mermaid,
}

/// Brings flags that may be repeated to one side of the command: of those before and behind it, clap would keep only the latter.
pub(super) fn gathered(words: &[OsString]) -> Vec<OsString> {
    const REPEATED: [&str; 4] = ["--set", "--target-urn", "--exclude", "--replace"];
    let (mut kept, mut moved) = (Vec::new(), Vec::new());
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let text = word.to_str().unwrap_or_default();
        if text == "--" {
            kept.push(word.clone());
            break;
        }
        let is_whole = REPEATED.iter().any(|flag| text.strip_prefix(flag).is_some_and(|rest| rest.starts_with('=')));
        if is_whole {
            moved.push(word.clone());
        } else if let (true, Some(value)) = (REPEATED.contains(&text), words.as_slice().first()) {
            moved.extend([word.clone(), value.clone()]);
            words.next();
        } else {
            kept.push(word.clone());
        }
    }
    kept.splice(1.min(kept.len())..1.min(kept.len()), moved);
    kept.extend(words.cloned());
    kept
}
