//! A kind is made, changed and deleted, and stopped at every instant.

use blogstack_core::step::Action;

use super::{Change, Kind};
use crate::crash::{Ended, Run, Stage, every_different_stop, realistic};

/// How many different situations a run goes through at least: before anything, with the intent, with the effect of the call, with
/// what it answered. An update may be of the record alone.
fn least(action: Action) -> usize {
    match action {
        Action::Same => 1,
        Action::Update => 3,
        Action::Replace { .. } => 7,
        _ => 4,
    }
}

impl Kind {
    /// Made, changed and deleted, with a stop at every instant: the next run reaches what one without a stop reaches. Returns how
    /// many stops were tried.
    ///
    /// # Panics
    /// When it does not.
    pub fn survives_every_stop(&self) -> usize {
        let (made, mut tried) = self.stopped_everywhere(&Stage::empty(realistic), &Run::up_and_look(self.minimal), "made", Action::Create);
        assert!(made.calls.iter().any(|call| call == self.creates), "{} was not called: {:?}", self.creates, made.calls);
        let mut stage = made.stage;
        for Change { what, program, action } in self.changes {
            let (changed, count) = self.stopped_everywhere(&stage, &Run::up_and_look(*program), what, *action);
            (stage, tried) = (changed.stage, tried + count);
        }
        let (gone, count) = self.stopped_everywhere(&stage, &Run::Destroy, "deleted", Action::Delete);
        assert!(gone.calls.iter().any(|call| call == self.deletes), "{} was not called: {:?}", self.deletes, gone.calls);
        tried + count
    }

    /// Stops a run everywhere, and returns what is there without a stop, and how many were tried. No next run begins anew with
    /// something that is there already: it deletes no more than the run without a stop.
    fn stopped_everywhere(&self, stage: &Stage, run: &Run, what: &str, action: Action) -> (Ended, usize) {
        let deletions = |ended: &Ended| ended.carried_out.iter().filter(|call| *call == self.deletes).count();
        let (undisturbed, tried) = every_different_stop(stage, run, |undisturbed, next| {
            let (wanted, found) = (deletions(undisturbed), deletions(next));
            assert!(found <= wanted, "{what}: {} {found} times after a stop, {wanted} times without: {next:?}", self.deletes);
        });
        assert!(tried >= least(action), "{what}: only {tried} stops were tried");
        (undisturbed, tried)
    }
}
