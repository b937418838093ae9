//! One `--set key=value`.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::cli::failure::Failure;

/// A setting from the command line: a key with dots, and a value as TOML writes it, or else a text.
#[derive(Debug)]
pub(super) struct Set {
    /// A TOML document with this one setting. It is padded, so that its spans come behind everything before it.
    document: String,
    begin: usize,
    path: Vec<String>,
}

impl Set {
    /// Reads `key=value`; its text begins at `begin`.
    pub(super) fn parse(set: &str, begin: usize) -> Result<Self, Failure> {
        let hint = || Some("write `--set key=value`, as in `--set network.zones=3`".to_owned());
        let (key, value) = set.split_once('=').ok_or_else(|| Failure::usage("reading `--set`: there is no `=` in it", hint()))?;
        let (key, value) = (key.trim(), value.trim());
        let path = path(key).ok_or_else(|| Failure::usage(format!("reading `--set`: `{key}` is not the name of a setting"), hint()))?;
        let padding = " ".repeat(begin);
        let as_written = format!("{padding}{key} = {value}");
        let is_toml = !value.contains('\n') && DeTable::parse(&as_written).is_ok();
        let document = if is_toml { as_written } else { format!("{padding}{key} = {}", toml::Value::from(value)) };
        Ok(Self { document, begin, path })
    }

    /// Where its text stands.
    pub(super) fn range(&self) -> Range<usize> {
        self.begin..self.document.len()
    }

    /// Its key, without its value, which may be secret.
    pub(super) fn key(&self) -> String {
        self.path.join(".")
    }

    /// Takes the place of what the table had under this key.
    pub(super) fn lay_over<'a>(&'a self, table: &mut DeTable<'a>) -> Result<(), Failure> {
        let blocked = |name: &str| Failure::usage(format!("reading `--set {}`: `{name}` is not a table", self.key()), None);
        let mut source = DeTable::parse(&self.document).map_err(|_| blocked(&self.key()))?.into_inner();
        let mut target = table;
        for (depth, name) in self.path.iter().enumerate() {
            let Some((key, value)) = source.remove_entry(name.as_str()) else { return Err(blocked(name)) };
            if depth + 1 == self.path.len() {
                target.remove(name.as_str());
                target.insert(key, value);
                break;
            }
            let span = value.span();
            let DeValue::Table(inner) = value.into_inner() else { return Err(blocked(name)) };
            source = inner;
            let empty = || Spanned::new(span, DeValue::Table(DeTable::new()));
            let DeValue::Table(next) = target.entry(key).or_insert_with(empty).get_mut() else { return Err(blocked(name)) };
            target = next;
        }
        Ok(())
    }
}

/// The parts of a key with dots, read as TOML reads them.
fn path(key: &str) -> Option<Vec<String>> {
    if key.contains(['\n', '=']) {
        return None;
    }
    let document = format!("{key} = 0");
    let mut table = DeTable::parse(&document).ok()?.into_inner();
    let mut path = Vec::new();
    loop {
        let (name, value) = table.into_iter().next()?;
        path.push(name.into_inner().into_owned());
        match value.into_inner() {
            DeValue::Table(inner) => table = inner,
            _ => return Some(path),
        }
    }
}
