//! A stack's settings: a TOML file and, on top of it, what `--set` says; then typed by the program.
//!
//! Spans lead from a wrong setting back to its line: the texts of all `--set` flags count as standing behind the file's.

use std::{
    ops::Range,
    path::{Path, PathBuf},
};

use serde::{Deserialize as _, de::DeserializeOwned};
use toml::{
    Spanned,
    de::{DeTable, DeValue, Deserializer},
};

use super::failure::Failure;

mod complaint;
mod origin;
mod overlay;
mod seconds;
mod secret_source;

pub(super) use origin::near;
use seconds::Seconds;
pub use secret_source::SecretSource;

/// Settings of a program that has none: any key is refused.
#[derive(Debug, Clone, Copy, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoSettings {}

/// The reserved table `[stack]`: where the stack runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StackTable {
    /// The default target.
    pub(super) target: Option<String>,
    /// The only account it may run in.
    pub(super) account: Option<String>,
    /// The only region.
    pub(super) region: Option<String>,
    /// For how long what was made may not be seen.
    pub(super) consistency_window: Option<Seconds>,
}

/// The name of the reserved table.
const STACK: &str = "stack";

/// Untyped settings, and where each stands.
#[derive(Debug, Default)]
pub(super) struct Settings {
    file: Option<PathBuf>,
    text: String,
    sets: Vec<overlay::Set>,
}

impl Settings {
    /// Reads a file, or none, and what `--set` says.
    pub(super) fn read(file: Option<&Path>, sets: &[String]) -> Result<Self, Failure> {
        let text = file.map(|path| std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))).transpose()?;
        Self::of(file, text.unwrap_or_default(), sets)
    }

    /// As [`Settings::read`], of a text.
    pub(super) fn of(file: Option<&Path>, text: String, sets: &[String]) -> Result<Self, Failure> {
        let mut begin = text.len() + 1;
        let mut parsed = Vec::new();
        for set in sets {
            let set = overlay::Set::parse(set, begin)?;
            begin = set.range().end + 1;
            parsed.push(set);
        }
        Ok(Self { file: file.map(Into::into), text, sets: parsed })
    }

    /// The reserved table.
    pub(super) fn stack(&self) -> Result<StackTable, Failure> {
        let mut table = self.table()?;
        match table.get_mut().remove(STACK) {
            Some(stack) => self.typed_as(stack, &[STACK]),
            None => Ok(StackTable::default()),
        }
    }

    /// The program's settings. Secrets are fetched on the way.
    pub(super) fn typed<S: DeserializeOwned>(&self) -> Result<S, Failure> {
        let mut table = self.table()?;
        table.get_mut().remove(STACK);
        let folder = self.file.as_deref().and_then(Path::parent);
        let typed = secret_source::relative_to(folder, || S::deserialize(Deserializer::from(table)));
        typed.map_err(|error| match secret_source::was_interrupted() {
            true => Failure::interrupted(),
            false => complaint::complain(self, &error, &[]),
        })
    }

    /// All of them, in one order and form whatever file and flags they come from. Secrets are where they come from.
    pub(super) fn canonical(&self) -> Result<String, Failure> {
        let table = toml::Table::deserialize(Deserializer::from(self.table()?));
        Ok(table.map_err(|error| complaint::complain(self, &error, &[]))?.to_string())
    }

    fn typed_as<T: DeserializeOwned>(&self, value: Spanned<DeValue<'_>>, path: &[&str]) -> Result<T, Failure> {
        T::deserialize(toml::de::ValueDeserializer::from(value)).map_err(|error| complaint::complain(self, &error, path))
    }

    /// The file's table with everything else laid over it.
    fn table(&self) -> Result<Spanned<DeTable<'_>>, Failure> {
        let mut table = DeTable::parse(&self.text).map_err(|error| complaint::complain(self, &error, &[]))?;
        for set in &self.sets {
            set.lay_over(table.get_mut())?;
        }
        Ok(table)
    }

    /// Where something stands.
    fn origin(&self, span: Option<Range<usize>>) -> origin::Origin<'_> {
        origin::Origin::of(self, span)
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    let hint = match error.kind() {
        std::io::ErrorKind::NotFound => Some("create the file, or name another one with `--config`".into()),
        _ => None,
    };
    Failure::usage(format!("reading settings `{}`: {error}", origin::near(path).display()), hint)
}

#[cfg(test)]
mod tests;
