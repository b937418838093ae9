//! How long reads may miss what was just made.

use std::time::Duration;

use crate::chance;
use crate::moment::{self, Moment};

/// How long reads may miss what was just made: *Eventual consistency in the Amazon EC2 API*.
///
/// By default everything is seen at once. With a window, each new object stays unseen for a time of its own, drawn from the
/// seed, up to the window: by its id (`NotFound`) and by filters alike. Calls that only use an object find it at once,
/// unless [`Consistency::for_writes_too`] says otherwise. Changes are seen at once, unless [`Consistency::for_changes_too`] does.
///
/// ```
/// use std::time::Duration;
/// use blogstack_sim::Consistency;
///
/// let lagging = Consistency::window(Duration::from_secs(5)).for_writes_too();
/// assert_ne!(lagging, Consistency::none());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Consistency {
    window: Duration,
    writes: bool,
    changes: bool,
}

impl Consistency {
    /// Everything is seen at once.
    pub fn none() -> Self {
        Self::default()
    }

    /// New objects stay unseen for a seeded time up to this.
    pub fn window(window: Duration) -> Self {
        Self { window, ..Self::default() }
    }

    /// Calls that use an object by its id do not find it during the window either.
    pub fn for_writes_too(self) -> Self {
        Self { writes: true, ..self }
    }

    /// Reads of an object that was changed by a call show it as it was before, for as long as they would not see a new one.
    pub fn for_changes_too(self) -> Self {
        Self { changes: true, ..self }
    }

    /// Whether reads may show what an object was before.
    pub(crate) fn shows_earlier(self) -> bool {
        self.changes
    }

    /// Whether calls that use an object may miss it.
    pub(crate) fn hides_from_writes(self) -> bool {
        self.writes
    }

    /// When reads see an object that is made now.
    pub(crate) fn visible_at(self, now: Moment, seed: u64, id: &str) -> Moment {
        let window = moment::millis(self.window);
        let wait = chance::number(seed, &["consistency", id]) % window.saturating_add(1).max(1);
        now.saturating_add(wait)
    }
}
