//! Where a setting stands, for people.

use std::{
    fmt,
    ops::Range,
    path::{Path, PathBuf},
};

use super::Settings;

/// A place in a file, or a flag.
pub(super) enum Origin<'a> {
    /// A file; line and column from 1, where known.
    File { path: &'a Path, position: Option<(usize, usize)> },
    /// The flag with this key.
    Set { key: String },
    /// Neither: there are no settings.
    Nowhere,
}

impl<'a> Origin<'a> {
    /// What stands at `span` of the texts taken together.
    pub(super) fn of(settings: &'a Settings, span: Option<Range<usize>>) -> Self {
        let set = span.as_ref().and_then(|span| settings.sets.iter().find(|set| set.range().contains(&span.start)));
        if let Some(set) = set {
            return Self::Set { key: set.key() };
        }
        let Some(path) = settings.file.as_deref() else { return Self::Nowhere };
        // An empty span at the very beginning is what an error of the whole document has.
        let span = span.filter(|span| span.start < settings.text.len() && *span != (0..settings.text.len()));
        Self::File { path, position: span.map(|span| position(&settings.text, span.start)) }
    }
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, position: Some((line, column)) } => write!(f, " (`{}:{line}:{column}`)", near(path).display()),
            Self::File { path, position: None } => write!(f, " (`{}`)", near(path).display()),
            Self::Set { key } => write!(f, " (`--set {key}`)"),
            Self::Nowhere => Ok(()),
        }
    }
}

fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

/// The path as seen from the current folder, where it lies below that.
pub(in crate::cli) fn near(path: &Path) -> PathBuf {
    let below = std::env::current_dir().ok().and_then(|folder| path.strip_prefix(folder).ok().map(Path::to_path_buf));
    below.unwrap_or_else(|| path.to_path_buf())
}
