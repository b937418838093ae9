//! The alarms of all objects that change by themselves, in the order in which they ring.

use std::collections::BTreeSet;

use crate::moment::Moment;
use crate::state::table::Change;
use crate::state::world::World;

/// When, where, and which object of which kind.
pub(crate) type Timer = (Moment, String, &'static str, String);

/// The alarms of all objects. Old ones may remain; they ring for nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timers {
    timers: BTreeSet<Timer>,
}

impl Timers {
    /// The alarms of every object of a world.
    pub(crate) fn of(world: &World) -> Self {
        let timers =
            world.regions.iter().flat_map(|(place, region)| region.due().into_iter().map(|(due, kind, id)| (due, place.clone(), kind, id)));
        Self { timers: timers.collect() }
    }

    /// Sets the alarms that the changes ask for.
    pub(crate) fn set(&mut self, place: &str, changes: &[Change]) {
        for change in changes {
            if let Some(due) = change.due {
                self.timers.insert((due, place.to_owned(), change.kind, change.id.clone()));
            }
        }
    }

    /// Wakes objects of a kind at a moment, whatever they wait for.
    pub(crate) fn wake(&mut self, at: Moment, place: &str, kind: &'static str, ids: Vec<String>) {
        self.timers.extend(ids.into_iter().map(|id| (at, place.to_owned(), kind, id)));
    }

    /// Takes the next alarm that has rung by now.
    pub(crate) fn next(&mut self, now: Moment) -> Option<Timer> {
        let first = self.timers.first().filter(|timer| timer.0 <= now)?;
        let first = first.clone();
        self.timers.remove(&first);
        Some(first)
    }
}
