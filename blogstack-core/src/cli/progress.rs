//! What happens while it happens: lines that change in place on a terminal, plain lines elsewhere, JSON for tools.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{console::Console, json, words};
use crate::{display, event::Event, plan::Plan, step::Work};

mod live;

use live::Live;

/// How often what turns is drawn.
const TICK: Duration = Duration::from_millis(200);

/// Shows events. Clones show them in the same place.
#[derive(Clone)]
pub(super) struct Progress {
    console: Console,
    how: How,
}

#[derive(Clone)]
enum How {
    Json,
    Live(Arc<Mutex<Option<Live>>>),
    Plain,
}

impl Progress {
    /// Nothing is shown yet.
    pub(super) fn new(console: &Console, json: bool) -> Self {
        let how = match json {
            true => How::Json,
            false if console.live => How::Live(Arc::default()),
            false => How::Plain,
        };
        Self { console: console.clone(), how }
    }

    /// The plan is about to be carried out.
    pub(super) fn begin(&self, plan: &Plan) {
        if let How::Live(live) = &self.how {
            let total = plan.tasks.iter().filter(|task| task.work != Work::Note).count();
            *live.lock().unwrap_or_else(PoisonError::into_inner) =
                Some(Live::new(total as u64, indicatif::ProgressDrawTarget::stderr(), TICK));
        }
    }

    /// Nothing more will happen: what changes in place goes away.
    pub(super) fn end(&self) {
        if let How::Live(live) = &self.how {
            drop(live.lock().unwrap_or_else(PoisonError::into_inner).take());
        }
    }

    /// Shows one event.
    pub(super) fn show(&self, event: &Event) {
        match &self.how {
            How::Json => self.console.result(&format!("{}\n", json::event(event))),
            How::Plain => self.console.say(&self.line(event)),
            How::Live(live) => match &mut *live.lock().unwrap_or_else(PoisonError::into_inner) {
                Some(live) => live.show(event, &self.line(event)),
                None => self.console.say(&self.line(event)),
            },
        }
    }

    fn line(&self, event: &Event) -> String {
        let style = self.console.message_style();
        match event {
            Event::Recovered { urn, id: Some(id) } => format!("an interrupted run had made `{}`: it is `{id}`", urn.path()),
            Event::Recovered { urn, id: None } => format!("an interrupted run had not made `{}`", urn.path()),
            Event::TornTail { bytes } => format!("the last {bytes} bytes of the journal were torn by a crash and are dropped"),
            Event::Started { urn, action, work } => {
                format!("  {} `{}` ({})", words::doing(*action, *work), urn.path(), urn.short_kind())
            }
            Event::Retrying { urn, attempt, error, after } => {
                format!("  trying `{}` again in {}: attempt {attempt} failed: {error}", urn.path(), words::duration(*after))
            }
            Event::Finished { urn, action, work, took, .. } => {
                let sign = display::painted_sign(*action, style);
                let took = words::duration(*took);
                format!("{sign} {} `{}` ({}) in {took}", words::did(*action, *work), urn.path(), urn.short_kind())
            }
            Event::Failed { urn, action, work, .. } => {
                format!("{} {} `{}` ({})", style.error("! failed:"), words::doing(*action, *work), urn.path(), urn.short_kind())
            }
            Event::Stopping => "Stopping: what is in flight is finished, nothing new is begun. Again to stop at once.".to_owned(),
        }
    }
}
