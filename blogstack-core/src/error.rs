//! What is wrong with a program, told with its line.

use std::{fmt, panic::Location};

/// A place in the user's program.
pub type Line = &'static Location<'static>;

/// Something a program must change before anything can be done.
#[derive(Debug, Clone)]
pub struct Problem {
    /// What it is about: a resource's path, a setting.
    pub subject: String,
    /// What is wrong: a lower-case phrase without a full stop.
    pub message: String,
    /// The way out.
    pub hint: Option<String>,
    /// The line of the program that is to blame.
    pub line: Option<Line>,
    /// Another line that has to do with it, and what stands there.
    pub related: Option<(Line, &'static str)>,
}

impl Problem {
    /// A problem with `subject`.
    pub fn new(subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self { subject: subject.into(), message: message.into(), hint: None, line: None, related: None }
    }

    /// Adds the way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the program's line.
    #[must_use]
    pub fn at(mut self, line: Line) -> Self {
        self.line = Some(line);
        self
    }

    /// Adds a second line.
    #[must_use]
    pub fn related(mut self, line: Line, what: &'static str) -> Self {
        self.related = Some((line, what));
        self
    }
}

/// Without lines, so that it reads the same wherever the program stands.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.subject, self.message)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "\n  hint: {hint}"))
    }
}

/// All the problems of a program, found together.
#[derive(Debug, Clone, Default, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// `Ok` when there are none.
    pub(crate) fn none_or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().enumerate().try_for_each(|(i, problem)| write!(f, "{}{problem}", if i == 0 { "" } else { "\n" }))
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}
