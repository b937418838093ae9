//! What happens while it happens, for whoever wants to show it.

use std::{sync::Arc, time::Duration};

use crate::{
    step::{Action, Work},
    urn::Urn,
};

/// One thing that happened.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// An interrupted run had made this object, or (`None`) had not.
    Recovered {
        /// The resource.
        urn: Urn,
        /// The object's id.
        id: Option<String>,
    },
    /// The end of the journal, torn by a crash and never acknowledged, was cut off.
    TornTail {
        /// How many bytes.
        bytes: u64,
    },
    /// Work begins.
    Started {
        /// The resource.
        urn: Urn,
        /// The step's action.
        action: Action,
        /// What is done.
        work: Work,
    },
    /// It failed in a passing way and is tried again.
    Retrying {
        /// The resource.
        urn: Urn,
        /// The attempt that failed, from 1.
        attempt: u32,
        /// Why.
        error: String,
        /// When it is tried again.
        after: Duration,
    },
    /// Work is done.
    Finished {
        /// The resource.
        urn: Urn,
        /// The step's action.
        action: Action,
        /// What was done.
        work: Work,
        /// How long it took.
        took: Duration,
        /// How many pieces of work are done, and of how many.
        progress: (usize, usize),
    },
    /// Work failed.
    Failed {
        /// The resource.
        urn: Urn,
        /// The step's action.
        action: Action,
        /// What was tried.
        work: Work,
        /// Why.
        error: String,
    },
    /// No further work is begun; what is in flight is finished.
    Stopping,
}

/// Where events go.
#[derive(Clone, Default)]
pub struct Events(Option<Arc<dyn Fn(Event) + Send + Sync>>);

impl Events {
    /// Nowhere.
    pub fn none() -> Self {
        Self(None)
    }

    /// To a function.
    pub fn to(function: impl Fn(Event) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(function)))
    }

    pub(crate) fn send(&self, event: Event) {
        if let Some(function) = &self.0 {
            function(event);
        }
    }
}
