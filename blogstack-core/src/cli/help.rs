//! The texts of `--help`. `{name}` stands for the program's name and `{targets}` for what it can run against.

use clap::{Command, CommandFactory as _};

use super::args::Arguments;

pub(super) const ABOUT: &str = "\
Plans and applies the stacks of this program.

The program declares resources; a stack is one deployed instance of it, with settings and a state of its own. \
Without a command it does `up`: it reads the objects, shows a plan that says what would be done and why, asks, carries it out and \
prints the stack's outputs. It may be stopped at any moment: the next run finds out what was done and goes on from there.";

pub(super) const SEE_LONG: &str = "`--help` says more, with examples.";

pub(super) const AFTER: &str = "\
Examples:
  {name}                                        # plan and apply on the default target
  {name} preview --set network.zones=3          # what would change with another setting
  {name} up --target TARGET                     # somewhere else; asks before it changes anything real
  {name} up --target TARGET --yes               # the same without a terminal
  {name} destroy                                # deletes what the stack has

Where things are:
  .blogstack/PROJECT/STACK/TARGET/  the journal of a stack on a target; `--state` moves `.blogstack`
  ~/.config/blogstack/keys/         the keys of secret values in state; keep a copy
  stacks/STACK.toml                 settings, beside the program; its table `[stack]` may set
                                    `target`, and pin `account` and `region`

Exit codes:
  0    done
  1    an operation failed; what was done is recorded, run again to go on
  2    bad usage, bad settings or an invalid program
  3    there are changes, under `--expect-no-changes` or `refresh --check`
  4    refused: declined, locked, protected, a saved plan that does not hold, damaged state,
       another account, nobody to ask
  130  interrupted: the first Ctrl-C finishes what is in flight, the second stops at once

Results go to stdout, progress and messages to stderr.";

pub(super) const UP: &str = "\
Examples:
  {name} up                                # asks, unless the target is a simulation
  {name} up --yes                          # asks nothing; needed where there is no terminal
  {name} up --target-urn 'network/*'       # only these and what they need
  {name} up --replace network/nat          # a new object although nothing changed
  {name} up --expect-no-changes            # exit 3, and nothing done, if anything would change
  {name} up --plan plan.json               # what `preview --save plan.json` showed, or nothing

The plan and the progress go to stderr, the outputs to stdout. Operations on different objects run side by side. \
When one fails, what depends on it is not tried and everything else goes on; run again to go on from there.

Secrets are no settings for `--set`: the file says where they are, with `{ env = \"NAME\" }`, `{ file = \"path\" }` or \
`{ prompt = \"text\" }`.";

pub(super) const PREVIEW: &str = "\
Examples:
  {name} preview
  {name} preview --set network.zones=3
  {name} preview --json | jq '.summary'
  {name} preview --save plan.json          # for `{name} up --plan plan.json`

The objects are read first, so the plan is against what is really there; `--no-refresh` believes the record instead.

A saved plan is carried out as it was shown, or refused with what has moved since. The file holds no value and \
no secret; it can be used only with the key of the stack's state, the same executable and the same settings.";

pub(super) const REFRESH: &str = "\
Examples:
  {name} refresh            # read everything, record what was seen
  {name} refresh --check    # exit 3 when anything differs; records nothing

An object that was deleted by somebody else loses its record, and the next `up` makes it again.";

pub(super) const DESTROY: &str = "\
Examples:
  {name} destroy            # asks for the stack's name
  {name} destroy --yes

Protected objects stay, and so does what they are built on. Retained ones stay without our tags.";

pub(super) const OUTPUTS: &str = "\
Examples:
  {name} outputs
  {name} outputs vpc                       # the bare value
  {name} outputs --json | jq -r '.outputs.vpc'
  {name} outputs --show-secrets";

pub(super) const STATE: &str = "\
Examples:
  {name} state list
  {name} state show network/vpc
  {name} state rm 'network/vpc#cloud:net/vpc'  # by urn, where two kinds share a path
  {name} state forget network/vpc            # keep the object, give it up
  {name} state unprotect network/vpc
  {name} state accept                        # an older copy was put back on purpose
  {name} state new-key                       # the key of its secret values is lost for good";

pub(super) const STATE_RM: &str = "\
The next `up` will not know the object and makes another one. To keep the object, declare it with `.adopt(\"its id\")`.";

pub(super) const STATE_ACCEPT: &str = "\
When a run ends, this machine notes the end of the journal outside the state's folder, and refuses an older copy. Where an older \
one is meant, because the newer is lost, this notes the end that is there now. What was done since the copy was taken is not in it: \
objects that were made since are unknown to it, and the next `up` may make them a second time. It asks also on a simulation.";

pub(super) const STATE_NEW_KEY: &str = "\
Secret values in state are sealed with a key that is kept outside of it. Without the key they cannot be read, and none can be written; \
everything else goes on. Put the file back where there is a copy of it. Where there is none, this takes the sealed values out of \
the state, after telling which, and makes another key. The next `up` sends the program's secrets anew; a field that cannot \
be changed in place needs a new object then, unless the object is dropped by `state rm` and declared with `.adopt(\"its id\")`. \
It asks also on a simulation.";

pub(super) const GRAPH: &str = "\
Examples:
  {name} graph | dot -Tsvg > stack.svg
  {name} graph --format mermaid

Nodes are the declared resources with their kinds; an arrow leads from a resource to what it refers to.";

/// The command line of the program `name`, which can run against `targets`.
pub(super) fn command(name: &str, targets: &[&str]) -> Command {
    let targets = targets.iter().map(|target| format!("`{target}`")).collect::<Vec<_>>().join(", ");
    let mut command = filled(Arguments::command().name(name.to_owned()).bin_name(name.to_owned()), name);
    command = command.mut_arg("target", |arg| arg.help(format!("Where it runs: {targets}")));
    command.build();
    command
}

/// Puts the program's name into all texts.
fn filled(command: Command, name: &str) -> Command {
    let text = command.get_after_long_help().map(|text| text.to_string().replace("{name}", name));
    let command = text.into_iter().fold(command, Command::after_long_help);
    command.mut_subcommands(|inner| filled(inner, name))
}

/// The text of `--help` of one of its commands (`["state", "rm"]`), `width` columns wide; `None` when there is no such command.
pub(super) fn text(mut root: Command, command: &[&str], width: usize) -> Option<String> {
    let found = command.iter().try_fold(&mut root, |parent, word| parent.find_subcommand_mut(word))?;
    Some(found.clone().term_width(width).render_long_help().to_string())
}
